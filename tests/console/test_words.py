"""Every word of the console can be translated: the pages in a language made by marking every word of the catalogue."""

import re
import sys
from pathlib import Path

import pytest
from site_pages import NOT_BUILT, Console, built, told

from galleria.console.site import locale

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from words import compiled, words

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)

PLACES = ("/", "/flows", "/live", "/cameras", "/health", "/account", "/cameras/add", "/cameras/find", "/cameras/hall",
          "/cameras/hall/draw", "/cameras/hall/remove", "/settings/site", "/settings/keeping", "/settings/users",
          "/settings/integrations", "/settings/tokens", "/settings/audit", "/first/camera")  # fmt: skip


# What the site's own record says, and its audit; units and formats; ids of roles, rights and actions, which are the
# API's; reasons and notes as they stand in the journal and in the API's answers, which are English everywhere.
DATA = set(
    """
    The shop Hall yard Front door back gate shelf Corridor Till Screen Norte coffee bar faces watchers the main videos
    viewer rtsp TCP UDP TLS STARTTLS CSV Excel Parquet min administrator analyst approver guard operator reviewer data
    protection officer see live health measures site change settings manage users audit export everything token created
    label scopes scope sign address first name password role set user Door answer are counted goes Numbers
    """.split()  # noqa: SIM905
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = words()
    for message in made:
        if message.id:
            both = isinstance(message.id, tuple)
            message.string = tuple(f"⟦{each}⟧" for each in message.id) if both else f"⟦{message.id}⟧"
    folder = tmp_path_factory.mktemp("locale")
    compiled(made, "eo", folder)
    return folder


@pytest.fixture(scope="module")
def console(folder, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, Console(tmp_path_factory.mktemp("console")) as console:
        patch.setattr(locale, "FOLDER", folder)
        locale._catalogue.cache_clear()
        yield console
    locale._catalogue.cache_clear()


def test_there_are_words():
    assert len(words()) > 400


@pytest.mark.parametrize("place", PLACES)
def test_every_word_on_a_page_is_in_the_catalogue(console, place):
    client = console.someone()
    answer = client.get(place, headers={"Accept-Language": "eo"})
    assert answer.status_code == 200
    assert '<html lang="eo"' in answer.text
    text = told(answer)
    before, text = None, re.sub(r"/\S+", " ", text)  # paths are the machine's
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    left = sorted(set(re.findall(r"[A-Za-z]{3,}", text)) - DATA)
    assert left == []
