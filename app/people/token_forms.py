"""The form by which a token is made: its name, what it may be used for, and for how long."""

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.permissions.scopes import SCOPES
from app.web.forms import BaseForm, Line
from app.web.text import count

DAYS = (1, 7, 30, 90, 365)


class TokenForm(BaseForm):
    """A token to be made."""

    name = Line(
        "Name",
        [InputRequired("Enter a name")],
        most=100,
        description="By which you know it again: “Board papers”.",
    )
    scopes = SelectMultipleField(
        "What may it be used for?",
        [InputRequired("Choose at least one")],
        choices=[*SCOPES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField("For how long?", [InputRequired("Choose for how long")], coerce=int)

    def offer(self, longest: int) -> None:
        """Offer the usual times up to the longest that is allowed."""
        days = sorted({one for one in DAYS if one < longest} | {longest})
        self.days.choices = {str(one): count(one, "day") for one in days}
