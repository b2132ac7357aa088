"""A collaborative's page: its members for dates and its host, and keeping them."""

from datetime import date

from flask import render_template, url_for
from sqlalchemy.orm import Session

from app.db import db
from app.people import by_address, listings
from app.people import collaboratives as kept
from app.people.forms_kept import CollaborativeForm, EndForm, MemberForm, NewCollaborativeForm, pairs
from app.people.history import history_of
from app.people.kept import mark, refuse
from app.people.models import Collaborative
from app.people.resources import resource_of_collaborative
from app.people.routes.organisations import own_organisation
from app.people.routes.places import blueprint
from app.people.routes.saving import Answer, Places, attempt, doer_for, done, ending, form_page
from app.people.what_ends import with_member
from app.permissions import Resource
from app.web import gate
from app.web.clock import now, today
from workflows.facts import day_in_words


def _permitted(session: Session, code: str) -> Collaborative:
    """The collaborative with this code, for what the route is for; raises `Missing`, `Refused`."""
    found = by_address.collaborative_by_code(session, code)
    gate.permit(resource_of_collaborative(found))
    return found


def _places(found: Collaborative) -> Places:
    return [
        ("Organisations", url_for("people.organisations")),
        (found.name, url_for("people.collaborative", code=found.code)),
    ]


def _organisations(state: str) -> dict[str, str]:
    """Every organisation, by ODS code, for who may choose among them."""
    lines = listings.organisations(db.session, None, today(), state=state, everything=True).rows
    named = ((one.organisation.ods_code, f"{one.organisation.name} ({one.organisation.ods_code})") for one in lines)
    return pairs(named, "Choose an organisation")


@blueprint.get("/collaboratives/<code>")
def collaborative(code: str) -> str:
    """Which organisations commission together, since when, and who hosts the staff."""
    found = _permitted(db.session, code)
    members = kept.members(db.session, found)
    return render_template(
        "people/collaborative.html",
        collaborative=found,
        members=[one for one in members if one.ends is None or one.ends >= today()],
        past=[one for one in members if one.ends is not None and one.ends < today()],
        history=history_of(db.session, {"collaborative": [found.id]}),
        resource=resource_of_collaborative(found),
    )


@blueprint.route("/collaboratives/new", methods=["GET", "POST"])
def new_collaborative() -> Answer:
    """A further collaborative, with its host as first member."""
    gate.permit(Resource("organisation", organisation_id=own_organisation(), name="the service"))
    form, made = NewCollaborativeForm(), []
    form.host.choices = _organisations("open")
    if form.validate_on_submit():

        def add(session: Session) -> None:
            host = by_address.organisation_by_code(session, form.host.data)
            starts = form.starts.data or today()
            doer = gate.doer("administrator")
            added = kept.add_collaborative(
                session, name=form.name.data or "", host=host, starts=starts, doer=doer, now=now()
            )
            made.append(added.code)

        if attempt(form, add):
            address = url_for("people.collaborative", code=made[0])
            return done("The collaborative is added. Let its other members join next.", address)
    return form_page(
        form,
        title="Add a collaborative",
        caption="Organisations",
        places=[("Organisations", url_for("people.organisations"))],
        button="Add the collaborative",
        intro=["A collaborative is no organisation and decides nothing: each member decides for itself."],
    )


@blueprint.route("/collaboratives/<code>/edit", methods=["GET", "POST"])
def edit_collaborative(code: str) -> Answer:
    """A collaborative's name or host."""
    found = _permitted(db.session, code)
    form = CollaborativeForm(data={"name": found.name, "host": found.host.ods_code, "seen": mark(kept.values(found))})
    form.host.choices = pairs(
        (one.organisation.ods_code, one.organisation.name) for one in kept.members(db.session, found)
    )
    if form.validate_on_submit():

        def save(session: Session) -> None:
            one = _permitted(session, code)
            kept.change_collaborative(
                session,
                one,
                name=form.name.data or "",
                host=by_address.organisation_by_code(session, form.host.data),
                on=today(),
                seen=form.seen.data or "",
                doer=doer_for(one.host),
                now=now(),
            )

        if attempt(form, save):
            return done("The collaborative is changed.", url_for("people.collaborative", code=code))
    found = by_address.collaborative_by_code(db.session, code)
    intro = ["Roles of the programme office are held at the host: give them there too when it changes."]
    return form_page(form, title="Change the collaborative", caption=found.name, places=_places(found), intro=intro)


@blueprint.route("/collaboratives/<code>/members/new", methods=["GET", "POST"])
def new_member(code: str) -> Answer:
    """An organisation joins from a day on."""
    found = _permitted(db.session, code)
    form = MemberForm(data={"starts": today()})
    form.organisation.choices = _organisations("all")
    if form.validate_on_submit():

        def join(session: Session) -> None:
            one = _permitted(session, code)
            organisation = by_address.organisation_by_code(session, form.organisation.data)
            starts = form.starts.data or today()
            kept.let_join(session, one, organisation, starts=starts, doer=doer_for(one.host), now=now())

        if attempt(form, join):
            return done("The organisation is a member.", url_for("people.collaborative", code=code))
    found = by_address.collaborative_by_code(db.session, code)
    intro = ["From its first day the member’s people see what the collaborative shares."]
    return form_page(
        form, title="Let an organisation join", caption=found.name, places=_places(found), button="Join", intro=intro
    )


@blueprint.route("/collaboratives/<code>/members/<int:member_id>/end", methods=["GET", "POST"])
def end_member(code: str, member_id: int) -> Answer:
    """A member's last day."""
    found = _permitted(db.session, code)
    member = by_address.member_of(db.session, found, member_id)
    name = member.organisation.name

    def check(session: Session, ends: date) -> None:
        one = _permitted(session, code)
        refuse(kept.problems_of_leaving(session, one, by_address.member_of(session, one, member_id), ends))

    def leave(session: Session, ends: date) -> None:
        one = _permitted(session, code)
        leaving = by_address.member_of(session, one, member_id)
        kept.let_leave(session, one, leaving, ends=ends, doer=doer_for(one.host), now=now())

    return ending(
        EndForm(),
        title=f"{name} leaves",
        caption=found.name,
        places=_places(found),
        button="End the membership",
        depends=lambda session, ends: with_member(
            by_address.member_of(session, _permitted(session, code), member_id), ends
        ),
        check=check,
        act=leave,
        said=lambda ends: f"{name} leaves: its last day as a member is {day_in_words(ends)}.",
    )
