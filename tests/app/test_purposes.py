import time
from dataclasses import replace
from datetime import date

import pytest
from people import PASSWORD
from purposeful import ANNA, BEN, CARL, DAY, MARK, MEASURED, NOW, SITE, Place, declaration, someone

from galleria.app.purposes import AGAIN
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
    PolicyError,
    SiteFileError,
    StoreError,
)
from galleria.domain.purpose import TEMPLATE_PURPOSES, LawfulBasis, Notice, Purpose
from galleria.policy.gate import LEASE, Gate
from galleria.policy.reasons import Reason
from galleria.storage import records as rows

FACES = sorted(TEMPLATE_PURPOSES - {Purpose.WATCHLIST})  # of which nothing is built
OTHERS = [Purpose.DEMOGRAPHICS, Purpose.STAFF, Purpose.EXPERIENCE, Purpose.AUDIENCE]


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    yield place
    place.close()


def grant(place, purpose=Purpose.UNIQUE, camera="hall"):
    return place.purposes.granted(camera).get(purpose)


def sign_again(place, purpose=Purpose.UNIQUE):
    """After a change of what is signed along with a declaration."""
    place.reload()
    if Reason.ALTERED in place.reasons(purpose):
        for signer in (ANNA, BEN):
            place.sign(signer, purpose)


@pytest.mark.parametrize("purpose", [*FACES, *OTHERS])
def test_with_everything_in_place_it_runs_at_its_cameras_and_at_no_other(place, purpose):
    place.running(purpose)
    grant(place, purpose).demand(purpose, "hall", place.clock.now())
    assert set(place.purposes.granted("hall")) == {purpose}
    assert place.purposes.granted("yard") == {}
    assert place.purposes.granted("nowhere") == {}
    assert place.of(purpose).running == ("hall",)
    assert place.reasons(purpose) == set()


def test_a_fresh_site_is_granted_nothing(place):
    assert [place.purposes.granted(camera) for camera in ("hall", "yard")] == [{}, {}]
    for purpose in [*FACES, *OTHERS, Purpose.WATCHLIST]:
        assert Reason.NO_DECLARATION in place.reasons(purpose)
    assert place.of(Purpose.FOOTFALL).running == ("hall", "yard")


# What is taken away, of everything that is needed, and what it is called.
DECLARED = {
    Reason.NOT_BEGUN: {"first": date(2026, 9, 23)},
    Reason.EXPIRED: {"last": date(2026, 9, 20)},
    Reason.TOO_LONG: {"last": date(2027, 9, 30)},
    Reason.NO_NOTICE: {"notice": Notice("3", "")},
    Reason.NO_CAMERA: {"cameras": ()},
}
OF_ONE = [
    *((purpose, Reason.NO_DPIA, {"dpia": ""}) for purpose in FACES),
    (Purpose.MEMBERS, Reason.NO_EQUAL_WAY, {"equal_way": ""}),
    (Purpose.MEMBERS, Reason.WRONG_BASIS, {"basis": LawfulBasis.CONTRACT}),
    (Purpose.STAFF, Reason.NO_STAFF_NOTICE, {"staff_notice": ""}),
]
CASES = [(purpose, *case) for purpose in [*FACES, *OTHERS] for case in DECLARED.items()] + OF_ONE


@pytest.mark.parametrize(("purpose", "reason", "change"), CASES)
def test_a_declaration_that_lacks_one_thing_is_refused_with_its_name(place, purpose, reason, change):
    place.running(purpose, **change)
    assert place.purposes.granted("hall") == {}
    assert place.reasons(purpose) == {reason}


def _another_model(dossier):
    return replace(dossier, model=replace(MARK, sha256="cd" * 32))


