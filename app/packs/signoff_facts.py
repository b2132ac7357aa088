"""What a pack says of sign-off: for each case that asks this body, where every party stood when the pack was frozen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.meetings.models import Meeting
from app.packs import public
from app.packs.dates import iso
from app.people.models import DecidingBody
from app.signoff.models import Case
from app.signoff.queries import standing_of
from workflows.party_standing import WORD_FOR, PartyStanding
from workflows.standing import CaseStanding

Json = dict[str, Any]

SHOWN_AFTER_CLOSING = timedelta(days=366)
"""A closed case stays in the packs for a year, so that a body reads what its neighbours decided in the end."""


def matrices(session: Session, body: DecidingBody, now: datetime) -> list[Json]:
    """The cases of Part 1 that ask this body, each with the standing of every party at `now`."""
    found = []
    for case in public.cases_asking(session, body.id):
        if case.opened_at > now:
            continue
        stood = standing_of(session, case, now)
        closed = stood.state in ("agreed", "stopped", "withdrawn")
        latest = max([stood.round.opened_on, *(p.on for p in stood.parties if p.on)]) if stood.round else None
        if closed and latest is not None and latest < now.date() - SHOWN_AFTER_CLOSING:
            continue
        found.append(_matrix(session, case, stood))
    return found


def _matrix(session: Session, case: Case, stood: CaseStanding) -> Json:
    rounds = [
        {
            "number": one.number,
            "stage": one.title,
            "version": one.version_label,
            "content_hash": one.content_hash,
            "opened_on": iso(one.opened_on),
            "completed_on": iso(one.completed_on),
            "parties": [_party(session, party, over=one.completed_on is not None) for party in one.parties],
        }
        for one in stood.rounds
    ]
    return {
        "id": case.id,
        "code": case.code,
        "title": case.title,
        "state": stood.state,
        "complete": stood.complete,
        "result": stood.result,
        "rounds": rounds,
        "demonstration": case.demonstration,
    }


def _party(session: Session, party: PartyStanding, *, over: bool) -> Json:
    if over and party.answer is None and not party.lapsed:
        return {**_said(session, party), "word": "no answer", "on": None, "meeting": None}
    return _said(session, party)


def _said(session: Session, party: PartyStanding) -> Json:
    meeting = session.get(Meeting, party.meeting_id) if party.meeting_id else None
    return {
        "body_id": party.party.body_id,
        "name": party.party.name,
        "short_name": party.party.short_name,
        "word": party.word,
        "sentence": party.sentence,
        "on": iso(party.on),
        "meeting": meeting.title if meeting else None,
        "conditions": [one.text for one in party.tracked if one.state == "open"],
        "minute_reference": party.minute_reference,
    }


def decisions_at(session: Session, cases: Sequence[Json], body_id: int, meeting_id: int) -> list[Json]:
    """What this body decided at one meeting, as the record holds it in public."""
    titles = {case["id"]: case for case in cases}
    return [
        {
            "case": titles[entry.thing_id]["title"],
            "word": entry.payload.get("answer_title")
            or WORD_FOR.get(str(entry.payload.get("answer")), str(entry.payload.get("answer"))),
            "conditions": list(entry.payload.get("conditions") or []),
            "demonstration": titles[entry.thing_id]["demonstration"],
        }
        for entry in public.entries(session, "case", list(titles), "decision.recorded")
        if entry.thing_id is not None
        and entry.payload.get("body_id") == body_id
        and entry.payload.get("meeting_id") == meeting_id
    ]


def organisations_of(session: Session, cases: Sequence[Json]) -> set[int]:
    """The organisations whose decisions are printed: their logs are the ones a reader may want to check."""
    bodies = {party["body_id"] for case in cases for one in case["rounds"] for party in one["parties"]}
    return set(session.scalars(sa.select(DecidingBody.organisation_id).where(DecidingBody.id.in_(bodies))))


def standing_on(case: Json, body_id: int) -> Json | None:
    """Where a body stands in the latest round of a frozen case."""
    if not case["rounds"]:
        return None
    return next((party for party in case["rounds"][-1]["parties"] if party["body_id"] == body_id), None)
