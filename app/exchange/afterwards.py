"""What an answer carries into later, and what became of it, as a file says it: keepers, a variation, conditions."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.exchange.kinds.kind import Values
from app.permissions import Refused
from app.signoff import queries, tracking
from app.signoff.models import Case
from workflows.case_history import day_of
from workflows.facts import VOTES, Keeper, Variation, VoteFact
from workflows.verdict import in_words


def follow_condition(
    session: Session, case: Case, which: tracking.Which, values: Values, doer: Doer, at: datetime
) -> None:
    """Do again what a row says became of a condition."""
    why, on = values["why"] or "", values["on"] or day_of(at)
    seen = tracking.tracked(queries.folded(session, case, at), which).condition.state
    if values["became"] == "assigned":
        owner, due = values["owner"] or "", values["due"]
        tracking.assign_condition(session, which, owner=owner, due=due, seen=seen, doer=doer, now=at)
    elif values["became"] == "met":
        tracking.meet_condition(session, which, evidence=why, on=on, seen=seen, doer=doer, now=at)
    elif values["became"] == "waived":
        by = values["decided_by"] or ""
        tracking.waive_condition(session, which, reason=why, decided_by=by, on=on, seen=seen, doer=doer, now=at)
    else:
        tracking.reopen_condition(session, which, reason=why, seen=seen, doer=doer, now=at)


def variation(values: Values) -> Variation | None:
    """The local variation of a row, where it has one."""
    if values["varied_clause"] is None and values["varied_text"] is None:
        return None
    return Variation(values["varied_clause"] or "", values["varied_text"] or "", values["varied_until"])


def keepers(text: str | None) -> tuple[Keeper, ...]:
    """Who sees to each condition, from lines `name | day`; raises `Refused` for a day that is none."""
    found = []
    for line in (text or "").split("\n") if text else ():
        owner, _, due = line.rpartition("|") if "|" in line else (line, "", "")
        try:
            found.append(Keeper(owner.strip(), date.fromisoformat(due.strip()) if due.strip() else None))
        except ValueError:
            raise Refused(f"“{due.strip()}” is not a day by which a condition is due.", "a day as 2016-03-31") from None
    return tuple(found)


def corrected_votes(text: str | None, id_of: Callable[[str], int]) -> tuple[VoteFact, ...]:
    """The votes that a correction puts right, from lines `seat | vote`; raises `Refused` for what is none."""
    found = []
    for line in text.split("\n") if text else ():
        code, _, said = (part.strip() for part in line.partition("|"))
        vote = next((one for one in VOTES if one == said), None)
        if vote is None:
            raise Refused(f"“{said}” is not a vote.", f"one of {in_words(VOTES)}")
        try:
            found.append(VoteFact(id_of(code), vote))
        except KeyError:
            raise Refused(f"There is no seat “{code}”.", "the code of a seat") from None
    return tuple(found)
