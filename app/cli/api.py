"""Everything the API does, from a terminal: the same operations, checks, keys and sentences, for one named person.

A person is not proved to be there by who sits at the terminal, so what signs needs a code of their own.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import click
from flask import current_app
from flask.cli import AppGroup
from werkzeug.test import TestResponse

from app.api import description, parts
from app.api.answering import CODE, KEY
from app.api.operations import OPERATIONS, Operation
from app.db import db
from app.people.bearers import TERMINAL
from app.people.by_address import person_by_code
from app.people.queries import account_by_email
from app.permissions import Missing

group = AppGroup("api", help="Sign-off from a terminal: every operation of the API, for one person.")


@group.command("operations")
@click.argument("words", nargs=-1)
def operations(words: tuple[str, ...]) -> None:
    """List the operations; with WORDS only those that say all of them."""
    asked = [one.casefold() for one in words]
    before = ""
    for one in description.in_order():
        line = f"{one.name}: {one.told[0]}"
        if any(word not in f"{line} {one.group}".casefold() for word in asked):
            continue
        if one.group != before:
            click.echo(f"{one.group}")
            before = one.group
        click.echo(f"  {line}{' (signs)' if one.signs else ''}")


@group.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Tell what the operation NAME does, who may, what it is sent and what comes back."""
    one = _operation(name)
    click.echo("\n".join(part for part in (f"{one.told[0]}.", one.told[1], description.may(one)) if part))
    for parameter in description.parameters(one):
        if parameter["in"] != "header":
            needed = "" if parameter["required"] else " (optional)"
            click.echo(f"  {parameter['name']}=…{needed}: {parameter['description']}")
    for part in parts.parts_sent(one):
        click.echo(f"  {part.name}{'' if part.needed else ' (optional)'}: {part.kind}. {part.words}".rstrip(" ."))
    if (example := description.example(one)) is not None:
        click.echo(f"For example --json '{json.dumps(example, ensure_ascii=False)}'")


@group.command("call")
@click.argument("name")
@click.argument("named", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--as", "person", required=True, help="For whom: a person's code or email address.")
@click.option("--json", "sent", help="What is sent, as JSON.")
@click.option("--file", "file", type=click.File("rb"), help="The same from a file; - is what comes in.")
@click.option("--key", help="The Idempotency-Key of a write, to send the same again; a new one without it.")
@click.option("--code", help="For what signs: a code of the person's authenticator app.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the answer is written.")
def call(
    name: str,
    named: tuple[str, ...],
    person: str,
    sent: str | None,
    file: Any,
    key: str | None,
    code: str | None,
    output: Path | None,
) -> None:
    """Call the operation NAME for a person, with what its address and query name as NAME=VALUE.

    The person may do just what they may do on the pages, and the record says that it was done at a terminal.
    """
    one = _operation(name)
    if (sent is not None) + (file is not None) > 1:
        raise click.UsageError("What is sent comes from --json or from --file: one of the two.")
    body = file.read() if file is not None else (sent or "{}").encode()
    address, query = address_of(one, _named(one, named))
    account_id = _account_id(person)
    db.session.rollback()
    answer = current_app.test_client().open(
        address,
        method=one.method,
        query_string=query,
        headers={**({KEY: key or token_hex(16)} if one.writes else {}), **({CODE: code} if code else {})},
        data=body if one.body is not None else None,
        content_type="application/json" if one.body is not None else None,
        environ_overrides={TERMINAL: account_id},
        buffered=True,
    )
    if answer.status_code >= 400:
        raise click.ClickException(_problem(answer, code))
    if output is not None:
        output.write_bytes(answer.data)
    elif answer.is_json:
        click.echo(json.dumps(answer.json, indent=2, ensure_ascii=False))
    else:
        raise click.UsageError("It is a file. Say with --output where it is written.")


def address_of(operation: Operation, named: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The address of an operation with these names in it, and those of its query."""
    missing = [name for name in operation.places if name not in named]
    if missing:
        raise click.UsageError(f"It needs {' '.join(f'{name}=…' for name in missing)}.")
    address = f"/api{operation.template}"
    for name in operation.places:
        address = address.replace("{" + name + "}", quote(named[name], safe=""))
    return address, {name: value for name, value in named.items() if name not in operation.places}


def _named(operation: Operation, named: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in named]
    for name, equals, _ in pairs:
        if not equals:
            raise click.UsageError(f"“{name}” names no value: write {name}=….")
    known = {one["name"] for one in description.parameters(operation) if one["in"] != "header"}
    unknown = [name for name, _, _ in pairs if name not in known]
    if unknown:
        names = ", ".join(sorted(known)) or "nothing"
        raise click.UsageError(f"It knows no {', '.join(unknown)}; it knows {names}.")
    return {name: value for name, _, value in pairs}


def _operation(name: str) -> Operation:
    found = OPERATIONS.get(name.replace("-", "_"))
    if found is None:
        raise click.UsageError(f"There is no operation “{name}”; `flask --app wsgi api operations` lists them.")
    return found


def _account_id(person: str) -> int:
    try:
        email = person if "@" in person else person_by_code(db.session, person).email
        found = account_by_email(db.session, email)
    except Missing:
        raise click.ClickException(f"There is nobody called “{person}”.") from None
    if found is None:
        raise click.ClickException(f"{person} has no account; `flask --app wsgi people invite` makes one.")
    if found.disabled:
        raise click.ClickException(f"The account of {person} is disabled.")
    return found.id


def _problem(answer: TestResponse, code: str | None) -> str:
    """What could not be done, in the rule's sentence, and what would make it possible."""
    said = answer.get_json(silent=True) or {}
    if not code and str(said.get("type", "")).endswith("#problem-proof-needed"):
        return (
            "This signs, and nobody signs for another. Give --code: a code of the person’s own authenticator app. "
            "Who has none signs on the pages."
        )
    lines = [str(said.get("detail") or answer.text)]
    lines += [f"Needed: {one}" for one in said.get("needs") or ()]
    lines += [f"Changed: {one}" for one in said.get("changes") or ()]
    lines += [f"{one['pointer']}: {one['detail']}" for one in said.get("errors") or ()]
    return "\n".join(lines)
