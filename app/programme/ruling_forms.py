"""The form of a ruling: for each changed clause, editorial or material, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from app.programme.ruling import Said
from app.web.forms import BaseForm, Text
from workflows.materiality import ClauseChange, Word

RULINGS = (
    ("editorial", "Editorial: what the bodies agreed carries over"),
    ("material", "Material: the bodies that agreed are asked to re-affirm this clause"),
)


class RulingForm(BaseForm):
    """Made by `ruling_form`, which gives each changed clause its two fields, in the order of the comparison."""

    beside = HiddenField()
    changes: Sequence[ClauseChange] = ()

    def said(self) -> Said:
        """What was ruled on each clause, by its code."""
        return Said(
            self.beside.data or "",
            {
                change.code: (self._ruling(number), self.reason(number).data or "")
                for number, change in self._numbered()
            },
        )

    def ruling(self, number: int) -> Any:
        """The choice for the clause of this number, none where it is new: that is material in any case."""
        return self._fields.get(f"ruling_{number}")

    def reason(self, number: int) -> Any:
        """The reason for the clause of this number."""
        return self[f"reason_{number}"]

    def _ruling(self, number: int) -> Word:
        field = self.ruling(number)
        return "editorial" if field is not None and field.data == "editorial" else "material"

    def _numbered(self) -> list[tuple[int, ClauseChange]]:
        return list(enumerate(self.changes, start=1))


def ruling_form(
    changes: Sequence[ClauseChange], beside: str, data: Mapping[str, Any] | None = None, **more: Any
) -> RulingForm:
    """The form for these changes; `beside` is what they were ruled on beside: the hash of a version, or a ruling.

    `data` is what stands in its fields at first, `more` are fields of the caller's own.
    """
    fields: dict[str, Any] = dict(more)
    for number, change in enumerate(changes, start=1):
        heading = f", {change.heading}" if change.number and change.heading else ""
        called = f"{change.called[:1].upper()}{change.called[1:]}{heading}"
        if change.how != "added":
            fields[f"ruling_{number}"] = RadioField(
                f"{called}: is the change editorial or material?",
                [InputRequired(f"{called}: choose editorial or material")],
                choices=RULINGS,
            )
        fields[f"reason_{number}"] = Text(f"{called}: why?", [InputRequired(f"{called}: give the reason")], most=2000)
    form: RulingForm = type("RulingFormOfVersions", (RulingForm,), fields)(data={**(data or {}), "beside": beside})
    form.changes = changes
    return form