GROUND = {
    Reason.NO_DECLARATION: lambda place, purpose: place.purposes.withdraw(ANNA, purpose),
    Reason.STOPPED: lambda place, purpose: place.purposes.stop(BEN, purpose),
    Reason.ALTERED: lambda place, _: place.edit("At both doors", "At one door"),
    Reason.OTHER_CAMERA: None,
    Reason.UNSIGNED: None,
}
OF_FACES = {
    Reason.NO_DOSSIER: lambda place: [path.unlink() for path in (place.folder / "dossiers").iterdir()],
    Reason.DOSSIER_EXPIRED: lambda place: place.put_dossier(replace(MEASURED, ends=NOW - DAY)),
    Reason.DOSSIER_OTHER_MODEL: lambda place: place.put_dossier(_another_model(MEASURED)),
    Reason.DOSSIER_OTHER_THRESHOLD: lambda place: place.edit("cameras:\n", "faces:\n  threshold: 0.7\ncameras:\n"),
    Reason.NO_COMPARISON: lambda place: place.edit("cameras:\n", "faces:\n  embedder: gender-v1\ncameras:\n"),
}


@pytest.mark.parametrize("purpose", [*FACES, *OTHERS])
@pytest.mark.parametrize("reason", [reason for reason, take in GROUND.items() if take])
def test_what_is_taken_away_later_ends_it_at_once_with_its_name(place, purpose, reason):
    place.running(purpose)
    held = grant(place, purpose)
    GROUND[reason](place, purpose)
    assert place.purposes.granted("hall") == {}
    with pytest.raises(PolicyError):
        held.demand(purpose, "hall", place.clock.now())
    assert place.reasons(purpose) == {reason}


@pytest.mark.parametrize("purpose", FACES)
@pytest.mark.parametrize("reason", OF_FACES)
def test_faces_are_not_compared_without_a_dossier_of_what_runs(place, purpose, reason):
    place.running(purpose)
    held = grant(place, purpose)
    OF_FACES[reason](place)
    sign_again(place, purpose)
    assert place.purposes.granted("hall") == {}
    with pytest.raises(PolicyError):
        held.demand(purpose, "hall", place.clock.now())
    expected = {reason, Reason.NO_DOSSIER} if reason is Reason.NO_COMPARISON else {reason}
    assert place.reasons(purpose) & expected == place.reasons(purpose)
    assert reason in place.reasons(purpose)


@pytest.mark.parametrize("purpose", OTHERS)
@pytest.mark.parametrize("reason", OF_FACES)
def test_what_compares_no_templates_needs_no_dossier(place, purpose, reason):
    place.running(purpose)
    OF_FACES[reason](place)
    sign_again(place, purpose)
    assert grant(place, purpose)


def test_a_locked_purpose_never_starts(place):
    place.running(Purpose.WATCHLIST)
    place.edit("profile: us\n", "profile: eu\n")
    assert place.purposes.granted("hall") == {}
    assert place.reasons(Purpose.WATCHLIST) == {Reason.LOCKED}


def test_a_profile_that_asks_for_consent_wants_it_or_a_panel(place):
    place.edit("profile: us\n", "profile: eu\n")
    place.running(basis=LawfulBasis.LEGITIMATE_INTERESTS)
    assert place.reasons() == {Reason.WRONG_BASIS}
    place.declare(Purpose.UNIQUE, ANNA, BEN, basis=LawfulBasis.LEGITIMATE_INTERESTS, panel=True)
    assert place.reasons() == {Reason.NOT_BUILT}  # the panel would do, but nobody can join one
    place.declare(Purpose.UNIQUE, ANNA, BEN, basis=LawfulBasis.CONSENT)
    assert grant(place)


def test_a_watchlist_is_not_built_and_never_starts(place):
    place.running(Purpose.WATCHLIST)
    assert place.purposes.granted("hall") == {}
    assert [one.purpose for one in place.purposes.public()] == [Purpose.FOOTFALL]
    assert len(place.of(Purpose.WATCHLIST).signed) == 2
    assert place.of(Purpose.WATCHLIST).running == ()
    assert place.reasons(Purpose.WATCHLIST) == {Reason.NOT_BUILT}


