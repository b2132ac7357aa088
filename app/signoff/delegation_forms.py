"""The forms by which a body delegates to a joint committee, and ends that."""

from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.web.forms import BaseForm, Line

DECIDED = "The minute reference of the body’s own decision to do so, for example GB/1516/041."


class DelegationForm(BaseForm):
    """To whom a body delegates what, for which days, and by which decision of its own."""

    to = SelectField("To which joint committee?", [InputRequired("Choose the joint committee")])
    workstreams = SelectMultipleField(
        "Decisions on which workstreams?",
        description="Everything that is put to the bodies of a workstream, now and later.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    documents = SelectMultipleField(
        "Decisions on which documents?",
        description="Each by itself. Choose at least one workstream or document.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    starts = DateField("First day", [InputRequired("Enter the first day")])
    ends = DateField("Last day", [Optional()], description="Leave it empty where it is until further notice.")
    decided = Line("By which decision?", [InputRequired("Enter the minute reference")], 100, description=DECIDED)


class EndDelegationForm(BaseForm):
    """The last day of a delegation, and by which decision it ends."""

    ends = DateField("Last day", [InputRequired("Enter the last day")])
    decided = Line("By which decision?", [InputRequired("Enter the minute reference")], 100, description=DECIDED)
