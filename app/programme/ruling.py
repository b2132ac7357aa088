"""Before a version is put to bodies that agreed an earlier one, it is ruled what its changes mean for their agreement.

The comparison is the documents' own; sign-off is handed what was ruled on each clause that differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.changes import changes
from app.documents.comparison import ComparisonRow
from app.documents.models import DocumentVersion
from app.documents.queries import comparison, version_by_id
from app.permissions import Refused, Stale
from app.programme.asking import case_on, newest_asked, subject_of
from app.signoff.folding import locked_case
from app.signoff.models import Case, Round
from app.signoff.queries import round_of
from app.signoff.rulings import AtStake, Ruled, agreements_at_stake, foreseen
from app.signoff.service import open_round
from workflows.materiality import ClauseChange, RuledClause, Word, may_rule
from workflows.standing import CaseStanding
from workflows.verdict import in_words


@dataclass(frozen=True, slots=True)
class ToRule:
    """What has to be ruled on: the case, the version its bodies were asked about, and what differs in the new one."""

    case: Case
    old: DocumentVersion
    at_stake: AtStake
    rows: tuple[ComparisonRow, ...]
    changes: tuple[ClauseChange, ...]

    @property
    def agreed(self) -> str:
        """ "Merton (version 2) and Sutton (version 2)"."""
        return in_words(f"{party.short_name} ({one.round.version_label})" for party, one in self.at_stake.agreements)


@dataclass(frozen=True, slots=True)
class Said:
    """What was ruled on each clause and why, by the clause's code, beside the version with the hash `beside`."""

    beside: str
    clauses: Mapping[str, tuple[Word | None, str]]


def to_rule_on(session: Session, version: DocumentVersion, now: datetime) -> ToRule | None:
    """What has to be ruled on before this version is put to the bodies; nothing where no agreement is at stake."""
    case = case_on(session, version.document_id)
    if case is None or version.hash is None or version.id <= newest_asked(session, case):
        return None
    stake = agreements_at_stake(session, case, version.hash, now)
    if not stake.agreements:
        return None
    old = version_by_id(session, round_of(session, case, stake.round.number).version_id)
    rows = tuple(comparison(session, old, version))
    return ToRule(case, old, stake, rows, tuple(changes(rows)))


def ruled(found: ToRule, said: Said) -> Ruled:
    """The ruling on every change; `Refused` where it is not whole, `Stale` where made beside another version."""
    if said.beside != found.at_stake.round.content_hash:
        raise Stale(
            "What the bodies are asked about has changed since this page was shown. Nothing was ruled or asked.",
            f"They are asked about {found.at_stake.round.version_label} now.",
        )
    clauses = tuple(RuledClause(change, *said.clauses.get(change.code, (None, ""))) for change in found.changes)
    verdict = may_rule(found.changes, clauses)
    if not verdict:
        raise Refused(verdict.sentence, *verdict.needs)
    return Ruled(found.at_stake.round.content_hash, clauses)


def open_round_on(
    session: Session, version: DocumentVersion, doer: Doer, now: datetime, said: Said | None = None
) -> Round:
    """Put an issued version to the parties of the open case on its document, as the next round.

    Raises `Refused` where parties agreed an earlier version and `said` does not rule on every clause that changed.
    """
    case = case_on(session, version.document_id)
    if case is None:
        raise Refused("No case on this document is open.", "Open a case on the version.")
    case = locked_case(session, case.id)
    subject = subject_of(version)
    asked = newest_asked(session, case)
    if version.id < asked:
        latest = session.get_one(DocumentVersion, asked)
        raise Refused(
            f"Version {version.label} is older than version {latest.label}, which the bodies are asked about.",
            f"a version written after version {latest.label}",
        )
    found = to_rule_on(session, version, now)
    if found is not None and said is None:
        raise Refused(
            f"{found.agreed} agreed before: what this version changes has to be ruled on first.",
            "a ruling on each changed clause: editorial or material, with the reason",
        )
    given = ruled(found, said) if found is not None and said is not None else None
    return open_round(session, case, subject, doer, now, given)


def foreseen_on(
    session: Session, version: DocumentVersion, found: ToRule, said: Said, doer: Doer, now: datetime
) -> CaseStanding:
    """Where the bodies would stand if it were ruled so; nothing is written."""
    return foreseen(session, found.case, subject_of(version), doer, now, ruled(found, said))