def test_a_panel_is_not_built_and_ends_what_ran_without_one(place):
    place.running()
    held = grant(place)
    place.declare(Purpose.UNIQUE, panel=True)
    assert place.reasons() >= {Reason.NOT_BUILT, Reason.ALTERED}
    with pytest.raises(PolicyError):
        held.demand(Purpose.UNIQUE, "hall", place.clock.now())
    for signer in (ANNA, BEN):
        place.sign(signer)
    assert place.purposes.granted("hall") == {}
    assert [one.purpose for one in place.purposes.public()] == [Purpose.FOOTFALL]
    assert (len(place.of().signed), place.of().running) == (2, ())
    assert place.reasons() == {Reason.NOT_BUILT}
    place.declare(Purpose.UNIQUE, ANNA, BEN)
    assert grant(place)


HALL, HALL_LANE = "/main}\n  - {id: yard", "/main, lane: {corners: [[0, 0], [1, 0], [1, 0.5]]}}\n  - {id: yard"
YARD, YARD_LANE = "2.8/main}", "2.8/main, lane: {corners: [[0, 0], [1, 0], [1, 0.5]]}}"
ON_SITE = {  # what is put in place of what, and whether only purposes that look at faces rest on it
    "lane": (HALL, HALL_LANE, True),
    "target": ("sightings: 4", "sightings: 4\n  target: 0.02", True),
    "sightings": ("sightings: 4", "sightings: 1", True),
    "network": ("sightings: 4", "sightings: 4\n  liveness: own.toml", True),
    "profile": ("profile: us\n", "profile: uk\n", False),
}


def written(place):
    """What the site file declares, without what the site adds to it."""
    return tuple(replace(one, terms="") for one in place.setup.read()[0].purposes)


