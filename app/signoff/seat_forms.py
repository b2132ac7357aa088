"""What every answer of a form carries, and a meeting seat by seat: who was there, and how each seat voted."""

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.signoff import in_the_seats
from app.signoff.in_the_seats import SaidOfSeat
from app.signoff.subject import Seen
from app.web.forms import BaseForm, Line
from workflows.facts import AttendanceFact, BodyFact, ExclusionFact, SeatFact, VoteFact

ATTENDED = (
    ("", "Choose"),
    ("present", "Present"),
    ("part", "Part, here for this item"),
    ("left", "Part, not here for this item"),
    ("apologies", "Apologies"),
    ("absent", "Absent"),
)
VOTED = (
    ("", "Choose"),
    ("for", "For"),
    ("against", "Against"),
    ("abstain", "Abstained"),
    ("recused", "Recused"),
    ("absent", "Absent"),
)


class SeenForm(BaseForm):
    """What every answer carries: its own token, and what the person had before them."""

    token = HiddenField(default=lambda: secrets.token_urlsafe(24))
    seen_round = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    seen_stage = HiddenField(validators=[InputRequired()])
    seen_hash = HiddenField(validators=[InputRequired()])
    seen_entry = IntegerField(validators=[InputRequired()], widget=HiddenInput())

    def show(self, seen: Seen) -> None:
        """Put into a fresh form what is before the person now."""
        self.seen_round.data, self.seen_stage.data = seen.round, seen.stage
        self.seen_hash.data, self.seen_entry.data = seen.content_hash, seen.last_entry_id

    def seen(self) -> Seen:
        """What was before them, as the form brought it back."""
        return Seen(
            self.seen_round.data or 0,
            self.seen_stage.data or "",
            self.seen_hash.data or "",
            self.seen_entry.data or 0,
        )


class SeatsForm(SeenForm):
    """What a meeting voted. Each seat has three fields of its own, made by `seats_form`."""

    how_voted = RadioField(
        "How was the vote?",
        choices=[
            ("all", "Without a vote against: everyone present and free to vote is recorded as for"),
            ("seats", "As chosen for each seat"),
        ],
        default="seats",
    )
    presiding = SelectField("Who presided?", coerce=lambda value: int(value) if value else 0, default=0)
    seen_room = HiddenField()

    body: BodyFact
    excluded: Sequence[ExclusionFact]
    known: dict[str, set[int]]

    def decides(self) -> bool:
        """Whether what is recorded follows from votes."""
        return True

    def show_room(self) -> None:
        """Put into the form who sits in each seat, and how each conflict is handled, as the page shows it now."""
        self.seen_room.data = json.dumps(self._room(), separators=(",", ":"))

    def begin(self, seen: Callable[[], Seen]) -> list[str]:
        """Show what is before the person; once it is sent, what changed in the room since, which the form then says."""
        if not self.is_submitted():
            self.show(seen())
            self.show_room()
            return []
        changed = self.changed_in_the_room()
        if changed:
            more = "Nothing was recorded, and what you filled in is still here. Look, and go on."
            self.form_errors += [*changed, more]
            self.show_room()
        return changed

    def changed_in_the_room(self) -> list[str]:
        """What is no longer as the page showed it, in sentences: holders and handlings corrected meanwhile."""
        now = self._room()
        try:
            seen = json.loads(self.seen_room.data or "null")
            was: dict[str, Any] = {**seen["seats"], **seen["handled"]}
        except (ValueError, TypeError, KeyError):
            return ["The form does not say whom its page named in each seat. They are named here as they are now."]
        titles = {str(seat.id): seat.title for seat in self.body.seats}
        said = [
            f"{titles[seat]} is {f'held by {holder}' if holder else 'vacant'} now; "
            f"your page {f'named {was[seat]}' if was.get(seat) else 'named nobody'}."
            for seat, holder in now["seats"].items()
            if was.get(seat) != holder
        ]
        said += [
            f"The conflict of {key} is {f'handled as “{handling}”' if handling else 'no longer recorded'} now."
            for key in sorted({*now["handled"], *seen["handled"]})
            if (handling := now["handled"].get(key)) != seen["handled"].get(key)
        ]
        if said or seen == now:
            return said
        return ["The seats of this body are not those your page showed."]

    def _room(self) -> dict[str, dict[str, Any]]:
        return in_the_seats.in_the_room(self.body, self.excluded)

    def _said(self) -> dict[int, SaidOfSeat]:
        """What the fields say of each seat."""
        return {seat.id: self._said_of(seat) for seat in self.body.seats}

    def _said_of(self, seat: SeatFact) -> SaidOfSeat:
        status, left = self[f"attended_{seat.id}"].data or None, self[f"attended_{seat.id}"].data == "left"
        deputy, vote = self[f"deputy_{seat.id}"].data or "", self[f"voted_{seat.id}"].data or None
        return SaidOfSeat("part" if left else status, not left, deputy, vote)

    def attendance(self) -> tuple[AttendanceFact, ...]:
        """Who sat in each seat, from the fields."""
        return in_the_seats.attendance(self.body, self._said(), self.known)

    def votes(self) -> tuple[VoteFact, ...]:
        """The votes by seat; who was not there or may not vote is recorded as absent or recused."""
        all_for = self.how_voted.data == "all"
        return in_the_seats.votes(self.body, self._said(), self.attendance(), self.excluded, all_for=all_for)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every filled seat says whether its holder was there; every eligible seat how it voted, where seats vote."""
        fine = bool(super().validate(extra_validators))
        asked = self.decides() and self.how_voted.data == "seats"
        missing = in_the_seats.unsaid(self.body, self._said(), self.attendance(), self.excluded, votes_asked=asked)
        for seat_id, what, sentence in missing:
            self[f"{what}_{seat_id}"].errors = [sentence]
        return fine and not missing


Kind = TypeVar("Kind", bound=SeatsForm)


def seats_form(
    kind: type[Kind], body: BodyFact, excluded: Sequence[ExclusionFact], attended: Sequence[AttendanceFact]
) -> Kind:
    """A form of this kind with fields for each seat of the body, filled with the attendance already recorded."""
    known = {row.seat_id: row for row in attended}
    fields: dict[str, Any] = {}
    for seat in body.seats:
        row = known.get(seat.id)
        status = ""
        if row is not None:
            status = "left" if row.status == "part" and not row.present_for_item else row.status
        fields[f"attended_{seat.id}"] = SelectField(f"Attendance, {seat.title}", choices=ATTENDED, default=status)
        fields[f"deputy_{seat.id}"] = Line(
            f"Deputy, {seat.title}", most=200, default=row.person_name if row and row.deputy_for else ""
        )
        fields[f"voted_{seat.id}"] = SelectField(f"Vote, {seat.title}", choices=VOTED, default="")
    form: Kind = type(f"{kind.__name__}OfBody", (kind,), fields)()
    form.body, form.excluded = body, excluded
    form.known = in_the_seats.named_here(body, excluded, attended)
    chairs = [seat for seat in body.seats if not seat.vacant and seat.voting]
    form.presiding.choices = [(0, "The chair"), *((seat.id, f"{seat.person_name}, {seat.title}") for seat in chairs)]
    return form
