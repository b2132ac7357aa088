"""What an agreement comes to on a later version, as a ledger keeps it: carried over, asked again by clause, or ended.

It shares nothing with the service: no rule, no constant, no word list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.signoff.ledger_facts import AGREEING, AS_AMENDED, Decision, Voting

Ruling = Mapping[str, tuple[str, bool]]
"""Each clause that a version changed: its words now, and whether that was ruled material."""


@dataclass
class Held:
    """What a body agreed of an earlier version, the clauses that it still has to re-affirm, and those it did.

    `wants`: it agreed these clauses as amended only, and no version reads so yet.
    """

    decision: Decision
    asked: dict[str, str] = field(default_factory=dict)
    again: list[Decision] = field(default_factory=list)
    wants: Mapping[str, str] = field(default_factory=dict)

    def ended(self, today: date) -> str:
        """Why it counts no more; nothing while it does."""
        if self.decision.ended:
            return self.decision.ended
        expired = any(one.expired(today) for one in (self.decision, *self.again))
        return "local variation expired" if expired else ""

    def left(self, given: Mapping[str, str]) -> dict[str, str]:
        """What is still to be re-affirmed once these clauses are, each as it read then."""
        return {clause: words for clause, words in self.asked.items() if given.get(clause) != words}


def held(log: Sequence[Decision | Voting], rulings: Mapping[int, Ruling], number: int) -> Held | None:
    """What a body holds to as round `number` begins, by what it did in those before and what was ruled between them."""
    found: Held | None = None
    for one in range(1, number + 1):
        if one > 1:
            found = _over_to(found, rulings.get(one))
        if one < number:
            found = _after(found, [act for act in log if isinstance(act, Decision) and act.round == one])
    return found


def _over_to(found: Held | None, ruling: Ruling | None) -> Held | None:
    """To the next version: what is ruled material is asked, and what was asked already is asked as it reads now.

    Who agreed as amended goes on to a version that has those very words, and is not asked about them.
    """
    if found is None or ruling is None:
        return None
    if any(clause not in ruling or ruling[clause][0] != words for clause, words in found.wants.items()):
        return None
    asked = dict(found.asked)
    for clause, (words, material) in ruling.items():
        if clause in found.wants:
            asked.pop(clause, None)
        elif material or clause in asked:
            asked[clause] = words
    return Held(found.decision, asked, found.again)


def _after(found: Held | None, decided: Sequence[Decision]) -> Held | None:
    """By what a body decided in a round; what its chair decided alone is nothing unless it is ratified."""
    for one in decided:
        if one.answer in ("", "not_quorate", "defer") or (one.alone and not one.ratified):
            continue
        if one.ended:
            found = None
        elif not one.reaffirms:
            found = Held(one, wants=one.wants) if one.answer in (*AGREEING, AS_AMENDED) else None
        elif found is not None and one.answer in (*AGREEING, AS_AMENDED):
            found = Held(found.decision, found.left(one.reaffirms), [*found.again, one], one.wants)
    return found
