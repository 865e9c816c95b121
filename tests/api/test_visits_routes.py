"""Visits and routes over the API: estimates by name, files, and rights."""

import pytest
from shop import BEFORE, DAY

from galleria.domain.access import Role

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
