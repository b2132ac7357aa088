"""The OpenAPI 3.1 document of the API, made from the declared operations: it cannot say anything that is not so."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from app.api.answering import CODE, KEY
from app.api.operations import OPERATIONS, Operation
from app.api.parts import Schemas, schemas
from app.api.places import NAMES
from app.permissions import PERMISSIONS, ROUTES
from app.permissions.scopes import SCOPES
from app.web.problems import KINDS, MEDIA

VERSION = "1.0.0"
_ABOUT = (
    "What Concord’s sign-off pages do, for programs: the same rules, permissions and sentences. Everything is asked "
    "with a personal token, made at “My account”, “Your tokens”; a token does what its scopes name, and nothing that "
    f"its owner may not do. Every write carries the header {KEY}: the same key with the same request gives the first "
    "answer again. What signs needs a fresh proof of who is there: the token itself for a while after it was made, "
    f"else a one-time code in the header {CODE}, or “Let it sign” on the page of tokens. Errors are problem details "
    "(RFC 9457) whose `detail` is the rule’s own sentence."
)


GROUPS = (
    *("Sign-offs", "Decisions", "Members’ votes", "Chair’s action", "Conditions"),
    *("Asking the bodies", "Documents", "Comments", "Definitions"),
    *("Certificates and proofs", "The record", "Reminders"),
    *("Agendas", "Meetings in common", "Taking part in a meeting", "Delegations and mergers"),
)
"""What comes first on the page; a group that is not named here comes after these."""


def in_order() -> list[Operation]:
    """The operations group by group, as they are declared there."""
    ranks = {group: place for place, group in enumerate(GROUPS)}
    return sorted(OPERATIONS.values(), key=lambda operation: ranks.get(operation.group, len(ranks)))


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    known = schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in in_order():
        paths.setdefault(operation.template, {})[operation.method.lower()] = _operation(operation, known)
    groups = dict.fromkeys(operation.group for operation in in_order())
    return {
        "openapi": "3.1.0",
        "info": {"title": "Concord", "version": VERSION, "description": _ABOUT},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/api"}],
        "security": [{"token": []}],
        "tags": [{"name": group} for group in groups],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A personal token. Its scopes: "
                    + "; ".join(f"{scope}: {words}" for scope, words in SCOPES.items()),
                }
            },
            "responses": {kind: _problem(status, words) for kind, (status, words) in KINDS.items()},
            "schemas": {**known.defined, "Problem": _PROBLEM},
        },
    }


def parameters(operation: Operation) -> list[dict[str, Any]]:
    """What stands in the address, behind the question mark, and in headers of its own."""
    found: list[dict[str, Any]] = []
    for name, kind in operation.places.items():
        words, example = NAMES[name]
        found.append(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": words,
                "schema": {"type": kind},
                "example": int(example) if kind == "integer" else example,
            }
        )
    if operation.query is not None:
        schema = schemas().whole(operation.query)
        for name, one in schema.get("properties", {}).items():
            of_it = {key: value for key, value in one.items() if key not in ("description", "title")}
            needed = name in schema.get("required", ())
            found.append(
                {
                    "name": name,
                    "in": "query",
                    "required": needed,
                    "description": one.get("description", name.replace("_", " ").capitalize()),
                    "schema": of_it,
                }
            )
    return [*found, *_headers(operation)]


def _headers(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.writes:
        yield {
            "name": KEY,
            "in": "header",
            "required": True,
            "description": "Your own name for this request: the same again gives the same answer again",
            "schema": {"type": "string", "minLength": 8, "maxLength": 200},
        }
    if operation.signs:
        yield {
            "name": CODE,
            "in": "header",
            "required": False,
            "description": "A code of your authenticator app, once the last proof of who is there is too long ago",
            "schema": {"type": "string"},
        }


def example(operation: Operation) -> Any:
    """A body as it could be sent."""
    if operation.body is None:
        return None
    more: Any = operation.body.model_config["json_schema_extra"]
    return more["examples"][0]


def may(operation: Operation) -> str:
    """Who may, as a sentence; empty where everyone may who may know of it."""
    return PERMISSIONS[ROUTES[operation.endpoint]].refusal.format(name="the organisation")


def problems_of(operation: Operation) -> list[str]:
    """The kinds of problem that it can be answered with."""
    kinds = ["not-authenticated", "scope", "refused", "not-found", "throttled", "broken", "busy"]
    if operation.query is not None or operation.body is not None:
        kinds.append("invalid")
    if operation.body is not None:
        kinds += ["too-large", "media-type"]
    if operation.writes:
        kinds += ["malformed", "stale", "in-hand", "key-used"]
    if operation.signs:
        kinds.append("proof-needed")
    return [kind for kind in KINDS if kind in kinds]


def _operation(operation: Operation, known: Schemas) -> dict[str, Any]:
    summary, more = operation.told
    who = may(operation)
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": summary,
        "description": " ".join(part for part in (more, who, f"Scope: {operation.scope}.") if part),
        "tags": [operation.group],
        "security": [{"token": [operation.scope]}],
        "parameters": parameters(operation),
        "responses": {str(int(operation.status)): _answer(operation, known), **_problems(operation)},
    }
    if operation.body is not None:
        content = {"schema": known.of(operation.body, "validation"), "example": example(operation)}
        said["requestBody"] = {"required": True, "content": {"application/json": content}}
    return said


def _answer(operation: Operation, known: Schemas) -> dict[str, Any]:
    if isinstance(operation.answers, str):
        schema: Any = {"type": "object"} if operation.answers.endswith("json") else {}
        return {"description": "The file", "content": {operation.answers: {"schema": schema}}}
    words = (operation.answers.__doc__ or "").strip().split("\n")[0]
    content = {"application/json": {"schema": known.of(operation.answers, "serialization")}}
    return {"description": words, "content": content}


def _problems(operation: Operation) -> dict[str, Any]:
    """By status: kinds of one status are told in one answer."""
    by_status: dict[int, list[str]] = {}
    for kind in problems_of(operation):
        by_status.setdefault(KINDS[kind][0], []).append(kind)
    return {
        str(status): {"$ref": f"#/components/responses/{kinds[0]}"}
        if len(kinds) == 1
        else _problem(status, " Or: ".join(KINDS[kind][1] for kind in kinds))
        for status, kinds in sorted(by_status.items())
    }


def _problem(status: int, words: str) -> dict[str, Any]:
    return {
        "description": f"{HTTPStatus(status).phrase}. {words}",
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "Which problem it is: an address on the page about the API"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "The rule’s own sentence"},
        "instance": {"type": "string"},
        "needs": {"type": "array", "items": {"type": "string"}, "description": "What would make it possible"},
        "changes": {"type": "array", "items": {"type": "string"}, "description": "Of a stale one: what changed"},
        "errors": {
            "type": "array",
            "description": "What in the request is not as it should be",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer into the body, or a parameter’s name"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
