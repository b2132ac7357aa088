"""What every page of the programme begins with: which programme and period, and in what capacity someone acts."""

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from app.audit.service import Doer
from app.db import db
from app.people.models import DecidingBody
from app.permissions import Missing, Resource, Role
from app.permissions.facts import ROLE_NAMES
from app.programme import queries
from app.programme.models import Period, Programme
from app.web import gate
from app.web.clock import today

blueprint = Blueprint("programme", __name__)


def the_programme() -> Programme | None:
    """The programme in the address, else the first of the actor's collaboratives; None where they have none yet."""
    ids = gate.actor().collaborative_ids
    found = queries.programmes_of(db.session, ids)
    wanted = request.args.get("programme")
    if not found and not wanted:
        gate.permit(Resource("programme", collaborative_id=min(ids, default=None)))
        return None
    chosen = next((one for one in found if wanted in (None, "", one.code)), None)
    if chosen is None:
        raise Missing
    gate.permit(chosen.as_resource())
    return chosen


def the_period(programme: Programme) -> tuple[Period, list[Period]]:
    """The period in the address, else the open one, else the newest; with all of them, newest first.

    Raises `Missing` for a period of another programme, and where the programme has none.
    """
    every = list(queries.periods(db.session, programme.id))
    wanted = request.values.get("period")
    if wanted:
        chosen = next((period for period in every if period.code == wanted), None)
    else:
        chosen = queries.chosen_open(every, today()) or (every[0] if every else None)
    if chosen is None:
        raise Missing
    return chosen, every


def pressed(*buttons: str) -> str:
    """Which button of the form was pressed."""
    action = request.form.get("action", buttons[0])
    if action not in buttons:
        raise BadRequest("The page was sent in a way it does not know. Go back and use one of its buttons.")
    return action


def for_programme(programme: Programme) -> Doer:
    """The actor as the programme office knows them."""
    roles = (Role.PROGRAMME_DIRECTOR, Role.PROGRAMME_MANAGER)
    for role in roles:
        for held in gate.actor().roles:
            if held.role is role and held.organisation_id == programme.collaborative.host_id:
                return gate.doer(f"{ROLE_NAMES[role]}, {programme.name}")
    return gate.doer()


def for_body(body: DecidingBody, *roles: Role) -> Doer:
    """The actor as they act for a body: by a role at its organisation, else by their seat on it."""
    for role in roles:
        if gate.actor().holds(role, body.organisation_id):
            return gate.doer(f"{ROLE_NAMES[role]}, {body.organisation.name}")
    seat = next((seat for seat in gate.actor().seats if seat.body_id == body.id), None)
    return gate.doer(seat.title if seat else None)
