"""The forms by which a merger is planned and called off."""

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import InputRequired

from app.web.forms import BaseForm, Line, Text


class MergerForm(BaseForm):
    """Which organisations merge into which one, from what day on, and by what that was decided."""

    predecessors = Text(
        "ODS codes of the organisations that end",
        [InputRequired("Enter the ODS codes of the organisations that end")],
        most=2000,
        description="Several codes with a space, a comma or a line between them, for example 07V, 08J, 08R.",
    )
    successor = SelectField(
        "Which organisation has their work then?",
        [InputRequired("Choose the organisation that has their work then")],
        description="It has to be there already, with the body that decides for it.",
    )
    from_on = DateField(
        "The first day of the merger",
        [InputRequired("Enter the first day of the merger")],
        description="The others have ended with the day before. Today, or a day to come.",
    )
    reason = Line(
        "By what was it decided?",
        [InputRequired("Say by what the merger was decided")],
        description="For example the order or the constitution under which the new organisation is formed.",
    )
    confirmed = HiddenField()

    def codes(self) -> list[str]:
        """The ODS codes that were entered, each once."""
        typed = (self.predecessors.data or "").upper().replace(",", " ").replace(";", " ").split()
        return list(dict.fromkeys(typed))


class CancelForm(BaseForm):
    """Why a merger that was planned does not happen."""

    reason = Line("Why does it not happen?", [InputRequired("Say why it does not happen")])
