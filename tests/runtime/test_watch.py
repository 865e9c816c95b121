from itertools import pairwise

import pytest
from looks import HEIGHT, WIDTH, Scene, Sees, nobody, picture, walks
from test_camera import CAMERA, FLOOR, ORIGIN, count, of_kind

from galleria.capture.governor import Governor
from galleria.domain.events import Origin, Path, Seen, Stay
from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.health import CameraState
from galleria.domain.site import Camera
from galleria.runtime.look import Look
from galleria.runtime.watch import COVERAGE_EVERY, Pick, Watch
from galleria.vision.sight import Sight, Verdict

SEEING, FROZEN = CameraState.SEEING, CameraState.FROZEN


def looks(verdicts, step=0.5, begin=0.0):
    return [Look(Frame("camera", n, begin + n * step, picture([])), v) for n, v in enumerate(verdicts)]


def through(pick, items):
    out = [given for item in items for given in pick.on_item(item)]
    return [*out, *pick.on_end()]


def seen(out):
    return [(event.time, event.end) for look in out for event in look.events]


def pick(origin=ORIGIN):
    return Pick(origin, None, 0.5)


def test_coverage_ends_where_blindness_began_though_it_was_told_later():
    sees = [Verdict(SEEING, 0.0, "", min(n / 2, 5.0)) for n in range(15)]  # in doubt from 5 s on
    frozen = [Verdict(FROZEN, 5.0, "frozen", 5.0)] * 6
    again = [Verdict(SEEING, 10.5, "", 10.5 + n / 2) for n in range(5)]
    out = through(pick(), looks([*sees, *frozen, *again]))
    assert seen(out) == [(0.0, 5.0), (10.5, 13.0)]


def test_a_break_goes_before_the_first_blind_look():
    verdicts = [Verdict(SEEING, 0.0), *[Verdict(FROZEN, 0.0, "frozen")] * 2]
    out = through(pick(), looks(verdicts))
    assert [(look.frame is None, look.blind) for look in out] == [
        (False, False),
        (True, True),
        (False, True),
        (False, True),
    ]


def test_nothing_is_covered_of_a_camera_that_is_blind_from_the_start():
    out = through(pick(), looks([Verdict(CameraState.DARK, 0.0, "the picture is black", n / 2) for n in range(6)]))
    assert seen(out) == []
    assert all(look.blind for look in out)


def test_what_is_written_never_reaches_into_what_is_in_doubt():
    """Whenever a crash comes, the journal holds no stretch that is taken back later."""
    doubt = 70.0
    sees = [Verdict(SEEING, 0.0, "", min(n / 2, doubt)) for n in range(400)]
    frozen = [Verdict(FROZEN, doubt, "frozen", doubt)] * 10
    step, written = pick(), []
    for look in looks([*sees, *frozen]):
        written += seen(step.on_item(look))
        assert all(end <= doubt for _, end in written)
    assert written[0][0] == 0.0
    assert written[-1][1] == doubt
    assert all(a[1] == b[0] for a, b in pairwise(written))
    assert all(end - begin <= COVERAGE_EVERY + 1 for begin, end in written)


def test_ids_of_coverage_are_the_same_every_time():
    def ids():
        out = through(pick(), looks([Verdict(SEEING, 0.0, "", n / 2) for n in range(300)]))
        return [event.id for look in out for event in look.events]

    assert ids() == ids()
    assert len(set(ids())) == 3


def test_handed_over_the_pieces_join():
    step = pick()
    for look in looks([Verdict(SEEING, 0.0, "", min(n / 2, 8.0)) for n in range(21)]):
        list(step.on_item(look))
    other, events = step.handed_over(Origin("shop", "camera", "second"))
    assert [(e.time, e.end, e.origin.epoch) for e in events] == [(0.0, 8.0, "scene")]
    out = through(other, looks([Verdict(SEEING, 0.0, "", 10.5 + n / 2) for n in range(3)], begin=10.5))
    assert [(e.time, e.end, e.origin.epoch) for look in out for e in look.events] == [(8.0, 12.0, "second")]


class Faulty(Scene):
    """The same picture again and again, or black ones, for a while."""

    def __init__(self, where, seconds, begin, end, black=False):
        super().__init__(where, seconds)
        self.begin, self.end, self.black = begin, end, black

    def __iter__(self):
        stuck = None
        for frame in super().__iter__():
            if not self.begin <= frame.time < self.end:
                yield frame
                continue
            stuck = stuck or frame.picture
            shown = ArrayPicture(stuck.pixels * 0) if self.black else stuck
            yield Frame(frame.camera, frame.index, frame.time, shown)


def test_frozen_time_is_not_covered():
    pieces = of_kind(count(Faulty(nobody, 40, 15, 25)), Seen)
    assert [(each.time, each.end) for each in pieces] == [
        pytest.approx((0, 15), abs=1.6),
        pytest.approx((25, 40), abs=0.6),
    ]
    assert pieces[0].end <= 15.1
    assert pieces[1].time >= 25


def test_blind_frames_are_not_searched():
    detector = Sees()
    tally = count(Faulty(lambda _: [(0.4, 0.7)], 30, 10, 20, black=True), detector)
    assert tally.looks == 300
    assert 190 <= tally.searched <= 216
    assert detector.asked == tally.searched


def test_tracks_end_where_a_camera_goes_blind_and_their_stays_stay_open():
    tally = count(Faulty(lambda _: [(0.5, 0.7)], 30, 10, 20, black=True), camera=Camera("camera", zones=(FLOOR,)))
    stays, paths = of_kind(tally, Stay), of_kind(tally, Path)
    assert [stay.open_ended for stay in stays] == [True, True]
    assert [(stay.time, stay.end) for stay in stays] == [
        pytest.approx((0, 10), abs=0.5),
        pytest.approx((20.3, 30), abs=0.5),
    ]
    assert len(paths) == 2
    assert len({path.track for path in paths}) == 2


def test_tracks_end_at_a_gap():
    class Gap(Scene):
        def __iter__(self):
            return (frame for frame in super().__iter__() if not 10 <= frame.time < 13)

    stays = of_kind(count(Gap(lambda _: [(0.5, 0.7)], 20), camera=Camera("camera", zones=(FLOOR,))), Stay)
    assert [(stay.time, stay.end) for stay in stays] == [
        pytest.approx((0, 10), abs=0.3),
        pytest.approx((13, 20), abs=0.3),
    ]
    assert all(stay.open_ended for stay in stays)


def test_the_governor_picks_what_is_looked_at_and_every_frame_is_watched():
    watch, step = Watch(Sight()), Pick(ORIGIN, Governor(2), 0.1)
    out = [given for frame in Scene(walks(), 10) for look in watch.on_item(frame) for given in step.on_item(look)]
    assert len(out) == pytest.approx(20, abs=1)
    assert all(look.verdict is not None and look.verdict.state is SEEING for look in out)
    assert CAMERA.tripwires
    assert (out[0].frame.picture.width, out[0].frame.picture.height) == (WIDTH, HEIGHT)
