"""Editions and packs are built and released again, in the order of their time, each step in a transaction of its own.

What is released stays released, so an import that was interrupted goes on where it stopped.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.db import change, db
from app.db.installation import Clock
from app.exchange.kinds.releases import of_this_store
from app.exchange.problems import said
from app.exchange.stored import FactRow
from app.jobs.queries import latest
from app.jobs.worker import run_waiting
from app.meetings.queries import meeting_by_code
from app.packs import service
from app.packs.models import Edition, Pack
from app.people.models import Person
from app.permissions import Refused, Stale
from app.programme.queries import period_by_code

Say = Callable[[str], None]


class NotReleased(RuntimeError):
    """An edition or a pack of the folder could not be released; the text says which and why."""


def replay_releases(app: Flask, rows: Iterable[FactRow], say: Say) -> int:
    """Accept, build and release what the rows say, telling each step; gives the number of releases made.

    Needs an application context. Raises `NotReleased`; what was released before stays.
    """
    made = 0
    for row in sorted(rows, key=lambda row: (_begins(row), row.kind.name, row.key)):
        try:
            if row.kind.name == "gap_acceptances":
                _accept(row)
            else:
                made += _release(app, row, say)
        except (Refused, Stale) as refusal:
            db.session.rollback()
            raise NotReleased(f"{_place(row)}: {said(refusal)}") from refusal
    return made


def _begins(row: FactRow) -> datetime:
    first: datetime = row.values.get("put_forward_at") or row.values["at"]
    return first


def _accept(row: FactRow) -> None:
    with change() as session:
        thing = _thing(session, row)
        service.accept_gap(
            session,
            thing,
            gap_key=of_this_store(session, row.values["gap"], thing.meeting_id if isinstance(thing, Pack) else None),
            reason=row.values["reason"],
            doer=_doer(session, row.values["by"], row.values["capacity"]),
            now=row.values["at"],
            demonstration=row.values["demonstration"],
        )


def _release(app: Flask, row: FactRow, say: Say) -> bool:
    with change() as session:
        thing = _thing(session, row)
        if thing.state == "released":
            return False
        name = _called(thing)
    say(f"Building {name} …")
    _build(app, row)
    with change() as session:
        thing = _thing(session, row)
        seen, pages = thing.facts_hash or "", thing.pages
        doer = _doer(session, row.values["by"], row.values["capacity"])
        if isinstance(thing, Edition):
            service.release_edition(session, thing, seen_hash=seen, doer=doer, now=row.values["at"])
        else:
            forward = _doer(session, row.values["put_forward_by"], row.values["put_forward_capacity"] or "")
            service.put_forward(session, thing, seen_hash=seen, doer=forward, now=_begins(row))
            service.release(
                session,
                thing,
                seen_hash=seen,
                doer=doer,
                now=row.values["at"],
                real_now=_clock(app).real(),
                public_url=app.extensions["concord.settings"].public_url,
            )
    say(f"Released {name}: {pages} pages.")
    return True


def _build(app: Flask, row: FactRow) -> None:
    with change() as session:
        thing = _thing(session, row)
        if thing.state == "put_forward":
            return
        job = service.ask_for_build(session, thing, asked_by=None, real_now=_clock(app).real())
        job_id, kind, thing_id = job.id, job.thing_kind, job.thing_id
    with _clock_at(app, _begins(row)):
        run_waiting(app)
    db.session.rollback()
    found = latest(db.session, kind, thing_id)
    if found is None or found.id != job_id or found.state != "done":
        outcome = f"{found.state}: {found.outcome}" if found else "it is gone"
        raise NotReleased(f"{_place(row)}: it was not built ({outcome.rstrip('.')}).")


def _place(row: FactRow) -> str:
    return f"{row.kind.file}, row {row.number}, {row.called}"


def _thing(session: Session, row: FactRow) -> Edition | Pack:
    code, number = row.values["code"], row.values["number"]
    thing: Edition | Pack
    if row.values["thing"] == "edition":
        thing = service.edition_of(session, period_by_code(session, code))
        have = thing.number
    else:
        thing = service.pack_of(session, meeting_by_code(session, code))
        have = thing.version
    if have != number:
        raise Refused(f"{_called(thing)} is number {have}; the file has number {number}.", f"the number {have}")
    return thing


def _called(thing: Edition | Pack) -> str:
    if isinstance(thing, Edition):
        return f"the update edition of {thing.period.title}"
    return f"the pack of {thing.meeting.body.short_name} for its {thing.meeting.title}"


def _doer(session: Session, code: str | None, capacity: str) -> Doer:
    if code is None:
        return Doer(None, "Concord", capacity)
    person = session.scalars(sa.select(Person).where(Person.code == code)).one()
    return Doer(person.id, person.name, capacity)


def _clock(app: Flask) -> Clock:
    clock: Clock = app.extensions["concord.clock"]
    return clock


@contextmanager
def _clock_at(app: Flask, moment: datetime) -> Iterator[None]:
    """The time of decisions stands still at `moment` while the block lasts; real time goes on."""
    kept = _clock(app)
    app.extensions["concord.clock"] = replace(kept, fixed=lambda: moment)
    try:
        yield
    finally:
        app.extensions["concord.clock"] = kept
