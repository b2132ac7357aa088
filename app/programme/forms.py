"""The forms of the programme: the update, a local position, a milestone's date, a review, and opening a case."""

from collections.abc import Mapping
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from app.programme.content import LABELS, TEXTS, UpdateText
from app.programme.local_positions import LocalText
from app.programme.models import BRAG, DIMENSIONS, LocalPosition, Update
from app.web.forms import BaseForm, Line, Text

RATINGS = [("", "Not rated"), *((word, word.capitalize()) for word in BRAG)]


def _rating(label: str) -> SelectField:
    return SelectField(label, choices=RATINGS, default="")


class GuardedForm(BaseForm):
    """A form that says which version of the thing its page showed; a page without one showed nothing."""

    seen = IntegerField("Version shown", default=0, widget=HiddenInput())

    @property
    def version(self) -> int:
        """The version the page showed."""
        return self.seen.data or 0


class UpdateForm(GuardedForm):
    """The common update: a rating for each dimension, and its texts."""

    overall = _rating(LABELS["overall"])
    time = _rating(LABELS["time"])
    cost = _rating(LABELS["cost"])
    scope = _rating(LABELS["scope"])
    quality = _rating(LABELS["quality"])
    benefits = _rating(LABELS["benefits"])
    risk = _rating(LABELS["risk"])
    headline = Line(LABELS["headline"])
    done = Text(LABELS["done"])
    next = Text(LABELS["next"])
    decisions = Text(LABELS["decisions"])
    path_to_green = Text(LABELS["path_to_green"])

    @classmethod
    def of(cls, update: Update | None) -> "UpdateForm":
        """The form as the stored update fills it, empty where there is none."""
        if update is None:
            return cls()
        stored = {name: getattr(update, name) or "" for name in (*DIMENSIONS, *TEXTS)}
        return cls(data=stored, seen=update.version)

    def text(self) -> UpdateText:
        """What was typed."""
        values: dict[str, Any] = {name: self[name].data or None for name in DIMENSIONS}
        values |= {name: self[name].data or "" for name in TEXTS}
        return UpdateText(**values)


class LocalForm(GuardedForm):
    """A body's own position."""

    brag = SelectField("How it stands here", choices=RATINGS, default="")
    position = Line("Our position in a line")
    note = Text("Note")

    @classmethod
    def of(cls, local: LocalPosition | None) -> "LocalForm":
        """The form as the stored position fills it, empty where there is none."""
        if local is None:
            return cls()
        return cls(brag=local.brag or "", position=local.position, note=local.note, seen=local.version)

    def text(self) -> LocalText:
        """What was typed."""
        return LocalText(self.brag.data or None, self.position.data or "", self.note.data or "")


class ReviewForm(GuardedForm):
    """Approve, or return with a comment."""

    comment = Text("What is to be changed", most=2_000)


class MilestoneForm(GuardedForm):
    """A milestone's new forecast, or the day it was done, with the reason."""

    what = RadioField(
        "What changes",
        choices=[("forecast", "When it is expected"), ("actual", "It has been done")],
        default="forecast",
    )
    became = Line("New date", most=200)
    earliest = Line("Earliest day it can mean", [Length(max=40)])
    latest = Line("Latest day it can mean", [Length(max=40)])
    reason = Text("Why the date changes", most=2_000)


class CaseForm(BaseForm):
    """Confirms that the bodies are asked."""

    title = Line("What the case is called", most=200)


def put_errors(form: FlaskForm, found: Mapping[str, str]) -> None:
    """Show sentences beside the fields they are about."""
    for name, sentence in found.items():
        field = form[name]
        field.errors = [*cast(list[str], field.errors), sentence]
