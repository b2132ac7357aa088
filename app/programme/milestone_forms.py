"""The forms of a milestone's governance: its baseline, its tolerance, and what it waits for."""

from collections.abc import Mapping

from wtforms import SelectField

from app.web.forms import BaseForm, Line, Text


class BaselineForm(BaseForm):
    """Another baseline, by which authority and why."""

    shown = Line("Baseline shown", most=200)
    became = Line("New baseline", most=200)
    earliest = Line("Earliest day it can mean", most=40)
    latest = Line("Latest day it can mean", most=40)
    authority = Line("Who authorised it")
    authorised_on = Line("On what day", most=40)
    reason = Text("Why it is re-set", most=2_000)


class ToleranceForm(BaseForm):
    """Days a milestone may slip; empty for the programme's setting."""

    days = Line("Days it may slip", most=4)
    reason = Text("Why it changes", most=2_000)


class DependencyForm(BaseForm):
    """What a milestone waits for, or which sign-off waits for it, and why."""

    needs = SelectField("Milestone it waits for", validate_choice=True)
    document = SelectField("Document whose sign-off needs it", validate_choice=True)
    reason = Text("Why", most=300)

    def offer(self, milestones: Mapping[str, str], documents: Mapping[str, str]) -> None:
        """Give the choices, words by code."""
        self.needs.choices = {"": "None", **milestones}
        self.document.choices = {"": "None", **documents}