class TestSigning:
    def test_two_different_people(self, place):
        place.put_dossier()
        place.declare(Purpose.UNIQUE, ANNA)
        assert place.reasons() == {Reason.UNSIGNED}
        with pytest.raises(ConflictError, match="signed it already"):
            place.sign(ANNA)
        assert place.reasons() == {Reason.UNSIGNED}
        place.sign(BEN)
        assert grant(place)
        assert [done.by for done in place.of().signed] == ["anna", "ben"]

    def test_a_token_cannot(self, place):
        place.declare()
        with pytest.raises(AccessError, match="only people sign"):
            place.sign(someone("script", Role.ADMINISTRATOR, "token"))
        assert place.of().signed == ()

    @pytest.mark.parametrize("role", [role for role in Role if Right.SIGN not in RIGHTS[role]])
    def test_not_everybody_may(self, place, role):
        place.declare()
        with pytest.raises(AccessError):
            place.sign(someone("dora", role))

    def test_what_was_read_is_what_is_signed(self, place):
        place.declare()
        read = place.of().digest
        place.declare(dpia="DPIA-8")
        with pytest.raises(ConflictError, match="another one than you read"):
            place.purposes.sign(ANNA, Purpose.UNIQUE, read)
        with pytest.raises(NotFoundError):
            place.purposes.sign(ANNA, Purpose.AUDIENCE, read)

    @pytest.mark.parametrize("change", [{"dpia": "DPIA-8"}, {"cameras": ("hall", "yard")}, {"last": date(2027, 8, 30)}])
    def test_an_altered_declaration_needs_new_signatures(self, place, change):
        place.running()
        place.declare(Purpose.UNIQUE, **change)
        assert place.purposes.granted("hall") == {}
        assert place.of().signed == ()
        place.sign(ANNA)
        assert place.reasons() == {Reason.UNSIGNED}
        place.sign(CARL)
        assert grant(place)

    def test_a_change_that_is_undone_was_none(self, place):
        place.running()
        place.edit("At both doors", "At one door")
        place.edit("At one door", "At both doors")
        assert grant(place)

    @pytest.mark.parametrize("purpose", [*FACES, *OTHERS])
    @pytest.mark.parametrize("change", ON_SITE)
    def test_what_it_rests_on_is_signed_too(self, place, purpose, change):
        old, new, faces_only = ON_SITE[change]
        place.edit("cameras:\n", "faces:\n  sightings: 4\ncameras:\n")
        place.running(purpose)
        held, signed = grant(place, purpose), place.of(purpose).digest
        place.edit(old, new)
        if faces_only and purpose is Purpose.STAFF:
            held.demand(purpose, "hall", place.clock.now())
            return
        assert place.purposes.granted("hall") == {}
        with pytest.raises(PolicyError):
            held.demand(purpose, "hall", place.clock.now())
        assert place.reasons(purpose) >= {Reason.ALTERED}
        with pytest.raises(ConflictError, match="another one than you read"):
            place.purposes.sign(CARL, purpose, signed)
        place.edit(new, old)
        assert grant(place, purpose)
        place.edit(old, new)
        place.again()  # it was changed while nothing ran
        assert place.purposes.granted("hall") == {}
        sign_again(place, purpose)
        assert Reason.ALTERED not in place.reasons(purpose)
        assert place.of(purpose).digest != signed

    def test_a_lane_that_is_taken_away_needs_new_signatures(self, place):
        place.edit(HALL, HALL_LANE)
        place.running()
        shown = place.purposes.public()
        assert grant(place)
        place.edit(HALL_LANE, HALL)
        assert place.reasons() == {Reason.ALTERED}
        assert [one.purpose for one in place.purposes.public()] == [Purpose.FOOTFALL]
        place.edit(HALL, HALL_LANE)
        assert place.purposes.public() == shown
        place.edit(HALL_LANE, HALL)
        place.sign(ANNA)
        assert place.reasons() == {Reason.UNSIGNED}
        place.sign(CARL)
        assert grant(place)

    @pytest.mark.parametrize(
        ("old", "new"),
        [(YARD, YARD_LANE), ("id: hall,", "id: hall, name: Hall,"), ("id: shop\n", "id: shop\n  name: The shop\n")],
    )
    def test_what_it_does_not_rest_on_ends_nothing(self, place, old, new):
        place.running()
        held = grant(place)
        place.edit(old, new)
        held.demand(Purpose.UNIQUE, "hall", place.clock.now())
        assert place.reasons() == set()

    def test_a_change_of_another_purpose_or_of_words_around_it_ends_nothing(self, place):
        place.running()
        held = grant(place)
        place.declare(Purpose.AUDIENCE, ANNA, BEN)
        place.edit("# A shop", "# The shop")
        held.demand(Purpose.UNIQUE, "hall", place.clock.now())
        place.purposes.stop(BEN, Purpose.UNIQUE)  # and this ends it, though other gates came between
        with pytest.raises(PolicyError, match="was stopped"):
            held.demand(Purpose.UNIQUE, "hall", place.clock.now())
        assert set(place.purposes.granted("hall")) == {Purpose.AUDIENCE}

    def test_withdrawn_and_declared_again_it_is_unsigned(self, place):
        place.running()
        place.purposes.withdraw(ANNA, Purpose.UNIQUE)
        assert "purposes" not in place.path.read_text()
        place.declare()
        assert place.reasons() == {Reason.UNSIGNED}
        place.purposes.withdraw(ANNA, Purpose.UNIQUE)
        with pytest.raises(NotFoundError):
            place.purposes.withdraw(ANNA, Purpose.UNIQUE)

    def test_signatures_are_there_after_a_new_start_and_names_are_those_of_now(self, place):
        ada = place.people.first("Ada")
        place.people.access.accept(place.people.access.invite("Bo", Role.OPERATOR), PASSWORD)
        bo = place.people.access.sign_in("Bo", PASSWORD).actor
        place.put_dossier()
        place.declare(Purpose.UNIQUE, ada, bo)
        place.people.access.users.change(ada, bo.id, name="Boris")
        place.again()
        assert grant(place)
        assert [done.name for done in place.of().signed] == ["Ada", "Boris"]
        place.people.access.users.remove(ada, bo.id)
        assert [done.name for done in place.of().signed] == ["Ada", ""]


