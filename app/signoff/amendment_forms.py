"""Amendments on a form: the clause, and how it is to read."""

from collections.abc import Sequence

from wtforms import SelectField

from app.documents.service import CLAUSE_TEXT
from app.web.forms import BaseForm, Text
from workflows.facts import Amendment

ROWS = 3
"""So many clauses are amended on one form; the API and the exchange take more."""


class AmendmentsForm(BaseForm):
    """Room for a few amendments. Why is the reason of the answer."""

    amended_clause_1 = SelectField("Clause that is amended", validate_choice=True, default="")
    amended_text_1 = Text("The clause as amended", most=CLAUSE_TEXT)
    amended_clause_2 = SelectField("Second clause that is amended", validate_choice=True, default="")
    amended_text_2 = Text("The second clause as amended", most=CLAUSE_TEXT)
    amended_clause_3 = SelectField("Third clause that is amended", validate_choice=True, default="")
    amended_text_3 = Text("The third clause as amended", most=CLAUSE_TEXT)

    def offer_amendments(self, offered: bool, clauses: Sequence[tuple[str, str]]) -> None:
        """Keep the fields where the answer is offered: `clauses` are those of the version, code and name."""
        for row in range(1, ROWS + 1):
            if offered:
                self[f"amended_clause_{row}"].choices = [("", "Choose a clause"), *clauses]
            else:
                del self[f"amended_clause_{row}"], self[f"amended_text_{row}"]

    def amendments(self) -> tuple[Amendment, ...]:
        """The amendments as the rules know them: of a row that is half filled in they say what is missing."""
        if "amended_text_1" not in self:
            return ()
        rows = [
            (self[f"amended_clause_{row}"].data or "", self[f"amended_text_{row}"].data or "")
            for row in range(1, ROWS + 1)
        ]
        return tuple(Amendment(clause, text) for clause, text in rows if clause or text.strip())
