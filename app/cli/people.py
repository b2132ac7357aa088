"""People and their accounts: the first administrator of a real installation, invitations, closing an account."""

from urllib.parse import urljoin

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit.service import Doer
from app.db import change
from app.db.installation import InstallationError
from app.people import service
from app.permissions import Refused
from app.web.clock import now
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
