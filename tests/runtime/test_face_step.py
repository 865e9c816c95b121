"""The face step of a camera's graph: real steps over networks that read off drawn faces who they are."""

from itertools import pairwise

import pytest

from drawn_faces import BODY, FACE, WHO, Body, Drawn, look
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Anchor, Camera
from galleria.runtime import faces
from galleria.runtime.face_facts import UNSURE, Glance, Minor, Mood, Need, Portrait
from galleria.runtime.faces import LEAST_BODY, MOOD_EVERY, FaceStep
from galleria.vision.faces.shots import PATIENCE

T = 1000.0
TEMPLATES, ATTRIBUTES = Need(templates=True), Need(attributes=True)
EXPRESSIONS, ATTENTION = Need(expressions=True), Need(attention=True)
EVERYTHING = TEMPLATES | ATTRIBUTES | EXPRESSIONS | ATTENTION
LEFT_HALF = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)))


@pytest.fixture
def drawn():
    return Drawn()


def step(drawn, need=TEMPLATES, **camera):
    return FaceStep(Camera("door", **camera), drawn.tools(), need)


def run(made, seconds, bodies, *, begin=T, every=0.125):
    """Facts of so many seconds in which bodies stand still, with when they came."""
    return [
        (time, fact)
        for time in (begin + n * every for n in range(round(seconds / every)))
        for fact in made.look(look(time, bodies))
    ]


def kinds(facts):
    return [type(fact) for fact in facts]


def looked(network, made, times, bodies):
    """Those of the times at which a network was asked."""
    found = []
    for time in times:
        before = network.asked
        made.look(look(time, bodies))
        found += [time] if network.asked > before else []
    return found


def test_faces_are_looked_for_only_in_bodies_that_are_there_and_large_enough(drawn):
    made = step(drawn)
    made.look(look(T, {}))
    made.look(look(T + 1, {1: Body(1, high=LEAST_BODY - 1)}))
    made.look(look(T + 2, {}, lost=[1]))
    assert drawn.finder.asked == 0
    made.look(look(T + 3, {1: Body(1), 2: Body(2, (500, 100), high=LEAST_BODY - 1)}))
    assert drawn.finder.asked == 3  # the body's upper part, its face turned upright, and that mirrored


def test_a_track_whose_newest_point_is_of_another_time_is_not_looked_at(drawn):
    made, late = step(drawn), look(T, {1: Body(1)})
    late.frame, = (look(T + 1, {}).frame,)  # fmt: skip
    made.look(late)
    assert drawn.finder.asked == 0


def test_nothing_is_made_of_faces_outside_the_lane(drawn):
    made = step(drawn, EVERYTHING, lane=LEFT_HALF)
    facts = [fact for _, fact in run(made, 6, {1: Body(1, (600, 100)), 2: Body(2, (100, 100))})]
    assert {fact.track for fact in facts if not isinstance(fact, Glance)} == {2}
    assert not any(fact.attentive for fact in facts if fact.track == 1)
    assert drawn.embedder.asked == 3


def test_a_lane_that_is_drawn_meanwhile_holds_at_once(drawn):
    made = step(drawn, EXPRESSIONS)
    made.camera = Camera("door", lane=LEFT_HALF)
    assert run(made, 1, {1: Body(1, (600, 100))}) == []


