"""What a stage calls agreeing by a name of its own is withdrawn, and carries over, as an agreement does."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.examples import CROYDON, KINGSTON, MERTON, Ledger, at_noon
from tests.workflows.test_materiality import RESPONSE, WEEKENDS, again, of, rule, ruled
from tests.workflows.test_own_answers import THREE, TRIAL
from workflows.facts import OwnAnswer, PartyFact
from workflows.materiality import RuledClause, at_stake, rulings_of
from workflows.standing import CaseStanding, standing
from workflows.withdrawal import may_be_withdrawn

MAY, JUNE, JULY, AUGUST = date(2015, 5, 19), date(2015, 6, 18), date(2015, 7, 1), date(2015, 8, 3)
STAGE = TRIAL.stages[1]


def answer(ledger: Ledger, who: PartyFact, name: str, **more: Any) -> None:
    own = STAGE.own(name)
    assert own is not None
    ledger.decide(who, name, JUNE, answer_title=own.title, counts=own.counts, **more)


def evaluated() -> Ledger:
    """Croydon adopts, Kingston adapts with a condition, Merton stops."""
    ledger = Ledger()
    ledger.open_round(2, "evaluation", MAY, content="bb", label="version 0.2")
    answer(ledger, CROYDON, "adopt")
    answer(ledger, KINGSTON, "adapt", conditions=["Ten beds are enough."])
    answer(ledger, MERTON, "stop", reason="Costs.")
    return ledger


def put(*clauses: RuledClause) -> Ledger:
    ledger = evaluated()
    rule(ledger, *clauses)
    ledger.open_round(3, "evaluation", JULY, content="cc", label="version 0.3")
    return ledger


def stands(ledger: Ledger) -> CaseStanding:
    return standing(TRIAL, THREE, ledger.entries, (), at_noon(AUGUST))


def test_an_own_answer_in_favour_carries_over_where_every_change_is_editorial() -> None:
    found = stands(put(ruled(RESPONSE, "editorial")))
    croydon, kingston, merton = (of(found, who) for who in THREE)
    assert (croydon.word, croydon.in_favour, croydon.own) == ("carried over", True, OwnAnswer("Adopt", "in_favour"))
    assert croydon.sentence == (
        "Croydon answered “Adopt” on version 0.2 on 18 June 2015. Carried over to version 0.3: ruled by Jane Bloggs on "
        "1 July 2015 that what changed is editorial."
    )
    assert (kingston.answer, kingston.conditions) == ("adapt", ("Ten beds are enough.",))
    assert (merton.word, merton.answer) == ("not yet scheduled", None)
    assert "1 “Adopt” (Croydon), 1 “Adapt” (Kingston)" in found.result


def test_what_is_material_is_asked_again_and_answered_by_its_own_name() -> None:
    ledger = put(ruled(WEEKENDS, "material"))
    assert "asked to re-affirm only clause 2.6" in of(stands(ledger), CROYDON).sentence
    again(ledger, CROYDON, "adopt", [WEEKENDS], answer_title="Adopt", counts="in_favour")
    croydon = of(stands(ledger), CROYDON)
    assert (croydon.word, croydon.in_favour) == ("Adopt", True)
    assert croydon.sentence.startswith("Croydon answered “Adopt” on clause 2.6 of version 0.3 on 3 August 2015")


def test_only_what_counts_in_favour_is_at_stake() -> None:
    history = stands(evaluated()).folded
    held = at_stake(TRIAL, "evaluation", history.rounds, rulings_of(()), [one.body_id for one in THREE])
    assert set(held) == {CROYDON.body_id, KINGSTON.body_id}


def test_an_own_answer_in_favour_is_withdrawn_and_its_body_asked_again() -> None:
    ledger = evaluated()
    decision = ledger.entries[1]
    ledger.write(
        "agreement.withdrawn",
        JULY,
        body_id=CROYDON.body_id,
        round=2,
        decision=decision.id,
        held_on=JULY.isoformat(),
        reason="It cost too much.",
        answer_title="Adopt",
    )
    croydon = of(stands(ledger), CROYDON)
    assert (croydon.word, croydon.answer) == ("agreement withdrawn", None)
    assert croydon.sentence == ("Croydon withdrew its answer “Adopt” on version 0.2 on 1 July 2015: It cost too much.")


@pytest.mark.parametrize(
    ("own", "may"),
    [(STAGE.own("adopt"), True), (STAGE.own("note"), False), (STAGE.own("stop"), False), (None, False)],
)
def test_what_did_not_agree_is_not_withdrawn(own: OwnAnswer | None, may: bool) -> None:
    assert bool(may_be_withdrawn("Croydon", "own", JUNE, JULY, "Costs.", own)) is may
