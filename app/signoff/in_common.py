"""What the one agenda of a meeting in common tells of a case, and how a body puts it on its own agenda from there."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, url_for
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.meetings.in_common_agenda import TAKES_UP, TELLS, About, Decided
from app.meetings.models import AgendaItem, Meeting
from app.people.models import DecidingBody
from app.permissions import Missing
from app.signoff import queries
from app.signoff.matrix import Cell, laid_out_under
from app.signoff.models import Case, CaseState
from app.signoff.scheduling import schedule
from app.web.clock import today


def tells(session: Session, case_ids: Collection[int], body_ids: Collection[int]) -> dict[int, About]:
    """Where each of these Part 1 cases stands, and each of these bodies on it, as the matrix has it."""
    cases = session.execute(
        sa.select(Case.id, Case.code, CaseState.sentence)
        .join(CaseState, CaseState.case_id == Case.id)
        .where(Case.id.in_(list(case_ids)), Case.part == 1)
    ).all()
    columns = [(body_id, "", "") for body_id in body_ids]
    cells = queries.cells(session, [case.id for case in cases], list(body_ids))
    waiting = {(row.case_id, row.body_id) for row in cells if row.waiting and not row.through}
    matrix = laid_out_under(columns, cases, cells, today())
    named = session.execute(sa.select(DecidingBody.id, DecidingBody.code).where(DecidingBody.id.in_(list(body_ids))))
    codes = {row.id: row.code for row in named}
    return {
        line.case.id: About(
            line.case.sentence,
            url_for("signoff.case", code=line.case.code),
            {
                body_id: _decided(cell, line.case.code, codes[body_id], (line.case.id, body_id) in waiting)
                for body_id, cell in zip(body_ids, line.cells, strict=True)
                if cell is not None
            },
        )
        for line in matrix.lines
    }


def _decided(cell: Cell, case_code: str, body_code: str, waiting: bool) -> Decided:
    notes = [cell.day, f"through {cell.through}" if cell.through else "", cell.conditions, cell.minute]
    return Decided(
        cell.word,
        cell.colour,
        ", ".join(note for note in notes if note),
        url_for("signoff.body", code=case_code, body_code=body_code),
        answered=not waiting,
        may_take=waiting,
    )


def take_up(session: Session, item: AgendaItem, meeting: Meeting, doer: Doer, now: datetime) -> AgendaItem:
    """Put the case of another body's item on this one's agenda, on the record of the case."""
    case = session.get(Case, item.subject_id)
    if case is None or case.part != 1:
        raise Missing
    return schedule(session, case, meeting.body, meeting, doer, now)


def init_app(app: Flask) -> None:
    """Tell the pages of meetings in common of cases."""
    app.extensions.setdefault(TELLS, {})["case"] = tells
    app.extensions.setdefault(TAKES_UP, {})["case"] = take_up
