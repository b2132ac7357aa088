"""The page about the API, with every operation to be tried, and the document it is made from."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from app.api import description, parts
from app.api.answering import CODE, KEY
from app.api.operations import Operation
from app.permissions.scopes import SCOPES
from app.web.problems import KINDS
from config import Settings


def join(blueprint: Blueprint) -> None:
    """Put both on the blueprint."""
    blueprint.add_url_rule("/api", "reference", _page)
    blueprint.add_url_rule("/api/openapi.json", "openapi", _document)


def _document() -> Response:
    """The OpenAPI document."""
    return Response(json.dumps(description.document(), ensure_ascii=False), content_type="application/json")


def _page() -> str:
    """Every operation, group by group, in sentences and with examples."""
    settings: Settings = current_app.extensions["concord.settings"]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for operation in description.in_order():
        groups.setdefault(operation.group, []).append(_told(operation, settings.public_url))
    return render_template(
        "api/reference.html",
        groups=groups,
        scopes=SCOPES,
        kinds=KINDS,
        key=KEY,
        code=CODE,
        minutes=settings.step_up_minutes,
        hours=settings.api_kept_hours,
    )


def _told(operation: Operation, public_url: str) -> Mapping[str, Any]:
    summary, more = operation.told
    example = description.example(operation)
    return {
        "operation": operation,
        "summary": summary,
        "more": more,
        "who": description.may(operation),
        "parameters": [one for one in description.parameters(operation) if one["in"] != "header"],
        "example": json.dumps(example, indent=2, ensure_ascii=False) if example is not None else "",
        "curl": _curl(operation, example, public_url),
        "sent": parts.parts_sent(operation),
        "answers": parts.parts_of_answer(operation),
        "listed": parts.is_list(operation),
    }


def _curl(operation: Operation, example: Any, public_url: str) -> str:
    """The request as it is typed at a terminal."""
    address = operation.template
    for one in description.parameters(operation):
        if one["in"] == "path":
            address = address.replace("{" + one["name"] + "}", str(one["example"]))
    needed = "&".join(
        f"{one['name']}=…" for one in description.parameters(operation) if one["in"] == "query" and one["required"]
    )
    lines = [f"curl '{public_url}/api{address}{f'?{needed}' if needed else ''}'", "  -H 'Authorization: Bearer TOKEN'"]
    if operation.writes:
        lines.append(f"  -H '{KEY}: a-key-of-your-own'")
    if example is not None:
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  --data '{json.dumps(example, ensure_ascii=False)}'")
    return " \\\n".join(lines)
