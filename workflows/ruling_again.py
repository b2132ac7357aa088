"""A ruling on what a version changes can be made again, with a reason, until a body has acted on it.

Then it is a further entry on the same two versions, and counts in the place of the one before, which stays on record.
"""

from collections.abc import Collection, Iterable, Sequence

from workflows.after_the_answer import AGREEMENT_WITHDRAWN
from workflows.case_history import DECISION_RECORDED, PAPERS_ISSUED, VOTING_OPENED, CaseHistory, Round
from workflows.facts import CaseEntry, PartyFact
from workflows.materiality import RuledClause, Ruling, agreement_before, may_rule, reaffirmed, rulings_of
from workflows.verdict import Verdict, no, yes


def ruling_now(history: CaseHistory) -> Ruling | None:
    """The ruling that says what became of earlier agreement on the version that is asked about now, the latest made."""
    if not history.rounds:
        return None
    content = history.rounds[-1].content_hash
    before = next((one.content_hash for one in reversed(history.rounds) if one.content_hash != content), None)
    return rulings_of(history.rulings).get((before, content)) if before is not None else None


def may_rule_again(history: CaseHistory, parties: Sequence[PartyFact]) -> Verdict:
    """May the ruling on the version asked about now be made again? Not once a body has acted on it.

    A body has acted on it that re-affirmed what it was asked to, that put this to the vote of its members (unless that
    was stopped), that has its papers, which say what it is asked, or that withdrew what had carried over; and so have
    all together where the stage is complete.
    """
    ruling = ruling_now(history)
    if ruling is None:
        return no("Nothing was ruled on the version that is asked about now, so there is no ruling to make again.")
    if history.closed is not None:
        return no("The case is closed, so what was ruled stays as it is.", "a further version, with its own ruling")
    rounds = _on_this_version(history.rounds)
    if any(one.completed for one in rounds):
        return no(
            f"The bodies have completed the stage on {ruling.to_label}, so what was ruled on it stays as it is.",
            "a further version, with its own ruling",
        )
    for party in parties:
        acted = _acted(party, rounds, history)
        if acted:
            return no(
                f"{party.short_name} {acted}, so what was ruled stays as it is.",
                "a further version, with its own ruling",
            )
    return yes(f"No body has acted on the ruling on {ruling.to_label} yet, so it can be made again, with a reason.")


def made_again(history: CaseHistory, body_id: int) -> CaseEntry | None:
    """The entry of the ruling on the version asked about now, where it was made again and moves what this body agreed.

    Who agreed no earlier version is asked the same by either ruling. For who did, a page from before it is out of date.
    """
    ruling = ruling_now(history)
    entry = next((one for one in history.rulings if ruling is not None and one.id == ruling.entry_id), None)
    if entry is None or "replaces" not in entry.payload:
        return None
    first = _on_this_version(history.rounds)[0]
    earlier = history.rounds[: history.rounds.index(first)]
    held = agreement_before(body_id, earlier, first, rulings_of(history.rulings))
    return entry if held is not None else None


def last_entry_about(history: CaseHistory, entries: Iterable[CaseEntry], body_id: int) -> int:
    """The id of the last entry about a body, 0 for none; a ruling made again is about who had agreed before it."""
    again = made_again(history, body_id)
    about = [entry.id for entry in entries if entry.payload.get("body_id") == body_id]
    return max([*about, *([again.id] if again else [])], default=0)


def rules_otherwise(ruling: Ruling, clauses: Sequence[RuledClause], reason: str) -> Verdict:
    """Is this another ruling on the very changes of the one before, whole, and with a reason for making it again?"""
    whole = may_rule([clause.change for clause in ruling.clauses], clauses)
    if not whole:
        return whole
    if not reason.strip():
        return no("Ruling again needs its reason.", "why it is ruled on again")
    was = {clause.change.code: (clause.ruling, clause.reason.strip()) for clause in ruling.clauses}
    if all(was[clause.change.code] == (clause.ruling, clause.reason.strip()) for clause in clauses):
        return no("That is what was ruled already.", "another ruling, or another reason, for at least one clause")
    return yes("It is ruled on again.")


def _on_this_version(rounds: Sequence[Round]) -> list[Round]:
    """The latest rounds that are about the content asked about now."""
    found: list[Round] = []
    for one in reversed(rounds):
        if one.content_hash != rounds[-1].content_hash:
            break
        found.append(one)
    return found[::-1]


def _acted(party: PartyFact, rounds: Sequence[Round], history: CaseHistory) -> str:
    """What this party did on the ruling, in words; nothing where it did nothing."""
    first = rounds[0]
    earlier = history.rounds[: history.rounds.index(first)]
    held = agreement_before(party.body_id, earlier, first, rulings_of(history.rulings))
    for act in [act for one in rounds for act in one.acts.get(party.body_id, [])]:
        if act.tag == DECISION_RECORDED and not act.void and reaffirmed(act.said):
            return "has decided on what it was asked to re-affirm"
        if act.tag == VOTING_OPENED and not act.stopped and reaffirmed(act.said):
            return "has put what it was asked to re-affirm to the vote of its members"
        if act.tag == PAPERS_ISSUED and held is not None and held.asked:
            return "has its papers, which say what it is asked to re-affirm"
    numbers = {one.number for one in rounds}
    if any(_withdrew_in(act.later, numbers) for one in earlier for act in one.acts.get(party.body_id, [])):
        return "has withdrawn what had carried over"
    return ""


def _withdrew_in(later: Iterable[CaseEntry], numbers: Collection[int]) -> bool:
    return any(entry.tag == AGREEMENT_WITHDRAWN and entry.payload.get("round") in numbers for entry in later)
