"""People: the list, each with what they hold and may do, and their joining and leaving on a date."""

from datetime import date

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.people import by_address, listings, queries
from app.people import joiners_and_leavers as kept
from app.people.dated import Span
from app.people.forms_kept import EndForm, NewPersonForm, PersonForm, RoleForm, pairs
from app.people.history import history_of
from app.people.kept import mark, refuse
from app.people.listings import SORTS, WHEN, Asked
from app.people.models import Organisation, Person, RoleHolding
from app.people.resources import kept_by, known_organisations, organisations_of, resource_of_person
from app.people.routes.organisations import own_organisation
from app.people.routes.places import blueprint
from app.people.routes.saving import Answer, Places, attempt, doer_for, done, ending, form_page
from app.people.routes.touched import ahead_of_organisation
from app.people.what_ends import with_leaver
from app.people.what_may_be_done import what_may_be_done
from app.permissions import GIVING, Resource, Role
from app.permissions.facts import ROLE_NAMES
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.facts import day_in_words


def _permitted(session: Session, code: str) -> Person:
    """The person with this code, for what the route is for; raises `Missing`, `Refused`."""
    found = by_address.person_by_code(session, code)
    gate.permit(resource_of_person(session, found, gate.actor()))
    return found


def _places(found: Person) -> Places:
    return [("People", url_for("people.persons")), (found.name, url_for("people.person", code=found.code))]


def _own() -> frozenset[int] | None:
    """The organisations whose people one sees: one's own; None means every one of them."""
    return None if gate.actor().holds(Role.ADMINISTRATOR) else gate.actor().organisation_ids


@blueprint.get("/people")
def persons() -> Response | str:
    """Who there is at one's organisations, what they hold, and how to reach them."""
    gate.permit(Resource("person", organisation_id=own_organisation()))
    own, given = _own(), request.args
    asked = Asked(
        words=given.get("q", "").strip()[:100],
        organisation=given.get("organisation", "")[:100].strip(),
        role=given.get("role", ""),
        when=given.get("when", "now") if given.get("when") in WHEN else "now",
        sort=given.get("sort", "name") if given.get("sort") in SORTS else "name",
        page=page_asked(),
    )
    everything = given.get("as") == "csv"
    found = listings.people(db.session, asked, own, today(), everything=everything)
    if everything:
        rows = ([line.person.name, line.person.email, "; ".join(line.holds)] for line in found.rows)
        return csv_answer("people", ["Name", "Email address", "Holds"], rows)
    kept_here = kept_by(gate.actor())
    return render_template(
        "people/persons.html",
        found=found,
        asked=asked,
        organisations=listings.choices_of(db.session, own),
        roles={role.value: ROLE_NAMES[role].capitalize() for role in Role},
        whens=WHEN,
        sorts=SORTS,
        may_add=kept_here is None or bool(kept_here),
    )


@blueprint.get("/people/<code>")
def person(code: str) -> str:
    """What a person holds, now, before and to come, and what they may do with it today."""
    found = _permitted(db.session, code)
    known = known_organisations(db.session, gate.actor(), today())
    actor = queries.actor_of(db.session, found, today())
    return render_template(
        "people/person.html",
        person=found,
        held=by_address.seats_held(db.session, found.id, known),
        roles=by_address.roles_held(db.session, found.id, known),
        deputed=by_address.deputed(db.session, found.id, known),
        role_names=ROLE_NAMES,
        account=by_address.account_of(db.session, found.id),
        answers=what_may_be_done(db.session, actor, today(), known),
        history=history_of(db.session, {"person": [found.id]}, person_id=found.id, organisations=known),
        resource=resource_of_person(db.session, found, gate.actor()),
        when=_when,
    )


def _when(starts: date, ends: date | None) -> str:
    """`now`, `to come` or `past`."""
    if starts > today():
        return "to come"
    return "now" if Span(starts, ends).has(today()) else "past"


