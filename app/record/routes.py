"""The pages of an organisation's record: the list, one entry, and the destruction of what it says, by two people."""

import json

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.db import change, db
from app.people import by_address
from app.people.models import Organisation
from app.people.resources import resource_of
from app.people.routes.saving import Answer, Places, form_page
from app.permissions import Resource, Role
from app.permissions.facts import ROLE_NAMES
from app.record import queries, service
from app.record.forms import AskForm, ConfirmForm, DeclineForm
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from config import Settings
from workflows.destruction import GROUNDS, may_be_destroyed, may_confirm

blueprint = Blueprint("record", __name__)
CONFIRMING = (Role.ORGANISATION_ADMINISTRATOR, Role.SECRETARY)


def _permitted(session: Session, ods_code: str) -> tuple[Organisation, Resource]:
    """The organisation with this ODS code, for what the route is for; raises `Missing`, `Refused`."""
    found = by_address.organisation_by_code(session, ods_code)
    resource = resource_of(session, found, gate.actor(), today())
    gate.permit(resource)
    return found, resource


def _doer(organisation: Organisation, *roles: Role) -> Doer:
    """Who is asking, in the first of these roles that they hold there, or at its successor."""
    actor = gate.actor()
    for role in roles:
        if actor.holds(role, organisation.id) or actor.holds_at_successor(role, organisation.id):
            return gate.doer(f"{ROLE_NAMES[role]}, for {organisation.name}")
    return gate.doer()


def _years() -> int:
    settings: Settings = current_app.extensions["concord.settings"]
    return settings.retention_years


def _places(organisation: Organisation, entry_id: int | None = None) -> Places:
    code = organisation.ods_code
    places = [
        ("Organisations", url_for("people.organisations")),
        (organisation.short_name, url_for("people.organisation", ods_code=code)),
        ("Record", url_for("record.index", ods_code=code)),
    ]
    if entry_id is not None:
        places.append((f"Entry {entry_id}", url_for("record.entry", ods_code=code, entry_id=entry_id)))
    return places


@blueprint.get("/organisations/<ods_code>/record")
def index(ods_code: str) -> Response | str:
    """The entries of the organisation's log, the newest first; those that wait for a second person; the destroyed."""
    organisation, resource = _permitted(db.session, ods_code)
    state = request.args.get("state", "all") if request.args.get("state", "all") in queries.STATES else "all"
    if request.args.get("as") == "csv":
        header = ["Entry destroyed", "Destroyed", "By", "Ground", "Under", "Reason"]
        rows = (
            [number, told.entry.at, told.by, told.ground, told.under, told.reason]
            for told, number in queries.destroyed(db.session, organisation.id)
        )
        return csv_answer(f"destroyed-{ods_code}", header, rows)
    private = gate.may("meeting.private", resource)
    found = queries.lines(db.session, organisation, state, page_asked(), private=private)
    return render_template(
        "record/index.html", organisation=organisation, found=found, state=state, states=queries.STATES
    )


@blueprint.get("/organisations/<ods_code>/record/<int:entry_id>")
def entry(ods_code: str, entry_id: int) -> str:
    """One entry: what it says, where its leaf stands, whether its text may be destroyed, and what was asked of it."""
    organisation, resource = _permitted(db.session, ods_code)
    found = queries.entry_of(db.session, organisation.id, entry_id)
    private = gate.may("meeting.private", resource)
    steps = queries.steps(db.session, entry_id)
    waiting = queries.waiting(steps)
    fact = queries.fact_of(db.session, found, private=private)
    return render_template(
        "record/entry.html",
        organisation=organisation,
        places=_places(organisation),
        entry=found,
        leaf=queries.leaf_of(db.session, entry_id),
        sentence=_sentence(found, private),
        said=_said(found, private),
        steps=steps,
        waiting=waiting,
        verdicts={words: may_be_destroyed(fact, ground, _years(), today()) for ground, words in GROUNDS.items()},
        destroyed=fact.destroyed,
        may_ask=gate.may("record.destroy", resource),
        may_confirm=gate.may("record.confirm", resource)
        and waiting is not None
        and bool(may_confirm(waiting.entry.actor_id, gate.actor().person_id)),
        may_decline=gate.may("record.confirm", resource),
    )


