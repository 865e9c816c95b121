"""Who is counted as whom, on clips of faces: the figures of `python -m bench.visitors`, networks and vaults as well."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bench.visitors import Clip, Counted, counted, pairwise

from galleria.domain.purpose import Purpose
from galleria.storage.dossierfile import read_dossier

ROOT = Path(__file__).parents[2]
# Of the network that runs, on 51 people who agreed; it holds figures and nobody's name.
DOSSIER = ROOT / "tests" / "london_dossier.json"
NOON = datetime(2026, 10, 10, 12, tzinfo=UTC)
WALKING, WOMAN = "face-demographics-walking-and-pause", "head-pose-face-detection-female"
MAN, NOBODY = "head-pose-face-detection-male", "no_face"
FACES = ("single_face", "WolfgangLanger_Pexels", NOBODY)
SHORT = (WALKING, WOMAN, MAN)


def count(folder: Path, *clips: Clip, **facts) -> Counted:
    purposes = (Purpose.UNIQUE, Purpose.RETURNING)
    return counted(clips, read_dossier(DOSSIER), purposes, folder, **facts)


@pytest.fixture(scope="module")
def real(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """Clips of people who agreed, five minutes after each other before one camera."""
    paths = [footage / "face_clips" / f"{name}.mp4" for name in FACES]
    paths += [footage / "short_scenes" / f"{name}.gif" for name in SHORT]
    clips = [Clip(path, "door", NOON + timedelta(minutes=5 * n)) for n, path in enumerate(paths)]
    return count(tmp_path_factory.mktemp("real"), *clips)


def visitors(done: Counted, name: str) -> set[str]:
    (at,) = [n for n, one in enumerate(done.found) if one.clip.path.stem == name]
    return set(done.labels(Purpose.UNIQUE)[at].values())


@pytest.mark.parametrize(("name", "number"), [*dict.fromkeys(FACES[:2], 1).items(), (NOBODY, 0), (WALKING, 3)])
def test_everybody_is_one_visitor(real: Counted, name: str, number: int) -> None:
    assert len(visitors(real, name)) == number


def test_who_comes_again_is_known_and_who_is_somebody_else_is_not(real: Counted) -> None:
    assert len(visitors(real, WOMAN)) == len(visitors(real, MAN)) == 1
    assert visitors(real, WOMAN) < visitors(real, WALKING)
    others = set().union(*(visitors(real, name) for name in (*FACES, WALKING, WOMAN)))
    assert not visitors(real, MAN) & others
    assert len(others | visitors(real, MAN)) == 6


def test_nobody_grown_up_is_taken_for_a_minor(real: Counted) -> None:
    assert real.minors == 0
    assert real.portraits >= 7


def test_two_people_in_four_appearances_of_one_day_are_two_visitors(footage: Path, tmp_path: Path) -> None:
    """By their faces: after five minutes clothes are no longer compared."""
    names = (WOMAN, MAN, "head-pose-face-detection-female-and-male")
    clips = [
        Clip(footage / "short_scenes" / f"{name}.gif", "door", NOON + timedelta(minutes=5 * n))
        for n, name in enumerate(names)
    ]
    done = count(tmp_path, *clips)
    for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
        first, second, again = (list(labels.values()) for labels in done.labels(purpose))
        assert len(first) == len(second) == 1
        assert first != second
        assert sorted(again) == sorted(first + second)


def test_tilted_and_turned_heads_are_known_on_the_next_day(footage: Path, tmp_path: Path) -> None:
    """By their faces alone: a day later no clothes are compared."""
    both = "head-pose-face-detection-female-and-male"
    when = (NOON, NOON + timedelta(seconds=5), NOON + timedelta(days=1))
    clips = [
        Clip(footage / "short_scenes" / f"{name}.gif", "door", at)
        for name, at in zip((WOMAN, MAN, both), when, strict=True)
    ]
    first, second, again = (list(x.values()) for x in count(tmp_path, *clips).labels(Purpose.RETURNING))
    assert len(first) == len(second) == 1
    assert sorted(again) == sorted({*first, *second})


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """The entrance on two days; rendered people have no age."""
    clips = [
        Clip(ROOT / "footage" / day / "entrance.mp4", "entrance", NOON + timedelta(days=n))
        for n, day in enumerate(("morning", "nextday"))
    ]
    return count(tmp_path_factory.mktemp("rendered"), *clips, adults=True)


def test_who_comes_back_the_next_day_is_the_same_visitor(rendered: Counted) -> None:
    labels = [
        {track_labels[track] for track, name in who.items() if name == "marble" and track in track_labels}
        for track_labels, who in zip(rendered.labels(Purpose.RETURNING), rendered.who(), strict=True)
    ]
    assert len(labels[0]) == 1
    assert labels[0] == labels[1]


def test_nobody_is_taken_for_somebody_else(rendered: Counted) -> None:
    pairs = [
        (who[track], label)
        for labels, who in zip(rendered.labels(Purpose.RETURNING), rendered.who(), strict=True)
        for track, label in labels.items()
        if track in who
    ]
    precision, _, _ = pairwise(pairs)
    assert len(pairs) >= 8
    assert precision == 1.0
    assert len({label for _, label in pairs}) == len({name for name, _ in pairs})


def test_a_unique_label_does_not_outlast_its_day(rendered: Counted) -> None:
    first, second = (set(labels.values()) for labels in rendered.labels(Purpose.UNIQUE))
    assert first
    assert second
    assert not first & second


def test_the_dossier_names_nobody() -> None:
    text = DOSSIER.read_text()
    assert "/" not in text.replace("east_asian/white", "")
    assert not [word for word in ("jpg", "png", "home", "data", "work") if word in text]
