"""The forms of the action and decision logs."""

from collections.abc import Mapping, Sequence

from wtforms import SelectField

from app.people.models import Person
from app.programme.dates import DateNotUnderstood, parse_day, parse_given
from app.programme.forms import GuardedForm
from app.programme.logs import ActionText, DecisionText
from app.programme.models import Workstream
from app.programme.raid_models import Risk
from app.web.forms import BaseForm, Line, Text


class _About(BaseForm):
    """What an entry of a log is about."""

    workstream = SelectField("Workstream", validate_choice=True)
    risk = SelectField("Risk or issue it is about", validate_choice=True)

    def offer_subjects(self, workstreams: Sequence[Workstream], risks: Sequence[Risk]) -> None:
        """Give the choices of workstream and risk."""
        self.workstream.choices = {"": "The programme as a whole"} | {one.code: one.title for one in workstreams}
        self.risk.choices = {"": "None"} | {one.code: one.title for one in risks}


class ActionForm(_About, GuardedForm):
    """An action: what, where agreed, by whom, by when."""

    title = Line("What is to be done")
    origin = Line("Where it was agreed")
    raised_on = Line("On what day", most=40)
    owner = SelectField("Who is to do it", validate_choice=True)
    due = Line("When it is due", most=200)
    due_earliest = Line("Earliest day it can mean", most=40)
    due_latest = Line("Latest day it can mean", most=40)
    reason = Text("Why it changes", most=2_000)

    def offer(self, workstreams: Sequence[Workstream], risks: Sequence[Risk], people: Sequence[Person]) -> None:
        """Give the choices."""
        self.offer_subjects(workstreams, risks)
        self.owner.choices = {"": "Nobody yet"} | {one.code: one.name for one in people}

    def text(self, wrong: dict[str, str], ids: Mapping[str, int]) -> ActionText | None:
        """What was typed; what cannot be used goes to `wrong`. `ids` are those of the choices, by kind and code."""
        if not self.title.data:
            wrong["title"] = "Say what is to be done"
        try:
            due = parse_given(self.due.data or "", self.due_earliest.data or "", self.due_latest.data or "")
        except DateNotUnderstood as error:
            wrong["due"] = str(error)
        try:
            raised_on = parse_day(self.raised_on.data or "")
        except DateNotUnderstood as error:
            wrong["raised_on"] = str(error)
        if wrong:
            return None
        return ActionText(
            title=self.title.data or "",
            origin=self.origin.data or "",
            due=due,
            raised_on=raised_on,
            owner_id=ids.get(f"person {self.owner.data}"),
            workstream_id=ids.get(f"workstream {self.workstream.data}"),
            risk_id=ids.get(f"risk {self.risk.data}"),
        )


class ReportForm(GuardedForm):
    """That an action is done, and what came of it."""

    done_on = Line("On what day", most=40)
    note = Text("What came of it", most=2_000)


class DecisionForm(_About):
    """A decision: what, who decided, why, when."""

    what = Text("What was decided", most=5_000)
    authority = Line("Who decided")
    decided_on = Line("On what day", most=40)
    why = Text("Why", most=5_000)
    corrects = SelectField("Takes the place of", validate_choice=True)

    def text(self, wrong: dict[str, str], ids: Mapping[str, int]) -> DecisionText | None:
        """What was typed; what cannot be used goes to `wrong`."""
        if not self.what.data:
            wrong["what"] = "Say what was decided"
        if not self.authority.data:
            wrong["authority"] = "Say who decided"
        try:
            decided_on = parse_day(self.decided_on.data or "")
        except DateNotUnderstood as error:
            wrong["decided_on"] = str(error)
        if wrong:
            return None
        return DecisionText(
            what=self.what.data or "",
            authority=self.authority.data or "",
            why=self.why.data or "",
            decided_on=decided_on,
            workstream_id=ids.get(f"workstream {self.workstream.data}"),
            risk_id=ids.get(f"risk {self.risk.data}"),
            corrects=self.corrects.data or "",
        )
