"""The forms of sign-off: a meeting's decision seat by seat, an officer's answer, a minute reference, a meeting."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.signoff.condition_forms import ConditionsForm
from app.signoff.subject import Seen
from app.web.forms import BaseForm, Line, Text
from workflows.ballot import carries_conditions
from workflows.eligibility import may_vote
from workflows.facts import AnswerFact, AttendanceFact, BodyFact, ExclusionFact, SeatFact, Vote, VoteFact
from workflows.stages import PartyRule, Stage

NOT_QUORATE = "not_quorate"
ANSWER_WORDS = {
    "agree": "Agree",
    "agree_with_conditions": "Agree with conditions",
    "agree_with_local_variation": "Agree with local variation",
    "defer": "Defer",
    "not_agree": "Not agree",
    "respond": "Respond",
    "put_forward": "Put forward",
    "release": "Release",
    "return": "Return",
    NOT_QUORATE: "Nothing was decided: the item was not quorate",
}
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


def _either(titles: Sequence[str]) -> str:
    return " or ".join(f"“{title}”" for title in titles)


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


class AnswerForm(SeenForm, ConditionsForm):
    """An answer with what it has to carry."""

    answer = RadioField("What is the answer?", [InputRequired("Choose an answer")])
    reason = Text("Reason", description="Needed for “not agree”; useful for “defer”.", most=4000)
    until = DateField("Deferred until", [Optional()], description="For “defer”.")
    comments = Text("Response and comments on clauses", most=20_000)

    stage: Stage

    def offer(self, stage: Stage, rule: PartyRule, *, at_meeting: bool) -> None:
        """Offer the answers that the stage allows, its own by their titles, and the fields that these need."""
        self.stage = stage
        answers: list[str] = [*rule.answers]
        own = {answer: one for answer in answers if (one := stage.own(answer))}
        if at_meeting:
            answers.append(NOT_QUORATE)
        titles = {answer: one.title for answer, one in own.items()}
        self.answer.choices = [(answer, titles.get(answer) or ANSWER_WORDS[answer]) for answer in answers]
        conditional = [one.title for one in own.values() if one.needs == "conditions"]
        if conditional:
            self.conditions_for = _either(conditional)
        elif "agree_with_conditions" not in answers:
            self.without_conditions()
        reasoned = [one.title for one in own.values() if one.needs == "reason"]
        if own:
            self.reason.description = (
                f"Needed for {_either(reasoned)}." if reasoned else "Useful to who reads it later."
            )
        if "defer" not in answers:
            del self.until
        if not own and not {"not_agree", "defer", "return", "agree_with_local_variation"} & set(answers):
            del self.reason
        if "respond" not in answers:
            del self.comments

    def validate(self, extra_validators: Any = None) -> bool:
        """Every condition has its text."""
        fine = bool(super().validate(extra_validators))
        return self.conditions_fit() and fine

    def fact(self) -> AnswerFact:
        """The answer as the rules know it."""
        given = AnswerFact(
            self.answer.data,
            reason=(self.reason.data or "") if "reason" in self else "",
            comments=(self.comments.data or "") if "comments" in self else "",
            until=self.until.data if "until" in self and self.answer.data == "defer" else None,
            own=self.stage.own(self.answer.data),
        )
        if not carries_conditions(given):
            return given
        conditions, keepers = self.conditions_given()
        return replace(given, conditions=conditions, keepers=keepers)


class DecisionForm(AnswerForm):
    """A meeting's decision. Each seat has three fields of its own, made by `decision_form`."""

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
                    person_id=None if instead else seat.person_id,
                    person_name=deputy if instead else seat.person_name or "",
                    status="part" if status == "left" else status,
                    deputy_for=seat.person_name if instead else None,
                    present_for_item=status != "left",
                )
            )
        return tuple(rows)

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
        decides = self.answer.data not in (NOT_QUORATE, "defer", None)
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


def decision_form(
    body: BodyFact, excluded: Sequence[ExclusionFact], attended: Sequence[AttendanceFact], **given: Any
) -> DecisionForm:
    """A decision form with fields for each seat of the body, filled with the attendance already recorded."""
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
    form: DecisionForm = type("DecisionFormOfBody", (DecisionForm,), fields)(**given)
    form.body, form.excluded = body, excluded
    chairs = [seat for seat in body.seats if not seat.vacant and seat.voting]
    form.presiding.choices = [(0, "The chair"), *((seat.id, f"{seat.person_name}, {seat.title}") for seat in chairs)]
    return form


class MinuteForm(BaseForm):
    """Where the decision stands in the minutes."""

    reference = Line("Minute reference", [InputRequired("Enter the minute reference")], most=100)


class ScheduleForm(BaseForm):
    """A meeting to put the case on."""

    meeting = SelectField("Meeting", [InputRequired("Choose a meeting")])

    def validate_meeting(self, field: Any) -> None:
        """Refuse what is not one of the body's meetings."""
        if field.data not in {value for value, _ in field.choices}:
            raise ValidationError("Choose one of the body’s meetings")
