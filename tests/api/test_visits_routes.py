"""Visits and routes over the API: estimates by name, files, and rights."""

from dataclasses import replace
from datetime import date

import pytest
from shop import BEFORE, DAY

from galleria.domain.access import Role
from galleria.domain.hand_count import HandCount

PERIOD = {"begin": BEFORE, "end": DAY}


@pytest.fixture
def studied(shop):
    shop.studies.turn(shop.clock.now())
    return shop


def test_visits_are_told_as_estimates_with_what_they_mean(studied, served):
    with served.bearer() as api:
        told = api.get("/api/v1/visits", params=PERIOD).json()
        site, front, back = told["places"][:3]
        assert (site["place"], front["name"], back["place"]) == ("site", "Front door", "entrance:back")
        assert site["whole"]["comings"] == 20
        assert site["whole"]["visits"] <= 20
        assert "Estimated" in told["note"]
        assert {one["name"] for one in told["meanings"]} >= {"visits", "visit_dwell", "bounce"}
        assert told["labelled"]["a_day"] == {"value": None, "why": "undeclared"}
        rows = api.get("/api/v1/visits.csv", params=PERIOD).text.splitlines()
        assert rows[0].startswith("place,by,local,coverage,comings,visits")
        assert rows[1].startswith(f"site,day,{BEFORE},")
        assert api.get("/api/v1/visits", params={**PERIOD, "grain": "hour"}).status_code == 422


def test_a_count_by_hand_is_told_with_what_it_does_to_visits(studied, served):
    with served.bearer() as api:
        before = api.get("/api/v1/visits", params=PERIOD).json()["places"][0]
        assert (before["by_hand"], before["whole"]["visits_off"]) == (None, None)
        count = HandCount(date.fromisoformat(BEFORE), 400, staff=60, again=20, place="entrance:front")
        studied.changed(replace(studied.site, hand_counts=(count,)))
        told = api.get("/api/v1/visits", params=PERIOD).json()
        after = told["places"][0]
        assert after["by_hand"]["share"] == pytest.approx(0.8)
        assert after["by_hand"]["first_day"] == BEFORE
        assert after["whole"]["comings"] == before["whole"]["comings"]
        assert after["whole"]["visits"] == pytest.approx(before["whole"]["visits"] - 0.2 * before["whole"]["comings"])
        assert after["whole"]["visits_off"] > 0
        assert "of 400 comings 60 were staff's and 20 came in again" in told["note"]


def test_routes_are_told_by_part(studied, served):
    with served.bearer() as api:
        told = api.get("/api/v1/routes", params=PERIOD).json()
        assert told["estimated"]
        assert told["names"]["entrance:front"] == "Front door"
        camera = api.get("/api/v1/routes", params={"begin": DAY, "part": "camera:hall"}).json()
        assert not camera["estimated"]
        steps = {(step["from"], step["to"]): step["count"] for step in camera["steps"]}
        assert steps["outside", "tripwire:door"] == 30
        assert api.get("/api/v1/routes", params={**PERIOD, "part": "camera:moon"}).status_code == 422
        text = api.get("/api/v1/routes.csv", params={"begin": DAY, "part": "camera:hall"}).text
        assert "camera:hall,step,outside,tripwire:door,30" in text


def test_a_tenant_sees_no_other_units_routes(studied, served):
    with served.browser(Role.TENANT) as api:
        for path in ("visits", "routes", "visits.csv", "routes.csv"):
            assert api.get(f"/api/v1/{path}", params=PERIOD).status_code == 403
