"""The forms of packs: a reason for a gap, the hash of what was seen, the chair's answer."""

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app.web.forms import BaseForm, Text

RETURN = ("return", "Return it to the board secretary")


class SeenForm(BaseForm):
    """Carries the hash of the facts that were before the person."""

    seen = HiddenField()


class EditionForm(SeenForm):
    """Carries the hash of the correction that was before the person, too, where the edition has one."""

    correction = HiddenField()


class ErrorForm(BaseForm):
    """What is wrong in a released edition, and whether the update that says so is opened again."""

    workstream = SelectField("Where is it wrong?", validators=[InputRequired("Choose where it is wrong")])
    wrong = Text(
        "What is wrong, and why",
        [DataRequired("Enter what is wrong and why: it is printed in the correction with your name")],
        most=1000,
    )
    reopen = BooleanField("Open the workstream’s update again, so that its text can be put right")


class WithdrawForm(BaseForm):
    """Why a correction is withdrawn; it stands in the record."""

    reason = Text(
        "Why it is withdrawn",
        [DataRequired("Enter why the correction is withdrawn: it stands in the record with your name")],
        most=1000,
    )


class GapForm(BaseForm):
    """Why something may be missing; it is printed."""

    reason = Text("Why it may be missing", [DataRequired("Enter the reason: it is printed with your name")], most=1000)


class ReleaseForm(SeenForm):
    """The chair releases, or returns with a reason."""

    answer = RadioField(
        "What do you decide?",
        choices=[("release", "Release this pack"), RETURN],
        validators=[InputRequired("Choose whether to release the pack or return it")],
    )
    reason = Text("Reason for returning it", most=1000)

    def only_return(self) -> None:
        """Of a pack that does not say what stands any more, only the return is offered."""
        self.answer.choices = [RETURN]
        self.answer.data = "return"

    def validate_reason(self, field: Text) -> None:
        """A return needs its reason."""
        if self.answer.data == "return" and not (field.data or "").strip():
            raise ValidationError("Enter the reason for returning the pack")
