"""A local variation on a form: the clause, what the body agrees to in its place, and until when."""

from collections.abc import Sequence

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from app.web.forms import BaseForm, Line, Text
from workflows.facts import Variation

FIELDS = ("varied_clause", "varied_place", "varied_text", "varied_until")


class VariationForm(BaseForm):
    """Room for one local variation. Its rationale is the reason of the answer."""

    varied_clause = SelectField("Clause that is varied", validate_choice=True, default="")
    varied_place = Line("What is varied", description="The clause, or the place in the text.", most=200)
    varied_text = Text("The text that applies here instead", most=10_000)
    varied_until = DateField(
        "The variation expires after", [Optional()], description="The last day on which it counts."
    )

    def offer_variation(self, offered: bool, clauses: Sequence[tuple[str, str]]) -> None:
        """Keep the fields where the answer is offered: a choice of clauses where there are any, else free text."""
        if not offered:
            for name in FIELDS:
                del self[name]
        elif clauses:
            del self.varied_place
            self.varied_clause.choices = dict([("", "Choose a clause"), *clauses])
        else:
            del self.varied_clause

    def variation(self) -> Variation | None:
        """The variation as the rules know it; nothing where this answer is not offered."""
        if "varied_text" not in self:
            return None
        clause = self.varied_clause.data if "varied_clause" in self else self.varied_place.data
        return Variation(clause or "", self.varied_text.data or "", self.varied_until.data)
