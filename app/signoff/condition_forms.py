"""Conditions on a form: each with its text, who sees to it and by when; and the form that says what became of one."""

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from app.web.forms import BaseForm, Line, Text
from workflows.conditions import Condition
from workflows.facts import Keeper

MOST = 12
"""How many conditions a form has room for."""
SHOWN = 2
"""How many stand there at first; the others open below."""


class ConditionsForm(BaseForm):
    """Room for conditions: the fields `condition_1`, `keeper_1`, `due_1`, and so on."""

    conditions_for = "“agree with conditions”"

    def without_conditions(self) -> None:
        """Take the fields away: no answer here has conditions."""
        for number in range(1, MOST + 1):
            for name in ("condition", "keeper", "due"):
                del self[f"{name}_{number}"]

    def shown(self) -> range:
        """The numbers of the rows that are there from the beginning: those filled in, and at least two."""
        return range(1, max([SHOWN, *self._filled()]) + 1)

    def hidden(self) -> range:
        """The numbers of the rows that open below."""
        return range(self.shown().stop, MOST + 1)

    def show_conditions(self, conditions: Sequence[Condition]) -> None:
        """Put into a fresh form the conditions as they stand."""
        for number, one in enumerate(conditions[:MOST], start=1):
            self[f"condition_{number}"].data = one.text
            self[f"keeper_{number}"].data, self[f"due_{number}"].data = one.owner, one.due

    def conditions_given(self) -> tuple[tuple[str, ...], tuple[Keeper, ...]]:
        """The texts of the conditions and, in the same order, who sees to each."""
        rows = [number for number in self._filled() if self[f"condition_{number}"].data]
        texts = tuple(" ".join(self[f"condition_{number}"].data.split()) for number in rows)
        return texts, tuple(Keeper(self[f"keeper_{number}"].data or "", self[f"due_{number}"].data) for number in rows)

    def conditions_fit(self) -> bool:
        """Whether every row that says who or when says what; else each that does not has its error."""
        missing = [number for number in self._filled() if not self[f"condition_{number}"].data]
        for number in missing:
            self[f"condition_{number}"].errors = [f"Enter the text of condition {number}, or empty its other fields"]
        return not missing

    def _filled(self) -> list[int]:
        if "condition_1" not in self:
            return []
        return [
            number
            for number in range(1, MOST + 1)
            if any(self[f"{name}_{number}"].data for name in ("condition", "keeper", "due"))
        ]


for _number in range(1, MOST + 1):
    setattr(ConditionsForm, f"condition_{_number}", Text(f"Condition {_number}", most=2000))
    setattr(ConditionsForm, f"keeper_{_number}", Line(f"Who sees to condition {_number}", most=200))
    setattr(ConditionsForm, f"due_{_number}", DateField(f"Condition {_number} is due by", [Optional()]))


class ConditionForm(BaseForm):
    """What became of a condition."""

    what = RadioField("What do you record?", [InputRequired("Choose what you record")])
    owner = Line("Who sees to it", description="A person, or a body: by name.", most=200)
    due = DateField("Due by", [Optional()])
    evidence = Text("Evidence", description="What shows that it is met, and where that can be found.", most=4000)
    on = DateField("On which day", [Optional()], description="The day on which it was met, or on which it was waived.")
    decided_by = Line("Waived by whom", description="The body or the person that decided it.", most=200)
    reason = Text("Reason", most=4000)
    seen = HiddenField(validators=[InputRequired()])

    def offer(self, condition: Condition, today: date) -> None:
        """Offer what the condition's state allows, filled in with what is known."""
        if condition.state == "open":
            self.what.choices = [
                ("assigned", "Who sees to it, and by when"),
                ("met", "It is met"),
                ("waived", "It is waived"),
            ]
        else:
            self.what.choices = [("reopened", f"It is open again: it was recorded as {condition.state} by mistake")]
            del self.owner, self.due, self.evidence, self.on, self.decided_by
        if self.is_submitted():
            return
        self.seen.data = condition.state
        if condition.state == "open":
            self.owner.data, self.due.data, self.on.data = condition.owner, condition.due, today
        else:
            self.what.data = "reopened"

    def day(self, today: date) -> date:
        """The day that was said, else today."""
        return self.on.data or today
