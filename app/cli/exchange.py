"""Facts in, facts out: `flask --app wsgi exchange template | check | import | export FOLDER`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit.service import Doer
from app.db import change
from app.exchange import service
from app.exchange.releases import NotReleased, replay_releases
from app.web import clock

group = AppGroup("exchange", help="Facts in and out as a folder of CSV files.")
OPERATOR = Doer(None, "Concord", "operator at the command line")
REPLACE = click.option("--replace", is_flag=True, help="Write over files that are there already, edited or not.")
FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@group.command("template")
@FOLDER
@REPLACE
def template(folder: Path, replace: bool) -> None:
    """Write an empty file for each kind of fact, and README.md, which describes every column."""
    try:
        names = service.write_template(folder, replace=replace)
    except service.NoPlace as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(names)} empty files and README.md, which describes them, are in {folder}.")


@group.command("check")
@FOLDER
def check(folder: Path) -> None:
    """Say what importing FOLDER would do and everything that stands against it. Changes nothing."""
    with change() as session:  # tried in a transaction that is taken back
        forecast = service.check(session, folder, clock.now())
    for line in forecast.lines():
        click.echo(line)
    if forecast.problems:
        _say_problems(forecast.problems.sentences(), forecast.problems.count)
    if forecast.releases:
        count = len(forecast.releases)
        click.echo(
            "Facts and decisions can be imported as they stand." if forecast.writes else "No facts would change."
        )
        click.echo(
            f"Releases are tried when the folder is imported: {count} {'row' if count == 1 else 'rows'} of "
            "gap_acceptances.csv and releases.csv, one after another; the first that is refused is said and ends it."
        )
        return
    click.echo("Nothing would change." if forecast.changes_nothing else "This can be imported as it stands.")


@group.command("import")
@FOLDER
def import_folder(folder: Path) -> None:
    """Import FOLDER: all of it, or nothing."""
    try:
        with change() as session:
            forecast = service.import_folder(session, folder, doer=OPERATOR, now=clock.now())
    except service.Unfit as unfit:
        _say_problems(unfit.sentences, unfit.count)
    for line in forecast.lines():
        click.echo(line)
    if forecast.releases:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # the application itself, for the builder
        try:
            replay_releases(app, forecast.releases, click.echo)
        except NotReleased as error:
            raise click.ClickException(f"{error} Facts and decisions are in; mend it and import again.") from None
    click.echo("Nothing changed." if forecast.changes_nothing else "Imported.")


@group.command("export")
@FOLDER
@REPLACE
def export_folder(folder: Path, replace: bool) -> None:
    """Write every fact to FOLDER, to be edited and imported again."""
    try:
        with change() as session:
            rows = service.export_folder(session, folder, doer=OPERATOR, now=clock.now(), replace=replace)
    except service.NoPlace as error:
        raise click.ClickException(str(error)) from None
    for name, count in rows.items():
        click.echo(f"{name}: {count:,}")


def _say_problems(sentences: "tuple[str, ...] | list[str]", count: int) -> None:
    for sentence in sentences:
        click.echo(sentence, err=True)
    raise click.ClickException(f"{count:,} {'thing is' if count == 1 else 'things are'} wrong; nothing was changed.")
