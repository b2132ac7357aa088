"""How every operation answers: the token's scope, the thing and its permission, what was sent, then the act, once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from app.api import once
from app.api.operations import Operation
from app.db import change
from app.people.bearers import note_proof
from app.people.routes.proving import code_taken
from app.permissions import Missing
from app.web import gate, problems
from app.web.clock import real_now

KEY = "Idempotency-Key"
CODE = "Concord-One-Time-Code"
MOST_NUMBER = 2**31 - 1
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with what was sent: where (a JSON pointer, or a parameter), and what."""

    pointer: str
    sentence: str


class Problem(Exception):
    """The request cannot be answered, for a reason that only programs meet."""

    def __init__(self, kind: str, title: str, sentence: str, *needs: str, errors: tuple[Wrong, ...] = ()) -> None:
        super().__init__(sentence)
        self.kind, self.title, self.sentence = kind, title, sentence
        self.needs, self.errors = needs, errors
        self.headers: dict[str, str] = {}

    @classmethod
    def proof_needed(cls) -> "Problem":
        """What signs asks for a fresh proof of who is there."""
        return cls(
            "proof-needed",
            "Prove who is there",
            "This signs, and the last proof of who is there is too long ago.",
            f"a code of your authenticator app in the header {CODE}, where you have a second factor",
            "else “Let it sign” on your page of tokens",
        )

    def answer(self) -> Response:
        """As it is sent."""
        errors = [{"pointer": one.pointer, "detail": one.sentence} for one in self.errors]
        return problems.problem(
            problems.KINDS[self.kind][0],
            self.title,
            self.sentence,
            self.needs,
            kind=self.kind,
            errors=errors,
            headers=self.headers,
        )


class Invalid(Problem):
    """What was sent is not what the operation wants."""

    def __init__(self, *errors: Wrong) -> None:
        many = f"{len(errors)} things in it are not as they should be. Nothing was recorded."
        one = "One thing in it is not as it should be. Nothing was recorded."
        super().__init__("invalid", "Not as it should be", one if len(errors) == 1 else many, errors=errors)


def answering(operation: Operation) -> Callable[..., BaseResponse]:
    """The view function of an operation."""

    def view(**names: Any) -> BaseResponse:
        _refuse_scope(operation)
        found = _permitted(operation, names)
        if operation.writes:
            return _written(operation, found)
        if operation.body:
            return _sent(operation.act(found, _body(operation.body)), operation.status)
        asked = _query(operation.query) if operation.query else None
        return _sent(operation.act(found, asked), operation.status)

    view.__name__ = operation.name
    return view


def _refuse_scope(operation: Operation) -> None:
    gate.actor()  # without a token that opens anything this is where it ends
    bearer: gate.Bearer | None = g.get("bearer")
    if bearer is None or operation.scope not in bearer.scopes:
        problem = Problem(
            "scope",
            "Not what this token is for",
            f"This token was not made for “{operation.scope}”.",
            f"a token with the scope {operation.scope}",
        )
        problem.headers["WWW-Authenticate"] = (
            f'Bearer realm="Concord", error="insufficient_scope", scope="{operation.scope}"'
        )
        raise problem


def _permitted(operation: Operation, names: Mapping[str, Any]) -> Any:
    """What the address names, once its permission was asked; with a code that was sent, where a proof is needed."""
    if any(one > MOST_NUMBER if isinstance(one, int) else "\x00" in one for one in names.values()):
        raise Missing  # no thing has such a name, and not every database could be asked for one
    try:
        return operation.of(**names)
    except gate.ProofNeeded:
        _take_code()
    return operation.of(**names)


def _take_code() -> None:
    """The proof that a one-time code is; raises what to do where none was sent, or it is not right."""
    code = request.headers.get(CODE, "").strip()
    if not code:
        raise Problem.proof_needed()
    actor, bearer = gate.actor(), g.bearer
    if not code_taken(actor.account_id or 0, code[:40], actor.name):
        raise Problem(
            "proof-needed", "Prove who is there", "The code is not right, or was used already.", "the next code"
        )
    note_proof(bearer.token_id, real_now())


def _query(model: type[BaseModel]) -> BaseModel:
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Invalid(*(Wrong(name, "This parameter stands in the address more than once.") for name in twice))
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Invalid(*(Wrong(str(one["loc"][0]), _sentence(one)) for one in error.errors())) from None


def _body(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != "application/json":
        raise Problem(
            "media-type",
            "JSON is wanted",
            "What is sent is JSON. Nothing was recorded.",
            "Content-Type: application/json",
        )
    try:
        return model.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        raise Invalid(*(Wrong(_pointer(one["loc"]), _sentence(one)) for one in error.errors())) from None


def _pointer(place: tuple[int | str, ...]) -> str:
    """Where in the body, as a JSON pointer in a fragment (RFC 6901)."""
    return "#" + "".join("/" + str(one).replace("~", "~0").replace("/", "~1") for one in place)


def _sentence(error: Any) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}".rstrip(".") + "."


def _written(operation: Operation, found: Any) -> Response:
    key = request.headers.get(KEY, "")
    if not _KEY.fullmatch(key):
        raise Problem(
            "malformed",
            "A key is needed",
            f"Every write carries the header {KEY}: 8 to 200 characters of your own that no other request has.",
            f"the header {KEY}, the same again when you send this again",
        )
    assert operation.body is not None
    body = _body(operation.body)
    asked = once.Asked(gate.actor().account_id or 0, key, request.method, request.path, request.get_data())
    g.once = asked
    try:
        with change() as session:
            before = once.answered(session, asked)
            if before is not None:
                return _again(before)
            once.begin(session, asked, real_now())
            answer: BaseModel = operation.act(session, found, body)
            text = answer.model_dump_json()
            once.end(session, asked, operation.status, text)
    except once.UsedBeforeError:
        raise Problem(
            "key-used",
            "This key came before",
            f"This {KEY} came before, with another request. Nothing was recorded now.",
            "another key, as this is another request",
        ) from None
    except once.InHandError:
        raise Problem(
            "in-hand",
            "Still being answered",
            f"The first request with this {KEY} is still being answered.",
            "the same request again, in a moment",
        ) from None
    return _json(text, operation.status)


def _again(before: once.Before) -> Response:
    answer = _json(before.body, before.status)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _sent(answer: Any, status: int) -> BaseResponse:
    """What an operation gave as it is sent: a model, with links to other pages of a list, or a file as it is."""
    if isinstance(answer, BaseResponse):
        return answer
    sent = _json(answer.model_dump_json(), status)
    pages = getattr(answer, "page", None)
    links = [(getattr(pages, name, None), name) for name in ("next", "prev", "first")]
    if said := ", ".join(f'<{address}>; rel="{name}"' for address, name in links if address):
        sent.headers["Link"] = said
    seen = getattr(answer, "seen", None)
    if isinstance(seen, BaseModel):
        sent.set_etag(once.digest(seen.model_dump_json().encode()))
        sent.make_conditional(request)
    return sent


def _json(text: str, status: int) -> Response:
    return Response(text, status, content_type="application/json")


def too_many(error: TooManyRequests) -> Response:
    """As the pages say it, with how long to wait."""
    wait = error.retry_after
    headers = {"Retry-After": str(wait)} if isinstance(wait, int) else {}
    return problems.problem(429, "Too many attempts", error.description or "", kind="throttled", headers=headers)
