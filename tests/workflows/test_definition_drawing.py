"""A definition's drawing: everything has its place, nothing lies on anything else, and it is as narrow as a phone."""

from itertools import combinations, pairwise

import pytest

from tests.workflows.test_definition import GOOD
from workflows.definition import DEFINITIONS, load_folder, parse
from workflows.definition_drawing import EDGE, Drawing, Way, drawn
from workflows.stages import DONE, STOPPED, Definition

WIDEST = 340
"""What is left of 375 px beside a page's margins."""

TANGLED = """\
name: tangled
version: 1
title: Every kind of way at once
stages:
  - name: first
    title: A stage with a title that is long enough to be broken into several lines of the drawing
    question: What do you say?
    version: first
    parties:
      - {kind: governing_body, decide: meeting, answers: [agree, not_agree]}
      - {kind: joint_committee, decide: officer, role: chair, answers: [release, return]}
    across: {every: true}
    then: {complete: third, declined: second}
  - name: second
    title: Second
    question: And now?
    version: new
    parties: [{kind: governing_body, decide: meeting, answers: [agree, not_agree]}]
    across: {at_least: 2}
    then: {complete: third, declined: first}
  - name: third
    title: Third
    question: And now?
    version: new
    parties: [{kind: governing_body, decide: meeting, answers: [agree, not_agree]}]
    across: {every: true}
    then: {complete: fourth, declined: third}
  - name: fourth
    title: Fourth
    question: And now?
    version: same
    parties: [{kind: governing_body, decide: meeting, answers: [agree, not_agree]}]
    across: {every: true}
    then: {complete: done, declined: stopped}
"""

ALL = [*load_folder(DEFINITIONS).values(), parse(GOOD), parse(TANGLED)]
every_definition = pytest.mark.parametrize("definition", ALL, ids=lambda one: f"{one.name}.v{one.version}")


def uprights(way: Way) -> tuple[float, float, float]:
    """Where a way goes up or down: its x, and from which y to which."""
    (x, one), (other, two) = next((a, b) for a, b in pairwise(way.points) if a[0] == b[0])
    assert x == other
    return x, min(one, two), max(one, two)


@every_definition
def test_every_stage_and_every_end_that_is_reached_has_one_box(definition: Definition) -> None:
    drawing = drawn(definition)
    targets = {way.to for way in drawing.ways}
    stages = [stage.name for stage in definition.stages]
    assert [box.key for box in drawing.boxes] == [*stages, *(end for end in (DONE, STOPPED) if end in targets)]


@every_definition
def test_no_box_lies_on_another_and_each_holds_its_words(definition: Definition) -> None:
    drawing = drawn(definition)
    for one, other in combinations(drawing.boxes, 2):
        assert one.y + one.height < other.y or other.y + other.height < one.y
    for box in drawing.boxes:
        heights = [line.y for line in box.words]
        assert all(b - a >= 16 for a, b in pairwise(heights))
        for line in box.words:
            assert box.y + 14 <= line.y <= box.y + box.height - 8
            assert line.x + len(line.text) * (8.4 if line.strong else 7) <= box.x + box.width


@every_definition
def test_every_way_is_drawn_once_from_its_stage_to_where_it_leads(definition: Definition) -> None:
    drawing = drawn(definition)
    wanted = [("complete", stage.name, stage.then.complete) for stage in definition.stages]
    wanted += [("answered", one.name, way.goes_to) for one in definition.stages for way in one.then.branches]
    wanted += [("declined", one.name, one.then.declined) for one in definition.stages if one.then.declined]
    assert sorted((way.kind, way.start, way.to) for way in drawing.ways) == sorted(wanted)
    boxes = {box.key: box for box in drawing.boxes}
    for way in drawing.ways:
        start, to = boxes[way.start], boxes[way.to]
        assert start.y <= way.points[0][1] <= start.y + start.height
        assert to.y - 10 <= way.points[-1][1] <= to.y + to.height


@every_definition
def test_no_way_runs_along_another_nor_through_a_box(definition: Definition) -> None:
    drawing = drawn(definition)
    for one, other in combinations(drawing.ways, 2):
        (x, high, low), (x2, high2, low2) = uprights(one), uprights(other)
        assert x != x2 or low < high2 or low2 < high
    for way in drawing.ways:
        x, high, low = uprights(way)
        for box in drawing.boxes:
            assert x > box.x + box.width or low <= box.y or high >= box.y + box.height
        assert all(0 <= px <= drawing.width and 0 <= py <= drawing.height for px, py in way.points)


@pytest.mark.parametrize("definition", load_folder(DEFINITIONS).values(), ids=lambda one: f"{one.name}.v{one.version}")
def test_a_shipped_definition_is_no_wider_than_a_phone(definition: Definition) -> None:
    assert drawn(definition).width <= WIDEST


def test_the_drawing_says_in_words_where_each_way_leads() -> None:
    drawing: Drawing = drawn(parse(GOOD))
    assert drawing.said == (
        "“Asked first”, complete, is followed by “Asked again”. “Asked first”, declined, is followed by “Stopped”. "
        "“Asked again”, complete, is followed by “Agreed”."
    )
    assert [line.text for line in drawing.boxes[0].words] == [
        "1. Asked first",
        "Governing body: at a meeting",
        "Complete when every party",
        "asked has answered in favour",
        "Declined: stopped",
    ]
    assert drawing.boxes[0].x == EDGE


def test_the_same_question_once_more_is_a_way_back_to_its_own_stage() -> None:
    third = next(way for way in drawn(parse(TANGLED)).ways if (way.start, way.kind) == ("third", "declined"))
    assert third.to == "third"
    assert third.points[0][1] > third.points[-1][1]