def _organisations() -> dict[str, str]:
    """Where one may let people join, by ODS code."""
    lines = listings.organisations(db.session, kept_by(gate.actor()), today(), state="all", everything=True).rows
    open_still = [
        one.organisation for one in lines if not one.organisation.closed or one.organisation.closed >= today()
    ]
    return pairs(((one.ods_code, one.name) for one in open_still), "Choose an organisation")


def _prepare(form: RoleForm) -> None:
    """Offer what the person asking may give, and where."""
    form.organisation.choices = _organisations()
    mine = kept_by(gate.actor())
    anywhere = [Resource("role", organisation_id=one) for one in (mine if mine is not None else [None])]
    may_give = (role for role in Role if any(gate.may(GIVING[role], resource) for resource in anywhere))
    form.role.choices = pairs((role.value, ROLE_NAMES[role].capitalize()) for role in may_give)
    form.programme.choices = pairs(((code, code) for code in by_address.programme_codes(db.session)), "Every programme")


def _give(session: Session, form: RoleForm, person: Person, organisation: Organisation) -> None:
    """Give the role of the form, where the person asking may give it."""
    role = Role(form.role.data)
    resource = Resource("role", organisation_id=organisation.id, name=organisation.short_name)
    gate.permit(resource, GIVING[role])
    kept.give_role(
        session,
        person,
        role=role,
        organisation=organisation,
        programme_code=form.programme.data or None,
        starts=form.starts.data or today(),
        ends=form.ends.data,
        doer=doer_for(organisation),
        now=now(),
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
def new_person() -> Answer:
    """Someone joins an organisation on a day, in a role."""
    mine = kept_by(gate.actor())
    where = own_organisation() if not mine else min(mine)
    gate.permit(Resource("person", organisation_id=where, name="the organisation"))
    form, made = NewPersonForm(data={"role": Role.READER.value}), []
    _prepare(form)
    if form.validate_on_submit():

        def join(session: Session) -> None:
            organisation = by_address.organisation_by_code(session, form.organisation.data)
            joiner = kept.add_person(
                session,
                name=form.name.data or "",
                email=form.email.data or "",
                organisation=organisation,
                doer=doer_for(organisation),
                now=now(),
            )
            _give(session, form, joiner, organisation)
            made.append(joiner.code)

        if attempt(form, join):
            return done("They join. A seat is given on the page of its body.", url_for("people.person", code=made[0]))
    return form_page(
        form,
        title="Someone joins",
        caption="People",
        places=[("People", url_for("people.persons"))],
        button="Let them join",
        fields=("name", "email", "organisation", "role", "programme", "starts", "ends"),
        intro=[
            "Every access goes with a role or a seat, from its first day to its last.",
            "A reader sees what is shared and the organisation’s own meetings, and changes nothing.",
        ],
    )


@blueprint.route("/people/<code>/edit", methods=["GET", "POST"])
def edit_person(code: str) -> Answer:
    """A name's spelling or an address is corrected."""
    found = _permitted(db.session, code)
    values = kept.values(found)
    form = PersonForm(data={**values, "seen": mark(values)})
    if form.validate_on_submit():

        def save(session: Session) -> None:
            one = _permitted(session, code)
            theirs = organisations_of(session, one.id)
            mine = kept_by(gate.actor())
            here = next((org for org in theirs if mine is None or org.id in mine), None)
            organisation = here or session.get_one(Organisation, own_organisation())
            kept.change_person(
                session,
                one,
                name=form.name.data or "",
                email=form.email.data or "",
                organisation=organisation,
                seen=form.seen.data or "",
                may_move=mine is None or _wholly_ours(session, one, theirs, mine),
                doer=doer_for(organisation),
                now=now(),
            )

        if attempt(form, save):
            return done("What is said of them is changed.", url_for("people.person", code=code))
    found = by_address.person_by_code(db.session, code)
    return form_page(form, title="Correct name or address", caption=found.name, places=_places(found))


def _wholly_ours(session: Session, person: Person, theirs: list[Organisation], mine: frozenset[int]) -> bool:
    """Whether someone without an account has to do with our organisations only, and with roles we could give."""
    if by_address.account_of(session, person.id) is not None or not {one.id for one in theirs} <= mine:
        return False
    return all(_may_give(held) for held in by_address.roles_held(session, person.id, None))


def _may_give(held: RoleHolding) -> bool:
    return gate.may(GIVING[Role(held.role)], Resource("role", organisation_id=held.organisation_id))


@blueprint.route("/people/<code>/roles/new", methods=["GET", "POST"])
def give_role(code: str) -> Answer:
    """A person is given a role from a day on."""
    found = _permitted(db.session, code)
    form = RoleForm(data={"starts": today()})
    _prepare(form)
    if form.validate_on_submit():

        def give(session: Session) -> None:
            one = _permitted(session, code)
            _give(session, form, one, by_address.organisation_by_code(session, form.organisation.data))

        if attempt(form, give):
            return done("The role is given.", url_for("people.person", code=code))
    found = by_address.person_by_code(db.session, code)
    return form_page(form, title="Give a role", caption=found.name, places=_places(found), button="Give the role")


@blueprint.route("/people/<code>/roles/<int:role_id>/end", methods=["GET", "POST"])
def end_role(code: str, role_id: int) -> Answer:
    """The last day of a role."""

    def held(session: Session) -> RoleHolding:
        found = by_address.role_of_person(session, _permitted(session, code), role_id)
        name = found.organisation.short_name
        gate.permit(Resource("role", organisation_id=found.organisation_id, name=name), GIVING[Role(found.role)])
        return found

    found = held(db.session)
    name, role = found.person.name, ROLE_NAMES[Role(found.role)]

    def check(session: Session, ends: date) -> None:
        one = held(session)
        refuse(kept.problems_of_role(one, ends))
        kept.refuse_last_administrator(session, [one], ends)

    def end(session: Session, ends: date) -> None:
        one = held(session)
        kept.end_role(session, one, ends=ends, doer=doer_for(one.organisation), now=now())

    return ending(
        EndForm(),
        title=f"{name} is no longer {role}",
        caption=found.organisation.name,
        places=_places(found.person),
        button="End the role",
        depends=lambda session, ends: [
            f"After {day_in_words(ends)} {name} may no longer do what a {role} may.",
            *ahead_of_organisation(session, held(session).organisation, ends),
            "What they did in the role stays theirs on record.",
        ],
        check=check,
        act=end,
        said=lambda ends: f"The role ends: its last day is {day_in_words(ends)}.",
    )


@blueprint.route("/people/<code>/leaves", methods=["GET", "POST"])
def leaves(code: str) -> Answer:
    """A person leaves on a day: everything they hold at one's organisations ends."""
    found = _permitted(db.session, code)
    name, mine = found.name, kept_by(gate.actor())

    def leaving(session: Session, ends: date) -> tuple[Person, kept.Leaving]:
        one = _permitted(session, code)
        what = kept.what_ends(session, one, ends, mine)
        for role in what.roles:
            resource = Resource("role", organisation_id=role.organisation_id, name=role.organisation.short_name)
            gate.permit(resource, GIVING[Role(role.role)])
        return one, what

    def check(session: Session, ends: date) -> None:
        one, what = leaving(session, ends)
        refuse(kept.problems_of_leaving(session, what, one, ends))

    def depends(session: Session, ends: date) -> list[str]:
        one, what = leaving(session, ends)
        return with_leaver(session, one, what, ends)

    def leave(session: Session, ends: date) -> None:
        one, what = leaving(session, ends)
        at = [role.organisation for role in what.roles]
        at += [held.seat.body.organisation for held in what.holdings]
        at += [held.seat.body.organisation for held in what.deputies]
        doer = doer_for(at[0]) if at else gate.doer()
        kept.leave(session, one, ends=ends, organisations=mine, doer=doer, now=now())

    return ending(
        EndForm(),
        title=f"{name} leaves",
        caption=name,
        places=_places(found),
        button="Let them leave",
        intro=["All their seats, roles and deputyships at your organisations end on the day."],
        depends=depends,
        check=check,
        act=leave,
        said=lambda ends: f"{name} leaves: their last day is {day_in_words(ends)}.",
    )
