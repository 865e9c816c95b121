import subprocess
import sys

from hypothesis import assume, example, given
from hypothesis import strategies as st

from galleria.domain.events import KINDS, Crossing, Origin, Path, Seen, Stay, kind_of
from galleria.domain.geometry import Point

# Names as people and plug-ins may write them, with everything that could pass for the end of a name.
NAMES = st.text('ab1:,"[]\\/ \x1f\x00é', max_size=4)
KEYS = st.tuples(NAMES, NAMES, NAMES, st.integers(0, 20), NAMES, st.integers(0, 20))


def event_id(key):
    site, camera, epoch, track, kind, n = key
    return Origin(site, camera, epoch).event_id(track, kind, n)


@given(KEYS, KEYS)
@example(("a\x1fb", "c", "e", 1, "k", 1), ("a", "b\x1fc", "e", 1, "k", 1))
@example(('a","b', "c", "e", 1, "k", 1), ("a", 'b","c', "e", 1, "k", 1))
@example(("s", "c", "e1", 1, "k", 1), ("s", "c", "e", 11, "k", 1))
@example(("s", "c", "e", 1, "k1", 1), ("s", "c", "e", 1, "k", 11))
def test_different_keys_have_different_ids_whatever_the_names_hold(one, other):
    assume(one != other)
    assert event_id(one) != event_id(other)


@given(KEYS)
def test_an_id_is_128_bits_and_always_the_same(key):
    first = event_id(key)
    assert first == event_id(key)
    assert len(first) == 32
    assert int(first, 16) >= 0


def test_ids_are_the_same_in_another_process_and_in_every_release():
    """A journal written by an older release must know the events again; change this only with the events' version."""
    asked = r"Origin('s', 'door \xe9', '1f').event_id(3, 'crossing:in', 2)"
    code = f"from galleria.domain.events import Origin; print({asked})"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert there == Origin("s", "door é", "1f").event_id(3, "crossing:in", 2) == "d87c505f14dbbc0187324227b0baf93b"


def test_every_kind_of_event_knows_its_name():
    origin = Origin("s", "c", "e")
    events = [
        Crossing("i", origin, 1, 2.0, "w", "in", "up", Point(0.5, 0.5)),
        Stay("i", origin, 1, 2.0, 5.5, "z"),
        Path("i", origin, 1, 2.0, 3.0, ((2.0, 0.1, 0.2),), passed_by=False),
        Seen("i", origin, 2.0, 3.0),
    ]
    assert {kind_of(event): type(event) for event in events} == KINDS
    assert events[1].dwell == 3.5
