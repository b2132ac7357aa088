"""The forms of the programme: the update, a local position, a milestone's date, a review, and opening a case."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput, TextInput

from app.people.forms_kept import SeveralOf
from app.people.models import DecidingBody
from app.programme.content import LABELS, TEXTS, UpdateText
from app.programme.local_positions import LocalText
from app.programme.models import BRAG, DIMENSIONS, LocalPosition, Update
from app.web.forms import BaseForm, Line, Text
from app.web.merging import Clash, merge
from workflows.stages import Definition

RATINGS = [("", "Not rated"), *((word, word.capitalize()) for word in BRAG)]


def _rating(label: str) -> SelectField:
    return SelectField(label, choices=RATINGS, default="")


class GuardedForm(BaseForm):
    """A form that says which version of the thing its page showed; a page without one showed nothing."""

    seen = IntegerField("Version shown", default=0, widget=HiddenInput())

    @property
    def version(self) -> int:
        """The version the page showed."""
        return (self.seen.data or 0) if self.seen.raw_data else 0


class MergingForm(GuardedForm):
    """A form of a text that two people may edit at once: it carries the text as its page showed it.

    After a clash the page carries what both began with, too, and `take` names the fields where theirs is to stand.
    """

    began = HiddenField("The text as the page showed it")
    before = HiddenField("The text both began with")

    def carried(self) -> dict[str, str | None]:
        """The fields as the page showed them, as it sent them back."""
        return _fields_of(self.began.data) if self.began.raw_data else {}

    def taking(self) -> list[str]:
        """Put theirs in the place of mine in each field that was ticked; returns those fields."""
        theirs, ticked = _fields_of(self.began.data), request.form.getlist("take")
        found = [name for name in ticked if name in theirs and name in self]
        for name in found:
            self[name].data = theirs[name] or ""
        return found

    def show_clash(self, clash: Clash) -> None:
        """Stand on theirs, with the merged text in the fields: mine where both changed one."""
        self.began.data, self.before.data = json.dumps(clash.theirs), json.dumps(clash.base)
        self.seen.data, self.seen.raw_data = clash.version, [str(clash.version)]
        for name, value in clash.merged.values.items():
            self[name].data = value or ""

    def clashes(self) -> list[tuple[str, str, str]]:
        """The fields that both changed since they began: name, theirs, what both began with."""
        if not self.before.data:
            return []
        base, theirs = _fields_of(self.before.data), _fields_of(self.began.data)
        mine = {name: self[name].data for name in theirs if name in self}
        found = merge(base, mine, theirs).clashes
        return [(name, theirs[name] or "", base.get(name) or "") for name in found]


def _fields_of(carried: str | None) -> dict[str, str | None]:
    """The fields that a page carried as JSON; none where it carried nothing that can be read."""
    try:
        found = json.loads(carried or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if value is None or isinstance(value, str)}


class UpdateForm(MergingForm):
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
            return cls(began=json.dumps(asdict(UpdateText())))
        stored = {name: getattr(update, name) or "" for name in (*DIMENSIONS, *TEXTS)}
        return cls(data=stored, seen=update.version, began=json.dumps(asdict(UpdateText.of(update))))

    def text(self) -> UpdateText:
        """What was typed."""
        return _update_text({name: self[name].data for name in (*DIMENSIONS, *TEXTS)})

    def base(self) -> UpdateText | None:
        """The text as the page showed it; None where it did not say."""
        return _update_text(found) if (found := self.carried()) else None


def _update_text(values: Mapping[str, str | None]) -> UpdateText:
    ratings: dict[str, Any] = {name: values.get(name) or None for name in DIMENSIONS}
    return UpdateText(**ratings, **{name: values.get(name) or "" for name in TEXTS})


class LocalForm(MergingForm):
    """A body's own position."""

    brag = SelectField("How it stands here", choices=RATINGS, default="")
    position = Line("Our position in a line")
    note = Text("Note")

    @classmethod
    def of(cls, local: LocalPosition | None) -> "LocalForm":
        """The form as the stored position fills it, empty where there is none."""
        if local is None:
            return cls(began=json.dumps(asdict(LocalText())))
        began = json.dumps(asdict(LocalText(local.brag, local.position, local.note)))
        return cls(brag=local.brag or "", position=local.position, note=local.note, seen=local.version, began=began)

    def text(self) -> LocalText:
        """What was typed."""
        return LocalText(self.brag.data or None, self.position.data or "", self.note.data or "")

    def base(self) -> LocalText | None:
        """The position as the page showed it; None where it did not say."""
        found = self.carried()
        if not found:
            return None
        return LocalText(found.get("brag") or None, found.get("position") or "", found.get("note") or "")


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


class NewMilestoneForm(BaseForm):
    """A milestone that comes into the plan: what, when, and why."""

    title = Line("What is reached with it", most=300)
    became = Line("When it is to be reached", most=200)
    earliest = Line("Earliest day it can mean", [Length(max=40)])
    latest = Line("Latest day it can mean", [Length(max=40)])
    reason = Text("Why it is added", most=2_000)


class WithdrawForm(GuardedForm):
    """Why a milestone is no longer wanted, or is wanted after all."""

    reason = Text("Why", most=2_000)


class CalendarForm(BaseForm):
    """A programme's own settings: when owners are chased, and after how long silence is shown."""

    seen = HiddenField("The settings as the page showed them")
    before = Line("Days before they are due", most=60)
    after = Line("Days after they were due", most=60)
    unit = RadioField(
        "How days are counted",
        choices=[("working", "Working days of England"), ("calendar", "Calendar days")],
        default="working",
    )
    silent_days = IntegerField(
        "Days without an update after which a workstream is shown as silent",
        [InputRequired("Enter a number of days"), NumberRange(1, 365, "Enter a number of days from 1 to 365")],
        widget=TextInput(),
    )


class CaseForm(BaseForm):
    """Confirms which bodies are asked, and by which route."""

    title = Line("What the case is called", most=200)
    bodies = SeveralOf("Who is asked")
    route = RadioField("How it is decided")

    def offer(
        self, definitions: Sequence[Definition], bodies: Sequence[DecidingBody], asked: Sequence[DecidingBody]
    ) -> None:
        """Offer these routes, the first chosen, and these bodies, chosen those `asked` by that route."""
        self.bodies.choices = [(body.code, body.name) for body in bodies]
        if not self.is_submitted():
            self.bodies.data = [body.code for body in asked]
        usual = definitions[0].name, definitions[0].version
        self.route.choices = [
            (f"{one.name}:{one.version}", f"{one.title}, version {one.version}") for one in definitions
        ]
        self.route.data = self.route.data or f"{usual[0]}:{usual[1]}"

    def definition(self) -> tuple[str, int]:
        """Name and version of the route that was chosen."""
        name, _, version = self.route.data.partition(":")
        return name, int(version)


def put_errors(form: FlaskForm, found: Mapping[str, str]) -> None:
    """Show sentences beside the fields they are about."""
    for name, sentence in found.items():
        field = form[name]
        field.errors = [*cast(list[str], field.errors), sentence]
