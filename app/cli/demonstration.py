"""The South West London demonstration: loaded through the exchange, its packs built and released, its clock set."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup
from flask.globals import app_ctx
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.audit.tags import Tag
from app.db import change, db
from app.db.installation import InstallationError, become, kind_of, real_time, set_demonstration_clock
from app.exchange import service
from app.exchange.releases import NotReleased, replay_releases
from app.people.models import Person, RoleHolding, Seat, SeatHolding
from app.people.queries import demonstration_sign_ins, in_force
from app.people.service import DEMONSTRATION_PASSWORD, open_demonstration_account
from app.permissions import Role
from app.web import clock
from config import ROOT, Settings

group = AppGroup("demonstration", help="The South West London demonstration: its data, sign-ins and clock.")

FOLDER = ROOT / "demonstration"
LOADER = Doer(None, "Concord", "the demonstration's loader")
LOADED = datetime(2015, 10, 30, 17, 0, tzinfo=UTC)
"""When the facts came in, by the demonstration's clock: after its last decision, before its first release."""
LONDON = ZoneInfo("Europe/London")

SEATS_WITH_ACCOUNTS = ("chair", "gp_member", "lay_member", "accountable_officer")
"""Of each kind the first seat of every body has an account, beside everyone who has a role."""

ROLE_ORDER = (
    Role.PROGRAMME_DIRECTOR,
    Role.PROGRAMME_MANAGER,
    Role.SECRETARY,
    Role.OFFICER,
    Role.ASSURANCE_REVIEWER,
    Role.ADMINISTRATOR,
    Role.ORGANISATION_ADMINISTRATOR,
    Role.READER,
)


@group.command("load")
def load() -> None:
    """Load the demonstration into an empty installation; goes on where an interrupted load stopped."""
    settings: Settings = current_app.extensions["concord.settings"]
    if not settings.demonstration and kind_of(db.session) == "empty":
        raise click.ClickException(
            "The demonstration runs on a clock of its own: set CONCORD_DEMONSTRATION=1 to load it. Nothing was changed."
        )
    try:
        with change() as session:
            become(session, "demonstration", real_time())
    except InstallationError:
        raise click.ClickException(
            "This is a real installation: the demonstration is only loaded into an empty one. Nothing was changed."
        ) from None
    app = app_ctx.app  # the application itself, for the builder
    try:
        click.echo(_facts())
        replay_releases(app, service.releases_of(db.session, FOLDER), click.echo)
    except service.Unfit as unfit:
        raise click.ClickException("\n".join([*unfit.sentences, str(unfit)])) from None
    except NotReleased as error:
        raise click.ClickException(str(error)) from None
    click.echo("The demonstration stands: its clock begins on 5 November 2015.")


def _facts() -> str:
    """Bring the facts and acts in with the accounts, all in one transaction; says what came in.

    Once they are in, people work on them: a second load leaves them as they are.
    """
    with change() as session:
        imported = sa.select(RecordEntry.id).where(RecordEntry.tag == Tag.FACTS_IMPORTED.value).limit(1)
        if session.scalar(imported) is not None:
            return "The facts of the demonstration are in already; they are left as they are."
        forecast = service.import_folder(session, FOLDER, doer=LOADER, now=LOADED, afterwards=False)
        _open_accounts(session)
        counts = forecast.counts()
    return f"{sum(one['new'] for one in counts.values()):,} rows of {len(counts)} kinds have come in."


@group.command("sign-ins")
def sign_ins() -> None:
    """Print the demonstration's sign-ins as a table."""
    rows = [("name", "capacity", "email", "password")]
    for one in demonstration_sign_ins(db.session, clock.today()):
        rows.append((one.name, one.capacities[0] if one.capacities else "", one.email, DEMONSTRATION_PASSWORD))
    if len(rows) == 1:
        click.echo("There are no demonstration sign-ins here.")
        return
    for line in _table(rows):
        click.echo(line)


@group.command("clock")
@click.option("--to", "to", help="The time in London it is to show, as 2015-12-01T09:00.")
def set_clock(to: str | None) -> None:
    """Show the demonstration's clock, or move it forward."""
    if kind_of(db.session) != "demonstration":
        raise click.ClickException("Only a demonstration has a clock of its own. Nothing was changed.")
    if to is not None:
        try:
            shown = datetime.fromisoformat(to)
        except ValueError:
            raise click.BadParameter(f"“{to}” is no time; expected one such as 2015-12-01T09:00.") from None
        shown = shown.replace(tzinfo=LONDON) if shown.tzinfo is None else shown
        try:
            with change() as session:
                set_demonstration_clock(session, shown.astimezone(UTC), real_time())
        except InstallationError as error:
            raise click.ClickException(f"{error} Nothing was changed.") from None
    shows = clock.the_clock().now(db.session).astimezone(LONDON)
    click.echo(f"The demonstration's clock shows {shows.day} {shows:%B %Y, %H:%M}.")


@group.command("remove")
def remove() -> None:
    """Remove the demonstration and its packs; the database is then empty, before its first migration."""
    kind = kind_of(db.session)
    if kind != "demonstration":
        found = "a real one" if kind == "real" else kind
        raise click.ClickException(f"This installation is {found}, not a demonstration. Nothing was changed.")
    settings: Settings = current_app.extensions["concord.settings"]
    db.session.close()
    current_app.extensions["alembic"].downgrade("base")
    if settings.packs.is_dir():
        shutil.rmtree(settings.packs)
    click.echo("The demonstration is removed.")


def _open_accounts(session: Session) -> None:
    """Accounts for everyone with a role, and for the first seats of each kind at every body."""
    on = LOADED.date()
    roles = session.execute(
        sa.select(Person, RoleHolding.role).join(RoleHolding, RoleHolding.person_id == Person.id).order_by(Person.code)
    ).all()
    people = [person for person, _ in sorted(roles, key=lambda row: ROLE_ORDER.index(Role(row[1])))]
    seats = session.execute(
        sa.select(Person, Seat)
        .join(SeatHolding, SeatHolding.person_id == Person.id)
        .join(Seat, Seat.id == SeatHolding.seat_id)
        .where(
            Seat.kind.in_(SEATS_WITH_ACCOUNTS),
            in_force(SeatHolding.starts, SeatHolding.ends, on),
        )
        .order_by(Seat.body_id, Seat.position)
    ).all()
    for kind in SEATS_WITH_ACCOUNTS:
        seen: set[int] = set()
        for person, seat in seats:
            if seat.kind == kind and seat.body_id not in seen:
                seen.add(seat.body_id)
                people.append(person)
    for person in dict.fromkeys(people):
        if person.demonstration:
            open_demonstration_account(session, person)
            session.flush()


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]
