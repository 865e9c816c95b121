"""Conversion and tills' clocks over the API: of the site to those who may see it, of one shop to its tenant."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from shop import DAY, Served, ShopSite

from galleria.domain.access import Role
from galleria.domain.sale import Sale, SaleKind

ASKED = f"?begin={DAY}&end=2026-09-22"


def when(clock):
    return datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()


@pytest.fixture(scope="module")
def sold(tmp_path_factory):
    site = ShopSite(tmp_path_factory.mktemp("sold"))
    some = [Sale(f"{n}", "books", "1", when(f"10:{n:02}:00"), 12_500, "EUR", 2) for n in range(4)]
    some += [
        Sale("x", "books", "1", when("10:30:00"), 99_000, "EUR", 1),
        Sale("v", "books", "1", when("10:31:00"), 0, "EUR", 0, SaleKind.VOID, "x"),
        Sale("r", "books", "1", when("10:40:00"), -2_500, "EUR", 1, SaleKind.REFUND, "1"),
        Sale("z", "books", "1", when("10:50:00"), 20_000, "CHF", 1),
    ]
    site.sales.put(some)
    with Served(site) as served:
        yield served
    site.close()


def parts(served, address=f"/api/v1/conversion{ASKED}", role=Role.ADMINISTRATOR):
    with served.browser(role) as client:
        answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return {part["key"]: part for part in answer.json()["parts"]}, answer.json()


def test_buyers_voids_refunds_and_currencies(sold):
    found, answer = parts(sold)
    books = found["shop:books"]["whole"]
    assert (books["receipts"], books["buyers"]) == (5, 5)
    assert books["amounts"] == {"CHF": 20.0, "EUR": 47.5}
    assert books["baskets"] == {"CHF": 20.0, "EUR": 12.5}
    assert books["rate"] == pytest.approx(5 / books["visitors"])
    assert books["per_visitor"]["EUR"] == pytest.approx(47.5 / books["visitors"])
    assert books["items_per_receipt"] == pytest.approx(9 / 5)
    assert "those of staff" in " ".join(answer["notes"]).lower()


def test_no_receipt_is_no_conversion_of_zero(sold):
    corner = parts(sold)[0]["shop:corner"]["whole"]
    assert (corner["rate"], corner["buyers"], corner["receipts"], corner["why"]) == (None, None, None, "no-sales")


def test_a_tenant_has_its_own_shop_alone(sold):
    found, _ = parts(sold, role=Role.TENANT)
    assert list(found) == ["shop:books"]
    with sold.browser(Role.TENANT) as client:
        assert client.get(f"/api/v1/conversion{ASKED}&shop=corner").status_code == 404
        assert client.get(f"/api/v1/conversion{ASKED}&shop=nowhere").status_code == 404
        assert "corner" not in client.get(f"/api/v1/conversion.csv{ASKED}").text
        assert client.get(f"/api/v1/tills{ASKED}").json()["tills"] == []


def test_csv_says_the_same_and_is_audited(sold):
    with sold.bearer() as client:
        answer = client.get(f"/api/v1/conversion.csv{ASKED}&shop=books")
        (entry, *_) = client.get("/api/v1/audit").json()
    assert entry["action"] == "export.studies"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["of"] for row in rows} == {"shop:books"}
    books = parts(sold)[0]["shop:books"]["whole"]
    (rate,) = [row for row in rows if (row["by"], row["measure"]) == ("period", "conversion")]
    assert float(rate["value"]) == pytest.approx(books["rate"])


def test_another_grain_is_refused(sold):
    with sold.bearer() as client:
        assert client.get(f"/api/v1/conversion{ASKED}&grain=hour").status_code == 422
