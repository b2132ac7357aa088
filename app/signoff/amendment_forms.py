"""Amendments on a form: the clause, and how it is to read."""

from collections.abc import Sequence

from wtforms import SelectField

from app.documents.service import CLAUSE_TEXT
from app.signoff.amending import MOST
from app.web.forms import BaseForm, Text
from workflows.facts import Amendment

SHOWN = 1
"""How many stand there at first; the others open below."""


class AmendmentsForm(BaseForm):
    """Room for amendments: the fields `amended_clause_1` and `amended_text_1`, and so on. Why is the reason."""

    def offer_amendments(self, offered: bool, clauses: Sequence[tuple[str, str]]) -> None:
        """Keep the fields where the answer is offered: `clauses` are those of the version, code and name.

        There is a row for each clause, as none is amended twice, and for as many as one decision amends at most.
        """
        for row in range(1, MOST + 1):
            if offered and row <= len(clauses):
                self[f"amended_clause_{row}"].choices = [("", "Choose a clause"), *clauses]
            else:
                del self[f"amended_clause_{row}"], self[f"amended_text_{row}"]

    def amendment_rows(self) -> list[int]:
        """The numbers of the rows that are there."""
        return [row for row in range(1, MOST + 1) if f"amended_text_{row}" in self]

    def shown_amendments(self) -> list[int]:
        """The numbers of the rows that are there from the beginning: up to the last that is filled in, else one."""
        last = max([SHOWN, *(row for row in self.amendment_rows() if any(self._amendment(row)))])
        return [row for row in self.amendment_rows() if row <= last]

    def hidden_amendments(self) -> list[int]:
        """The numbers of the rows that open below."""
        return self.amendment_rows()[len(self.shown_amendments()) :]

    def amendments(self) -> tuple[Amendment, ...]:
        """The amendments as the rules know them: of a row that is half filled in they say what is missing."""
        return tuple(Amendment(*said) for row in self.amendment_rows() if any(said := self._amendment(row)))

    def _amendment(self, row: int) -> tuple[str, str]:
        """The clause and the text of a row; a text of blanks alone is none."""
        text = self[f"amended_text_{row}"].data or ""
        return self[f"amended_clause_{row}"].data or "", text if text.strip() else ""


for _row in range(1, MOST + 1):
    setattr(AmendmentsForm, f"amended_clause_{_row}", SelectField(f"Clause of amendment {_row}", default=""))
    setattr(AmendmentsForm, f"amended_text_{_row}", Text(f"The clause as amended, amendment {_row}", most=CLAUSE_TEXT))
