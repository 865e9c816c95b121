"""Labels are minted for visitors seen well, more than once and surely new, and stand in one place at a time."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_faces import SPACE, Allowed, another_shot, directions

from galleria.domain.errors import AccessError
from galleria.domain.events import Origin
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import SightingKind
from galleria.identity.decide import Table, Target
from galleria.identity.gallery import Gallery
from galleria.identity.minting import Minting, Rules
from galleria.identity.pending import Shot, TrackKey

TABLE = Table((0.3, 0.5, 0.7), (1e-2, 1e-4, 1e-7))
VISITORS = directions(40)


def minting(rules=None, most=1000):
    numbers = count(1)
    full = Gallery(Purpose.UNIQUE, SPACE, 128, most)
    rules = rules or Rules()
    return Minting(full, TABLE, Target(1e-3, 1e-1), lambda: f"{next(numbers):032x}", rules), full


def key(camera="door", track=1):
    return TrackKey(Origin("mall", camera, "e1"), track)


def shot(visitor, time, at=None, good=True, noise=0.02):
    seed = int(time * 10) + 7
    return Shot(at or key(), time, Template(SPACE, another_shot(VISITORS[visitor], noise, seed)), good)


def run(machine, *shots):
    return [sighting for one in shots for sighting in machine.observe(one, Allowed()).sightings]


def kinds(sightings):
    return [(s.track, s.label[-1], s.kind.value) for s in sightings]


def test_two_shots_that_agree_mint_once():
    machine, full = minting()
    found = run(machine, shot(0, 1), shot(0, 2), shot(0, 3))
    assert kinds(found) == [(1, "1", "new")]
    assert found[0].time == 1
    assert full.labels == 1


def test_one_shot_mints_nobody_and_neighbouring_frames_are_one_sight():
    machine, full = minting()
    assert run(machine, shot(0, 1), shot(0, 1.2)) == []
    assert full.labels == 0


def test_one_shot_suffices_where_that_is_configured():
    machine, _ = minting(Rules(agreeing=1))
    assert kinds(run(machine, shot(0, 1))) == [(1, "1", "new")]


def test_poor_shots_never_mint():
    machine, full = minting()
    assert run(machine, *[shot(0, time, good=False) for time in range(1, 9)]) == []
    assert full.labels == 0


def test_shots_that_do_not_agree_never_mint():
    machine, full = minting()
    assert run(machine, *[shot(n, n) for n in range(10)]) == []
    assert full.labels == 0


def test_an_uncertain_shot_neither_mints_nor_counts():
    machine, full = minting()
    run(machine, shot(0, 1), shot(0, 2))
    # Some way between the visitor and somebody else: too near for new, too far for accepted.
    stranger = directions(1, seed=50)[0]
    stranger -= (stranger @ VISITORS[0]) * VISITORS[0]
    between = 0.36 * VISITORS[0] + np.sqrt(1 - 0.36**2) * stranger / np.linalg.norm(stranger)
    unsure = [Shot(key(track=2), time, Template(SPACE, between.astype(np.float32)), good=True) for time in (9, 10, 11)]
    assert run(machine, *unsure) == []
    assert machine.undecided == 3
    assert full.labels == 1


def between(score):
    """Somebody as near to the first visitor as this."""
    stranger = directions(1, seed=50)[0]
    stranger -= (stranger @ VISITORS[0]) * VISITORS[0]
    values = score * VISITORS[0] + np.sqrt(1 - score**2) * stranger / np.linalg.norm(stranger)
    return Template(SPACE, values.astype(np.float32))


@pytest.mark.parametrize(("scores", "recognised"), [((0.6,), True), ((0.36, 0.6), False), ((0.36, 0.6, 0.6), True)])
def test_a_track_of_which_a_shot_was_uncertain_takes_two_that_agree(scores, recognised):
    machine, full = minting()
    run(machine, shot(0, 1), shot(0, 2))
    machine.ended(key())
    found = run(machine, *[Shot(key(track=2), 9.0 + n, between(score), good=True) for n, score in enumerate(scores)])
    assert kinds(found) == [(2, "1", "again")] * recognised
    assert full.labels == 1


def test_a_doubt_ends_with_its_track():
    for end in (lambda machine: machine.ended(key(track=2)), lambda machine: machine.left(key().origin)):
        machine, _ = minting()
        run(machine, shot(0, 1), shot(0, 2))
        run(machine, Shot(key(track=2), 9.0, between(0.36), good=True))
        machine.ended(key())
        end(machine)
        found = run(machine, Shot(key(track=2), 20.0, between(0.6), good=True))
        assert kinds(found) == [(2, "1", "again")]


def test_leaving_one_camera_and_appearing_in_another_is_one_visitor():
    machine, _ = minting()
    found = run(machine, shot(0, 1), shot(0, 2), shot(0, 3600, key("hall", 5)), shot(0, 3601, key("hall", 5)))
    assert kinds(found) == [(1, "1", "new"), (5, "1", "again")]


def test_one_shot_in_each_of_two_cameras_is_one_visitor():
    machine, _ = minting()
    found = run(machine, shot(0, 1), shot(0, 30, key("hall", 5)))
    assert kinds(found) == [(1, "1", "new"), (5, "1", "again")]


def test_nobody_is_in_two_places_at_once_and_the_weaker_is_left_undecided():
    machine, _ = minting()
    far = key("hall", 5)
    found = run(machine, shot(0, 1), shot(0, 2), shot(0, 2.5, far), shot(0, 60, far))
    assert kinds(found) == [(1, "1", "new")]
    assert machine.undecided == 1


def test_the_surer_of_two_later_tracks_keeps_the_label_and_the_other_is_withdrawn():
    machine, _ = minting()
    run(machine, shot(0, 1), shot(0, 2))
    machine.ended(key())
    found = run(machine, shot(0, 100, key("hall", 5), noise=0.12), shot(0, 101, key("yard", 6), noise=0.0))
    assert kinds(found) == [(5, "1", "again"), (5, "1", "withdrawn"), (6, "1", "again")]
    assert len({s.id for s in found}) == 3


def test_cameras_that_see_the_same_place_may_see_one_visitor_at_once():
    both = Rules(together=frozenset({frozenset({"door", "hall"})}))
    machine, _ = minting(both)
    found = run(machine, shot(0, 1), shot(0, 2), shot(0, 2.5, key("hall", 5)))
    assert kinds(found) == [(1, "1", "new"), (5, "1", "again")]


def test_a_track_that_is_still_in_its_picture_keeps_its_label_there():
    machine, _ = minting()
    run(machine, shot(0, 1), shot(0, 2))
    machine.still(key(), 500)
    assert run(machine, shot(0, 500.5, key("hall", 5))) == []
    machine.ended(key())
    assert kinds(run(machine, shot(0, 501, key("hall", 6)))) == [(6, "1", "again")]


def test_who_comes_back_as_soon_as_an_epoch_has_ended_is_recognised():
    machine, _ = minting()
    first = run(machine, shot(0, 1), shot(0, 2))
    machine.still(key(), 3.0)
    again = TrackKey(Origin("mall", "door", "e2"), 1)
    assert run(machine, shot(0, 3.5, again)) == []  # it would be at two places at once
    machine, _ = minting()
    first = run(machine, shot(0, 1), shot(0, 2))
    machine.still(key(), 3.0)
    machine.left(key().origin)
    assert kinds(run(machine, shot(0, 3.5, again))) == [(1, first[0].label[-1], "again")]


def test_erased_visitors_are_gone_and_their_track_mints_nobody_anew():
    machine, full = minting()
    run(machine, shot(0, 1), shot(0, 2))
    machine.forget([f"{1:032x}"])
    assert full.labels == 0
    assert run(machine, shot(0, 5), shot(0, 6)) == []
    assert kinds(run(machine, shot(0, 900, key(track=9)), shot(0, 901, key(track=9)))) == [(9, "2", "new")]


def test_the_vault_is_told_what_to_keep_and_what_to_forget():
    machine, _ = minting(most=4)
    for visitor in range(3):
        for time in (1, 2):
            led = machine.observe(shot(visitor, visitor * 10 + time, key(track=visitor)), Allowed())
    assert led.changed == (f"{3:032x}",)
    assert led.gone == (f"{1:032x}",)


def test_every_shot_asks_its_permit_first():
    class Refused:
        def demand(self, purpose, camera, now):
            raise AccessError("no", "Stop.")

    machine, full = minting()
    permit = Allowed()
    machine.observe(shot(0, 1), permit)
    assert permit.asked == [(Purpose.UNIQUE, "door", 1)]
    with pytest.raises(AccessError):
        machine.observe(shot(0, 2), Refused())
    assert full.labels == 0


def waiting(machine):
    """Templates of shots that the machine still has in memory."""
    return len(machine._pending)


def test_templates_that_waited_too_long_go_by_time_alone():
    machine, _ = minting(Rules(pending=(512, 60.0)))
    run(machine, shot(0, 1000), shot(1, 1030, key(track=2)))
    machine.tick(1060)
    assert waiting(machine) == 2
    machine.tick(1060.5)
    assert waiting(machine) == 1
    machine.tick(1091)
    assert waiting(machine) == 0


def test_of_a_clock_that_is_far_ahead_nothing_stays_for_good():
    machine, _ = minting(Rules(pending=(512, 60.0)))
    run(machine, shot(0, 90_000))
    machine.tick(1000)
    assert waiting(machine) == 0


def test_any_shot_lets_the_old_ones_go_even_a_poor_or_refused_one():
    class Refused:
        def demand(self, purpose, camera, now):
            raise AccessError("no", "Stop.")

    machine, _ = minting(Rules(pending=(512, 60.0)))
    run(machine, shot(0, 1000), shot(1, 1100, good=False))
    assert waiting(machine) == 0
    run(machine, shot(0, 2000))
    with pytest.raises(AccessError):
        machine.observe(shot(1, 2100), Refused())
    assert waiting(machine) == 0


def test_after_closing_nothing_waits_and_no_track_is_known():
    machine, full = minting()
    run(machine, shot(0, 1), shot(0, 2), shot(1, 3, key(track=2)))
    assert waiting(machine) == 1
    machine.close()
    assert waiting(machine) == 0
    assert full.labels == 1
    assert kinds(run(machine, shot(0, 900))) == [(1, "1", "again")]  # as a track that was never seen


def test_erasure_takes_waiting_shots_of_the_erased_and_leaves_those_of_others():
    machine, full = minting()
    # The third track is in another place at the same time: it does not agree, and waits.
    run(machine, shot(0, 1), shot(0, 1.2, key("hall", 5)), shot(0, 2), shot(1, 3, key(track=2)))
    assert (full.labels, waiting(machine)) == (1, 2)
    machine.forget([f"{1:032x}"])
    assert waiting(machine) == 1
    assert kinds(run(machine, shot(1, 4, key(track=2)))) == [(2, "2", "new")]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from(["a", "b"])), max_size=40))
def test_the_same_shots_give_the_same_sightings_and_one_label_for_each_visitor(steps):
    shots = [shot(visitor, 10.0 * n, key(camera, visitor * 4 + t)) for n, (visitor, t, camera) in enumerate(steps)]
    (one, _), (other, full) = minting(), minting()
    found = run(one, *shots)
    assert run(other, *shots) == found
    by_visitor = {}
    for sighting in found:
        by_visitor.setdefault(sighting.track // 4, set()).add(sighting.label)
    assert all(len(labels) == 1 for labels in by_visitor.values())
    assert full.labels == len(by_visitor)
    minted = [s.label for s in found if s.kind is SightingKind.NEW]
    assert len(minted) == len(set(minted)) == full.labels
