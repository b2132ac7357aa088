"""Workflow definitions checked: every complaint with file, line and reason."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from workflows.definition import DEFINITIONS, DefinitionError, load_folder

group = AppGroup("workflows", help="The workflow definitions.")


@group.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=DEFINITIONS)
def check(folder: Path) -> None:
    """Check every definition in FOLDER, or those that are shipped."""
    try:
        found = load_folder(folder)
    except DefinitionError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for (name, version), definition in sorted(found.items()):
        click.echo(f"{name} version {version}: {definition.title}, {len(definition.stages)} stages, {definition.hash}")
    click.echo(f"{len(found)} {'definition holds' if len(found) == 1 else 'definitions hold'}.")