class TestStopping:
    def test_a_stop_is_seen_at_once_and_survives_a_new_start(self, place):
        place.running()
        held = grant(place)
        place.purposes.stop(BEN, Purpose.UNIQUE)
        with pytest.raises(PolicyError, match="was stopped"):
            held.demand(Purpose.UNIQUE, "hall", place.clock.now())
        assert place.purposes.granted("hall") == {}
        place.again()
        assert place.purposes.granted("hall") == {}
        assert (place.reasons(), place.of().stopped.by) == ({Reason.STOPPED}, "ben")
        place.purposes.start(CARL, Purpose.UNIQUE)
        grant(place).demand(Purpose.UNIQUE, "hall", place.clock.now())
        with pytest.raises(PolicyError):  # a start brings no old grant back
            held.demand(Purpose.UNIQUE, "hall", place.clock.now())
        place.again()
        assert grant(place)

    def test_stopping_twice_is_told_once(self, place):
        ada = place.people.first()
        place.purposes.stop(BEN, Purpose.UNIQUE)
        place.purposes.stop(CARL, Purpose.UNIQUE)
        place.purposes.start(CARL, Purpose.UNIQUE)
        place.purposes.start(CARL, Purpose.UNIQUE)
        assert [a for a in place.people.actions(ada) if a.startswith("purpose")] == [
            "purpose.stopped",
            "purpose.started",
        ]

    def test_a_disk_that_refuses_does_not_keep_it_running(self, place, monkeypatch):
        place.running()
        held = grant(place)

        def refuse():
            problem = "the disk is full"
            raise StoreError(problem)

        with monkeypatch.context() as patch:
            patch.setattr(place.records, "write", refuse)
            with pytest.raises(StoreError):
                place.purposes.stop(BEN, Purpose.UNIQUE)
        with pytest.raises(PolicyError):
            held.demand(Purpose.UNIQUE, "hall", place.clock.now())
        place.reload()
        assert place.purposes.granted("hall") == {}
        place.purposes.start(BEN, Purpose.UNIQUE)
        assert grant(place)

    def test_counting_is_no_purpose_to_be_stopped(self, place):
        for change in (place.purposes.stop, place.purposes.start):
            with pytest.raises(InputError):
                change(BEN, Purpose.FOOTFALL)
        assert place.of(Purpose.FOOTFALL).running == ("hall", "yard")

    @pytest.mark.parametrize("role", [role for role in Role if Right.STOP_PURPOSE not in RIGHTS[role]])
    def test_not_everybody_may(self, place, role):
        place.running()
        for change in (place.purposes.stop, place.purposes.start):
            with pytest.raises(AccessError):
                change(someone("dora", role), Purpose.UNIQUE)
        assert grant(place)


