"""Workflow definitions checked: every complaint with file, line and reason."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from config import Settings
from workflows.definition import DEFINITIONS, DefinitionError
from workflows.offered import offered

group = AppGroup("workflows", help="The workflow definitions.")


@group.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@with_appcontext
def check(folder: Path | None) -> None:
    """Check the definitions that are shipped and those of FOLDER, or of the folder that is configured."""
    settings: Settings = current_app.extensions["concord.settings"]
    own = folder or (Path(settings.definitions_folder) if settings.definitions_folder else None)
    try:
        found = offered(None if own is None or own.resolve() == DEFINITIONS.resolve() else own)
    except DefinitionError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for (name, version), one in sorted(found.items()):
        definition = one.definition
        stages = f"{len(definition.stages)} {'stage' if len(definition.stages) == 1 else 'stages'}"
        whose = ", of your own" if one.own else ""
        click.echo(f"{name} version {version}: {definition.title}, {stages}{whose}, {definition.hash}")
    click.echo(f"{len(found)} {'definition holds' if len(found) == 1 else 'definitions hold'}.")
