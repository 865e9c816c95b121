"""How a body is expected to move: a constant-velocity Kalman filter per axis, in seconds and body heights.

Both axes are independent, so the filter is a few scalars. Noise is a share of the body's height, which makes
one setting fit near and far bodies; time is in seconds, which makes it fit every analysis rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from galleria.domain.geometry import Box

# Shares of the body's height. A detector's box wobbles by about 5 % of it; a walker's pace changes by about
# half a body height a second within a second.
MEASUREMENT = 0.05
ACCELERATION = 0.7
START_SPEED = 0.8
# Share of a new size that is believed, per second. Hidden legs make nobody shorter: less is believed of a height that
# is at once below a share of the one known, and while somebody nearer hides the feet.
GROW = 4.0
SHRINK = 2.5
HIDDEN = 1.0
LEGS = 0.7
# A box nearer than this to the picture's border is taken as cut by it.
BORDER = 0.01
# A body not seen is expected to walk on for this long, seconds; then to wait.
COAST = 1.0


@dataclass(slots=True)
class Axis:
    """Position and speed along one axis, with their covariance."""

    position: float
    speed: float = 0.0
    pp: float = 0.0
    ps: float = 0.0
    ss: float = 0.0

    def predicted(self, seconds: float) -> float:
        return self.position + self.speed * seconds

    def spread(self, seconds: float, height: float) -> float:
        """Standard deviation of the predicted position after `seconds`."""
        noise = (ACCELERATION * height) ** 2 * seconds**3 / 3
        return float((self.pp + 2 * seconds * self.ps + seconds**2 * self.ss + noise) ** 0.5)

    def correct(self, seconds: float, measured: float, height: float) -> None:
        """Predict over `seconds`, then take a measurement."""
        q = (ACCELERATION * height) ** 2
        self.position += self.speed * seconds
        self.pp += 2 * seconds * self.ps + seconds**2 * self.ss + q * seconds**3 / 3
        self.ps += seconds * self.ss + q * seconds**2 / 2
        self.ss += q * seconds
        gain = 1 / (self.pp + (MEASUREMENT * height) ** 2)
        k_position, k_speed = self.pp * gain, self.ps * gain
        surprise = measured - self.position
        self.position += k_position * surprise
        self.speed += k_speed * surprise
        self.ss -= k_speed * self.ps
        self.ps -= k_position * self.ps
        self.pp -= k_position * self.pp


@dataclass(slots=True)
class Motion:
    """A body's box in picture heights (x times the aspect ratio) with its speed.

    The head's height in the picture is followed, not the box's middle: detectors see heads reliably, and lose legs
    behind counters, in skirts and at the picture's border. The body's height follows more slowly where legs are hidden.
    """

    time: float
    x: Axis
    top: Axis
    width: float
    height: float
    seen: int = field(default=1)

    @staticmethod
    def begin(time: float, box: Box, aspect: float) -> Motion:
        """Start at a first box; nothing is known of the speed."""
        height = box.height
        uncertain = {"pp": (MEASUREMENT * height) ** 2, "ss": (START_SPEED * height) ** 2}
        return Motion(
            time, Axis(box.centre.x * aspect, **uncertain), Axis(box.top, **uncertain), box.width * aspect, height
        )

    def predicted(self, time: float, aspect: float) -> Box:
        """The box expected at `time`, normalised."""
        seconds = min(time - self.time, COAST)
        x, top = self.x.predicted(seconds) / aspect, self.top.predicted(seconds)
        half = self.width / aspect / 2
        return Box(x - half, top, x + half, top + self.height)

    def spread(self, time: float) -> tuple[float, float]:
        """Standard deviations of the expected place at `time`, in picture heights.

        They grow no more once the body is expected to wait: else everybody within reach would be taken for it.
        """
        seconds = min(time - self.time, COAST)
        return self.x.spread(seconds, self.height), self.top.spread(seconds, self.height)

    def correct(self, time: float, box: Box, aspect: float, *, feet: bool = True) -> None:
        """Take an observation at `time`; `feet`: nobody nearer hides them."""
        seconds = time - self.time
        clipped_top, clipped_bottom = box.top < BORDER, box.bottom > 1 - BORDER
        top = box.bottom - max(self.height, box.height) if clipped_top and not clipped_bottom else box.top
        self.x.correct(seconds, box.centre.x * aspect, self.height)
        self.top.correct(seconds, top, self.height)
        early = 1 / (self.seen + 1)
        self.width += min(1.0, max(GROW * seconds, early)) * (box.width * aspect - self.width)
        if box.height > self.height:
            self.height += min(1.0, max(GROW * seconds, early)) * (box.height - self.height)
        elif not (clipped_top or clipped_bottom):
            rate = SHRINK if feet and box.height > LEGS * self.height else HIDDEN
            self.height += min(1.0, rate * seconds) * (box.height - self.height)
        self.time = time
        self.seen += 1
