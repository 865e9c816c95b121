"""Routes for a camera's labelled clips: which there are, and how well each was counted."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from fastapi import Path
from pydantic import Field

from galleria.analytics.score import LineScore
from galleria.app.scoring import Run
from galleria.domain.access import Right

from .answers import Answer, InOut, Share
from .asking import CameraId, Live, router
from .guard import Who, needs

routes = router("site")
_ClipName = Annotated[str, Path(max_length=255, description="A clip's file name, as it is listed.")]
_State = Literal["running", "done", "failed"]


class LineScoreAnswer(Answer):
    """How well a line was counted. Rates are null where the truth has no times: then only counts are compared."""

    line: str
    ways: tuple[str, str] = Field(description="What the truth calls coming and going, e.g. `in` and `out`.")
    truth: InOut
    counted: InOut
    precision: Share | None
    recall: Share | None
    f1: Share | None
    time_error: float | None = Field(description="Seconds by which matched crossings are apart, on average.")

    @classmethod
    def of(cls, line: LineScore) -> LineScoreAnswer:
        came, went = line.truth
        tally = line.tally
        return cls(
            line=line.id,
            ways=(came, went),
            truth=InOut(came=line.truth[came], went=line.truth[went]),
            counted=InOut(came=line.counted[came], went=line.counted[went]),
            precision=tally.precision if tally else None,
            recall=tally.recall if tally else None,
            f1=tally.f1 if tally else None,
            time_error=line.time_error,
        )


class ScoringAnswer(Answer):
    """How far the scoring of a clip is, or what came of it."""

    state: _State
    begun: float
    done: Share = Field(description="Share of the clip that was counted.")
    lines: list[LineScoreAnswer] = Field(description="Empty unless `done`.")
    notes: list[str] = Field(description="Signs that the truth may be of another clip.")
    network: str = Field(description="Empty unless `done`.")
    problem: str = Field(description="Why it failed; otherwise empty.")
    remedy: str

    @classmethod
    def of(cls, run: Run) -> ScoringAnswer:
        scored, error, state = run.scored, run.error, cast("_State", run.state)
        return cls(
            state=state,
            begun=run.begun,
            done=run.done,
            lines=[LineScoreAnswer.of(line) for line in scored.score.lines] if scored else [],
            notes=list(scored.notes) if scored else [],
            network=scored.count.network if scored else "",
            problem=error.problem if error else "",
            remedy=error.remedy if error else "",
        )


class LabelledClipAnswer(Answer):
    """A clip that has its truth beside it."""

    name: str
    scoring: ScoringAnswer | None = Field(description="The newest; null: not scored since the program started.")


class LabelledAnswer(Answer):
    """A camera's labelled clips."""

    clips: list[LabelledClipAnswer]
    busy: bool = Field(description="Whether a clip of any camera is being scored; another is then refused.")


@routes.get("/cameras/{camera}/labelled", summary="A camera's labelled clips, and how well each is counted")
@needs(Right.CHANGE_SITE)
def labelled(live: Live, camera: CameraId) -> LabelledAnswer:
    """Those in `labelled/CAMERA/` of the site's folder that have a truth file, `NAME.truth.json`, beside them."""
    live.site.camera(camera)
    clips = [
        LabelledClipAnswer(name=clip.name, scoring=ScoringAnswer.of(clip.run) if clip.run else None)
        for clip in live.scoring.clips(camera)
    ]
    return LabelledAnswer(clips=clips, busy=live.scoring.busy is not None)


@routes.post("/cameras/{camera}/labelled/{clip}/score", status_code=202, summary="Score a camera with a labelled clip")
@needs(Right.CHANGE_SITE)
def score(live: Live, who: Who, camera: CameraId, clip: _ClipName) -> ScoringAnswer:
    """Counts the clip at the lines of its truth, beside the cameras; `GET` tells how far it is. One at a time."""
    live.site.camera(camera)
    run = live.scoring.start(who, camera, clip)
    return ScoringAnswer.of(run)
