"""People and their accounts: the first administrator, invitations, closing and opening, a lost second factor."""

from urllib.parse import urljoin

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit.service import Doer
from app.db import change, db
from app.db.installation import InstallationError
from app.people import second_factor, service
from app.people.queries import account_by_email
from app.permissions import Refused
from app.web.clock import now, real_now
from config import Settings

group = AppGroup("people", help="People and their accounts.")

OPERATOR = Doer(None, "Concord", "the operator, from the command line")


def _link(token: str) -> str:
    settings: Settings = current_app.extensions["concord.settings"]
    return urljoin(settings.public_url, f"/invitation/{token}")


def _say_link(name: str, token: str) -> None:
    click.echo(f"Send {name} this link. It works once, within {service.INVITATION_DAYS} days, and is not shown again:")
    click.echo(_link(token))


@group.command("invite-administrator")
@click.option("--name", required=True, help="The administrator's name.")
@click.option("--email", required=True, help="Their email address, to sign in with.")
@click.option("--organisation", required=True, help="ODS code of their organisation.")
def invite_administrator(name: str, email: str, organisation: str) -> None:
    """Begin a real installation: invite its first administrator. Prints their personal link, once."""
    try:
        with change() as session:
            token = service.invite_administrator(session, name, email, organisation, now())
    except (InstallationError, Refused) as refused:
        raise click.ClickException(str(refused)) from None
    _say_link(name, token)


@group.command("invite")
@click.argument("email")
def invite(email: str) -> None:
    """Invite a person who came in with an import, by EMAIL. Prints their personal link, once."""
    try:
        with change() as session:
            token = service.invite(session, email, now())
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    _say_link(email, token)


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL: whoever is signed in with it is signed out at once."""
    try:
        with change() as session:
            name = service.disable(session, email, OPERATOR, now()).person.name
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"The account of {name} is disabled, and every session of it has ended.")


@group.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Open the disabled account of EMAIL again."""
    try:
        with change() as session:
            name = service.enable(session, _account_id(email), OPERATOR, now()).person.name
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"The account of {name} is open again.")


@group.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take the second factor off the account of EMAIL, whose owner lost it and is told by mail."""
    try:
        with change() as session:
            second_factor.reset(session, _account_id(email), OPERATOR, now(), real_now())
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"{email} signs in with the password alone until a second factor is set up again.")


def _account_id(email: str) -> int:
    found = account_by_email(db.session, email)
    if found is None:
        raise Refused(f"{email} has no account.")
    return found.id
