"""The programme's logs: actions that somebody is to do by a date, and decisions its board or an officer took."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Doer
from app.audit.tags import Tag
from app.db.by_words import named
from app.db.types import GivenDate
from app.people.models import Collaborative, Person
from app.permissions import Missing, Refused, Stale
from app.programme.models import Programme, Workstream
from app.programme.raid_models import ProgrammeAction, ProgrammeDecision, Risk
from app.programme.recording import record
from app.programme.risks import next_code
from workflows.case_history import day_of
from workflows.facts import day_in_words


@dataclass(frozen=True, slots=True)
class ActionText:
    """What an action says."""

    title: str
    origin: str
    due: GivenDate
    raised_on: date
    owner_id: int | None
    workstream_id: int | None
    risk_id: int | None


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What a decision says. `corrects` is the code of the one it takes the place of."""

    what: str
    authority: str
    why: str
    decided_on: date
    workstream_id: int | None
    risk_id: int | None
    corrects: str = ""


def log_action(session: Session, programme: Programme, text: ActionText, doer: Doer, now: datetime) -> ProgrammeAction:
    """Write an action down; later than the day it was agreed it is shown as recorded afterwards."""
    _not_to_come(text.raised_on, now, "agreed")
    action = ProgrammeAction(
        code=next_code(session, ProgrammeAction.code, programme, "action"),
        programme_id=programme.id,
        recorded_at=now,
        recorded_by=doer.name,
        version=1,
        demonstration=False,
    )
    _put(action, text)
    session.add(action)
    session.flush()
    _recorded(session, Tag.ACTION_LOGGED, action, {"due": action.due_words}, doer, now)
    return action


def change_action(
    session: Session, action_id: int, text: ActionText, *, reason: str, seen: int, doer: Doer, now: datetime
) -> ProgrammeAction:
    """Change what an action says, with a reason; `seen` is the version the page showed."""
    action = _locked(session, action_id, seen)
    if not reason.strip():
        raise Refused("An action changes only with a reason.", "Say why it changes.")
    if action.done_on is not None:
        raise Refused(f"“{action.title}” is done, so it stays as it is.", "Open it again first.")
    _not_to_come(text.raised_on, now, "agreed")
    was = action.due_words
    _put(action, text)
    action.version += 1
    session.flush()
    said = {"was": was, "due": action.due_words, "reason": reason.strip()}
    _recorded(session, Tag.ACTION_CHANGED, action, said, doer, now)
    return action


def report_done(
    session: Session, action_id: int, *, done_on: date, note: str, seen: int, doer: Doer, now: datetime
) -> ProgrammeAction:
    """Say that an action is done, on which day, and what came of it."""
    action = _locked(session, action_id, seen)
    if action.done_on is not None:
        raise Refused(f"“{action.title}” was done on {day_in_words(action.done_on)}.", "Open it again first.")
    if not note.strip():
        raise Refused("An action is done with a word on what came of it.", "Say what came of it.")
    _not_to_come(done_on, now, "done")
    if done_on < action.raised_on:
        raise Refused(
            f"{day_in_words(done_on)} is before it was agreed on {day_in_words(action.raised_on)}.",
            "Enter the day on which it was done.",
        )
    action.done_on, action.done_note = done_on, note.strip()
    action.version += 1
    session.flush()
    _recorded(session, Tag.ACTION_DONE, action, {"done_on": done_on.isoformat(), "reason": note.strip()}, doer, now)
    return action


def reopen_action(
    session: Session, action_id: int, *, reason: str, seen: int, doer: Doer, now: datetime
) -> ProgrammeAction:
    """Open an action again that was said to be done."""
    action = _locked(session, action_id, seen)
    if action.done_on is None:
        raise Refused(f"“{action.title}” is not done yet.", "Nothing is left to do.")
    if not reason.strip():
        raise Refused("An action is opened again only with a reason.", "Say what is still to be done.")
    action.done_on, action.done_note = None, ""
    action.version += 1
    session.flush()
    _recorded(session, Tag.ACTION_REOPENED, action, {"reason": reason.strip()}, doer, now)
    return action


