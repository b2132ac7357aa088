"""What a case still asks of a body at an item of its agenda, and where that is decided without a meeting."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.db import db
from app.meetings.models import AgendaItem, Meeting
from app.people.models import DecidingBody
from app.signoff import queries
from app.signoff.chairs_action_routes import may_act_alone_now
from app.signoff.definitions import as_kept
from app.signoff.models import Case, PartyState
from app.signoff.voting_routes import may_open_voting_now
from app.web.clock import now
from workflows.party_standing import VOTING
from workflows.stages import PartyRule

_ASKED = (
    sa.select(
        AgendaItem.id,
        PartyState.stage,
        DecidingBody.kind,
        Case.definition_text,
        Case.definition_name,
        Case.definition_version,
    )
    .join(Meeting, Meeting.id == AgendaItem.meeting_id)
    .join(DecidingBody, DecidingBody.id == Meeting.body_id)
    .join(Case, sa.and_(Case.id == AgendaItem.subject_id, Case.part == AgendaItem.part))
    .join(PartyState, sa.and_(PartyState.case_id == Case.id, PartyState.body_id == Meeting.body_id))
    .where(
        AgendaItem.id.in_(sa.bindparam("items", expanding=True)),
        AgendaItem.subject_kind == "case",
        PartyState.waiting,
        PartyState.standing != VOTING,  # that is under way
    )
)


def asked_at_items(session: Session, items: Sequence[AgendaItem]) -> Mapping[int, PartyRule]:
    """The rule of the stage by which the body of each item is asked now, by the item's id: one statement."""
    found = {}
    for row in session.execute(_ASKED, {"items": [item.id for item in items]}):
        definition = as_kept(row.definition_text, row.definition_name, row.definition_version)
        if (rule := definition.stage(row.stage).rule_for(row.kind)) is not None:
            found[row.id] = rule
    return found


def between_meetings_at(kind: str, item: AgendaItem) -> str:
    """Where the person here puts an item's case to the members' vote, or decides it as the chair; else empty.

    For templates that list ways out: whether the body may decide so was asked for the way.
    """
    case = db.session.get(Case, item.subject_id)
    if case is None:
        return ""
    body = item.meeting.body
    found = queries.folded(db.session, case, now())
    allowed, page = {
        "members_vote": (may_open_voting_now, "signoff.open_voting"),
        "chairs_action": (may_act_alone_now, "signoff.take_chairs_action"),
    }[kind]
    return url_for(page, code=case.code, body_code=body.code) if allowed(case, found, body) else ""
