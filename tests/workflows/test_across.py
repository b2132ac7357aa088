"""The rule across the bodies: met, open or no longer to be met, as trying every way the answers can still go says."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.examples import BOUNDED, CROYDON, MERTON, NHS_ENGLAND, SUTTON, Ledger, at_noon
from tests.workflows.test_definition import GOOD
from tests.workflows.test_standing import JUNE
from workflows.across import Position, Taken, come_to, lacking
from workflows.definition import fits, parse
from workflows.facts import PartyFact
from workflows.reading import when_complete
from workflows.stages import Across
from workflows.standing import standing

FINAL: tuple[Position, ...] = ("in favour", "against", "neither")
FOUR = tuple(
    PartyFact(one.body_id, one.name, one.short_name, one.kind, code)
    for one, code in ((CROYDON, "07V"), (MERTON, "08R"), (SUTTON, "08T"), (NHS_ENGLAND, "X24"))
)


def rule(**said: object) -> Across:
    return Across.model_validate(said)


LEAVES = st.one_of(
    st.just({"every": True}),
    st.just({"majority": True}),
    st.just({"no_one_declines": True}),
    st.integers(1, 5).map(lambda number: {"at_least": number}),
    st.sampled_from(["1/2", "2/3", "1/4", "1/1"]).map(lambda share: {"at_least_share": share}),
    st.lists(st.sampled_from(["08R", "X24", "officer", "board"]), min_size=1, unique=True).map(
        lambda names: {"must": tuple(names)}
    ),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(["all_of", "any_of"]), st.lists(inner, min_size=2, max_size=3)).map(
        lambda said: {said[0]: tuple(said[1])}
    ),
    max_leaves=5,
)
POSITIONS = st.lists(st.sampled_from([*FINAL, "open"]), min_size=4, max_size=4)


def true_of(said: dict[str, object], finals: list[Position]) -> bool:
    """The rule read word by word, once everybody has answered."""
    (key, value), in_favour = next(iter(said.items())), finals.count("in favour")
    match key, value:
        case "all_of", tuple(rules):
            return all(true_of(one, finals) for one in rules)
        case "any_of", tuple(rules):
            return any(true_of(one, finals) for one in rules)
        case "every", _:
            return in_favour == 4
        case "majority", _:
            return in_favour > 2
        case "no_one_declines", _:
            return "against" not in finals
        case "at_least", int(number):
            return in_favour >= number
        case "at_least_share", str(share):
            return in_favour / 4 >= int(share[0]) / int(share[2])
        case "must", tuple(names):
            of = {name: [at for at, one in enumerate(FOUR) if name in (one.kind, one.organisation)] for name in names}
            return all(of[name] and all(finals[at] == "in favour" for at in of[name]) for name in names)
    raise AssertionError(key)


@BOUNDED
@given(RULES, POSITIONS)
def test_a_rule_is_met_early_when_and_only_when_every_way_the_answers_can_go_meets_it(
    said: dict[str, object], positions: list[Position]
) -> None:
    found = come_to(rule(**said), list(zip(FOUR, positions, strict=True)))
    ways = product(*([one] if one != "open" else FINAL for one in positions))
    results = {true_of(said, list(finals)) for finals in ways}
    assert (found.met, found.can_be_met) == (results == {True}, True in results)
    assert found.early is ("open" in positions and len(results) == 1)
    assert bool(found.needs) is (len(results) == 2)
    assert "open" in positions or found.verdict.yes is found.met


def taken(**positions: Position) -> list[Taken]:
    return [(one, positions.get(one.short_name.split()[0].lower(), "open")) for one in FOUR]


@pytest.mark.parametrize(
    ("said", "positions", "sentence", "needs"),
    [
        (
            {"all_of": ({"at_least": 2}, {"must": ("08R",)})},
            {"croydon": "in favour", "sutton": "in favour"},
            "Merton, which must agree, has not answered",
            ("Merton in favour",),
        ),
        (
            {"all_of": ({"majority": True}, {"no_one_declines": True})},
            {"croydon": "in favour", "merton": "in favour"},
            "no one has declined, and no one may",
            (
                "1 more in favour, of Sutton and NHS England",
                "an answer of Sutton and NHS England, not declining",
            ),
        ),
        (
            {"no_one_declines": True},
            {"sutton": "against"},
            "no one may decline, and Sutton has",
            (),
        ),
        (
            {"must": ("officer",)},
            {"nhs": "neither"},
            "NHS England, which must agree, has not",
            (),
        ),
        (
            {"any_of": ({"every": True}, {"must": ("08R", "08T")})},
            {"croydon": "against"},
            "enough is Merton and Sutton in favour",
            ("Merton and Sutton in favour",),
        ),
    ],
)
def test_it_says_why_and_what_is_still_needed(
    said: dict[str, object], positions: dict[str, Position], sentence: str, needs: tuple[str, ...]
) -> None:
    verdict = come_to(rule(**said), taken(**positions)).verdict
    assert (verdict.yes, verdict.sentence, verdict.needs) == (False, sentence, needs)


ACROSS = "{all_of: [{at_least: 2}, {must: [08R]}]}"
TEXT = GOOD.replace("{every: true}", ACROSS)


def test_a_case_says_who_must_agree_and_that_it_was_decided_early() -> None:
    definition, ledger = parse(TEXT), Ledger()
    ledger.open_round(1, "ask", JUNE, content="bb", label="v1")
    ledger.decide(FOUR[0], "agree", JUNE, round=1)
    parties = FOUR[:3]
    found = standing(definition, parties, ledger.entries, (), at_noon(JUNE))
    assert found.result == (
        "1 of 3 have agreed, 2 needed; Merton, which must agree, has not answered; Sutton is still to decide."
    )
    assert found.needs == ("1 more in favour, of Merton and Sutton", "Merton in favour")
    assert (found.complete, found.early) == (False, False)
    ledger.decide(FOUR[1], "agree", JUNE, round=1)
    found = standing(definition, parties, ledger.entries, (), at_noon(JUNE))
    assert found.result == (
        "2 of 3 have agreed, 2 needed; Sutton is still to decide. It is decided early: the answers still to come "
        "cannot change this."
    )
    assert (found.crossing, found.early) == ("stage.completed", True)


def test_one_that_must_agree_and_does_not_ends_the_round_at_once() -> None:
    ledger = Ledger()
    ledger.open_round(1, "ask", JUNE, content="bb", label="v1")
    ledger.decide(FOUR[1], "not_agree", JUNE, round=1, reason="The cost")
    found = standing(parse(TEXT), FOUR[:3], ledger.entries, (), at_noon(JUNE))
    assert (found.can_still_complete, found.early) == (False, True)
    assert "Merton, which must agree, has not" in found.result


def test_a_case_that_lacks_whom_the_rule_names_does_not_fit() -> None:
    verdict = fits(parse(TEXT), "ask", FOUR[::2])
    assert verdict.sentence == "“Asked first” cannot be completed without a party of the organisation 08R."
    assert fits(parse(TEXT), "ask", FOUR[:2])
    assert lacking(rule(must=("board", "08R")), FOUR) == ["a board"]


def test_the_rule_is_read_in_one_sentence() -> None:
    text = GOOD.replace(
        "{every: true}", "{any_of: [{all_of: [{majority: true}, {must: [governing_body, 08R]}]}, {every: true}]}"
    )
    assert when_complete(parse(text).first_stage) == (
        "either more than half of the parties asked have answered in favour, and each governing body and each "
        "party of the organisation 08R have answered in favour, or every party asked has answered in favour"
    )
