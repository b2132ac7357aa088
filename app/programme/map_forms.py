"""The forms of the map: a part, a link, where a workstream is placed, and the confirmation of a removal."""

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import TextInput

from app.programme.architecture import KINDS, LinkText, PartText, joins_wrongly
from app.programme.forms import GuardedForm
from app.programme.models import Segment, SegmentLink
from app.web.forms import BaseForm, Line, Text

LINK_KINDS = [
    ("risk", "A risk link, between two segments"),
    ("resource", "A resource link, between two segments"),
    ("sector", "A sector link, from a sector into the segment it goes into"),
]


class PartForm(GuardedForm):
    """Everything a sector or a segment says."""

    kind = RadioField("What it is", choices=list(KINDS.items()), default="segment")
    name = Line("Name", [InputRequired("Give its name")], most=100)
    what_works = Text("What works in it", most=5_000)
    position = IntegerField(
        "Its place among those of its kind",
        [InputRequired("Enter a number from 1 to 999"), NumberRange(1, 999, "Enter a number from 1 to 999")],
        widget=TextInput(),
    )
    source = Line("Source")
    demonstration = BooleanField("This is demonstration content")

    @classmethod
    def of(cls, part: Segment) -> "PartForm":
        """The form as the stored part fills it."""
        return cls(obj=part, seen=part.version)

    def text(self) -> PartText:
        """What was typed."""
        return PartText(
            kind=self.kind.data or "",
            name=self.name.data or "",
            what_works=self.what_works.data or "",
            position=self.position.data or 1,
            source=self.source.data or "",
            demonstration=bool(self.demonstration.data),
        )


class LinkForm(GuardedForm):
    """Everything a link says."""

    kind = RadioField("What kind of link", choices=LINK_KINDS, default="risk")
    start = SelectField("From", validate_choice=True)
    end = SelectField("To", validate_choice=True)
    reconstructed = BooleanField("Reconstructed: the source does not say what it joins")
    note = Line("Note")
    source = Line("Source")
    demonstration = BooleanField("This is demonstration content")

    @classmethod
    def of(cls, link: SegmentLink) -> "LinkForm":
        """The form as the stored link fills it."""
        return cls(obj=link, seen=link.version, start=link.from_segment.code, end=link.to_segment.code)

    def offer(self, parts: Sequence[Segment]) -> None:
        """Give the choices of what it joins."""
        named = {one.code: f"{one.name} ({one.kind})" for one in parts}
        self.start.choices = {"": "Choose"} | named
        self.end.choices = {"": "Choose"} | {one.code: named[one.code] for one in parts if one.kind == "segment"}

    def wrong(self, parts: Sequence[Segment]) -> dict[str, str]:
        """What is missing, or does not go together, by field."""
        kinds = {one.code: one.kind for one in parts}
        found = {name: "Choose what it joins" for name in ("start", "end") if not self[name].data}
        if not found and self.start.data == self.end.data:
            found["end"] = "Choose another segment than the one it begins at"
        elif not found and (said := joins_wrongly(self.kind.data or "", kinds[self.start.data], kinds[self.end.data])):
            found["start"] = said
        return found

    def text(self) -> LinkText:
        """What was typed."""
        return LinkText(
            kind=self.kind.data or "",
            start=self.start.data or "",
            end=self.end.data or "",
            note=self.note.data or "",
            source=self.source.data or "",
            reconstructed=bool(self.reconstructed.data),
            demonstration=bool(self.demonstration.data),
        )


class PlaceForm(BaseForm):
    """Where a workstream is placed, and where the page showed it."""

    shown = HiddenField("Where the page showed it")
    segment = SelectField("Segment", validate_choice=True)

    def offer(self, parts: Sequence[Segment]) -> None:
        """Give the choices of segments."""
        self.segment.choices = {"": "None: it works across all segments"} | {
            one.code: one.name for one in parts if one.kind == "segment"
        }


class RemoveForm(GuardedForm):
    """Confirms a removal."""
