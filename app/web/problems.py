"""Errors for programs: problem details (RFC 9457) that carry the rule's own sentence."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, request

UNDER = "/api/"
MEDIA = "application/problem+json"

KINDS: dict[str, tuple[int, str]] = {
    # the end of a problem's type, the status it comes with, and when it comes
    "malformed": (400, "The request cannot be read, or a header that is needed is missing."),
    "not-authenticated": (401, "No token came, or one that opens nothing (any more)."),
    "refused": (403, "A rule or a permission says no; `detail` is its sentence, `needs` what would make it possible."),
    "scope": (403, "The token was not made for this."),
    "proof-needed": (403, "This signs, and the last proof of who is there is too long ago."),
    "not-found": (404, "There is no such thing, or none that you may know of."),
    "method-not-allowed": (405, "The address does not take this method; `Allow` says which it takes."),
    "stale": (409, "What you were shown is not what is true any more; `changes` says what changed. Read again."),
    "in-hand": (409, "The first request with this Idempotency-Key is still being answered. Send it again."),
    "too-large": (413, "The request is too large."),
    "media-type": (415, "What is sent is JSON, and its Content-Type says so."),
    "invalid": (422, "Something in the request is not as the operation wants it; `errors` says what and where."),
    "key-used": (422, "This Idempotency-Key came before, with another request."),
    "throttled": (429, "Too many tokens or codes were wrong; `Retry-After` says for how long to wait, in seconds."),
    "broken": (500, "Something went wrong on our side, and nothing was recorded."),
    "busy": (503, "The service cannot record anything at the moment. Nothing was recorded."),
}
_USUAL = {
    400: "malformed",
    401: "not-authenticated",
    403: "refused",
    404: "not-found",
    405: "method-not-allowed",
    409: "stale",
    413: "too-large",
    415: "media-type",
    422: "invalid",
    429: "throttled",
    500: "broken",
    503: "busy",
}
_IN_OTHER_WORDS = {
    # pages say these in words that are about pages
    404: ("Not found", "There is no such thing, or it is not one you can see."),
    405: ("Method not allowed", "This address does not take that method. Nothing was recorded."),
    413: ("Too large", "The request is larger than this service takes. Nothing was recorded."),
}


def wanted() -> bool:
    """Whether whoever asks is a program: everything under /api is for programs."""
    return request.path.startswith(UNDER)


def problem(
    status: int,
    title: str,
    sentence: str,
    details: Sequence[str] = (),
    *,
    kind: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem; `details` are what would make it possible, or of a stale one what changed."""
    title, sentence = (title, sentence) if kind else _IN_OTHER_WORDS.get(status, (title, sentence))
    known = kind or _USUAL.get(status)
    body: dict[str, Any] = {
        "type": f"/api#problem-{known}" if known else "about:blank",
        "title": title if known else HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "instance": request.path,
    }
    if known == "stale":
        body["changes"] = list(details)
    elif known not in ("broken", "busy") or details:
        body["needs"] = list(details)
    if errors:
        body["errors"] = list(errors)
    answer = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA)
    answer.headers.extend(headers or {})
    return answer
