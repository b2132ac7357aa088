"""Owners of what is owed are asked for it by mail: by the programme's calendar or by hand, once each, on record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.jobs.queries import day_before
from app.meetings.days import bank_holidays
from app.people.models import Organisation
from app.permissions import Missing, Stale
from app.programme.chase_days import AFTER, BEFORE, Step, calendar_of, step_due, steps
from app.programme.models import Chase, Period, Programme
from app.programme.owing import Owed, Owner, owed, owners
from config import Settings
from workflows.case_history import day_of
from workflows.facts import day_in_words

DAILY = "programme.chase"
BY_CALENDAR = Doer(None, "Concord", "by the programme’s calendar")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be: to whom, and everything they owe."""

    owner: Owner
    things: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a chase would send. `again`: chased at this step already; `nobody`: owed by a body no one acts for."""

    letters: tuple[Letter, ...]
    again: tuple[Owed, ...]
    nobody: tuple[Owed, ...]


def planned_steps(programme: Programme, period: Period) -> tuple[Step, ...]:
    """The days of the programme's calendar in a period."""
    calendar = calendar_of(programme.chase_before or "", programme.chase_after or "", programme.chase_unit or "")
    year = period.updates_due.year
    return steps(calendar, period.updates_due, bank_holidays(year - 1, year, year + 1))


def by_hand(day: date) -> str:
    """The step of a chase by hand: a thing is chased by hand once a day."""
    return f"by hand on {day.isoformat()}"


def plan(session: Session, period: Period, things: Sequence[Owed], step: str, on: date) -> Plan:
    """Who would be sent what, each person one letter; nothing is written."""
    chased = set(session.scalars(sa.select(Chase.once).where(Chase.period_id == period.id, Chase.step == step)))
    again = tuple(thing for thing in things if _once(period, thing, step) in chased)
    fresh = [thing for thing in things if _once(period, thing, step) not in chased]
    found = owners(session, period.programme, fresh, on)
    letters: dict[Owner, list[Owed]] = {}
    for thing in fresh:
        for owner in found[thing]:
            letters.setdefault(owner, []).append(thing)
    nobody = tuple(thing for thing in fresh if not found[thing])
    return Plan(tuple(Letter(owner, tuple(their)) for owner, their in letters.items()), again, nobody)


def chase(
    session: Session,
    period: Period,
    things: Sequence[Owed],
    *,
    step: str,
    doer: Doer,
    now: datetime,
    real_now: datetime,
    public_url: str,
) -> Plan:
    """Send what `plan` says and write it down; the period's row is locked, so that two at once send nothing twice."""
    session.get(Period, period.id, with_for_update=True)
    made = plan(session, period, things, step, day_of(now))
    chased = dict.fromkeys(thing for letter in made.letters for thing in letter.things)
    session.add_all(
        Chase(
            once=_once(period, thing, step),
            period_id=period.id,
            workstream_id=thing.workstream_id,
            body_id=thing.body_id,
            step=step,
            by=doer.name,
            at=now,
        )
        for thing in chased
    )
    for letter in made.letters:
        queue_mail(
            session,
            once=f"chase {letter.owner.person_id} {_once(period, letter.things[0], step)}",
            recipient=letter.owner.email,
            recipient_name=letter.owner.name,
            subject=_subject(letter, period),
            body=_body(letter, period, day_of(now), public_url),
            now=real_now,
        )
    _record(session, period, made.letters, step, doer, now)
    return made


def chase_by_calendar(session: Session, now: datetime, real_now: datetime, settings: Settings) -> None:
    """The daily work: in each programme, each period of which a step of the calendar has come."""
    today = day_of(now)
    last = day_before(session, DAILY, today)
    for period in session.scalars(sa.select(Period).order_by(Period.programme_id, Period.starts)).all():
        step = step_due(planned_steps(period.programme, period), last, today)
        if step is None:
            continue
        things = owed(session, period, today)
        chase(
            session,
            period,
            things,
            step=step.name,
            doer=BY_CALENDAR,
            now=now,
            real_now=real_now,
            public_url=settings.public_url,
        )


def settings_shown(programme: Programme) -> str:
    """The settings as a page showed them, to tell whether they are still those."""
    held = (programme.chase_before, programme.chase_after, programme.chase_unit, programme.silent_days)
    return "/".join(str(value or "") for value in held)


