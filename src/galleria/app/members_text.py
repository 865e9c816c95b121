"""The text that members agree to: the site's own, or ours with its blanks filled; its SHA-256 says which one it was."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, field_validator

from galleria.domain.errors import ConflictError
from galleria.notify.settings import Section
from galleria.policy.retention import CAPS, Kept

DAY = 86400.0
CONSENT = CAPS[Kept.MEMBER].most  # seconds after which somebody has to be asked again
MONTHS = round(CONSENT / (365 * DAY) * 12)
BLANKS = ("controller", "purpose", "retention", "withdrawal", "equal_way", "contact")
_NEEDED = frozenset(BLANKS[:5])
_BLANK = re.compile(r"\{(\w*)\}")
LANGUAGE, VERSION = "en", "1"

_TEXT = """\
{controller} asks whether your face may be recognised here.

What for. {purpose}

What is kept. From pictures that are taken now a template is made: numbers that describe your face. The pictures are \
thrown away at once. The template lies at this site, encrypted, under a number drawn by lot; your membership number \
lies apart from it. Cameras that a sign tells of compare faces with it. Neither pictures nor template leave this site.

How long. {retention}

You may say no. {equal_way} Nothing is worse for you if you do.

Taking it back. {withdrawal}

Questions: {contact}"""
_PURPOSE = (
    "So that you are greeted when you come: our membership programme is told your membership number and the time, and "
    "nothing else. Your face is used for nothing else."
)


class OwnText(Section):
    """A text of the site's own, in one language, with the same blanks as ours: `{controller}`, `{purpose}`, ..."""

    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    version: Annotated[str, Field(min_length=1, max_length=40)]
    text: Annotated[str, Field(min_length=1, max_length=20_000)]

    @field_validator("text")
    @classmethod
    def _whole(cls, text: str) -> str:
        blanks = set(_BLANK.findall(text))
        if missing := sorted(_NEEDED - blanks):
            problem = f"it has to say {', '.join(f'{{{name}}}' for name in missing)}"
            raise ValueError(problem)
        if unknown := sorted(blanks - set(BLANKS)):
            problem = f"there is no blank {', '.join(f'{{{name}}}' for name in unknown)}"
            raise ValueError(problem)
        return text


class MembersSettings(Section):
    """What members are told.

    Attributes:
        controller: who answers for it, with an address.
        contact: whom to ask, for example the data protection officer.
        equal_way: how members are served as well without a face.
        address: where the console's public pages are reached, e.g. `https://mall.example`; empty: nowhere outside.
        unused_days: after which a member who did not come is erased.
        texts: the site's own, instead of ours.
    """

    controller: Annotated[str, Field(max_length=500)] = ""
    contact: Annotated[str, Field(max_length=500)] = ""
    equal_way: Annotated[str, Field(max_length=1000)] = ""
    address: Annotated[str, Field(pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+)?$", max_length=200)] = ""
    unused_days: Annotated[int, Field(ge=1, le=round(CONSENT / DAY))] = round(CONSENT / DAY)
    texts: Annotated[tuple[OwnText, ...], Field(max_length=20)] = ()

    @field_validator("texts")
    @classmethod
    def _distinct(cls, texts: tuple[OwnText, ...]) -> tuple[OwnText, ...]:
        if len({text.language.lower() for text in texts}) < len(texts):
            raise ValueError("two of them have the same language")  # noqa: EM101
        return texts


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text as it is shown.

    Attributes:
        language: BCP 47.
        sha256: of the text in UTF-8, hexadecimal.
    """

    language: str
    version: str
    text: str
    sha256: str

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")


def consent_texts(settings: MembersSettings, equal_way: str = "") -> tuple[ConsentText, ...]:
    """Every language's text.

    Args:
        settings: the site's.
        equal_way: as declared; where the settings name none.

    Raises:
        ConflictError: something that has to stand in it is not known.
    """
    way = settings.equal_way or equal_way
    known = {"controller": settings.controller, "contact": settings.contact, "equal_way": way}
    names = {"controller": "who answers for it", "contact": "whom to ask", "equal_way": "the equal way without a face"}
    if missing := [names[name] for name, words in known.items() if not words.strip()]:
        problem = f"the text that members agree to lacks {', '.join(missing)}"
        raise ConflictError(problem, "Somebody who may change settings fills it in under Settings, Members.")
    where = f", or at {settings.address}/withdraw" if settings.address else ""
    shorter = settings.unused_days < CONSENT / DAY
    before = f" Who has not come for {settings.unused_days} days is erased before." if shorter else ""
    filled = {
        **known,
        "purpose": _PURPOSE,
        "retention": f"Until you take it back; for {MONTHS} months at most, then we ask again.{before}",
        "withdrawal": f"At any time, in one step, with the code of your receipt: at this kiosk{where}. Comparing stops "
        "at once and everything is erased. Without the receipt, show your face here.",
    }
    texts = settings.texts or (OwnText(language=LANGUAGE, version=VERSION, text=_TEXT),)
    return tuple(_filled(text, filled) for text in texts)


def agreed_text(texts: tuple[ConsentText, ...], digest: str) -> ConsentText:
    """The text that somebody agreed to, by its SHA-256.

    Raises:
        ConflictError: it is none of these.
    """
    for text in texts:
        if hmac.compare_digest(text.sha256.encode(), digest.encode()):
            return text
    problem = "the text that was agreed to is not the one that holds now"
    raise ConflictError(problem, "Begin again, and read it once more.")


def best_for(texts: tuple[ConsentText, ...], language: str) -> ConsentText:
    """The text in a language, else English, else the first one."""
    for wanted in (language.lower(), LANGUAGE):
        for text in texts:
            if text.language.lower().partition("-")[0] == wanted:
                return text
    return texts[0]


def _filled(own: OwnText, words: Mapping[str, str]) -> ConsentText:
    text = _BLANK.sub(lambda blank: words[blank[1]], own.text.replace("\r\n", "\n")).strip()
    return ConsentText(own.language, own.version, text, hashlib.sha256(text.encode()).hexdigest())
