"""What to expect, over HTTP: shapes, rights, the file, and what is refused."""

import csv
import io

from galleria.domain.access import Right, Role

CAMPAIGN = {"name": "Lights", "begin": "2026-09-19", "last": "2026-09-25"}


def test_a_forecast_of_too_few_days_says_so(quiet) -> None:
    with quiet.bearer() as client:
        found = client.get("/api/v1/forecast").json()
        assert (found["subject"], found["day"], found["days"], found["known"]) == ("site", "2026-09-21", [], 1)
        assert any("Too few days" in note for note in found["notes"])
        assert client.get("/api/v1/forecast", params={"subject": "moon"}).status_code == 422


def test_the_file_is_for_those_who_may_export_and_is_written_down(quiet) -> None:
    with quiet.bearer(quiet.site.tokens[Right.SEE_MEASURES]) as client:
        assert client.get("/api/v1/forecast.csv").status_code == 403
    with quiet.bearer() as client:
        answer = client.get("/api/v1/forecast.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert next(csv.reader(io.StringIO(answer.text))) == ["date", "subject", "expected", "low", "high", "holiday"]


def test_notes_and_what_cannot_be_used_of_the_weather(quiet) -> None:
    (quiet.site.folder / "weather.csv").write_text("date,temperature,rain\n2026-09-14,hot,1\n")
    try:
        with quiet.bearer() as client:
            found = client.get("/api/v1/notes").json()
    finally:
        (quiet.site.folder / "weather.csv").unlink()
    assert found["faults"] == ["weather.csv, row 2: temperature 'hot' is not a number from -90 to 60."]
    assert "Saturday 19 September: nothing was seen." in [note["text"] for note in found["notes"]]


def test_campaigns_come_from_the_settings(quiet) -> None:
    with quiet.bearer() as client:
        assert client.get("/api/v1/campaigns").json() == []
        wrong = {"value": {"campaigns": [CAMPAIGN | {"last": "2026-09-01"}]}, "version": 0}
        assert client.put("/api/v1/settings/campaigns", json=wrong).status_code == 422
        right = {"value": {"campaigns": [CAMPAIGN]}, "version": 0}
        assert client.put("/api/v1/settings/campaigns", json=right).status_code == 200
        (found,) = client.get("/api/v1/campaigns").json()
    assert found["campaign"] == CAMPAIGN
    assert (found["days"], found["actual"]) == (0, None)


def test_places_beside_each_other(quiet) -> None:
    period = {"begin": "2026-09-14", "end": "2026-09-15", "against": "usual"}
    with quiet.bearer() as client:
        found = client.get("/api/v1/compare", params=period).json()
        assert client.get("/api/v1/compare", params=period | {"end": "2029-01-01"}).status_code == 422
    assert [one["key"] for one in found][:2] == ["site", "entrance:front"]
    assert (found[0]["value"], found[0]["before"], found[0]["change"]) == (20, None, None)


def test_what_campaigns_did_as_a_file(quiet) -> None:
    with quiet.bearer(quiet.site.tokens[Right.SEE_MEASURES]) as client:
        assert client.get("/api/v1/campaigns.csv").status_code == 403
    with quiet.bearer() as client:
        known = client.get("/api/v1/settings/campaigns").json()
        wanted = {"value": {"campaigns": [CAMPAIGN, CAMPAIGN | {"name": "=1+1"}]}, "version": known["version"]}
        assert client.put("/api/v1/settings/campaigns", json=wanted).status_code == 200
        rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/campaigns.csv").text, newline="")))
    assert [(row["name"], row["begin"], row["last"], row["days"], row["low"]) for row in rows] == [
        ("Lights", "2026-09-19", "2026-09-25", "0", ""), ("'=1+1", "2026-09-19", "2026-09-25", "0", ""),
    ]  # fmt: skip
    ada = quiet.site.signed[Role.ADMINISTRATOR].actor
    assert quiet.site.access.audit.list(ada, most=1)[0].action == "export.campaigns"
