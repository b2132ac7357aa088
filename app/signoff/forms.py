"""The forms of sign-off: a meeting's decision seat by seat, an officer's answer, a minute reference, a meeting."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from app.signoff.amendment_forms import AmendmentsForm
from app.signoff.condition_forms import ConditionsForm
from app.signoff.deferral_forms import Deferrable, DeferralForm
from app.signoff.seat_forms import SeatsForm, SeenForm
from app.signoff.variation_forms import VariationForm
from app.web.forms import BaseForm, Line, Text
from workflows.ballot import carries_conditions
from workflows.facts import AnswerFact
from workflows.stages import PartyRule, Stage

NOT_QUORATE = "not_quorate"
ANSWER_WORDS = {
    "agree": "Agree",
    "agree_as_amended": "Agree as amended",
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


class AnswerForm(SeenForm, ConditionsForm, VariationForm, AmendmentsForm, DeferralForm):
    """An answer with what it has to carry."""

    answer = RadioField("What is the answer?", [InputRequired("Choose an answer")])
    reason = Text("Reason", most=4000)
    comments = Text("Response and comments on clauses", most=20_000)

    stage: Stage

    def offer(
        self,
        stage: Stage,
        rule: PartyRule,
        *,
        at_meeting: bool,
        clauses: Sequence[tuple[str, str]] = (),
        codes: Sequence[str] = (),
        deferrable: Deferrable | None = None,
    ) -> None:
        """Offer the answers that the stage allows, its own by their titles, and the fields that these need.

        `clauses` are those of the version that is asked about, by number and heading, and `codes` their codes in the
        same order, where they can be amended here. `deferrable` are the meetings to which the body can defer.
        """
        amends = "agree_as_amended" in rule.answers and bool(codes)
        self.offer_amendments(amends, [(code, name) for code, (_, name) in zip(codes, clauses, strict=False)])
        varies = "agree_with_local_variation" in rule.answers
        self.offer_variation(varies, clauses)
        self.stage = stage
        answers: list[str] = [one for one in rule.answers if amends or one != "agree_as_amended"]
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
        reasoned += [ANSWER_WORDS[one].lower() for one in ("not_agree", "return") if one in answers]
        self.reason.description = _why(reasoned, varies or amends, "defer" in answers)
        self.offer_deferral("defer" in answers, deferrable)
        if not own and not {"not_agree", "defer", "return", "agree_with_local_variation"} & set(answers):
            del self.reason
        if "respond" not in answers:
            del self.comments

    def validate(self, extra_validators: Any = None) -> bool:
        """Every condition has its text, and a deferral its day or its meeting."""
        fine = bool(super().validate(extra_validators))
        fits = [self.conditions_fit(), self.deferral_fits(self.answer.data)]
        return all(fits) and fine

    def fact(self) -> AnswerFact:
        """The answer as the rules know it."""
        until, meeting_id = self.deferred() if self.answer.data == "defer" else (None, None)
        given = AnswerFact(
            self.answer.data,
            reason=(self.reason.data or "") if "reason" in self else "",
            comments=(self.comments.data or "") if "comments" in self else "",
            until=until,
            meeting_id=meeting_id,
            own=self.stage.own(self.answer.data),
            variation=self.variation() if self.answer.data == "agree_with_local_variation" else None,
            amendments=self.amendments() if self.answer.data == "agree_as_amended" else (),
        )
        if not carries_conditions(given):
            return given
        conditions, keepers = self.conditions_given()
        return replace(given, conditions=conditions, keepers=keepers)


class DecisionForm(AnswerForm, SeatsForm):
    """A meeting's decision: an answer, and each seat. Made by `seats_form`."""

    def decides(self) -> bool:
        """Whether the answer follows from votes."""
        return self.answer.data not in (NOT_QUORATE, "defer", None)


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


def _either(titles: Sequence[str]) -> str:
    return " or ".join(f"“{title}”" for title in titles)


def _why(needed: Sequence[str], rationale: bool, defers: bool) -> str:
    """What the reason is for, of the answers that are offered and no others."""
    said = [f"Needed for {_either(needed)}"] if needed else []
    if rationale:
        said.append("as the rationale of a local variation or an amendment")
    whole = ", and ".join(said)
    if defers:
        whole = f"{whole}; useful for “defer”" if whole else "Useful for “defer”"
    return f"{whole}." if whole else "Useful to who reads it later."