def log_decision(
    session: Session, programme: Programme, text: DecisionText, doer: Doer, now: datetime
) -> ProgrammeDecision:
    """Write a decision down. It is never changed; another one can take its place."""
    _not_to_come(text.decided_on, now, "decided")
    if not (text.what.strip() and text.authority.strip()):
        raise Refused("A decision says what was decided, and by whom.", "Enter both.")
    decision = ProgrammeDecision(
        code=next_code(session, ProgrammeDecision.code, programme, "decision"),
        programme_id=programme.id,
        workstream_id=text.workstream_id,
        risk_id=text.risk_id,
        decided_on=text.decided_on,
        what=text.what.strip(),
        authority=text.authority.strip(),
        why=text.why.strip(),
        corrects=text.corrects,
        recorded_at=now,
        recorded_by=doer.name,
        demonstration=False,
    )
    session.add(decision)
    session.flush()
    said = {
        "decision": decision.code,
        "what": decision.what[:300],
        "authority": decision.authority,
        "decided_on": decision.decided_on.isoformat(),
    }
    place = ("programme_decision", decision.id)
    record(session, Tag.DECISION_LOGGED, programme, decision.workstream, place, said, doer, now)
    return decision


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What a log is narrowed to. `state` is of actions: open, overdue, done, all; the others narrow both logs."""

    workstream: str = ""
    owner: str = ""
    text: str = ""
    state: str = "open"


def overdue(action: ProgrammeAction, on: date) -> bool:
    """Whether its last possible day has passed and it is not done."""
    return action.done_on is None and action.due.latest is not None and action.due.latest < on


def recorded_afterwards(entry: ProgrammeAction | ProgrammeDecision) -> bool:
    """Whether it was written down on a later day than it happened."""
    happened = entry.raised_on if isinstance(entry, ProgrammeAction) else entry.decided_on
    return day_of(entry.recorded_at) > happened


def actions(session: Session, programme_id: int, filters: LogFilters, on: date) -> list[ProgrammeAction]:
    """The action log: what is open and due first, then what is done, the newest first."""
    query = (
        sa.select(ProgrammeAction)
        .outerjoin(Workstream, Workstream.id == ProgrammeAction.workstream_id)
        .outerjoin(Person, Person.id == ProgrammeAction.owner_id)
        .where(ProgrammeAction.programme_id == programme_id)
        .options(
            joinedload(ProgrammeAction.workstream), joinedload(ProgrammeAction.owner), joinedload(ProgrammeAction.risk)
        )
        .order_by(ProgrammeAction.id)
    )
    if filters.workstream:
        query = query.where(named(filters.workstream, Workstream, "title"))
    if filters.owner:
        query = query.where(Person.code == filters.owner)
    if filters.state in ("open", "overdue"):
        query = query.where(ProgrammeAction.done_on.is_(None))
    elif filters.state == "done":
        query = query.where(ProgrammeAction.done_on.is_not(None))
    for word in filters.text.split()[:8]:
        columns = (ProgrammeAction.title, ProgrammeAction.origin, ProgrammeAction.code)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    found = [one for one in session.scalars(query) if filters.state != "overdue" or overdue(one, on)]
    return sorted(found, key=lambda one: (one.done_on is not None, one.due.latest or date.max, one.id))


def decisions(session: Session, programme_id: int, filters: LogFilters) -> Sequence[ProgrammeDecision]:
    """The decision log, the newest first."""
    query = (
        sa.select(ProgrammeDecision)
        .outerjoin(Workstream, Workstream.id == ProgrammeDecision.workstream_id)
        .where(ProgrammeDecision.programme_id == programme_id)
        .options(joinedload(ProgrammeDecision.workstream), joinedload(ProgrammeDecision.risk))
        .order_by(ProgrammeDecision.decided_on.desc(), ProgrammeDecision.id.desc())
    )
    if filters.workstream:
        query = query.where(named(filters.workstream, Workstream, "title"))
    for word in filters.text.split()[:8]:
        columns = (ProgrammeDecision.what, ProgrammeDecision.why, ProgrammeDecision.authority, ProgrammeDecision.code)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return session.scalars(query).all()


def own_actions(session: Session, person_id: int, collaborative_ids: Collection[int]) -> Sequence[ProgrammeAction]:
    """What a person is to do and has not done, in the programmes of these collaboratives."""
    return session.scalars(
        sa.select(ProgrammeAction)
        .join(Programme, Programme.id == ProgrammeAction.programme_id)
        .where(
            ProgrammeAction.owner_id == person_id,
            ProgrammeAction.done_on.is_(None),
            Programme.collaborative_id.in_(collaborative_ids),
        )
        .order_by(ProgrammeAction.id)
    ).all()


def action_by_code(session: Session, code: str) -> ProgrammeAction:
    """The action with this code and what its page names; raises `Missing`."""
    found = session.scalar(
        sa.select(ProgrammeAction)
        .where(ProgrammeAction.code == code)
        .options(
            joinedload(ProgrammeAction.programme).joinedload(Programme.collaborative).joinedload(Collaborative.host),
            joinedload(ProgrammeAction.workstream),
            joinedload(ProgrammeAction.owner),
            joinedload(ProgrammeAction.risk),
        )
    )
    if found is None:
        raise Missing
    return found


def risks_of(session: Session, programme_id: int) -> Sequence[Risk]:
    """The programme's risks and issues that are not closed, for a choice among them."""
    return session.scalars(
        sa.select(Risk).where(Risk.programme_id == programme_id, Risk.state == "open").order_by(Risk.title, Risk.id)
    ).all()


def _put(action: ProgrammeAction, text: ActionText) -> None:
    if not text.title.strip():
        raise Refused("An action says what is to be done.", "Say it in a line.")
    action.title, action.origin = text.title.strip(), text.origin.strip()
    action.due_words, action.due_earliest, action.due_latest = text.due.words or "", text.due.earliest, text.due.latest
    action.raised_on, action.owner_id = text.raised_on, text.owner_id
    action.workstream_id, action.risk_id = text.workstream_id, text.risk_id


def _not_to_come(day: date, now: datetime, done: str) -> None:
    if day > day_of(now):
        raise Refused(
            f"{day_in_words(day)} has not come yet, so nothing was {done} on it.",
            "Enter a day that has come.",
        )


def _locked(session: Session, action_id: int, seen: int) -> ProgrammeAction:
    action = session.get(ProgrammeAction, action_id, with_for_update=True, populate_existing=True)
    if action is None:
        raise Missing
    if action.version != seen:
        now = f"It was done on {day_in_words(action.done_on)}." if action.done_on else f"It is due {action.due_words}."
        raise Stale(f"“{action.title}” was changed after you opened the page. Nothing of yours was saved.", now)
    return action


def _recorded(
    session: Session, tag: Tag, action: ProgrammeAction, said: dict[str, str], doer: Doer, now: datetime
) -> None:
    named = {"action": action.code, "action_title": action.title, **said}
    record(session, tag, action.programme, action.workstream, ("programme_action", action.id), named, doer, now)