@blueprint.route("/organisations/<ods_code>/record/<int:entry_id>/destroy", methods=["GET", "POST"])
def ask(ods_code: str, entry_id: int) -> Answer:
    """An organisation administrator asks for the destruction of what an entry says."""
    organisation, resource = _permitted(db.session, ods_code)
    found = queries.entry_of(db.session, organisation.id, entry_id)
    form = AskForm()
    if form.validate_on_submit():
        with change() as session:
            service.ask(
                session,
                organisation.id,
                entry_id,
                ground=form.ground.data,
                under=form.under.data or "",
                reason=form.reason.data or "",
                doer=_doer(organisation, Role.ORGANISATION_ADMINISTRATOR),
                now=now(),
                years=_years(),
            )
        flash("It is asked for. Another of the organisation’s administrators, or its board secretary, confirms it.")
        return redirect(url_for("record.entry", ods_code=ods_code, entry_id=entry_id), 303)
    sentence = _sentence(found, gate.may("meeting.private", resource))
    return form_page(
        form,
        title="Destroy what this entry says",
        caption=f"Entry {entry_id} of the record of {organisation.short_name}",
        places=_places(organisation, entry_id),
        button="Ask for its destruction",
        intro=[
            sentence,
            "Its text is destroyed once a second person has confirmed it. When it happened, who did it and its leaf "
            "stay, and the record says under what, why and by whom the text was destroyed.",
        ],
        template="record/ask.html",
        rules={words: _rule(found, ground) for ground, words in GROUNDS.items()},
    )


@blueprint.route("/organisations/<ods_code>/record/<int:entry_id>/confirm", methods=["GET", "POST"])
def confirm(ods_code: str, entry_id: int) -> Answer:
    """The second person destroys what an entry says."""
    organisation, resource = _permitted(db.session, ods_code)
    found = queries.entry_of(db.session, organisation.id, entry_id)
    waiting = queries.waiting(queries.steps(db.session, entry_id))
    form = ConfirmForm(asked=str(waiting.entry.id) if waiting else "")
    if form.validate_on_submit():
        with change() as session:
            service.confirm(
                session,
                organisation.id,
                entry_id,
                asked=_number(form.asked.data),
                doer=_doer(organisation, *CONFIRMING),
                now=now(),
                years=_years(),
            )
        flash("What the entry said is destroyed. The record says so, and its leaf stays.")
        return redirect(url_for("record.entry", ods_code=ods_code, entry_id=entry_id), 303)
    private = gate.may("meeting.private", resource)
    page = render_template(
        "record/confirm.html",
        form=form,
        organisation=organisation,
        places=_places(organisation, entry_id),
        entry=found,
        sentence=_sentence(found, private),
        said=_said(found, private),
        waiting=waiting,
        verdict=may_confirm(waiting.entry.actor_id, gate.actor().person_id) if waiting else None,
    )
    return (page, 422) if form.errors else page


@blueprint.route("/organisations/<ods_code>/record/<int:entry_id>/decline", methods=["GET", "POST"])
def decline(ods_code: str, entry_id: int) -> Answer:
    """What was asked for is declined, or taken back: the text stays."""
    organisation, _ = _permitted(db.session, ods_code)
    queries.entry_of(db.session, organisation.id, entry_id)
    waiting = queries.waiting(queries.steps(db.session, entry_id))
    form = DeclineForm(asked=str(waiting.entry.id) if waiting else "")
    if form.validate_on_submit():
        with change() as session:
            service.decline(
                session,
                organisation.id,
                entry_id,
                asked=_number(form.asked.data),
                reason=form.reason.data or "",
                doer=_doer(organisation, *CONFIRMING),
                now=now(),
            )
        flash("It is declined: what the entry says stays.")
        return redirect(url_for("record.entry", ods_code=ods_code, entry_id=entry_id), 303)
    return form_page(
        form,
        title="Decline the destruction",
        caption=f"Entry {entry_id} of the record of {organisation.short_name}",
        places=_places(organisation, entry_id),
        button="Decline it",
        intro=[f"{waiting.by} asked for it: {waiting.reason}" if waiting else "Nothing is asked for this entry."],
        fields=("asked", "reason"),
    )


def _rule(found: RecordEntry, ground: str) -> str:
    fact = queries.fact_of(db.session, found, private=False)
    verdict = may_be_destroyed(fact, ground, _years(), today())
    return f"{'Possible' if verdict else 'Not possible'}: {verdict.sentence}"


def _sentence(found: RecordEntry, private: bool) -> str:
    return queries.in_sentences(db.session, [found], private=private)[found.id]


def _said(found: RecordEntry, private: bool) -> list[tuple[str, str, bool]]:
    """What an entry says, name by name, and whether that is many things; nothing where it is private or gone."""
    if found.payload is None or (found.part == 2 and not private):
        return []
    return [
        (
            name.replace("_", " "),
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1),
            isinstance(value, list | dict),
        )
        for name, value in sorted(found.payload.items())
        if value not in (None, "", [], {})
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
