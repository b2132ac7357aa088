"""Who has not answered is reminded, and others are told when nothing came: by the times of the case, once each.

The mail is queued and the entry written in one transaction. All cases of a day are locked, in the order of their ids,
before anything is appended: so nobody waits for a log while holding a case that is waited for here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.people.models import DecidingBody, Organisation
from app.signoff.definitions import as_kept
from app.signoff.folding import act_of, folded, locked_case
from app.signoff.models import Case, CaseState, ConditionRow, PartyState, Reminder, ReminderTo
from app.signoff.reminder_letters import subject_of, text_of
from app.signoff.times import times_of
from app.signoff.told_people import People, Recipient
from config import Settings
from workflows.after_the_answer import EXPIRED
from workflows.case_history import day_of
from workflows.party_standing import VOTING
from workflows.reminders import VARIATION_BEFORE, Planned, due_on

NAME = "signoff.reminders"
BY_ITS_TIMES = Doer(None, "Concord", "by the case’s times")
AHEAD = timedelta(days=2 * max(VARIATION_BEFORE))
"""How long before the end of a variation, or a condition's day, its case is looked at: more than any step is ahead."""

TAGS = {"escalation": Tag.CASE_ESCALATED, "deadline passed": Tag.DEADLINE_PASSED}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said of a case on a day, and to whom: nobody where no one in those roles may see it and can sign in."""

    case: Case
    planned: Planned
    once: str
    round: int
    stage: str
    title: str
    question: str
    body: DecidingBody | None
    to: tuple[Recipient, ...]
    act: Act

    @property
    def goes(self) -> bool:
        """Whether it is written down: that a day has passed is on record, be there someone to tell or not."""
        return bool(self.to) or self.planned.kind == "deadline passed"


def every_day(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """The daily work: say what is due today and was not said yet."""
    asked = sorted({letter.case.id for letter in letters(session, now)})
    cases = [locked_case(session, case_id) for case_id in asked]
    people = People(session, day_of(now))
    due = [letter for case in cases for letter in letters_of(session, case, now, people) if letter.goes]
    if not due:
        return
    entries = append(session, [letter.act for letter in due], now)
    for letter, entry_id in zip(due, entries, strict=True):
        _send(session, letter, entry_id, now, real_now, settings.public_url)


def letters(session: Session, now: datetime) -> list[Letter]:
    """What would be said now of all cases, in the order of their ids; nothing is written or locked."""
    people = People(session, day_of(now))
    case_ids = _with_times(session, day_of(now))
    cases = session.scalars(sa.select(Case).where(Case.id.in_(case_ids)).order_by(Case.id)).all()
    return [letter for case in cases for letter in letters_of(session, case, now, people)]


def letters_of(session: Session, case: Case, now: datetime, people: People) -> list[Letter]:
    """What would be said now of one case."""
    found = folded(session, case, now)
    times = times_of(session, found)
    said = set(session.scalars(sa.select(Reminder.once).where(Reminder.case_id == case.id)))
    made = []
    for planned in due_on(found.today, times.planned):
        once = f"{case.id}/{planned.key(found.round.number, found.round.stage)}"
        if once in said:
            continue
        about = [times.bodies[body_id] for body_id in planned.bodies or (planned.body_id,) if body_id is not None]
        to: dict[int, Recipient] = {}
        for body in about:
            rule = found.stage.rule_for(body.kind)
            of = times.answers_for(body)
            for one in people.told(case, of, planned.to, rule, owner=planned.owner, but_seats=planned.but_seats):
                to.setdefault(one.person_id, one)
        body_told = about[0] if planned.body_id is not None else None
        owner = (
            times.answers_for(body_told).organisation if body_told else session.get_one(Organisation, case.asked_by_id)
        )
        payload: dict[str, object] = {
            "kind": planned.kind,
            "step": planned.step,
            "due": planned.due.isoformat(),
            "round": found.round.number,
            "stage": found.round.stage,
            "sentence": planned.why,
            "told": [{"name": one.name, "role": one.role} for one in to.values()],
            "about": [{"body_id": body.id, "short_name": body.short_name} for body in about],
        }
        if body_told is not None:
            payload["body"] = body_told.short_name
        made.append(
            Letter(
                case,
                planned,
                once,
                found.round.number,
                found.round.stage,
                found.round.title,
                found.stage.question,
                body_told,
                tuple(to.values()),
                act_of(found, TAGS.get(planned.kind, Tag.CASE_REMINDED), BY_ITS_TIMES, owner, payload),
            )
        )
    return made


def _send(session: Session, letter: Letter, entry_id: int, now: datetime, real_now: datetime, public_url: str) -> None:
    planned = letter.planned
    row = Reminder(
        once=letter.once,
        case_id=letter.case.id,
        round=letter.round,
        stage=letter.stage,
        body_id=letter.body.id if letter.body else None,
        kind=planned.kind,
        step=planned.step,
        due=planned.due,
        why=planned.why,
        at=now,
        entry_id=entry_id,
        told=[ReminderTo(person_id=one.person_id, name=one.name, role=one.role) for one in letter.to],
    )
    session.add(row)
    session.flush()
    for one in letter.to:
        queue_mail(
            session,
            once=f"signoff reminder {row.id} {one.person_id}",
            recipient=one.email,
            recipient_name=one.name,
            subject=subject_of(letter.case, letter.body, planned),
            body=text_of(letter.case, letter.body, planned, letter.question, one, public_url),
            now=real_now,
        )


def _with_times(session: Session, today: date) -> Sequence[int]:
    """The cases of which something may be due: they wait under a definition with times, or a day of theirs is near."""
    definitions = session.execute(
        sa.select(
            Case.definition_hash,
            sa.func.min(Case.definition_name).label("name"),
            sa.func.min(Case.definition_version).label("version"),
            sa.func.min(Case.definition_text).label("text"),
        ).group_by(Case.definition_hash)
    )
    timed = [row.definition_hash for row in definitions if as_kept(row.text, row.name, row.version).has_times]
    waiting = sa.select(PartyState.case_id).join(Case, Case.id == PartyState.case_id).where(PartyState.waiting)
    latest = sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round)
    varied = (
        sa.select(PartyState.case_id)
        .join(CaseState, latest)
        .where(sa.or_(PartyState.expires <= today + AHEAD, PartyState.standing == EXPIRED))
    )
    conditions = sa.select(ConditionRow.case_id).where(ConditionRow.state == "open", ConditionRow.due <= today + AHEAD)
    may_wait = sa.or_(Case.definition_hash.in_(timed), PartyState.standing == VOTING)
    either = sa.union(waiting.where(may_wait), varied, conditions)
    return session.scalars(sa.select(either.subquery().c[0]).order_by(sa.text("1"))).all()
