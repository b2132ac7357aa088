"""Facts in, facts out: `flask --app wsgi exchange template | check | import | export`, with a folder or a workbook."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask.globals import app_ctx

from app.audit.service import Doer
from app.db import change
from app.exchange import service
from app.exchange.kinds import RELEASES
from app.exchange.releases import NotReleased, replay_releases
from app.exchange.workbook_in import is_workbook
from app.web import clock

group = AppGroup("exchange", help="Facts in and out, as a folder of CSV files or as one workbook.")
OPERATOR = Doer(None, "Concord", "operator at the command line")
REPLACE = click.option("--replace", is_flag=True, help="Write over files that are there already, edited or not.")
PLACE = click.argument("place", type=click.Path(path_type=Path))


@group.command("template")
@PLACE
@REPLACE
def template(place: Path, replace: bool) -> None:
    """Write an empty file for each kind of fact to PLACE, a folder, with README.md, which describes every column.

    Where PLACE ends in .xlsx: one workbook with an empty, described sheet for each kind.
    """
    try:
        names = service.write_template(place, clock.real_now(), replace=replace)  # it reads no database
    except service.NoPlace as error:
        raise click.ClickException(str(error)) from None
    if is_workbook(place):
        click.echo(f"{place} has an empty sheet for each kind of fact, its columns described.")
    else:
        click.echo(f"{len(names)} empty files and README.md, which describes them, are in {place}.")


@group.command("check")
@PLACE
def check(place: Path) -> None:
    """Say what importing PLACE, a folder or a workbook, would do and what stands against it. Changes nothing."""
    given = service.read(place)
    with change() as session:  # tried in a transaction that is taken back
        forecast = service.check(session, given, clock.now())
    for line in forecast.lines():
        click.echo(line)
    if forecast.problems:
        _say_problems(forecast.problems.sentences(), forecast.problems.count)
    if forecast.releases:
        count = len(forecast.releases)
        named = {row.kind.name for row in forecast.releases}
        files = [forecast.problems.called(kind) for kind in RELEASES if kind.name in named]
        click.echo(
            "Facts and decisions can be imported as they stand." if forecast.writes else "No facts would change."
        )
        click.echo(
            f"Releases are tried when the {'workbook' if is_workbook(place) else 'folder'} is imported: {count} "
            f"{'row' if count == 1 else 'rows'} of {' and '.join(files)}, "
            "one after another; the first that is refused is said and ends it."
        )
        return
    click.echo("Nothing would change." if forecast.changes_nothing else "This can be imported as it stands.")


@group.command("import")
@PLACE
def import_folder(place: Path) -> None:
    """Import PLACE, a folder or a workbook: all of it, or nothing."""
    given = service.read(place)
    try:
        with change() as session:
            forecast = service.import_folder(session, given, doer=OPERATOR, now=clock.now())
    except service.Unfit as unfit:
        _say_problems(unfit.sentences, unfit.count)
    for line in forecast.lines():
        click.echo(line)
    if forecast.releases:
        app = app_ctx.app  # the application itself, for the builder
        try:
            replay_releases(app, forecast.releases, click.echo)
        except NotReleased as error:
            raise click.ClickException(f"{error} Facts and decisions are in; mend it and import again.") from None
    click.echo("Nothing changed." if forecast.changes_nothing else "Imported.")


@group.command("export")
@PLACE
@REPLACE
def export_folder(place: Path, replace: bool) -> None:
    """Write every fact to PLACE, to be edited and imported again; where it ends in .xlsx, as one workbook."""
    try:
        with change() as session:
            rows = service.export_folder(session, place, doer=OPERATOR, now=clock.now(), replace=replace)
    except service.NoPlace as error:
        raise click.ClickException(str(error)) from None
    for name, count in rows.items():
        click.echo(f"{name}: {count:,}")


def _say_problems(sentences: "tuple[str, ...] | list[str]", count: int) -> None:
    for sentence in sentences:
        click.echo(sentence, err=True)
    raise click.ClickException(f"{count:,} {'thing is' if count == 1 else 'things are'} wrong; nothing was changed.")
