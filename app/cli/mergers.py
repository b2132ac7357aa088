"""Organisations merged from a terminal: the same plan, checked and shown first, and done only with `--confirm`."""

from datetime import datetime

import click

from app.cli import people
from app.db import change, db
from app.mergers import queries, service
from app.mergers.plan import planned
from app.people.by_address import organisation_by_code
from app.permissions import Missing, Refused
from app.web.clock import now

group = people.group


@group.command("merge")
@click.argument("successor")
@click.argument("first_day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("predecessors", nargs=-1, required=True)
@click.option("--reason", required=True, help="By what the merger was decided.")
@click.option("--confirm", is_flag=True, help="Plan it; without, what follows is only shown.")
def merge(successor: str, first_day: datetime, predecessors: tuple[str, ...], reason: str, confirm: bool) -> None:
    """Merge PREDECESSORS into SUCCESSOR (all ODS codes) from FIRST_DAY on.

    On a day to come the worker does it by itself; today it is done at once, all of it or nothing.
    """
    from_on = first_day.date()
    try:
        into = organisation_by_code(db.session, successor)
    except Missing:
        raise click.ClickException(f"There is no organisation {successor} here: give its ODS code.") from None
    ending, unknown = queries.by_codes(db.session, list(dict.fromkeys(predecessors)))
    if unknown:
        raise click.ClickException(f"There is no organisation {', '.join(unknown)} here: give ODS codes.")
    plan = planned(db.session, into, ending, from_on)
    for line in plan.lines:
        click.echo(line)
    if plan.problems:
        raise click.ClickException(" ".join(sentence for _, sentence in plan.problems))
    if not confirm:
        click.echo("Nothing was changed. Ask again with --confirm.")
        return
    db.session.rollback()
    try:
        with change() as session:
            merger = service.plan_merger(
                session,
                successor=organisation_by_code(session, successor),
                predecessors=queries.by_codes(session, list(dict.fromkeys(predecessors)))[0],
                from_on=from_on,
                reason=reason,
                doer=people.OPERATOR,
                now=now(),
            )
            state = merger.state
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo("The merger has taken effect." if state == "done" else f"Planned: it takes effect on {from_on}.")
