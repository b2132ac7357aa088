"""What was ruled on the changes of a further round's version, made again from the clauses as they came in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.documents.changes import changes
from app.documents.queries import comparison, version_by_id
from app.permissions import Refused
from app.signoff.models import Case
from app.signoff.queries import round_of
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