class TestGranting:
    def test_a_grant_is_renewed_before_it_ends(self, place):
        place.running()
        first = grant(place)
        place.clock.advance(LEASE / 2 - 1)
        assert grant(place) is first
        place.clock.advance(2)
        second = grant(place)
        assert second is not first
        assert second.until > first.until
        for _ in range(200):
            place.clock.advance(1)
            grant(place).demand(Purpose.UNIQUE, "hall", place.clock.now())

    def test_a_refusal_is_looked_at_again_within_a_second(self, place):
        place.running(first=date(2026, 9, 22))
        midnight = place.of().declaration.begins
        place.clock.advance(midnight - 0.5 - place.clock.now())
        assert place.purposes.granted("hall") == {}
        place.clock.advance(AGAIN)
        assert grant(place)

    def test_it_ends_with_its_declaration(self, place):
        place.running(last=date(2026, 9, 21))
        ends = place.of().declaration.ends
        place.clock.advance(ends - 1 - place.clock.now())
        grant(place).demand(Purpose.UNIQUE, "hall", place.clock.now())
        assert grant(place).until == ends
        place.clock.advance(1)
        assert grant(place) is None
        assert place.reasons() == {Reason.EXPIRED}

    def test_a_clock_that_is_set_back_gets_a_new_grant(self, place):
        place.running()
        place.clock.advance(7200)
        grant(place)
        place.clock.advance(-3600)
        grant(place).demand(Purpose.UNIQUE, "hall", place.clock.now())

    def test_it_is_quick_and_the_gate_is_asked_seldom(self, place, monkeypatch):
        place.running()
        asked = []
        decide = Gate.decide
        monkeypatch.setattr(Gate, "decide", lambda *given: asked.append(given) or decide(*given))
        begin = time.perf_counter()
        for _ in range(10_000):
            place.purposes.granted("hall")
            place.purposes.granted("yard")
        each = (time.perf_counter() - begin) / 20_000
        assert len(asked) <= 1
        assert each < 50e-6


class TestDossiers:
    def test_a_bad_one_is_told_and_takes_nothing_away(self, place):
        place.running()
        (place.folder / "dossiers" / "torn.json").write_text('{"version": 1')
        status = place.purposes.status(ANNA)
        assert len(status.problems) == 1
        assert "torn.json" in status.problems[0]
        assert str(place.folder) not in status.problems[0]
        assert grant(place)

    def test_without_a_threshold_it_is_that_of_the_newest_in_date(self, place):
        place.running()
        old = replace(MEASURED, threshold=0.3, made=NOW - 300 * DAY, ends=NOW - 1)
        newer = replace(MEASURED, threshold=0.6, made=NOW - 5 * DAY)
        for n, dossier in enumerate((old, newer, replace(_another_model(MEASURED), made=NOW - 1))):
            place.put_dossier(dossier, f"{n}.json")
        assert (place.purposes.compared.model, place.purposes.compared.threshold) == (MARK, 0.6)
        assert place.purposes.dossier.digest == newer.digest
        assert grant(place)
        place.edit("cameras:\n", f"faces:\n  threshold: {MEASURED.threshold}\ncameras:\n")
        assert place.purposes.compared.threshold == MEASURED.threshold
        sign_again(place)
        assert grant(place)

    def test_the_mark_is_the_cards_and_nothing_is_fetched_or_loaded(self, place, monkeypatch):
        def refused(*_given, **_more):
            problem = "a network was asked for"
            raise AssertionError(problem)

        for name in ("galleria.models.load.load_network", "galleria.models.cache.read_network"):
            monkeypatch.setattr(name, refused)
        place.again()
        assert place.purposes.compared.model == MARK
        assert (MARK.id, MARK.space) == ("dlib-resnet-v1", "dlib-resnet-v1")

    def test_one_is_found_by_its_digest(self, place):
        place.put_dossier()
        assert place.purposes.find_dossier(ANNA, MEASURED.digest) == MEASURED
        with pytest.raises(NotFoundError):
            place.purposes.find_dossier(ANNA, "ab" * 32)
        with pytest.raises(AccessError):
            place.purposes.find_dossier(someone("gus", Role.GUARD), MEASURED.digest)


