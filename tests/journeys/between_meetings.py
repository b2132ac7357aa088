"""What bodies have in hand between their meetings: Kingston's chair decided alone, and its members vote on line."""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask

from app.audit.service import Doer
from app.db import change
from app.documents.models import Document, DocumentVersion
from app.people.models import BodyRule, DecidingBody, Seat
from app.signoff import chairs_action, queries, service, voting
from app.signoff.chairs_action import Grounds
from workflows.facts import AnswerFact

NOBODY = Doer(None, "Concord", "a test")
ACTED, OPENED = datetime(2015, 11, 6, 9, tzinfo=UTC), datetime(2015, 12, 12, 8, tzinfo=UTC)
CLOSES = datetime(2015, 12, 20, 17, tzinfo=UTC)
CASE = "minimum-outcomes-accepted"


def between_meetings(app: Flask) -> int:
    """Put both in hand, the action before Kingston's meeting of November; gives the id of its chair's seat."""
    with app.app_context(), change() as session:
        bodies = {
            body.code: body
            for body in session.scalars(sa.select(DecidingBody).where(DecidingBody.kind == "governing_body"))
        }
        kingston = bodies["kingston"]
        seats = {seat.code: seat.id for seat in session.scalars(sa.select(Seat).where(Seat.body_id == kingston.id))}
        asked = queries.case_by_code(session, "minimum-outcomes-2015")
        lay = next(seat for code, seat in seats.items() if code.startswith("kingston-lay"))
        chairs_action.act_alone(
            session,
            case_id=asked.id,
            body_id=kingston.id,
            answer=AnswerFact("agree"),
            grounds=Grounds("The tender closes on Monday.", seats["kingston-accountable-officer"], lay),
            seen=queries.seen_for(session, asked, kingston),
            token="kingstons-chair",
            doer=NOBODY,
            now=ACTED,
        )
        for rule in session.scalars(sa.select(BodyRule).where(BodyRule.body_id == kingston.id)):
            rule.quorum = {**(rule.quorum or {}), "members_vote": True}
        document = session.scalars(sa.select(Document).where(Document.code == "minimum-outcomes")).one()
        version = session.scalars(
            sa.select(DocumentVersion).where(DocumentVersion.document_id == document.id).order_by(DocumentVersion.id)
        ).all()[-1]
        parties = [bodies[code] for code in ("kingston", "merton", "sutton")]
        deliverable = service.open_case(
            session,
            code=CASE,
            title="Minimum outcomes as a deliverable",
            subject=service.Subject("document", document.id, version.id, version.label, version.hash or ""),
            definition=("deliverable-acceptance", 3),
            parties=parties,
            asked_by=parties[0].organisation,
            collaborative_id=asked.collaborative_id,
            doer=NOBODY,
            now=OPENED,
            demonstration=True,
        )
        for body in parties:
            service.answer_as_officer(
                session,
                case_id=deliverable.id,
                body_id=body.id,
                answer=AnswerFact("respond", comments="It does."),
                seen=queries.seen_for(session, deliverable, body),
                token=f"{body.code}-responds",
                doer=NOBODY,
                now=OPENED,
                role="secretary",
            )
        return seats["kingston-chair"]


def open_the_voting(app: Flask) -> None:
    """The members of Kingston are asked."""
    with app.app_context(), change() as session:
        found = queries.case_by_code(session, CASE)
        kingston = queries.party_of(session, found, "kingston")
        voting.open_voting(
            session,
            case_id=found.id,
            body_id=kingston.id,
            opens=OPENED,
            closes=CLOSES,
            answer="agree",
            seen=queries.seen_for(session, found, kingston),
            token="kingstons-members",
            doer=NOBODY,
            now=OPENED,
        )
