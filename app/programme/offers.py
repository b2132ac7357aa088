"""What the pages of rooms below may offer without knowing this one: who may ask for sign-off, and who has agreed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.documents.models import Document, DocumentVersion
from app.meetings.models import Meeting
from app.people.models import DecidingBody
from app.people.queries import bodies_of_collaborative
from app.permissions import Resource
from app.programme import queries
from app.programme.asking import SUBJECT
from app.programme.commenting import open_to
from app.programme.finding import titles_of
from app.signoff.folding import folded
from app.signoff.models import Case, CaseState, Party, PartyState, Round
from app.signoff.queries import case_by_code
from app.signoff.reading import case_entries
from app.web import gate
from app.web.clock import now, today
from workflows.case_history import fold
from workflows.common_core import varied
from workflows.materiality import RuledClause, Ruling, rulings_of
from workflows.party_standing import WORD_FOR

VARIED_WORD = WORD_FOR["agree_with_local_variation"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case with a round that asked about a version, and a row for each body. `now` is false for an earlier round."""

    code: str
    title: str
    round: int
    now: bool
    sentence: str
    demonstration: bool
    rows: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class VariedBy:
    """A body that varies a clause until the end of a day, and the codes of its part in the case."""

    body: str
    until: date
    case: str
    body_code: str


def programme_of(collaborative_id: int) -> Resource | None:
    """The collaborative's programme, as the permission page knows it."""
    found = queries.programmes_of(db.session, {collaborative_id})
    return found[0].as_resource() if found else None


def sign_off_of(version: DocumentVersion) -> list[Asked]:
    """The rounds that asked about this version, newest first, with where each body stands or stood."""
    return asked_about(db.session, version)


def asked_about(session: Session, version: DocumentVersion) -> list[Asked]:
    """`sign_off_of`, in one statement."""
    rows: Iterable[Any] = session.execute(
        sa.select(
            Case.code,
            Case.title,
            Case.demonstration,
            CaseState.sentence,
            Round.number,
            (CaseState.round == Round.number).label("now"),
            DecidingBody.code.label("body_code"),
            DecidingBody.short_name.label("body"),
            PartyState.body_id,
            PartyState.standing,
            PartyState.on,
            PartyState.minute_reference,
            PartyState.entry_id,
            Meeting.held_on,
        )
        .join(Round, Round.case_id == Case.id)
        .join(CaseState, CaseState.case_id == Case.id)
        .join(PartyState, sa.and_(PartyState.case_id == Case.id, PartyState.round == Round.number))
        .join(Party, sa.and_(Party.case_id == Case.id, Party.body_id == PartyState.body_id))
        .join(DecidingBody, DecidingBody.id == PartyState.body_id)
        .outerjoin(Meeting, Meeting.id == PartyState.meeting_id)
        .where(
            Case.subject_kind == SUBJECT,
            Case.subject_id == version.document_id,
            Case.part == 1,
            Round.version_id == version.id,
        )
        .order_by(Case.id.desc(), Round.number.desc(), Party.position)
    )
    found = []
    for (code, number), group in groupby(rows, key=lambda row: (row.code, row.number)):
        members = tuple(group)
        first = members[0]
        found.append(Asked(code, first.title, number, first.now, first.sentence, first.demonstration, members))
    return found


def varied_in(asked: Iterable[Asked]) -> dict[str, list[VariedBy]]:
    """By the number or heading of a clause, which bodies vary it in the rounds that ask about a version now."""
    found: dict[str, list[VariedBy]] = {}
    for one in asked:
        if not one.now or all(row.standing != VARIED_WORD for row in one.rows):
            continue  # few agree so, and only then is the case read
        codes = {row.body_id: row.body_code for row in one.rows}
        standing = folded(db.session, case_by_code(db.session, one.code), now()).standing
        for each in varied(standing):
            whose = VariedBy(each.body, each.until, one.code, codes[each.body_id])
            found.setdefault(each.clause, []).append(whose)
    return found


def rulings_between(old: DocumentVersion, new: DocumentVersion) -> dict[str, tuple[RuledClause, Ruling]]:
    """What was ruled on each clause that changed between these versions, by its code, the latest ruling's."""
    if old.hash is None or new.hash is None:
        return {}
    asked = sa.select(Case.id).where(Case.subject_kind == SUBJECT, Case.subject_id == new.document_id, Case.part == 1)
    found: dict[str, tuple[RuledClause, Ruling]] = {}
    for case_id in db.session.scalars(asked.order_by(Case.id)).all():
        rulings = rulings_of(fold(case_entries(db.session.connection(), case_id)).rulings)
        ruling = rulings.get((old.hash, new.hash))
        found |= {clause.change.code: (clause, ruling) for clause in ruling.clauses} if ruling else {}
    return found


def commenting_on(version: DocumentVersion) -> list[DecidingBody]:
    """The bodies for which the actor may comment on this version now."""
    if version.hash is None:
        return []
    bodies = bodies_of_collaborative(db.session, version.document.collaborative_id, today())
    mine = [body for body in bodies if gate.may("comment.write", version.document.as_resource(body))]
    return [body for body in mine if open_to(db.session, version, body, now())]


def workstream_title(document: Document) -> str:
    """The title of the workstream that a document belongs to; its code where there is none of that code."""
    found = titles_of(db.session, [document.collaborative_id])
    return found.get(document.workstream or "", document.workstream or "")


def next_version_of(case: Case) -> str | None:
    """The page on which the actor may write the next version of the document that a case is about."""
    if case.subject_kind != SUBJECT or case.part != 1 or case.collaborative_id is None:
        return None
    programme = programme_of(case.collaborative_id)
    document = db.session.get(Document, case.subject_id)
    if programme is None or document is None or not gate.may("document.write", programme):
        return None
    return url_for("programme.write_version", code=document.code)


def init_app(app: Flask) -> None:
    """Offer them to every template, by these names."""
    app.jinja_env.globals.update(
        programme_of=programme_of,
        sign_off_of=sign_off_of,
        varied_in=varied_in,
        rulings_between=rulings_between,
        commenting_on=commenting_on,
        workstream_title=workstream_title,
        next_version_of=next_version_of,
    )
