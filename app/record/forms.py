"""The forms by which a destruction is asked for, declined and confirmed."""

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import InputRequired

from app.web.forms import BaseForm, Line, Text
from workflows.destruction import GROUNDS


class AskForm(BaseForm):
    """On which ground, under what, and why the text of an entry is to be destroyed."""

    ground = RadioField("On which ground?", [InputRequired("Choose the ground")], choices=list(GROUNDS.items()))
    under = Line(
        "Under what?",
        [InputRequired("Say under what it is destroyed")],
        description="The law or the schedule, for example “UK GDPR, article 17” or “retention schedule, board papers”. "
        "It stands on record.",
    )
    reason = Text(
        "Why?",
        [InputRequired("Say why it is destroyed")],
        most=2000,
        description="It stays on record for good, so do not write here what is to be destroyed.",
    )


class ConfirmForm(BaseForm):
    """The second person destroys exactly what was asked for, and says that they have read it."""

    asked = HiddenField()
    sure = BooleanField(
        "I have read what is destroyed and why, and I know that it cannot be undone",
        [InputRequired("Confirm that you have read it")],
    )


class DeclineForm(BaseForm):
    """Why what was asked for is not done."""

    asked = HiddenField()
    reason = Text("Why is it not destroyed?", [InputRequired("Say why it is not destroyed")], most=2000)
