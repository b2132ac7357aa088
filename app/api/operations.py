"""An operation of the API is declared once: from that come its address, its checks, its description and its page.

    @reads("/sign-offs/<sign_off>", of=the_sign_off, answers=SignOff, group="Sign-offs")
    def sign_off(case: Case, _asked: None) -> SignOff:
        \"""One sign-off: what is asked, of whom, and where it stands.\"""

`of` loads what the address names and asks the permission page about it, before anything else of the request is
looked at; the function itself answers. A write gets the session of its transaction too, and has a body. What works
something out of a body, and keeps nothing, is no write: it has no key, and nothing of it stays.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from pydantic import BaseModel

from app.permissions import STEP_UP

READ = "sign-off:read"
_PLACE = re.compile(r"<(?:(int):)?(\w+)>")

Of = Callable[..., Any]
Act = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `answers` is a model, or the media type of a file; `writes` is whether it changes anything."""

    name: str
    method: str
    path: str
    of: Of
    act: Act
    group: str
    scope: str
    answers: type[BaseModel] | str
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = HTTPStatus.OK
    writes: bool = False

    @property
    def endpoint(self) -> str:
        """Its name on the permission page."""
        return f"api.{self.name}"

    @property
    def signs(self) -> bool:
        """Whether it needs a fresh proof of who is there."""
        return self.endpoint in STEP_UP

    @property
    def told(self) -> tuple[str, str]:
        """What it does, in a line, and whatever else there is to say."""
        summary, _, more = (getdoc(self.act) or "").partition("\n\n")
        return " ".join(summary.split()).rstrip("."), " ".join(more.split())

    @property
    def places(self) -> Mapping[str, str]:
        """What stands in its address, by name: `integer` or `string`."""
        return {name: "integer" if kind else "string" for kind, name in _PLACE.findall(self.path)}

    @property
    def template(self) -> str:
        """Its address under /api as OpenAPI writes it."""
        return _PLACE.sub(r"{\2}", self.path)


OPERATIONS: dict[str, Operation] = {}
"""Every operation by its name, in the order in which they are declared."""


def nothing() -> None:
    """The address names nothing: whoever has a token may ask, about what is theirs."""


def reads(
    path: str,
    *,
    group: str,
    answers: type[BaseModel] | str,
    of: Of = nothing,
    query: type[BaseModel] | None = None,
    scope: str = READ,
) -> Callable[[Act], Act]:
    """Declare an operation that changes nothing: `act(what_is_of_the_address, query)` gives the answer."""

    def declared(act: Act) -> Act:
        return _add(Operation(act.__name__, "GET", path, of, act, group, scope, answers, query=query))

    return declared


def writes(
    path: str, *, group: str, scope: str, of: Of, body: type[BaseModel], answers: type[BaseModel]
) -> Callable[[Act], Act]:
    """Declare an operation that records something: `act(session, what_is_of_the_address, body)` gives the answer."""

    def declared(act: Act) -> Act:
        operation = Operation(act.__name__, "POST", path, of, act, group, scope, answers, body=body)
        return _add(replace(operation, status=HTTPStatus.CREATED, writes=True))

    return declared


def works_out(
    path: str, *, group: str, body: type[BaseModel], answers: type[BaseModel], of: Of = nothing, scope: str = READ
) -> Callable[[Act], Act]:
    """Declare an operation that answers what it is sent, and keeps nothing: `act(what_is_of_the_address, body)`."""

    def declared(act: Act) -> Act:
        return _add(Operation(act.__name__, "POST", path, of, act, group, scope, answers, body=body))

    return declared


def _add(operation: Operation) -> Act:
    assert operation.name not in OPERATIONS, operation.name
    OPERATIONS[operation.name] = operation
    return operation.act
