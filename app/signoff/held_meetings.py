"""The meeting that a page is about: the one its address names, else one of those that the body has held."""

from collections.abc import Sequence

from flask import request

from app.db import db
from app.meetings.models import Meeting
from app.meetings.queries import meeting_by_code
from app.people.models import DecidingBody
from app.permissions import Missing, Refused, Role
from app.web import gate


def meeting_of_address(asked: DecidingBody) -> Meeting | None:
    """The body's meeting that the address names, if it names one; raises `Missing` for another body's."""
    code = request.args.get("meeting")
    if not code:
        return None
    meeting = meeting_by_code(db.session, code)
    if meeting.body_id != asked.id:
        raise Missing
    return meeting


def acts_for(asked: DecidingBody, role: Role) -> str:
    """At which organisation who asks holds this role: the body's own, or the one that has its work now."""
    actor = gate.actor()
    after = {now for before, now in actor.succeeded if before == asked.organisation_id}
    if actor.holds(role, asked.organisation_id) or not after:
        return asked.organisation.name
    held = (one.organisation_name for one in actor.roles if one.role is role and one.organisation_id in after)
    return next(held, asked.organisation.name)


def meeting_or_latest(asked: DecidingBody, held: Sequence[Meeting], none_yet: Refused) -> Meeting:
    """The one that the address names, else the first of these, the latest; raises `none_yet` where there is none."""
    named = meeting_of_address(asked)
    if named is not None:
        return named
    if not held:
        raise none_yet
    return held[0]
