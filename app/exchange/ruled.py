"""What was ruled on the changes of a further round's version, made again from the clauses as they came in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.changes import changes
from app.documents.queries import comparison, version_by_id
from app.permissions import Refused
from app.signoff.folding import folded
from app.signoff.models import Case
from app.signoff.queries import round_of
from app.signoff.ruling_again import rule_again, ruling_to_make_again
from app.signoff.rulings import Ruled, agreements_at_stake
from app.signoff.service import Subject
from workflows.materiality import RuledClause, Word, may_rule
from workflows.verdict import in_words


def ruled_then(
    session: Session, case: Case, subject: Subject, said: Mapping[str, tuple[Word, str]], at: datetime
) -> Ruled | None:
    """The ruling with which a round was opened: `said` by the clause's code; none where nothing was ruled on.

    A ruling on versions of which no clause differs has no rows; it is the one there was if agreements were at stake.
    """
    stake = agreements_at_stake(session, case, subject.content_hash, at)
    if not said and not stake.agreements:
        return None
    old = version_by_id(session, round_of(session, case, stake.round.number).version_id)
    changed = changes(comparison(session, old, version_by_id(session, subject.version_id)))
    if not said and changed:
        return None
    other = sorted(set(said) - {change.code for change in changed})
    if other:
        named = in_words(f"“{code}”" for code in other)
        raise Refused(f"{named} did not change from version {old.label} to version {subject.version_label}.")
    clauses = tuple(RuledClause(change, *said.get(change.code, (None, ""))) for change in changed)
    verdict = may_rule(changed, clauses)
    if not verdict:
        raise Refused(verdict.sentence, *verdict.needs)
    return Ruled(stake.round.content_hash, clauses)


def ruled_again_then(
    session: Session,
    case: Case,
    number: int,
    said: Mapping[str, tuple[Word, str]],
    why: str,
    doer: Doer,
    at: datetime,
) -> None:
    """Make a ruling again as it came in: on every clause that was ruled on before, and on no other."""
    found = folded(session, case, at)
    if found.round.number != number:
        raise Refused(f"The case is in round {found.round.number} then, not in {number}.", "that round")
    ruling = ruling_to_make_again(found)
    other = sorted(set(said) - {clause.change.code for clause in ruling.clauses})
    if other:
        raise Refused(f"{in_words(f'“{code}”' for code in other)} was not among the clauses that were ruled on.")
    clauses = tuple(RuledClause(one.change, *said.get(one.change.code, (None, ""))) for one in ruling.clauses)
    rule_again(session, case_id=case.id, clauses=clauses, reason=why, seen=ruling.entry_id, doer=doer, now=at)
