"""Every word of the console can be translated: the pages in a language made by marking every word of the catalogue."""

import re
import sys
from pathlib import Path

import pytest
from site_pages import NOT_BUILT, Console, built, told

from galleria.console.site import locale
from galleria.policy.profiles import find_profile, profile_ids

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from words import compiled, words

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)

# What the site's own record says, and who is signed in.
NAMES = "The shop Hall yard Front door back gate shelf Corridor Till Screen Norte coffee bar administrator"
NAMES += " Book books Corner corner"
# The API's own: ids of roles, of rights, and of actions and facts in the audit.
ROLES = "tenant analyst approver guard operator reviewer data protection officer"
RIGHTS = "see live health measures site change settings manage users audit export everything"
RIGHTS += " purposes purpose declare sign stop"
RIGHTS += " kiosk members unit send sales"
ACTIONS = "token created label scopes scope sign address first name password role set user shop galleria invited"
# Why nobody can join, as every reason is told: in English.
WAITING = (
    "the text that members agree lacks who answers for whom ask equal way without face Somebody may change settings "
    "fills under Settings Members"
)
# By page, what is no word of the console: units and formats; names of the sample cameras; reasons and notes as they
# stand in the journal, English everywhere.
PLACES = {
    "/": "Numbers are counted min Monday Tuesday Wednesday Thursday Friday Saturday September nothing was seen",
    "/flows": "Cameras saw of the open time what happened in rest is not these numbers CSV Excel Parquet min",
    "/visitors": "",
    "/sales": "",
    "/live": "",
    "/cameras": "rtsp videos",
    "/health": "answer min",
    "/account": "",
    "/cameras/add": "rtsp TCP UDP",
    "/cameras/find": "",
    "/cameras/hall": "rtsp TCP UDP videos",
    "/cameras/hall/draw": "",
    "/cameras/hall/remove": "",
    "/settings/site": "",
    "/purposes": " ".join(find_profile(name).title for name in profile_ids()).replace(",", "").replace("'", " "),
    "/purposes/record": "Europe Berlin",
    "/purposes/sign/unique": "http https",
    "/purposes/unique/declare": "",
    "/about": "",
    "/settings/privacy": "",
    "/settings/keeping": "",
    "/settings/members": "mall example",
    "/members": WAITING,
    "/kiosk": WAITING,
    "/kiosk/erase": "",
    "/withdraw": "",
    "/settings/users": ROLES,
    "/settings/integrations": "TLS STARTTLS",
    "/settings/tokens": RIGHTS,
    "/settings/audit": f"{ROLES} {RIGHTS} {ACTIONS}",
    "/first/camera": "rtsp TCP UDP Door faces the watchers",
}


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
    left = sorted(set(re.findall(r"[A-Za-z]{3,}", text)) - set(f"{NAMES} {PLACES[place]}".split()))
    assert left == []