def set_calendar(
    session: Session,
    programme_id: int,
    *,
    before: str,
    after: str,
    unit: str,
    silent_days: int,
    seen: str,
    doer: Doer,
    now: datetime,
) -> Programme:
    """Set when owners are chased and after how long silence is shown. `seen` are the `settings_shown` of the page.

    Raises `DaysNotUnderstood` for days that are none.
    """
    calendar_of(before, after, unit)
    programme = session.get(Programme, programme_id, with_for_update=True)
    if programme is None:
        raise Missing
    wanted = "/".join((before, after, unit, str(silent_days)))
    if settings_shown(programme) == wanted:
        return programme
    if settings_shown(programme) != seen:
        raise Stale(
            "Someone else changed the calendar after you opened the page. Nothing of yours was saved.",
            f"It now says: before {programme.chase_before or BEFORE}, after {programme.chase_after or AFTER}, "
            f"{programme.chase_unit or 'working'} days; silent after {programme.silent_days or 'the usual'} days.",
        )
    programme.chase_before, programme.chase_after, programme.chase_unit = before, after, unit
    programme.silent_days = silent_days
    host = programme.collaborative.host
    payload = {"programme": programme.code, "name": programme.name, "was": seen, "became": wanted}
    append(session, [Act(Tag.CALENDAR_SET, doer, host.id, host.name, "programme", programme.id, payload)], now)
    return programme


def last_chased(
    session: Session, period: Period, workstream_ids: Iterable[int] | None = None
) -> Mapping[tuple[int, int | None], datetime]:
    """When each thing of a period was last chased: (workstream id, body id, None for the common update) → when."""
    query = sa.select(Chase.workstream_id, Chase.body_id, sa.func.max(Chase.at, type_=Chase.at.type)).where(
        Chase.period_id == period.id
    )
    if workstream_ids is not None:
        query = query.where(Chase.workstream_id.in_(list(workstream_ids)))
    rows = session.execute(query.group_by(Chase.workstream_id, Chase.body_id))
    return {(workstream_id, body_id): at for workstream_id, body_id, at in rows}


def _once(period: Period, thing: Owed, step: str) -> str:
    return f"{period.code}/{thing.workstream_code}/{thing.body_code or 'common'}/{step}"


def _subject(letter: Letter, period: Period) -> str:
    number = len(letter.things)
    what = letter.things[0].in_words() if number == 1 else f"{number} things"
    return f"Owed by {day_in_words(period.updates_due)}: {what}"


def _body(letter: Letter, period: Period, today: date, public_url: str) -> str:
    due, left = day_in_words(period.updates_due), (period.updates_due - today).days
    when = f"was due on {due}" if left < 0 else "is due today" if left == 0 else f"is due by {due}"
    lines = [
        f"- {thing.in_words()}{_standing(thing)}\n  {public_url.rstrip('/')}{thing.path(period.code)}"
        for thing in letter.things
    ]
    made_up = "\n\nThis is demonstration content." if any(thing.demonstration for thing in letter.things) else ""
    return (
        f"Dear {letter.owner.name},\n\n"
        f"For {period.title} of {period.programme.name} the following {when}, and is not submitted yet:\n\n"
        + "\n".join(lines)
        + f"\n\nIt takes a few minutes: what stood there last period is shown beside it.{made_up}\n"
    )


def _standing(thing: Owed) -> str:
    return {"draft": " (a draft is saved)", "returned": " (returned with a comment)"}.get(thing.state, "")


def _record(session: Session, period: Period, letters: Sequence[Letter], step: str, doer: Doer, now: datetime) -> None:
    """One entry in the log of each organisation whose things were chased: the host's for common updates."""
    sent: dict[int, dict[str, list[str]]] = {}
    for letter in letters:
        for thing in letter.things:
            sent.setdefault(thing.organisation_id, {}).setdefault(letter.owner.name, []).append(thing.in_words())
    if not sent:
        return
    asked = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(sent)))
    names = {row.id: row.name for row in session.execute(asked)}
    acts = [
        Act(
            Tag.UPDATE_CHASED,
            doer,
            organisation_id,
            names[organisation_id],
            "period",
            period.id,
            {
                "programme": period.programme.code,
                "period": period.code,
                "period_title": period.title,
                "step": step,
                "sent": [{"to": name, "for": things} for name, things in people.items()],
            },
        )
        for organisation_id, people in sorted(sent.items())
    ]
    append(session, acts, now)
