"""The destruction of what entries say, from a terminal: for two named people, on record in their names; and what was.

A database leaves the bytes of what is gone in its files until it needs the room. `record clean` writes the files anew.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.cli import record
from app.db import change, db
from app.people.bearers import OPERATOR
from app.people.by_address import organisation_by_code, person_by_code
from app.people.models import Organisation
from app.people.queries import actor_of
from app.people.resources import resource_of
from app.permissions import Missing, Refused, check
from app.record import queries, service
from app.web.clock import now, today
from app.web.text import day
from config import Settings
from workflows.destruction import GROUNDS, may_be_destroyed, may_confirm

group = record.group


@group.command("destroy")
@click.argument("organisation")
@click.argument("entry", type=int)
@click.option("--ground", type=click.Choice(list(GROUNDS)), required=True, help="On which ground.")
@click.option("--under", required=True, help="The law or the retention schedule under which it is destroyed.")
@click.option("--reason", required=True, help="Why; it stays on record for good.")
@click.option("--asked-by", required=True, help="Code of the organisation administrator who asks for it.")
@click.option("--confirmed-by", required=True, help="Code of the second person, who confirms it.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def destroy(
    organisation: str, entry: int, ground: str, under: str, reason: str, asked_by: str, confirmed_by: str, yes: bool
) -> None:
    """Destroy what ENTRY says, of the record of ORGANISATION (its ODS code), for two people who decided it.

    The same rules hold as on the pages. What the entry tells is shown, and it is asked once more. Its leaf stays, and
    the record says who destroyed it and why.
    """
    settings: Settings = current_app.extensions["concord.settings"]
    years = settings.retention_years
    if not yes:
        with _said():
            _show(organisation, entry, ground, years, asked_by, confirmed_by)
        click.confirm("Destroy what it says, for good?", abort=True)
    with _said(), change() as session:
        found = organisation_by_code(session, organisation)
        asking, confirming = (
            _doer(session, found, code, permission)
            for code, permission in ((asked_by, "record.destroy"), (confirmed_by, "record.confirm"))
        )
        asked = service.ask(
            session, found.id, entry, ground=ground, under=under, reason=reason, doer=asking, now=now(), years=years
        )
        said = service.confirm(session, found.id, entry, asked=asked, doer=confirming, now=now(), years=years)
    click.echo(f"What entry {entry} said is destroyed; entry {said} says so. `record clean` frees the files of it.")


@contextmanager
def _said() -> Iterator[None]:
    """What is refused ends the command with the rule's own sentence."""
    try:
        yield
    except Missing:
        raise click.ClickException("There is no such organisation, entry or person, or its text is gone.") from None
    except Refused as refusal:
        needed = f" Needed: {'; '.join(refusal.needs)}." if refusal.needs else ""
        raise click.ClickException(f"{refusal.sentence}{needed}") from None


def _show(organisation: str, entry_id: int, ground: str, years: int, asked_by: str, confirmed_by: str) -> None:
    """What would be destroyed, and for whom, where the rules allow it; nothing is held while that is read."""
    session = db.session
    found = organisation_by_code(session, organisation)
    asking = _doer(session, found, asked_by, "record.destroy")
    confirming = _doer(session, found, confirmed_by, "record.confirm")
    entry = queries.entry_of(session, found.id, entry_id)
    for verdict in (
        may_be_destroyed(queries.fact_of(session, entry, private=True), ground, years, today()),
        may_confirm(asking.person_id, confirming.person_id),
    ):
        if not verdict:
            raise Refused(f"Nothing was destroyed. {verdict.sentence}", *verdict.needs)
    click.echo(f"Entry {entry_id} of the record of {found.name}, {day(entry.at)}:")
    click.echo(_printable(queries.in_sentences(session, [entry], private=True)[entry_id]))
    for name, value in sorted((entry.payload or {}).items()):
        if value not in (None, "", [], {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            click.echo(_printable(f"  {name.replace('_', ' ')}: {text}"))
    click.echo(f"Asked for by {asking.name}, confirmed by {confirming.name}: {GROUNDS[ground]}.")
    session.rollback()


def _printable(text: str) -> str:
    """A text of anybody's, without what a terminal would take for orders."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)


def _doer(session: Session, organisation: Organisation, code: str, permission: str) -> Doer:
    person = person_by_code(session, code)
    actor = actor_of(session, person, today())
    check(permission, actor, resource_of(session, organisation, actor, today()))
    return Doer(person.id, person.name, f"{actor.capacity()}, {OPERATOR}")


@group.command("destroyed")
def destroyed() -> None:
    """List every entry whose text was destroyed: when, by whom, under what and why."""
    found = queries.destroyed(db.session)
    for told, number in found:
        entry = told.entry
        click.echo(
            f"Entry {number}, {entry.organisation_name}: destroyed on {day(entry.at)} by {told.by}, "
            f"under {told.under}. {told.ground}. {told.reason}"
        )
    click.echo(f"The text of {len(found)} {'entry is' if len(found) == 1 else 'entries is'} destroyed.")


@group.command("clean")
def clean() -> None:
    """Write the database's files anew, so that no byte of what was destroyed is left in them. Takes its time.

    Backups that were taken before still hold it: they go when their own time is over.
    """
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # what stands of cases repeats words of decisions, and statistics are samples of what columns held
            connection.execute(sa.text("ANALYZE"))
            connection.execute(sa.text("VACUUM FULL"))
    else:
        raw = db.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = (cursor.fetchone() or (0,))[0]
        finally:
            raw.close()
        if busy:
            raise click.ClickException("Somebody was reading meanwhile, so the journal is not emptied yet. Ask again.")
    click.echo("The files are written anew. Backups that were taken before still hold what was destroyed since.")
