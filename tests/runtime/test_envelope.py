from hand import Remembers

from galleria.domain.events import Origin, Seen
from galleria.domain.health import CameraState, Condition
from galleria.runtime.envelope import AGAIN, BEAT, EVERY, Envelope
from galleria.storage.recording import Recording

ONE, TWO = Origin("s", "one", "e1"), Origin("s", "two", "e2")


class Notes(Remembers):
    """Also remembers in which order it was told."""

    def __init__(self):
        super().__init__()
        self.order = []

    def begin(self, recording):
        super().begin(recording)
        self.order.append(("begin", recording.origin.camera))

    def append(self, origin, events):
        super().append(origin, events)
        self.order.append(("append", origin.camera, len(events)))

    def finish(self, origin):
        super().finish(origin)
        self.order.append(("finish", origin.camera))

    def conditions(self, conditions):
        super().conditions(conditions)
        self.order.append(("conditions", len(conditions)))

    def beat(self):
        self.order.append(("beat",))


def seen(origin, n):
    return Seen(origin.event_id(0, "seen", n), origin, float(n), n + 1.0)


def recording(origin):
    return Recording(origin, "settings", "source", 0.0)


def filled(sink):
    envelope = Envelope(sink)
    envelope.begin(recording(ONE))
    envelope.append(ONE, [seen(ONE, 1)])
    envelope.begin(recording(TWO))
    envelope.append(TWO, [seen(TWO, 1)])
    envelope.append(ONE, [seen(ONE, 2), seen(ONE, 3)])
    envelope.append(TWO, [])
    envelope.finish(ONE)
    envelope.tell([Condition("s", "one", CameraState.SEEING, 0.0)])
    envelope.tell([Condition("s", "two", CameraState.SEEING, 0.0)])
    return envelope


ORDER = [
    ("begin", "one"),
    ("append", "one", 3),
    ("begin", "two"),
    ("append", "two", 1),
    ("finish", "one"),
    ("conditions", 2),
]


def test_each_epoch_begins_is_written_once_and_ends():
    sink = Notes()
    envelope = filled(sink)
    assert envelope.send(0.0)
    assert sink.order == ORDER
    assert envelope.empty


def test_what_could_not_be_written_is_kept_and_written_later():
    sink = Notes()
    envelope = filled(sink)
    sink.fails = True
    assert not envelope.send(10.0)
    assert "the disk is full" in envelope.trouble
    envelope.append(TWO, [seen(TWO, 2)])
    assert (envelope.due(10.0 + AGAIN / 2), envelope.due(10.0 + AGAIN)) == (False, True)
    sink.fails = False
    assert envelope.send(11.0)
    assert sink.order == [*ORDER, ("append", "two", 1)]
    assert envelope.trouble == ""


def test_it_is_sent_now_and_then_and_gives_a_sign_of_life():
    sink = Notes()
    envelope = Envelope(sink)
    assert envelope.due(0.0)
    assert envelope.send(0.0)
    assert sink.order == [("beat",)]
    assert not envelope.due(BEAT / 2)
    envelope.begin(recording(ONE))
    assert (envelope.due(EVERY / 2), envelope.due(EVERY)) == (False, True)
