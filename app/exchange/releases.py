"""Editions and packs are built and released again, in the order of their time, each step in a transaction of its own.

What is released stays released, so an import that was interrupted goes on where it stopped.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

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
from app.packs.circulation import Told
from app.packs.corrections import correction_to
from app.packs.models import Edition, Pack
from app.packs.pack_told import tell_pack
from app.packs.told import tell
from app.people.models import Person
from app.permissions import Refused, Stale
from app.programme.queries import period_by_code, workstream_by_code

Say = Callable[[str], None]


class NotReleased(RuntimeError):
    """An edition or a pack of the folder could not be released; the text says which and why."""


class _Sent:
    """What the rows tell of who was sent what elsewhere, and of editions as they were told; taken as it is used."""

    def __init__(self, rows: Iterable[FactRow]) -> None:
        self.rows = list(rows)
        self._by_thing: dict[tuple[Any, ...], list[FactRow]] = {}
        for row in self.rows:
            names = _THINGS.get(row.kind.name)
            if names:
                self._by_thing.setdefault((row.kind.name, *(row.values[name] for name in names)), []).append(row)
        self.released = {
            (row.values["code"], row.values["number"])
            for row in self.rows
            if row.kind.name == "releases" and row.values["thing"] == "edition"
        }

    def take(self, *thing: Any) -> list[FactRow]:
        """The rows of this kind about this thing, each given once."""
        return self._by_thing.pop(thing, [])

    @property
    def left(self) -> int:
        """How many rows were of no use: what they tell of is released already, or nowhere to be released."""
        return sum(len(rows) for rows in self._by_thing.values())


_THINGS = {
    "editions_told": ("period", "number"),
    "packs_told": ("meeting", "version"),
    "circulations": ("meeting", "version"),
    "correction_circulations": ("period", "correction"),
}
_STEPS = ("withdrawn_errors", "withdrawn_corrections", "reported_errors", "gap_acceptances", "releases")


def replay_releases(app: Flask, rows: Iterable[FactRow], say: Say) -> int:
    """Accept, report, build and release what the rows say, telling each step; gives the number of releases made.

    Needs an application context. Raises `NotReleased`; what was released before stays.
    """
    made, sent = 0, _Sent(rows)
    steps = [row for row in sent.rows if row.kind.name in _STEPS]
    for row in sorted(steps, key=lambda row: (_begins(row), _STEPS.index(row.kind.name), _in_its_place(row))):
        try:
            if row.kind.name == "gap_acceptances":
                _accept(app, row, sent)
            elif row.kind.name in ("reported_errors", "withdrawn_errors"):
                _report(row, sent)
            elif row.kind.name == "withdrawn_corrections":
                _withdraw(app, row)
            else:
                made += _release(app, row, sent, say)
        except (Refused, Stale) as refusal:
            db.session.rollback()
            raise NotReleased(f"{_place(row)}: {said(refusal)}") from refusal
    if sent.left:
        say(
            f"{sent.left} rows of who was sent what are left aside: what they tell of is on record already, or missing."
        )
    return made


def _begins(row: FactRow) -> datetime:
    first: datetime = row.values.get("put_forward_at") or row.values["at"]
    return first


def _in_its_place(row: FactRow) -> tuple[Any, ...]:
    return (row.values["place"],) if "place" in row.values else row.key


def _accept(app: Flask, row: FactRow, sent: _Sent) -> None:
    with change() as session:
        thing = _thing(app, session, row, sent)
        service.accept_gap(
            session,
            thing,
            gap_key=of_this_store(session, row.values["gap"], thing.meeting_id if isinstance(thing, Pack) else None),
            reason=row.values["reason"],
            doer=_doer(session, row.values["by"], row.values["capacity"]),
            now=row.values["at"],
            demonstration=row.values["demonstration"],
        )


def _report(row: FactRow, sent: _Sent) -> None:
    """The error as it was reported; its update stands as it came in, and open if the correction is still to come."""
    with change() as session:
        period, code = period_by_code(session, row.values["period"]), row.values["workstream"]
        number, called_off = row.values["correction"], row.kind.name == "withdrawn_errors"
        begun = service.report_error(
            session,
            period,
            workstream=workstream_by_code(session, code) if code else None,
            wrong=row.values["wrong"],
            reopen=row.values["reopened"],
            stays_open=not called_off and (period.code, number + 1) not in sent.released,
            doer=_doer(session, row.values["by"], row.values["capacity"]),
            now=row.values["at"],
            demonstration=row.values.get("demonstration", False),
        )
        if begun.number != number:
            raise Refused(f"It is correction {begun.number} that is begun then.", f"the number {begun.number}")


def _withdraw(app: Flask, row: FactRow) -> None:
    """The correction as it was withdrawn; the updates stand as they came in."""
    with change() as session:
        number = service.withdraw_correction(
            session,
            period_by_code(session, row.values["period"]),
            reason=row.values["reason"],
            doer=_doer(session, row.values["by"], row.values["capacity"]),
            now=row.values["at"],
            real_now=_clock(app).real(),
            told=_set_aside(row),
        )
        if number != row.values["correction"]:
            raise Refused(f"It is correction {number} that is under way then.", f"the number {number}")


def _set_aside(row: FactRow) -> list[Any]:
    try:
        found = json.loads(row.values["set_aside"] or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise Refused("What was set aside cannot be read.", "a list, as an export writes it")
    return found


def _release(app: Flask, row: FactRow, sent: _Sent, say: Say) -> bool:
    with change() as session:
        thing = _thing(app, session, row, sent)
        if thing.state == "released":
            return False
        name = _called(thing)
    say(f"Building {name} …")
    _build(app, row, sent)
    with change() as session:
        thing = _thing(app, session, row, sent)
        seen, pages = thing.facts_hash or "", thing.pages
        doer = _doer(session, row.values["by"], row.values["capacity"])
        real_now, public_url = _clock(app).real(), app.extensions["concord.settings"].public_url
        if isinstance(thing, Edition):
            correction = correction_to(session, thing)
            told = _told_of_correction(session, row, sent) if correction is not None else None
            service.release_edition(
                session,
                thing,
                seen_hash=seen,
                doer=doer,
                now=row.values["at"],
                seen_correction=(correction.facts_hash if correction is not None else None) or "",
                post=service.Post(real_now, public_url, told),
            )
        else:
            forward = _doer(session, row.values["put_forward_by"], row.values["put_forward_capacity"] or "")
            service.put_forward(session, thing, seen_hash=seen, doer=forward, now=_begins(row))
            told_rows = sent.take("circulations", row.values["code"], row.values["number"])
            service.release(
                session,
                thing,
                seen_hash=seen,
                doer=doer,
                now=row.values["at"],
                real_now=real_now,
                public_url=public_url,
                told=([_told(session, one) for one in told_rows], _importer(app, session)) if told_rows else None,
            )
    say(f"Released {name}: {pages} pages.")
    return True


def _told_of_correction(session: Session, row: FactRow, sent: _Sent) -> dict[str, list[Told]] | None:
    """By meeting, who was sent the correction that brought this edition; None where no row tells of it."""
    rows = sent.take("correction_circulations", row.values["code"], row.values["number"] - 1)
    found: dict[str, list[Told]] = {}
    for one in rows:
        found.setdefault(one.values["meeting"], []).append(_told(session, one))
    return found or None


def _told(session: Session, row: FactRow) -> Told:
    person = session.scalars(sa.select(Person.id).where(Person.code == row.values["person"])).one()
    return Told(person, row.values["sent_at"], row.values["opened_at"])


def _importer(app: Flask, session: Session) -> Doer:
    """Who says what was only told: the service, at the moment of the import."""
    return Doer(None, "Concord", "the exchange", _clock(app).now(session))


def _build(app: Flask, row: FactRow, sent: _Sent) -> None:
    with change() as session:
        thing = _thing(app, session, row, sent)
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


def _thing(app: Flask, session: Session, row: FactRow, sent: _Sent) -> Edition | Pack:
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
    if isinstance(thing, Pack) and thing.state in ("draft", "built") and thing.told is None:
        places = [(one.values["place"], one.values["said"]) for one in sent.take("packs_told", code, number)]
        if places:
            tell_pack(session, thing, places, _importer(app, session), _begins(row))
            service.contents_now(session, thing, _begins(row))  # refuses a place that there is not
    if isinstance(thing, Edition) and thing.state != "released" and thing.told is None:
        places = [(one.values["place"], one.values["said"]) for one in sent.take("editions_told", code, number)]
        if places:
            tell(session, thing, places, _importer(app, session), _begins(row))
            service.contents_now(session, thing, _begins(row))  # refuses a place that there is not
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
