"""What can be done about the text of an entry: ask for its destruction, decline that, or, as a second person, do it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.audit.destroyed import THING
from app.audit.destroying import destroy
from app.audit.models import RecordEntry
from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer, stamp
from app.audit.tags import Tag
from app.permissions import Refused, Stale
from app.record import queries
from app.record.copies import destroy_copies
from app.record.queries import Told
from app.signoff.folding import folded, locked_case, project
from workflows.case_history import day_of
from workflows.destruction import GROUNDS, may_be_destroyed, may_confirm

LONGEST = 2_000
"""The longest reason, in characters."""


def ask(
    session: Session,
    organisation_id: int,
    entry_id: int,
    *,
    ground: str,
    under: str,
    reason: str,
    doer: Doer,
    now: datetime,
    years: int,
) -> int:
    """Ask for the destruction of what an entry says; gives the number of the entry by which it is asked.

    Raises `Refused` where the rule says no, without a reason, or where it is asked already.
    """
    entry = _held(session, organisation_id, entry_id)
    _refuse(session, entry, ground, now, years)
    if queries.waiting(queries.steps(session, entry_id)) is not None:
        raise Refused("It is asked for already, and waits for a second person.", "the second person’s answer")
    for text, what in ((under, "under what it is destroyed"), (reason, "the reason")):
        if not text.strip() or len(text) > LONGEST:
            raise Refused(f"What cannot be undone needs {what}, in 1 to {LONGEST:,} characters.", what)
    said: dict[str, Any] = {"ground": ground, "under": under.strip(), "reason": reason.strip()}
    return append_or_continue(session, [_about(entry, Tag.DESTRUCTION_ASKED, doer, said)], now)[0]


def decline(
    session: Session, organisation_id: int, entry_id: int, *, asked: int, reason: str, doer: Doer, now: datetime
) -> None:
    """Decline what was asked: the text stays. Whoever asked may take it back so. Raises `Refused`, `Stale`."""
    entry = _held(session, organisation_id, entry_id)
    _asked(session, entry_id, asked)
    if not reason.strip() or len(reason) > LONGEST:
        raise Refused("It is declined with a reason.", "the reason")
    said = {"reason": reason.strip(), "asked": asked}
    append_or_continue(session, [_about(entry, Tag.DESTRUCTION_DECLINED, doer, said)], now)


def confirm(
    session: Session, organisation_id: int, entry_id: int, *, asked: int, doer: Doer, now: datetime, years: int
) -> int:
    """Destroy what an entry says, as a second person; gives the number of the entry that says so.

    What the rooms hold of the same words goes with it. Raises `Refused` and `Stale`, where nothing was destroyed.
    """
    entry = _held(session, organisation_id, entry_id)
    told = _asked(session, entry_id, asked)
    ground = str((told.entry.payload or {})["ground"])
    verdict = may_confirm(told.entry.actor_id, doer.person_id)
    if not verdict:
        raise Refused(verdict.sentence, *verdict.needs)
    _refuse(session, entry, ground, now, years)
    said = {
        "ground": ground,
        "under": told.under,
        "reason": told.reason,
        "asked": {
            "entry": asked,
            "by": told.entry.actor_name,
            "capacity": told.entry.capacity,
            "at": stamp(told.entry.at),
        },
    }
    about, kind, thing_id = dict(entry.payload or {}), entry.thing_kind, entry.thing_id
    destroy_copies(session, entry.tag, about, thing_id, f"(Destroyed on record, {told.under}.)")
    declaring = destroy(session, entry, said, doer, now)
    if kind == "case" and thing_id is not None:
        case = queries.case_of(session, entry)
        if case is not None:
            project(session, folded(session, case, now))
    return declaring


def _about(entry: RecordEntry, tag: Tag, doer: Doer, said: Mapping[str, Any]) -> Act:
    """An act on another entry, in the log and the part of that one."""
    return Act(tag, doer, entry.organisation_id, entry.organisation_name, THING, entry.id, said, entry.part)


def _held(session: Session, organisation_id: int, entry_id: int) -> RecordEntry:
    """The entry, held to the end of the transaction; the case that it counts for is held before it."""
    found = queries.entry_of(session, organisation_id, entry_id)
    if queries.case_of(session, found) is not None:
        locked_case(session, found.thing_id or 0)
    return queries.entry_of(session, organisation_id, entry_id, lock=True)


def _asked(session: Session, entry_id: int, asked: int) -> Told:
    told = queries.waiting(queries.steps(session, entry_id))
    if told is None or told.entry.id != asked:
        raise Stale("What was asked for this entry was answered, or asked anew, since this page was shown.")
    return told


def _refuse(session: Session, entry: RecordEntry, ground: str, now: datetime, years: int) -> None:
    if ground not in GROUNDS:
        raise Refused("A text is destroyed on one of two grounds.", *GROUNDS.values())
    fact = queries.fact_of(session, entry, private=False)
    verdict = may_be_destroyed(fact, ground, years, day_of(now))
    if not verdict:
        raise Refused(f"Nothing was destroyed. {verdict.sentence}", *verdict.needs)
