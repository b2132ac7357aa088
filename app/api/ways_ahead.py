"""The route of a sign-off: when each body can decide, when all of it can be complete, who sets that day."""

from app.api.operations import reads
from app.api.places import the_sign_off
from app.api.sign_off_shapes import Leg, RouteQuery, RouteShape
from app.api.sign_offs import GROUP
from app.db import db
from app.permissions import Refused
from app.signoff import queries
from app.signoff.models import Case
from app.signoff.route_facts import route_facts
from app.web.clock import now, today


@reads("/sign-offs/<sign_off>/route", group=GROUP, of=the_sign_off, query=RouteQuery, answers=RouteShape)
def sign_off_route(case: Case, asked: RouteQuery) -> RouteShape:
    """Read the route to full sign-off.

    When each body can decide at the earliest, when all of it can be complete, and which body sets that day.
    """
    found = queries.folded(db.session, case, now())
    standing = found.standing
    if standing.state != "open" or not standing.can_still_complete:
        raise Refused(f"There is no way ahead to be found. {standing.result}", "an open round that can complete")
    facts = route_facts(db.session, found)
    way = facts.route(asked.released or today())
    codes = {body_id: body.code for body_id, body in facts.bodies.items()}
    return RouteShape(
        on=way.on,
        set_by=[codes[one.body_id] for one in way.set_by],
        sentence=way.sentence,
        legs=[
            Leg(
                body=codes[leg.stop.party.body_id],
                on=leg.on,
                meeting=leg.sitting.code if leg.sitting else None,
                papers_due=leg.sitting.papers_due if leg.sitting else None,
                sentence=leg.sentence,
            )
            for leg in way.legs
        ],
    )