def test_without_a_face_it_is_looked_for_ever_less_often(drawn):
    times = [T + n / 8 for n in range(80)]
    found = looked(drawn.finder, step(drawn), times, {1: Body(0)})
    waits = [two - one for one, two in pairwise(found)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert waits[-1] == 1.0


def test_a_face_that_shows_itself_is_looked_for_soon_again(drawn):
    made = step(drawn)
    run(made, 5, {1: Body(0)})
    run(made, 1.25, {1: Body(1)}, begin=T + 5)
    found = looked(drawn.finder, made, [T + 6.25 + n / 8 for n in range(4)], {1: Body(1)})
    assert len(found) == 2


def test_a_portrait_is_made_once_of_the_best_shots_spread_over_time(drawn):
    made = step(drawn, TEMPLATES | ATTRIBUTES)
    facts = run(made, 20, {1: Body(1)})
    assert kinds(fact for _, fact in facts) == [Portrait]
    ((time, portrait),) = facts
    assert time < T + PATIENCE
    times = sorted(one.time for one in portrait.likenesses)
    assert len(times) == 3
    assert all(two - one >= 0.5 for one, two in pairwise(times))
    assert all(one.template.values @ WHO[1] > 0.9 for one in portrait.likenesses)
    assert portrait.time == portrait.likenesses[0].time
    assert portrait.age == 40
    assert portrait.gender == "female"
    assert drawn.asked() == {"finder": drawn.finder.asked, "embedder": 3, "age": 3, "gender": 3}


def test_after_its_portrait_a_track_is_not_looked_at_any_more(drawn):
    made = step(drawn)
    run(made, 5, {1: Body(1)})
    before = drawn.finder.asked
    run(made, 5, {1: Body(1)}, begin=T + 5)
    assert drawn.finder.asked == before


def test_with_fewer_shots_the_portrait_is_made_when_it_is_due(drawn):
    made = step(drawn)
    run(made, 0.5, {1: Body(1)})
    facts = run(made, 8, {1: Body(0)}, begin=T + 0.5)
    assert [(time, len(fact.likenesses)) for time, fact in facts] == [(T + PATIENCE, 1)]


def test_a_track_that_ends_has_its_portrait_at_once(drawn):
    made = step(drawn)
    made.look(look(T, {1: Body(1), 2: Body(2, (500, 100))}))
    facts = made.look(look(T + 0.2, {2: Body(2, (500, 100))}, ended=[1]))
    assert [(type(fact), fact.track) for fact in facts] == [(Portrait, 1)]
    assert made.look(look(T + 0.4, {}, ended=[1])) == []


@pytest.mark.parametrize("how", ["break", "blind", "end"])
def test_where_the_footage_breaks_all_portraits_are_made_and_nobody_is_known(drawn, how):
    made = step(drawn)
    made.look(look(T, {1: Body(1), 2: Body(2, (500, 100))}))
    if how == "end":
        facts = made.end()
    else:
        broken = look(T + 1, {}, seen=how == "blind")
        if how == "blind":
            broken.verdict = type("Verdict", (), {"blind": True})()
        facts = made.look(broken)
    assert [(type(fact), fact.track) for fact in facts] == [(Portrait, 1), (Portrait, 2)]
    assert made.end() == []


def test_a_track_number_that_comes_again_after_its_end_is_somebody_else(drawn):
    made = step(drawn)
    run(made, 2, {1: Body(1)})
    made.look(look(T + 2, {}, ended=[1]))
    (portrait,) = [fact for _, fact in run(made, 3, {1: Body(2)}, begin=T + 3)]
    assert portrait.likenesses[0].template.values @ WHO[2] > 0.9


def test_likely_minors_are_dropped_before_anything_is_made_of_them(drawn):
    drawn.ages = {1: 16.0, 2: 22.0, 3: 40.0}
    made = step(drawn, TEMPLATES | ATTRIBUTES)
    facts = [fact for _, fact in run(made, 6, {n: Body(n, (n * 200, 100)) for n in (1, 2, 3)})]
    assert sorted((fact.track, type(fact)) for fact in facts if isinstance(fact, Minor)) == [(1, Minor), (2, Minor)]
    assert [fact.track for fact in facts if isinstance(fact, Portrait)] == [3]
    assert drawn.embedder.asked == drawn.gender.asked == 3


def test_of_a_likely_minor_alone_no_template_is_ever_made(drawn):
    drawn.ages = {1: 12.0}
    run(step(drawn), 10, {1: Body(1)})
    assert drawn.embedder.asked == 0
    assert drawn.age.asked == 3


@pytest.mark.parametrize(
    ("need", "asked"),
    [
        (TEMPLATES, {"finder", "age", "embedder"}),
        (ATTRIBUTES, {"finder", "age", "gender"}),
        (EXPRESSIONS, {"finder", "age", "expression"}),
        (ATTENTION, {"finder"}),
        (EVERYTHING, {"finder", "age", "embedder", "gender", "expression"}),
    ],
)
def test_nothing_is_run_but_what_is_needed(drawn, need, asked):
    """All networks are there: another camera may need them."""
    facts = [fact for _, fact in run(step(drawn, need), 6, {1: Body(1)})]
    assert set(drawn.asked()) == asked
    portraits = [fact for fact in facts if isinstance(fact, Portrait)]
    assert all(bool(one.likenesses) == need.templates for one in portraits)
    assert all((one.age is not None, one.gender != "") == (need.attributes,) * 2 for one in portraits)
    found = {Portrait: need.portraits, Mood: need.expressions, Glance: need.attention}
    assert set(kinds(facts)) == {kind for kind, wanted in found.items() if wanted}


def test_a_network_that_is_needed_has_to_be_there(drawn):
    tools, needs = drawn.tools(), {"embedder": TEMPLATES, "age": TEMPLATES, "gender": ATTRIBUTES}
    for lacking, need in {**needs, "expression": EXPRESSIONS}.items():
        some = type(tools)(**{name: getattr(tools, name) for name in tools.__slots__ if name != lacking})
        with pytest.raises(ValueError, match="missing"):
            FaceStep(Camera("door"), some, need)


@pytest.mark.parametrize(("share", "told"), [(0.95, "female"), (0.05, "male"), (0.6, UNSURE)])
def test_a_gender_presentation_is_told_where_it_is_sure(drawn, share, told):
    drawn.female = {1: share}
    ((_, portrait),) = run(step(drawn, ATTRIBUTES), 5, {1: Body(1)})
    assert portrait.gender == told


def test_of_likely_minors_no_mood_is_told(drawn):
    drawn.ages = {1: 12.0, 2: 40.0}
    moods = run(step(drawn, EXPRESSIONS), MOOD_EVERY, {1: Body(1), 2: Body(2, (400, 100))})
    assert {mood.track for _, mood in moods} == {2}
    assert drawn.expression.asked == len(moods)


def test_moods_are_told_every_few_seconds(drawn):
    drawn.happy = {1: 0.25}
    moods = run(step(drawn, EXPRESSIONS), 3 * MOOD_EVERY, {1: Body(1)})
    assert [time for time, _ in moods] == [T, T + MOOD_EVERY, T + 2 * MOOD_EVERY]
    assert all(dict(mood.shares) == pytest.approx({"happy": 0.25, "angry": 0.75}) for _, mood in moods)
    assert drawn.expression.asked == 3


def test_glances_add_up_to_the_time_a_track_was_there(drawn):
    bodies = {1: Body(1), 2: Body(2, (500, 100), turned=True), 3: Body(0, (300, 100))}
    glances = [fact for _, fact in run(step(drawn, ATTENTION), 10, bodies)]
    for track, attentive in [(1, {True}), (2, {False}), (3, {False})]:
        mine = [one for one in glances if one.track == track]
        assert {one.attentive for one in mine} == attentive
        assert mine[0].seconds == 0
        assert all(two.seconds == two.time - one.time for one, two in pairwise(mine))
        assert sum(one.seconds for one in mine) == pytest.approx(9.5)


@pytest.mark.parametrize(("least", "attentive"), [(FACE[0] / 2, True), (FACE[0] * 1.5, False)])
def test_a_face_of_too_few_pixels_does_not_tell_where_it_looks(drawn, monkeypatch, least, attentive):
    monkeypatch.setattr(faces, "LEAST_FACE", least)
    glances = [fact for _, fact in run(step(drawn, ATTENTION), 5, {1: Body(1)})]
    assert {one.attentive for one in glances} == {attentive}
    assert sum(one.seconds for one in glances) > 4  # it could have looked all the same


def test_once_its_portrait_is_made_a_track_is_looked_at_no_more_often_than_glances_need(drawn):
    made = step(drawn, TEMPLATES | ATTENTION)
    run(made, 5, {1: Body(1)})
    before = drawn.finder.asked
    run(made, 5, {1: Body(1)}, begin=T + 5)
    assert drawn.finder.asked - before == 30  # its body, its face turned upright, and that mirrored


def test_a_face_is_that_of_the_body_it_lies_best_in_also_when_only_the_other_is_looked_at(drawn):
    """Two stand so close that the face of one lies in the box of both; the other one shows none."""
    made = step(drawn)
    shown, beside = Body(1, (140, 100)), Body(0, (100, 98))
    run(made, 4, {1: shown})  # has its portrait: it is not looked at any more
    assert run(made, 8, {1: shown, 2: beside}, begin=T + 4) == []
    assert drawn.embedder.asked == 3


def test_where_a_body_stands_is_told_by_the_cameras_anchor(drawn):
    for anchor, down in ((Anchor.FEET, 100 + BODY[1]), (Anchor.HEAD, 100)):
        ((_, mood),) = run(step(drawn, EXPRESSIONS, anchor=anchor), 1, {1: Body(1)})
        assert mood.at == Point(pytest.approx((100 + BODY[0] / 2) / 960), pytest.approx(down / 540))


def test_a_network_that_breaks_loses_what_it_was_asked_for_and_nothing_else(drawn):
    made = step(drawn)
    run(made, 1, {1: Body(1)})
    drawn.age.breaks = True
    with pytest.raises(RuntimeError):
        made.look(look(T + 1, {}, ended=[1]))
    drawn.age.breaks = False
    assert made.end() == []
    (portrait,) = [fact for _, fact in run(made, 3, {2: Body(2)}, begin=T + 2)]
    assert portrait.track == 2


def test_needs_add_up():
    assert not Need()
    assert Need(True, True, True, True) == TEMPLATES | ATTRIBUTES | EXPRESSIONS | ATTENTION
    assert (TEMPLATES | ATTENTION).covers(ATTENTION)
    assert not ATTENTION.covers(TEMPLATES)
    assert [need.portraits for need in (TEMPLATES, ATTRIBUTES, EXPRESSIONS, ATTENTION)] == [True, True, False, False]


def test_what_leaves_shows_no_template_in_a_message(drawn):
    ((_, portrait),) = run(step(drawn), 3, {1: Body(1)})
    assert "array" not in repr(portrait)
