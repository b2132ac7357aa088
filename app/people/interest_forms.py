"""The forms of the register of interests: declare, change, close, confirm, and declare for a class of seats."""

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from app.people.interests import Declaration
from app.web.forms import BaseForm, Line, Text
from workflows.facts import INTEREST_KINDS
from workflows.interests import DECLARE_WITHIN_DAYS

KIND_WORDS = {kind: kind.replace("_", "-", 1).replace("_", " ").capitalize() for kind in INTEREST_KINDS} | {
    "financial": "Financial",
    "indirect": "Indirect",
}
KIND_HINTS = {
    "financial": "You may gain or lose money by a decision: a partnership, shares, a paid post.",
    "non_financial_professional": "Your standing or career may gain: a professional body, research, an unpaid post.",
    "non_financial_personal": "You may gain otherwise: a charity or a group you belong to, a treatment you have.",
    "indirect": "Someone close to you has such an interest: a relative, a friend, a business partner.",
}


class InterestForm(BaseForm):
    """What an interest is, in the words of the register."""

    kind = RadioField(
        "Kind of interest",
        [InputRequired("Choose the kind of interest")],
        choices=list(KIND_WORDS.items()),
    )
    description = Text(
        "What is the interest?",
        [InputRequired("Say what the interest is")],
        most=2000,
        description="In the words in which the register prints it. It may be published.",
    )
    concerns = Line("Which organisation or business does it concern?")
    arose = DateField(
        "When did it arise?",
        [Optional()],
        description=f"An interest is declared within {DECLARE_WITHIN_DAYS} days. Leave it empty where nobody knows.",
    )
    mitigation = Text(
        "What is done about it in general?",
        most=2000,
        description="For example: leaves for items about the practice. How one item is handled, the chair decides.",
    )

    def declaration(self) -> Declaration:
        """What was typed."""
        return Declaration(
            kind=self.kind.data,
            description=self.description.data or "",
            concerns=self.concerns.data or "",
            arose=self.arose.data,
            mitigation=self.mitigation.data or "",
        )


class DeclareForm(InterestForm):
    """The same, by a board secretary on behalf of someone of the organisation too."""

    person = SelectField("Whose interest is it?", coerce=int)


class ChangeForm(InterestForm):
    """The same for an interest that stands, with the mark of how it stood when the form was made."""

    withheld = Text(
        "Why is it kept out of the published register?",
        most=2000,
        description="Only where publishing it would put someone at risk or break the law. Empty: it is published "
        "where its holder decides.",
    )
    seen = HiddenField()


class CloseForm(BaseForm):
    """The day on which an interest ended."""

    ended = DateField("On which day did it end?", [InputRequired("Enter the day on which it ended")])


class ReviewForm(BaseForm):
    """One confirmation for everything one has declared."""

    still_true = BooleanField(
        "Everything above is still true, and I have no other interest to declare",
        [InputRequired("Confirm it, or change what is no longer true first")],
    )


class ClassForm(InterestForm):
    """One interest of every holder of a kind of seat."""

    seat_kind = SelectField("Whose interest is it?", [InputRequired("Choose whose interest it is")])
