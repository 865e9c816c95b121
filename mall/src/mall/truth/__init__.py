"""Truth: what is in every picture and what happened in every scene, known because we made it. Needs no renderer."""

from __future__ import annotations

from .story import Story, story_of


def of(scene_id: str) -> Story:
    """What happens in a scene, without pixels and without bodies: visits, crossings, stays, occupancy.

    Raises:
        KeyError: there is no such scene.
    """
    # Lines and files of truth can be had without the cast and the engine.
    from mall.cast import CAST  # noqa: PLC0415
    from mall.scenario import play  # noqa: PLC0415
    from mall.scenes import SCENES  # noqa: PLC0415

    return story_of(play(SCENES[scene_id], CAST), CAST)


__all__ = ["Story", "of", "story_of"]
