"""Face networks, loaded when a purpose first needs them and let go of when none does. Loading keeps nobody waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from galleria.app.faces import EXPRESSION, GENDER, FaceLoader
from galleria.domain.dossier import ModelMark
from galleria.domain.errors import GalleriaError
from galleria.domain.site import FaceSetting
from galleria.identity.gallery import load_search
from galleria.runtime.face_facts import Need
from galleria.runtime.faces import FaceTools

_AGAIN = 60.0  # seconds after which a network that could not be had is tried again

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is loaded.

    Attributes:
        need: what it is good for.
        mark: of the model that makes templates; None: there is none.
        dimensions: of a template.
    """

    need: Need
    tools: FaceTools
    mark: ModelMark | None = None
    dimensions: int = 0


def fetch_tools(need: Need, setting: FaceSetting) -> Loaded:
    """Load only what is needed; ages wherever something is made of a face, because likely minors are dropped.

    Raises:
        ModelError: a network cannot be had.
    """
    if need.templates:
        load_search()
    loader = FaceLoader("onnxruntime", 1)
    embedder, mark = loader.embedder(setting.embedder) if need.templates else (None, None)
    tools = FaceTools(
        loader.finder(setting.finder),
        embedder,
        loader.age(setting.age) if need.ages else None,
        loader.classes(setting.gender, *GENDER) if need.attributes else None,
        loader.classes(setting.expression, *EXPRESSION) if need.expressions else None,
    )
    return Loaded(need, tools, mark, embedder.dimensions if embedder else 0)


class Shelf:
    """Asked by one thread; loads in another.

    Args:
        clock: tells the time now.
        fetch: loads what is needed.
    """

    def __init__(
        self, clock: Callable[[], float], fetch: Callable[[Need, FaceSetting], Loaded] = fetch_tools
    ) -> None:  # fmt: skip
        self._clock, self._fetch = clock, fetch
        self._has: tuple[FaceSetting, Loaded] | None = None
        self._loading: threading.Thread | None = None
        self._retry = float("-inf")

    def get(self, need: Need, setting: FaceSetting) -> Loaded | None:
        """What is good for that; None while it is being loaded, or cannot be had.

        What can do more goes on until what can do no more than that is there.
        """
        has = self._has
        if has is None or has[0] != setting or has[1].need != need:
            busy = self._loading is not None and self._loading.is_alive()
            if not busy and self._clock() >= self._retry:
                work = threading.Thread(target=self._load, args=(need, setting), name="face networks", daemon=True)
                self._loading = work
                work.start()
        return has[1] if has is not None and has[0] == setting and has[1].need.covers(need) else None

    def clear(self) -> None:
        """Nobody needs any."""
        self._has = None

    def wait(self) -> None:
        """Until what is being loaded is there, or cannot be had."""
        if self._loading is not None:
            self._loading.join()

    def _load(self, need: Need, setting: FaceSetting) -> None:
        try:
            self._has = setting, self._fetch(need, setting)
        except GalleriaError as error:
            self._retry = self._clock() + _AGAIN
            _log.error("faces are not looked at: %s", error, extra={"event": "face-networks-failed"})
        except Exception:  # noqa: BLE001  counting goes on
            self._retry = self._clock() + _AGAIN
            _log.exception("faces are not looked at", extra={"event": "face-networks-failed"})
