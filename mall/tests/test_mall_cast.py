import pytest

from mall.body.hair_styles import STYLES
from mall.body.wear import KINDS
from mall.cast import CAST, person


def test_there_are_enough_of_all_sorts():
    assert len(CAST) >= 32
    assert len({one.id for one in CAST}) == len(CAST)
    assert sum(one.child for one in CAST) >= 5
    assert 3 <= sum(one.staff for one in CAST) <= 4
    assert sum(one.face_scenes for one in CAST) >= 20
    adults = [one for one in CAST if not one.child]
    assert min(one.build.years for one in adults) <= 20
    assert max(one.build.years for one in adults) >= 75
    assert 0.4 <= sum(one.build.male for one in adults) / len(adults) <= 0.6


def test_ids_are_plain_words():
    assert all(one.id.isalpha() and one.id.islower() for one in CAST)


def test_builds_and_colours_are_in_range():
    for one in CAST:
        build = one.build
        assert sum(build.ancestry) == pytest.approx(1.0), one.id
        assert all(0 <= value <= 1 for value in (build.male, build.muscle, build.weight, build.height)), one.id
        colours = [one.looks.skin, one.looks.eyes, one.looks.hair_colour, *(g.colour for g in one.outfit)]
        assert all(0 <= value <= 1 for colour in colours for value in colour), one.id


def test_everybody_wears_what_can_be_made():
    for one in CAST:
        assert one.looks.hair in STYLES, one.id
        assert {garment.kind for garment in one.outfit} <= set(KINDS), one.id


def test_staff_and_nobody_else_wears_the_badge():
    for one in CAST:
        kinds = {garment.kind for garment in one.outfit}
        assert one.staff == ("badge" in kinds), one.id
        if one.staff:
            assert "polo" in kinds


def test_children_are_not_shown_to_face_cameras():
    assert not any(one.child and one.face_scenes for one in CAST)


def test_faces_differ():
    assert len({one.build.face for one in CAST}) == len(CAST)


def test_person_finds_by_id():
    assert person("amber").id == "amber"
    with pytest.raises(KeyError):
        person("nobody")
