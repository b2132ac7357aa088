"""The route of a sign-off: when each body can decide, when all of it is complete, who sets that day, and what if."""

from app.api.answering import Invalid, Wrong
from app.api.operations import reads
from app.api.places import the_sign_off
from app.api.sign_off_shapes import Leg, RouteQuery, RouteShape, WhatIfQuery, WhatIfShape
from app.api.sign_offs import GROUP
from app.db import db
from app.permissions import Refused
from app.signoff import queries
from app.signoff.models import Case
from app.signoff.route_facts import RouteFacts, route_facts, supposed
from app.web.clock import now, today
from workflows.route import Route, compared


@reads("/sign-offs/<sign_off>/route", group=GROUP, of=the_sign_off, query=RouteQuery, answers=RouteShape)
def sign_off_route(case: Case, asked: RouteQuery) -> RouteShape:
    """Read the route to full sign-off.

    When each body can decide at the earliest, when all of it can be complete, and which body sets that day.
    """
    facts = _facts(case)
    return _shape(facts, facts.route(asked.released or today()))


@reads("/sign-offs/<sign_off>/route/what-if", group=GROUP, of=the_sign_off, query=WhatIfQuery, answers=WhatIfShape)
def what_if(case: Case, asked: WhatIfQuery) -> WhatIfShape:
    """Read what becomes of the route if papers go out on another day, or meetings move."""
    facts = _facts(case)
    typed = dict(one.split(":") for one in asked.meetings.split(",") if one)
    fields = {f"meeting-{code.strip()}": day for code, day in typed.items()}
    if asked.released is not None:
        fields["released"] = asked.released.isoformat()
    found = supposed(db.session, facts, fields)
    by_meeting = {f"meeting-{facts.bodies[stop.party.body_id].code}" for stop in facts.stops if stop.by_meeting}
    unknown = sorted(name.removeprefix("meeting-") for name in fields.keys() - by_meeting - {"released"})
    if found.errors or unknown:
        raise Invalid(
            *(Wrong("meetings", f"No meeting of “{code}” is on the route.") for code in unknown),
            *(
                Wrong("released" if name == "released" else "meetings", f"{sentence}.")
                for name, sentence in found.errors.items()
            ),
        )
    as_stands, then = facts.route(today()), facts.route(found.released, found.moved)
    return WhatIfShape(
        as_it_stands=_shape(facts, as_stands),
        supposed=_shape(facts, then),
        difference=compared(as_stands, then),
        unusual=list(found.unusual),
    )


def _facts(case: Case) -> RouteFacts:
    found = queries.folded(db.session, case, now())
    standing = found.standing
    if standing.state != "open" or not standing.can_still_complete:
        raise Refused(f"There is no way ahead to be found. {standing.result}", "an open round that can complete")
    return route_facts(db.session, found)


def _shape(facts: RouteFacts, way: Route) -> RouteShape:
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
