"""The forms of meetings: setting and moving one, an agenda item with its cover sheet, a conflict, attendance."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.meetings.agenda import marks
from app.meetings.apologies import STATUS_WORDS
from app.meetings.as_seen import AsSeen, Beginning
from app.meetings.models import AgendaItem, Meeting
from app.web.forms import BaseForm, Line, Text
from workflows.facts import ATTENDANCE_STATUSES, HANDLINGS, INTEREST_KINDS
from workflows.quorum import HANDLING_IN_WORDS, INTEREST_IN_WORDS

PURPOSE_WORDS = {
    "approval": "For approval",
    "decision": "For decision",
    "discussion": "For discussion",
    "assurance": "For assurance",
    "information": "For information",
    "noting": "To note",
    "ratification": "To ratify",
}


class MeetingForm(BaseForm):
    """A meeting to be set."""

    body = SelectField("Body", [InputRequired("Choose the body that meets")])
    title = Line("Title", [InputRequired("Enter a title")], most=200, description="For example: meeting in public.")
    held_on = DateField("Day", [InputRequired("Enter the day of the meeting")])
    begins = TimeField("Begins at", [Optional()])
    place = Line("Place", most=300)


class MoveForm(BaseForm):
    """A planned meeting is moved to another day, or cancelled, with the reason."""

    held_on = DateField("New day", [Optional()])
    begins = TimeField("Begins at", [Optional()])
    what = RadioField(
        "What happens to the meeting?",
        [InputRequired("Choose what happens")],
        choices=[("move", "It moves to another day or time"), ("cancel", "It is cancelled")],
        default="move",
    )
    reason = Line("Reason", [InputRequired("Enter the reason")])
    seen_day = DateField(validators=[InputRequired()], widget=HiddenInput())
    seen_begins = TimeField(validators=[Optional()], widget=HiddenInput())
    seen_items = HiddenField()

    def show(self, meeting: Meeting, items: Iterable[AgendaItem]) -> None:
        """Put into the form the meeting that is before the person now, with all that is on it."""
        self.seen_day.data, self.seen_begins.data = meeting.held_on, meeting.begins
        self.seen_items.data = ",".join(str(one.id) for one in items)
        for name in ("seen_day", "seen_begins"):
            self[name].raw_data = None  # else what was sent is shown again

    def seen(self) -> AsSeen:
        """What was before them, as the form brought it back."""
        ids = [int(one) for one in (self.seen_items.data or "").split(",") if one.isdecimal() and len(one) < 19]
        assert self.seen_day.data is not None  # asked only once the form fits
        return AsSeen(self.seen_day.data, ids, Beginning(self.seen_begins.data))


class ItemForm(BaseForm):
    """An agenda item with its cover sheet and its paper."""

    title = Line("Title", [InputRequired("Enter a title")])
    purpose = SelectField("Purpose", choices=[(name, PURPOSE_WORDS[name]) for name in AgendaItem.PURPOSES])
    minutes = IntegerField(
        "Length in minutes", [Optional(), NumberRange(1, 600, "Enter a number of minutes from 1 to 600")]
    )
    reference = Line("Reference", most=40, description="For example GBP/1516/041.")
    author = Line("Author", most=200)
    lead_director = Line("Lead director", most=200)
    seen_by = Line("Committees that have seen it")
    summary = Text("Executive summary")
    key_points = Text("Key points and concerns")
    recommendation = Text("Recommendation", description="“The Governing Body is asked to …”")
    financial_implications = Text("Financial implications")
    paper = Text(
        "Paper", most=200_000, description="Leave it empty while the paper is awaited: it stands as “to follow”."
    )
    private_ground = Line("Ground on which it is private", description="Part 2 only.")
    private_review_on = DateField("Privacy is reviewed on", [Optional()], description="Part 2 only.")
    seen = HiddenField()

    def show(self, item: AgendaItem) -> None:
        """Put into the form what it shows of the item, so that a change by someone else is seen."""
        self.seen.data = json.dumps(marks(item), separators=(",", ":"))

    def shown(self) -> dict[str, str]:
        """The marks that came back with the form; empty where they did not, so that every field counts as changed."""
        try:
            found = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def is_private(self) -> bool:
        """Whether the item is of Part 2, whose fields an item of Part 1 does not have."""
        return "private_ground" in self

    def validate(self, extra_validators: Any = None) -> bool:
        """An item of Part 2 says why it is private, and when that is looked at again."""
        fine = bool(super().validate(extra_validators))
        return _says_why_private(self) and fine if self.is_private() else fine


class NewItemForm(ItemForm):
    """The same, with the part it belongs to."""

    part = RadioField(
        "Part",
        choices=[("1", "Part 1, in public"), ("2", "Part 2, in private")],
        default="1",
    )

    def is_private(self) -> bool:
        """As chosen."""
        return bool(self.part.data == "2")


class PlaceForm(BaseForm):
    """Where an item goes: behind another one, or first in a part."""

    seen = HiddenField()
    place = SelectField("Where it goes")
    private_ground = Line("Ground on which it is private")
    private_review_on = DateField("Privacy is reviewed on", [Optional()])

    def offer(self, item: AgendaItem, on_agenda: Sequence[AgendaItem], parts: Sequence[int]) -> None:
        """Offer every place in these parts but the one where it stands."""
        self.part = item.part
        choices: dict[str, str] = {"": "Choose a place"}
        for part in parts:
            there = [one for one in on_agenda if one.part == part]
            before: AgendaItem | None = None
            for one in (None, *there):
                if one is not None and one.id == item.id:
                    choices.pop(self._place(part, before), None)
                else:
                    behind = f"after {one.number}: {one.title}" if one else "first"
                    choices[self._place(part, one)] = f"Part {part}, {behind}"
                    before = one
        self.place.choices = choices

    @staticmethod
    def _place(part: int, after: AgendaItem | None) -> str:
        return f"{part}:{after.id if after else ''}"

    def chosen(self) -> tuple[int, int | None]:
        """The part, and the id of the item it goes behind; None: first."""
        part, _, after = str(self.place.data).partition(":")
        return int(part), int(after) if after else None

    def as_shown(self) -> list[int]:
        """The ids of the agenda's items in the order the page showed."""
        return [int(one) for one in str(self.seen.data or "").split(",") if one.isdecimal()]

    def validate(self, extra_validators: Any = None) -> bool:
        """A place is chosen; what goes into Part 2 says why it is private, and when that is looked at again."""
        fine = bool(super().validate(extra_validators))
        if fine and not self.place.data:
            self.place.errors = ["Choose where it goes"]
            return False
        if fine and self.chosen()[0] == 2 != self.part:
            return _says_why_private(self)
        return fine


