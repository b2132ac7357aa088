"""The pages of delegations: what a body delegated and what was delegated to it, delegating, and ending that."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.audit.service import Doer
from app.db import change, db
from app.documents.models import Document
from app.people.models import CollaborativeMember, DecidingBody
from app.people.queries import bodies_of_collaborative, body_by_code, in_force
from app.people.resources import resource_of_body
from app.permissions import Missing, Refused
from app.signoff import delegations
from app.signoff.delegation_forms import DelegationForm, EndDelegationForm
from app.signoff.delegation_models import Delegation
from app.signoff.voting_interest_routes import blueprint as blueprint  # the room's own, with these pages on it
from app.web import gate
from app.web.clock import now, today

Answer = Response | str | tuple[str, int]


def permitted_body(session: Session, code: str) -> DecidingBody:
    """The body of this code, for what the route is for."""
    found = body_by_code(session, code)
    gate.permit(resource_of_body(session, found, gate.actor(), today()))
    return found


@blueprint.get("/bodies/<code>/delegations")
def delegation_list(code: str) -> str:
    """What the body delegated, to whom and for when; or what was delegated to it, by whom."""
    found = permitted_body(db.session, code)
    given = delegations.delegations_of(db.session, [found.id])
    taken = delegations.delegated_to(db.session, found.id)
    codes = {document for one in (*given, *taken) for document in one.documents}
    titles = db.session.execute(sa.select(Document.code, Document.title).where(Document.code.in_(codes)))
    return render_template(
        "signoff/delegations.html",
        body=found,
        given=given,
        taken=taken,
        titles={row.code: row.title for row in titles},
        streams=_workstreams(db.session, sorted(gate.actor().collaborative_ids)),
        resource=resource_of_body(db.session, found, gate.actor(), today()),
    )


@blueprint.route("/bodies/<code>/delegations/new", methods=["GET", "POST"])
def delegate(code: str) -> Answer:
    """The body delegates decisions on workstreams and documents to a joint committee, by its own decision."""
    found = permitted_body(db.session, code)
    form = DelegationForm()
    offered, documents, workstreams = offered_to(db.session, found)
    form.to.choices = {one.code: one.name for one in offered}
    form.documents.choices = {one.code: one.title for one in documents}
    form.workstreams.choices = workstreams
    if form.validate_on_submit() and form.starts.data:
        try:
            with change() as session:
                body = permitted_body(session, code)
                delegations.delegate(
                    session,
                    body,
                    body_by_code(session, form.to.data),
                    documents=form.documents.data or [],
                    workstreams=form.workstreams.data or [],
                    starts=form.starts.data,
                    ends=form.ends.data,
                    decided=form.decided.data or "",
                    doer=secretary_of(body),
                    now=now(),
                )
            flash("The delegation is recorded. It counts for sign-offs that open while it is in force.")
            return redirect(url_for("signoff.delegation_list", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
    page = render_template("signoff/delegate.html", body=body_by_code(db.session, code), form=form, offered=offered)
    return (page, 422) if form.errors else page


@blueprint.route("/bodies/<code>/delegations/<int:delegation_id>/end", methods=["GET", "POST"])
def end_delegation(code: str, delegation_id: int) -> Answer:
    """The last day of a delegation; what is open comes back to the body after it."""
    found = permitted_body(db.session, code)
    given = delegation_of(db.session, found, delegation_id)
    form = EndDelegationForm()
    if form.validate_on_submit() and form.ends.data:
        try:
            with change() as session:
                body = permitted_body(session, code)
                delegations.end_delegation(
                    session,
                    delegation_of(session, body, delegation_id).id,
                    ends=form.ends.data,
                    decided=form.decided.data or "",
                    doer=secretary_of(body),
                    now=now(),
                )
            flash("The delegation has its last day. What is not decided by then, the body is asked itself.")
            return redirect(url_for("signoff.delegation_list", code=code), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found = body_by_code(db.session, code)
            given = delegation_of(db.session, found, delegation_id)
    page = render_template("signoff/end_delegation.html", body=found, given=given, form=form)
    return (page, 422) if form.errors else page


def secretary_of(body: DecidingBody) -> Doer:
    """The person here as the body's board secretary."""
    return gate.doer(f"board secretary, {body.organisation.name}")


def offered_to(session: Session, body: DecidingBody) -> tuple[list[DecidingBody], Sequence[Document], dict[str, str]]:
    """To which joint committees of its collaboratives the body can delegate today, and what: workstreams by code."""
    shared = _shared(session, body)
    partners = [one for each in shared for one in bodies_of_collaborative(session, each, today())]
    documents = sa.select(Document).where(Document.collaborative_id.in_(shared)).order_by(Document.title)
    found = session.scalars(documents).all()
    return delegations.committees(session, partners, today()), found, _workstreams(session, shared)


def delegation_of(session: Session, body: DecidingBody, delegation_id: int) -> Delegation:
    """A delegation that this body gave; raises `Missing`."""
    given = session.get(Delegation, delegation_id)
    if given is None or given.body_id != body.id:
        raise Missing
    return given


def _shared(session: Session, body: DecidingBody) -> list[int]:
    """The collaboratives of the body's organisation today."""
    return list(
        session.scalars(
            sa.select(CollaborativeMember.collaborative_id).where(
                CollaborativeMember.organisation_id == body.organisation_id,
                in_force(CollaborativeMember.starts, CollaborativeMember.ends, today()),
            )
        )
    )


def _workstreams(session: Session, collaborative_ids: Sequence[int]) -> dict[str, str]:
    """The workstreams of these collaboratives, by code: their room stands above this one, and tells of them."""
    tells = current_app.extensions.get("concord.workstreams")
    found: dict[str, str] = tells(session, collaborative_ids) if tells else {}
    return found
