"""Who may ask about what: within a tenant's unit, and not a step beyond it."""

from dataclasses import replace

import pytest
from flowing import shop
from hypothesis import given
from hypothesis import strategies as st

from galleria.app.flow_subjects import subjects
from galleria.app.reach import Reach, check_shop
from galleria.domain.access import RIGHTS, Actor, Right, Role
from galleria.domain.errors import InputError, NotFoundError
from galleria.domain.site import Queue, Shop

MALL = replace(
    shop(),
    shops=(Shop("books", tripwires=("door",), zones=("shelf",)), Shop("corner", tripwires=("gate",))),
    queues=(Queue("till", "shelf", shop="books"), Queue("desk", "shelf")),
)
KNOWN = subjects(MALL)


def of(role, unit=""):
    return Reach.of(Actor("a", "A", RIGHTS[role], shop=unit), MALL)


def keys(reach):
    return [subject.key for subject in reach.subjects(KNOWN)]


def test_a_tenant_has_its_shop_with_its_lines_zones_and_queues():
    books, corner = of(Role.TENANT, "books"), of(Role.TENANT, "corner")
    assert keys(books) == ["shop:books", "tripwire:door", "zone:shelf"]
    assert keys(corner) == ["shop:corner", "tripwire:gate"]
    assert ([q.id for q in books.queues], corner.queues) == (["till"], ())
    assert books.shop("books").tripwires == ("door",)
    for ask in (lambda: books.shop("corner"), lambda: corner.queue("till"), lambda: books.queue("desk")):
        with pytest.raises(NotFoundError):
            ask()


@pytest.mark.parametrize("unit", ["", "gone", "BOOKS"])
def test_a_tenant_without_a_shop_that_is_there_has_nothing(unit):
    assert (keys(of(Role.TENANT, unit)), of(Role.TENANT, unit).shops) == ([], ())


def test_an_empty_id_in_the_site_is_nobodys():
    site = replace(MALL, shops=(Shop(""),))
    assert Reach.of(Actor("a", "A", RIGHTS[Role.TENANT]), site).shops == ()


def test_the_mall_has_everything_and_others_nothing():
    for role in (Role.OPERATOR, Role.ANALYST, Role.DPO, Role.ADMINISTRATOR):
        assert keys(of(role)) == [subject.key for subject in KNOWN]
        assert of(role).queues == MALL.queues
    for role in (Role.GUARD, Role.REVIEWER, Role.APPROVER):
        assert keys(of(role, "books")) == []


@given(st.frozensets(st.sampled_from(Right)), st.sampled_from(["", "books", "corner", "gone"]))
def test_only_the_right_to_everything_reaches_beyond_a_unit(rights, unit):
    reach = Reach.of(Actor("a", "A", rights, "token", unit), MALL)
    assert reach.everything is bool(rights & {Right.SEE_MEASURES, Right.EXPORT})
    if not reach.everything:
        assert {one.id for one in reach.shops} <= {unit}
        assert "site" not in keys(reach)
        assert not any(key.startswith(("camera:", "entrance:")) for key in keys(reach))


def test_a_tenants_rights_are_its_unit_and_nothing_else():
    assert RIGHTS[Role.TENANT] == {Right.SEE_UNIT, Right.EXPORT_UNIT}
    tenant = Actor("a", "A", RIGHTS[Role.TENANT], shop="books")
    assert [right for right in Right if tenant.may(right)] == [Right.SEE_UNIT, Right.EXPORT_UNIT]
    wide = Actor("a", "A", frozenset({Right.SEE_MEASURES}))
    assert [right for right in Right if wide.may(right)] == [Right.SEE_MEASURES, Right.SEE_UNIT]


def test_a_shop_that_is_not_there_is_given_to_nobody():
    check_shop(MALL, Role.TENANT, "books")
    check_shop(MALL, Role.ANALYST, "")
    for unit in ("", "gone"):
        with pytest.raises(InputError):
            check_shop(MALL, Role.TENANT, unit)