def _says_why_private(form: ItemForm | PlaceForm) -> bool:
    """Whether it gives the ground of what goes into Part 2 and its day of review; says by the field what is missing."""
    missing = False
    if not form.private_ground.data:
        form.private_ground.errors = ["Say on which ground the item is private"]
        missing = True
    if form.private_review_on.data is None:
        form.private_review_on.errors = ["Enter the day on which its privacy is reviewed"]
        missing = True
    return not missing


class TakeOffForm(BaseForm):
    """Why an item is taken off the agenda."""

    reason = Text("Why it is taken off", [InputRequired("Say why it is taken off")], most=2_000)


NEW = "new"


class ConflictForm(BaseForm):
    """A conflict of interest in one item, of one person or of several who share it."""

    seats = SelectMultipleField("Whose interest is it?", [InputRequired("Choose at least one person")], coerce=int)
    interest_kind = RadioField(
        "Kind of interest",
        [InputRequired("Choose the kind of interest")],
        choices=[(kind, INTEREST_IN_WORDS[kind].split(" ", 1)[1].capitalize()) for kind in INTEREST_KINDS],
    )
    handling = RadioField(
        "How is it handled for this item?",
        [InputRequired("Choose how it is handled")],
        choices=[(handling, HANDLING_IN_WORDS[handling].capitalize()) for handling in HANDLINGS],
    )
    reason = Text("What is the interest?", [InputRequired("Say what the interest is")], most=2000)
    handled_by = SelectField("Decided by", [InputRequired("Choose who decided: the chair, or who presided instead")])


class ForItemForm(BaseForm):
    """An interest declared for one item: one that stands in the register, or a new one."""

    interest = RadioField("Which interest?", [InputRequired("Choose the interest, or a new one")])
    kind = RadioField(
        "Kind of interest",
        choices=[(kind, INTEREST_IN_WORDS[kind].split(" ", 1)[1].capitalize()) for kind in INTEREST_KINDS],
        validate_choice=False,
    )
    description = Text("What is the interest?", most=2000, description="In the words in which the register prints it.")
    concerns = Line("Which organisation or business does it concern?")

    def validate(self, extra_validators: Any = None) -> bool:
        """A new interest says its kind and its words."""
        fine = bool(super().validate(extra_validators))
        if self.interest.data == NEW:
            if self.kind.data not in INTEREST_KINDS:
                self.kind.errors = ["Choose the kind of interest"]
                fine = False
            if not self.description.data:
                self.description.errors = ["Say what the interest is"]
                fine = False
        return fine


def attendance_form(seats: Any, *, before: bool = False, **given: Any) -> BaseForm:
    """A form with a status, a person and a note for each seat: rows of (seat, holder, attendance recorded).

    `before` the day only apologies are known, and who comes for a seat.
    """
    fields: dict[str, Any] = {}
    choices = [("", "Not known yet"), *((status, STATUS_WORDS[status]) for status in ATTENDANCE_STATUSES)]
    if before:
        choices = [("", "Not known yet"), ("present", "Will come"), ("apologies", STATUS_WORDS["apologies"])]
    for seat, holder, row in seats:
        if holder is None:
            continue
        fields[f"status_{seat.id}"] = SelectField(
            f"Attendance of {holder.name}", choices=choices, default=row.status if row else ""
        )
        fields[f"person_{seat.id}"] = SelectField(
            f"Who {'comes' if before else 'came'} for {seat.title}",
            coerce=int,
            default=row.person_id if row else holder.id,
        )
        fields[f"note_{seat.id}"] = Line(f"Which items, {seat.title}", default=row.note if row else "")
    form: BaseForm = type("AttendanceForm", (BaseForm,), fields)(**given)
    return form
