"""What the pages of two texts share: saying what was merged, and answering the script that saves by itself."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from app.programme.beside import Beside
from app.web.clock import LONDON, now
from app.web.merging import Clash
from app.web.text import clock_time
from workflows.verdict import in_words


def say_taken(told: Beside[Any], labels: Mapping[str, str]) -> None:
    """Say on the next page what someone else changed meanwhile, and that it stands."""
    if told.taken:
        flash(f"{told.who} changed {_named(told, labels)} after you opened the page. That stands, beside your changes.")


def autosaves() -> bool:
    """Whether the script of the page saves the draft, and not a person."""
    return request.method == "POST" and request.accept_mimetypes.best == "application/json"


def autosaved(version: int, told: Beside[Any], labels: Mapping[str, str]) -> BaseResponse:
    """Which version the page now stands on. Where someone else changed a field the page does not show it: no more."""
    if told.taken:
        said = f"{told.who} changed {_named(told, labels)} meanwhile. Save the draft yourself to go on with both."
        return _refused(said)
    return jsonify(seen=version, said=f"Saved at {clock_time(now().astimezone(LONDON).time())}")


def not_autosaved(clash: Clash | None) -> BaseResponse:
    """Why nothing was saved; the person who saves gets the page that shows it."""
    if clash:
        return _refused(f"{clash.sentence} Save the draft yourself to see both texts.")
    return _refused("Not saved: something on the page is to be put right.")


def _refused(said: str) -> Response:
    response = jsonify(said=said)
    response.status_code = 409
    return response


def _named(told: Beside[Any], labels: Mapping[str, str]) -> str:
    return in_words([f"“{labels[name]}”" for name in told.taken])
