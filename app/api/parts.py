"""The JSON Schema of everything that is sent and comes back, and its fields in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from app.api.operations import OPERATIONS, Operation

_REF = "#/components/schemas/{model}"


class Schemas:
    """The schemas of every model, and how each is named among them."""

    def __init__(self, wanted: list[tuple[type[BaseModel], JsonSchemaMode]]) -> None:
        found, whole = models_json_schema(wanted, ref_template=_REF)
        self.refs = found
        self.defined: dict[str, Any] = whole.get("$defs", {})

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> Any:
        """Where a model is described."""
        return self.refs[model, mode]

    def whole(self, model: type[BaseModel]) -> dict[str, Any]:
        """The schema itself, of what is sent."""
        schema: dict[str, Any] = self.defined[self.refs[model, "validation"]["$ref"].rpartition("/")[2]]
        return schema


@cache
def schemas() -> Schemas:
    """Those of every operation."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for operation in OPERATIONS.values():
        for sent in (operation.query, operation.body):
            if sent is not None:
                wanted[sent, "validation"] = None
        if not isinstance(operation.answers, str):
            wanted[operation.answers, "serialization"] = None
    return Schemas(list(wanted))


@dataclass(frozen=True, slots=True)
class Part:
    """One field of what is sent or comes back."""

    name: str
    kind: str
    needed: bool
    words: str


OF_A_LIST = {"items", "page", "next", "key"}
"""What an answer holds that is a list and nothing more."""


def is_list(operation: Operation) -> bool:
    """Whether it answers with a list of things."""
    return not isinstance(operation.answers, str) and "items" in operation.answers.model_fields.keys() <= OF_A_LIST


def parts_sent(operation: Operation) -> list[Part]:
    """The fields of its body, with those of what is in it: `seats[].vote`. What is sent back as read stays whole."""
    return list(_within(schemas().of(operation.body, "validation"))) if operation.body else []


def _within(schema: Any, before: str = "") -> Iterator[Part]:
    properties = _resolved(schema).get("properties", {})
    for part in _parts(schema):
        yield replace(part, name=f"{before}{part.name}")
        found, marks = properties[part.name], ""
        options = [one for one in found.get("anyOf", ()) if "$ref" in one or one.get("type") == "array"]
        if len(options) == 1:
            found = options[0]
        if found.get("type") == "array":
            found, marks = found["items"], "[]"
        if "$ref" in found and part.name != "seen":
            yield from _within(found, f"{before}{part.name}{marks}.")


def parts_of_answer(operation: Operation) -> list[Part]:
    """The fields of its answer; of a list, those of one thing in it."""
    if isinstance(operation.answers, str):
        return []
    schema = schemas().of(operation.answers, "serialization")
    properties = _resolved(schema)["properties"]
    if is_list(operation):
        return _parts(properties["items"]["items"])
    return _parts(schema)


def _resolved(schema: Any) -> Any:
    named = str(schema.get("$ref", "")).rpartition("/")[2]
    return schemas().defined[named] if named else schema


def _parts(schema: Any) -> list[Part]:
    whole = _resolved(schema)
    needed = whole.get("required", ())
    return [
        Part(name, _kind(one), name in needed, str(one.get("description", "")).replace("`", ""))
        for name, one in whole.get("properties", {}).items()
    ]


def _kind(schema: Any) -> str:
    """ "text", "day", "list of number", "one of open, met", "BodyStanding, or nothing"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return ", or ".join(_kind(one) for one in schema[key])
    if "enum" in schema:
        return f"one of {', '.join(filter(None, map(str, schema['enum'])))}"
    if "const" in schema:
        return f"“{schema['const']}”"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    formats = {"date": "day", "date-time": "moment", "time": "time of day"}
    types = {"string": "text", "integer": "number", "boolean": "true or false", "null": "nothing"}
    return formats.get(schema.get("format", "")) or types.get(schema.get("type", ""), "object")