class TestDeclaring:
    def test_it_stands_in_the_file_as_it_was_meant_and_remarks_stay(self, place):
        place.running()
        text = place.path.read_text()
        assert "# A shop for tests." in text
        assert written(place) == (declaration(),)
        place.declare(dpia="")
        assert written(place) == (declaration(dpia=""),)
        assert "dpia" not in place.path.read_text()

    def test_a_site_without_a_profile_has_to_choose_one_first(self, tmp_path):
        place = Place(tmp_path, text=SITE.replace("  profile: us\n", ""))
        with pytest.raises(SiteFileError, match="choose a profile"):
            place.declare()
        assert place.purposes.status(ANNA).profile is None
        assert place.of().level is None
        assert [one.purpose for one in place.purposes.public()] == [Purpose.FOOTFALL]
        place.purposes.choose(ANNA, "us")
        place.declare()
        with pytest.raises(SiteFileError, match="there is no profile"):
            place.purposes.choose(ANNA, "moon")
        place.close()

    def test_somebody_elses_change_is_not_overwritten(self, place):
        seen = place.setup.revision
        place.declare()
        with pytest.raises(ConflictError):
            place.purposes.declare(ANNA, declaration(dpia="x"), revision=seen)
        with pytest.raises(ConflictError):
            place.purposes.withdraw(ANNA, Purpose.UNIQUE, revision=seen)

    @pytest.mark.parametrize("role", [role for role in Role if Right.DECLARE not in RIGHTS[role]])
    def test_not_everybody_may(self, place, role):
        by = someone("dora", role)
        for refused in (
            lambda: place.purposes.declare(by, declaration()),
            lambda: place.purposes.withdraw(by, Purpose.UNIQUE),
            lambda: place.purposes.choose(by, "eu"),
        ):
            with pytest.raises(AccessError):
                refused()

    def test_a_camera_that_something_is_declared_of_is_not_simply_removed(self, place):
        place.declare()
        with pytest.raises(SiteFileError, match="there is no camera"):
            place.setup.remove_camera(BEN, "hall")


def test_everything_is_in_the_audit_with_ids_and_no_names(place):
    ada = place.people.first("Ada Lovelace")
    place.declare(Purpose.UNIQUE, ada)
    read = place.of().digest
    place.purposes.stop(ada, Purpose.UNIQUE)
    place.purposes.start(ada, Purpose.UNIQUE)
    place.purposes.choose(ada, "eu")
    place.purposes.withdraw(ada, Purpose.UNIQUE)
    entries = [e for e in place.people.access.audit.list(ada) if e.action.split(".")[0] in {"purpose", "profile"}]
    assert [e.action for e in reversed(entries)] == [
        "purpose.declared",
        "purpose.signed",
        "purpose.stopped",
        "purpose.started",
        "profile.chosen",
        "purpose.unsigned",
        "purpose.withdrawn",
    ]
    assert {e.subject for e in entries} == {"purpose:unique", "profile:eu"}
    assert {e.actor for e in entries} == {ada.id, ANNA.id}
    signed = next(e for e in entries if e.action == "purpose.signed")
    assert signed.facts == {"digest": read}
    assert "Lovelace" not in str([(e.facts, e.subject) for e in entries])


def test_only_who_may_sees_them(place):
    for role in Role:
        by = someone("dora", role)
        if Right.SEE_PURPOSES in RIGHTS[role]:
            assert place.purposes.status(by).purposes
        else:
            with pytest.raises(AccessError):
                place.purposes.status(by)


def test_what_everybody_sees_names_nobody(place):
    ada = place.people.first("Ada Lovelace")
    place.put_dossier()
    place.declare(Purpose.UNIQUE, ada, BEN)
    place.declare(Purpose.AUDIENCE, ada)
    shown = place.purposes.public()
    assert [one.purpose for one in shown] == [Purpose.FOOTFALL, Purpose.UNIQUE]
    assert ada.id not in repr(shown)
    assert "ben" not in repr(shown)


def test_rows_of_signatures_do_not_pile_up(place):
    for n in range(5):
        place.declare(Purpose.UNIQUE, ANNA, BEN, dpia=f"DPIA-{n}")
    with place.records.read() as reading:
        assert reading.query(rows.PurposeSignature).count() == 2
