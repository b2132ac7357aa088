"""What the pages of packs share: the blueprint, the thing an address names, and in what capacity someone acts."""

from flask import Blueprint, current_app, url_for
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.db import db
from app.meetings.models import Meeting
from app.meetings.queries import meeting_by_code
from app.packs.models import Edition, Pack
from app.packs.queries import edition_for, edition_resource, pack_for, pack_resource
from app.permissions import Missing, Role
from app.programme.models import Period
from app.programme.queries import period_by_code
from app.web import gate
from config import Settings

blueprint = Blueprint("packs", __name__)


def settings() -> Settings:
    """The settings of this service."""
    found: Settings = current_app.extensions["concord.settings"]
    return found


def pack_at(code: str) -> Pack:
    """The meeting's newest pack, or a first one not yet stored; asks for permission."""
    meeting = meeting_by_code(db.session, code)
    pack = pack_for(db.session, meeting) or Pack(
        meeting_id=meeting.id, meeting=meeting, part=1, version=1, state="draft"
    )
    gate.permit(pack_resource(pack))
    return pack


def stored_pack(code: str) -> Pack:
    """The meeting's newest pack; `Missing` where none was ever built."""
    pack = pack_at(code)
    if pack.id is None:
        raise Missing
    return pack


def edition_at(code: str, permission: str | None = None) -> Edition:
    """The period's newest edition, or a first one not yet stored; asks as `pack_at` does."""
    period: Period = period_by_code(db.session, code)
    edition = edition_for(db.session, period) or Edition(period_id=period.id, period=period, number=1, state="draft")
    gate.permit(edition_resource(period), permission)
    return edition


def stored_edition(code: str, permission: str | None = None) -> Edition:
    """The period's newest edition; `Missing` where none was ever built."""
    edition = edition_at(code, permission)
    if edition.id is None:
        raise Missing
    return edition


def enclosed_address(session: Session, edition_id: int | None, meeting: Meeting) -> tuple[str, str] | None:
    """The words and the address of the edition an agenda item is about; none where there is no such edition."""
    edition = session.get(Edition, edition_id) if edition_id else None
    if edition is None:
        return None
    return f"Update edition, {edition.period.title}", url_for("packs.edition", code=edition.period.code)


def is_chair(meeting: Meeting) -> bool:
    """Whether who asks presides over the meeting's body."""
    return any(seat.body_id == meeting.body_id and seat.presides for seat in gate.actor().seats)


def for_body(meeting: Meeting, *, chair: bool = False) -> Doer:
    """Who asks, as the body's secretary or its chair."""
    body = meeting.body
    if chair or not gate.actor().holds(Role.SECRETARY, body.organisation_id):
        return gate.doer(f"chair, {body.name}")
    return gate.doer(f"board secretary, {body.organisation.name}")


def for_programme(edition: Edition) -> Doer:
    """Who asks, as the programme's director."""
    return gate.doer(f"programme director, {edition.period.programme.collaborative.host.name}")
