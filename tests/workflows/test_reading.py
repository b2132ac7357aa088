"""A definition reads as plain sentences, each made from what it says."""

from tests.workflows.test_definition import GOOD
from workflows.definition import DEFINITIONS, load, load_folder, parse
from workflows.facts import ANSWERS
from workflows.reading import NO_TIMES, reading

STANDARDS = load(DEFINITIONS / "standards.v1.yaml")
PACK_RELEASE = load(DEFINITIONS / "pack-release.v1.yaml")


def test_an_example_reads_from_its_opening_to_its_times() -> None:
    assert reading(parse(GOOD)).sentences == (
        "An example (version 1) has 2 stages, one after the other.",
        "1. Asked first. The question: What do you say?",
        "It is asked about the first version.",
        "Each governing body decides at a meeting, where it has to be quorate by its own rule: it can agree or not "
        "agree.",
        "To agree counts in favour; to not agree declines.",
        "It is complete when every party asked has answered in favour.",
        "When it is complete, the case goes to “Asked again”.",
        "When so many have declined that it can no longer be completed, the case is stopped.",
        "2. Asked again. The question: And now?",
        "It waits for a new version and is asked about that one.",
        "Each party that answers by an officer answers by its officer: it can agree.",
        "It is complete when at least 1 party asked has answered in favour.",
        "When it is complete, the case is agreed.",
        NO_TIMES,
    )


def test_the_standards_read_as_their_route() -> None:
    response, decision = reading(STANDARDS).stages
    assert response.sentences == (
        "It is asked about the first version.",
        "Each governing body or joint committee answers by its secretary: it can respond.",
        "Each party that answers by an officer answers by its officer: it can respond.",
        "It is complete when at least 4 of the parties asked have answered in favour.",
        "When it is complete, the case goes to “Decision on the consolidated version”.",
    )
    assert decision.sentences == (
        "It waits for a new version and is asked about that one.",
        "Each governing body or joint committee decides at a meeting, where it has to be quorate by its own rule: it "
        "can agree, agree with conditions, defer or not agree.",
        "To agree or agree with conditions counts in favour; to not agree declines; a party that defers is still to "
        "decide.",
        "Each party that answers by an officer answers by its officer: it can agree, agree with conditions, defer or "
        "not agree.",
        "To agree or agree with conditions counts in favour; to not agree declines; a party that defers is still to "
        "decide.",
        "It is complete when every party asked has answered in favour.",
        "When it is complete, the case is agreed.",
        "When so many have declined that it can no longer be completed, the same question is put again, on a further "
        "version.",
    )


def test_the_release_of_a_pack_reads_as_secretary_then_chair() -> None:
    put_forward, release = reading(PACK_RELEASE).stages
    assert put_forward.asked == (
        "Each governing body, joint committee or board answers by its secretary: it can put it forward.",
    )
    assert release.sentences == (
        "It is asked about exactly the version of the stage before.",
        "Each governing body, joint committee or board answers by its chair: it can release it or return it.",
        "To release it counts in favour; to return it declines.",
        "It is complete when every party asked has answered in favour.",
        "When it is complete, the case is agreed.",
        "When so many have declined that it can no longer be completed, the case is stopped.",
    )


def test_a_change_of_the_definition_changes_its_sentence() -> None:
    text = GOOD.replace("at_least: 1", "at_least: 2").replace("declined: stopped", "declined: decide")
    first, second = reading(parse(text)).stages
    assert first.follows[1].endswith("the case goes to “Asked again”.")
    assert second.complete == "It is complete when at least 2 of the parties asked have answered in favour."


def test_every_shipped_definition_and_every_answer_can_be_read() -> None:
    for definition in load_folder(DEFINITIONS).values():
        assert [stage.title for stage in reading(definition).stages] == [stage.title for stage in definition.stages]
    answers = f"answers: [{', '.join(ANSWERS)}]"
    asked = reading(parse(GOOD.replace("answers: [agree, not_agree]", answers))).stages[0].asked
    assert "_" not in "".join(asked)
    assert asked[1].endswith("to not agree or return it declines; a party that defers is still to decide.")
