"""The accounts of others: inviting by mail, closing and opening, and resetting a lost second factor."""

from urllib.parse import urljoin

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.db import change, db
from app.db.installation import kind_of
from app.people import invitations as sent
from app.people import second_factor, service
from app.people.models import Account, Person
from app.people.routes.places import blueprint
from app.people.routes.proving import settings
from app.permissions import Missing, Refused
from app.web import gate
from app.web.clock import now, real_now, today
from app.web.forms import BaseForm
from app.web.navigation import address_of
from app.web.tables import csv_answer
from app.web.text import day


def _person(code: str) -> Person:
    """The person with this code, whose account the one who asks may see and change; raises `Missing`, `Refused`."""
    found = db.session.scalar(sa.select(Person).where(Person.code == code))
    if found is None:
        raise Missing
    gate.permit(sent.resource_of(db.session, found, gate.actor(), today()))
    return found


def _account(person: Person) -> Account:
    found = db.session.scalar(sa.select(Account).where(Account.person_id == person.id))
    if found is None:
        raise Refused(f"{person.name} has no account.", "an invitation, and their opening an account with it")
    return found


def _back(code: str) -> str:
    """The person's page, where there is one."""
    return address_of("people.person", {"code": code}) or url_for("people.invitations")


def _link(token: str) -> str:
    return urljoin(settings().public_url, url_for("people.accept_invitation", token=token))


@blueprint.get("/invitations")
def invitations() -> BaseResponse | str:
    """Who was invited, and what became of it."""
    gate.permit(sent.list_resource(gate.actor()))
    chosen = request.args.get("state", "")
    lines, total = sent.listed(db.session, gate.actor(), now(), chosen if chosen in sent.STATES else "")
    if request.args.get("as") == "csv":
        return csv_answer(
            "invitations",
            ["Name", "Email address", "Sent", "By", "Expires", "State"],
            [
                (line.person.name, line.person.email, day(line.sent_at), line.sent_by, day(line.expires_at), line.state)
                for line in lines
            ],
        )
    return render_template(
        "people/invitations.html",
        lines=lines,
        total=total,
        without=sent.not_invited(db.session, gate.actor(), now()),
        chosen=chosen,
        states=sent.STATES,
        demonstration=kind_of(db.session) == "demonstration",
        days=service.INVITATION_DAYS,
    )


@blueprint.route("/people/<code>/invite", methods=["GET", "POST"])
def invite(code: str) -> BaseResponse | str:
    """Invite a person to open an account, by mail; sent again, it ends the link before."""
    person = _person(code)
    if BaseForm().validate_on_submit():
        with change() as writer:
            again = writer.get_one(Person, person.id)
            sent.send(writer, again, _link, gate.doer(), now(), real_now())
            said = f"An invitation to {again.name} is on its way to {again.email}."
        flash(said)
        return redirect(_back(code), 303)
    return render_template("people/invite.html", person=person, days=service.INVITATION_DAYS, back=_back(code))


@blueprint.route("/people/<code>/invitation/withdraw", methods=["GET", "POST"])
def withdraw_invitation(code: str) -> BaseResponse | str:
    """End the link a person was sent."""
    person = _person(code)
    if BaseForm().validate_on_submit():
        with change() as writer:
            sent.withdraw(writer, writer.get_one(Person, person.id), gate.doer(), now())
        flash("The invitation is withdrawn: its link opens nothing any more.")
        return redirect(url_for("people.invitations"), 303)
    return _asked(
        person,
        "Withdraw the invitation",
        f"The link that {person.name} was sent will open nothing any more. You can invite them again later.",
        "Withdraw it",
    )


@blueprint.route("/people/<code>/account/disable", methods=["GET", "POST"])
def disable_account(code: str) -> BaseResponse | str:
    """Close an account: every session of it ends at once."""
    person = _person(code)
    _account(person)
    if person.id == gate.actor().person_id:
        raise Refused("You cannot disable the account you are signed in with.", "another administrator")
    if BaseForm().validate_on_submit():
        with change() as writer:
            service.disable(writer, person.email, gate.doer(), now())
        flash("The account is disabled, and every session of it has ended.")
        return redirect(_back(code), 303)
    return _asked(
        person,
        "Disable the account",
        f"{person.name} is signed out everywhere at once and cannot sign in until an administrator opens the account "
        "again. What they decided and wrote stays on record.",
        "Disable it",
    )


@blueprint.route("/people/<code>/account/enable", methods=["GET", "POST"])
def enable_account(code: str) -> BaseResponse | str:
    """Open a disabled account again."""
    person = _person(code)
    account_id = _account(person).id
    if BaseForm().validate_on_submit():
        with change() as writer:
            service.enable(writer, account_id, gate.doer(), now())
        flash("The account is open again.")
        return redirect(_back(code), 303)
    return _asked(
        person,
        "Open the account again",
        f"{person.name} can sign in again, with the password and second factor they had.",
        "Open it again",
    )


@blueprint.route("/people/<code>/account/second-factor", methods=["GET", "POST"])
def reset_second_factor(code: str) -> BaseResponse | str:
    """Take a lost second factor off an account; its owner is told by mail."""
    person = _person(code)
    account_id = _account(person).id
    if BaseForm().validate_on_submit():
        with change() as writer:
            second_factor.reset(writer, account_id, gate.doer(), now(), real_now())
        flash("The second factor is off, and every session has ended. Its owner is told by mail.")
        return redirect(_back(code), 303)
    return _asked(
        person,
        "Reset the second factor",
        f"{person.name} will sign in with the password alone until they set up an app again. Be sure that it is they "
        "who ask: whoever has their password could sign in as them. They are told by mail, and it is on record.",
        "Reset it",
    )


def _asked(person: Person, title: str, sentence: str, press: str) -> str:
    return render_template(
        "people/account_asked.html",
        person=person,
        title=title,
        sentence=sentence,
        press=press,
        back=_back(person.code),
    )
