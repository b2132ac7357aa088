"""What every answer of a form carries, and a meeting seat by seat: who was there, and how each seat voted."""

import json
import secrets
from collections.abc import Sequence
from typing import Any, TypeVar

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.signoff.subject import Seen
from app.web.forms import BaseForm, Line
from workflows.eligibility import may_vote
from workflows.facts import AttendanceFact, BodyFact, ExclusionFact, SeatFact, Vote, VoteFact

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
        return {
            "seats": {str(seat.id): None if seat.vacant else seat.person_name for seat in self.body.seats},
            "handled": {one.person_name: one.handling.replace("_", " ") for one in self.excluded},
        }

    def attendance(self) -> tuple[AttendanceFact, ...]:
        """Who sat in each seat, from the fields."""
        rows = []
        for seat in self.body.seats:
            status = self[f"attended_{seat.id}"].data
            if seat.vacant or not status:
                continue
            deputy = (self[f"deputy_{seat.id}"].data or "").strip()
            instead = bool(deputy) and status in ("present", "part", "left")
            rows.append(
                AttendanceFact(
                    seat_id=seat.id,
                    person_id=self._known_by(deputy) if instead else seat.person_id,
                    person_name=deputy if instead else seat.person_name or "",
                    status="part" if status == "left" else status,
                    deputy_for=seat.person_name if instead else None,
                    present_for_item=status != "left",
                )
            )
        return tuple(rows)

    def _known_by(self, name: str) -> int | None:
        """The person of this name, where one alone has a seat here, attends or has an interest in the item.

        So a holder who deputises beside their own seat is one person, and their conflict goes with them.
        """
        ids = self.known.get(name.casefold(), set())
        return next(iter(ids)) if len(ids) == 1 else None

    def votes(self) -> tuple[VoteFact, ...]:
        """The votes by seat; who was not there or may not vote is recorded as absent or recused."""
        there = self.attendance()
        return tuple(
            VoteFact(seat.id, self._vote(seat, there)) for seat in self.body.seats if seat.voting and not seat.vacant
        )

    def _vote(self, seat: SeatFact, there: Sequence[AttendanceFact]) -> Vote:
        chosen: Vote | None = self[f"voted_{seat.id}"].data or None
        if may_vote(seat, there, self.excluded):
            return "for" if self.how_voted.data == "all" else chosen or "abstain"
        if self.how_voted.data == "seats" and chosen is not None:
            return chosen
        return "recused" if any(row.seat_id == seat.id and row.in_the_room for row in there) else "absent"

    def validate(self, extra_validators: Any = None) -> bool:
        """Every filled seat says whether its holder was there; every eligible seat how it voted, where seats vote."""
        fine = bool(super().validate(extra_validators))
        there = self.attendance()
        decides = self.decides()
        for seat in self.body.seats:
            if seat.vacant:
                continue
            attended, voted = self[f"attended_{seat.id}"], self[f"voted_{seat.id}"]
            if not attended.data:
                attended.errors = [f"Say whether {seat.person_name} ({seat.title}) was there"]
                fine = False
            elif decides and self.how_voted.data == "seats" and not voted.data and may_vote(seat, there, self.excluded):
                voted.errors = [f"Say how {seat.title} voted"]
                fine = False
        return fine


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
    form.body, form.excluded, form.known = body, excluded, {}
    people: tuple[SeatFact | AttendanceFact | ExclusionFact, ...] = (*body.seats, *attended, *excluded)
    for one in people:
        if one.person_id is not None and one.person_name:
            form.known.setdefault(one.person_name.casefold(), set()).add(one.person_id)
    chairs = [seat for seat in body.seats if not seat.vacant and seat.voting]
    form.presiding.choices = [(0, "The chair"), *((seat.id, f"{seat.person_name}, {seat.title}") for seat in chairs)]
    return form
