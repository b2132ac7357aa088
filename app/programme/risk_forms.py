"""The forms of the register: a risk's texts, an assessment, and a reason for what is done with it."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField

from app.db.types import GivenDate
from app.people.models import Person
from app.programme.dates import DateNotUnderstood, parse_day, parse_given
from app.programme.forms import GuardedForm
from app.programme.models import Workstream
from app.programme.raid_models import Risk
from app.programme.risks import RiskText
from app.web.forms import Line, Text
from workflows.risks import CONSEQUENCES, LIKELIHOODS, Score

LIKELIHOOD = [("", "Choose"), *((str(n), f"{n}, {word}") for n, word in enumerate(LIKELIHOODS, start=1))]
CONSEQUENCE = [("", "Choose"), *((str(n), f"{n}, {word}") for n, word in enumerate(CONSEQUENCES, start=1))]


def _likelihood(label: str) -> SelectField:
    return SelectField(label, choices=LIKELIHOOD, default="")


def _consequence(label: str) -> SelectField:
    return SelectField(label, choices=CONSEQUENCE, default="")


class ReasonForm(GuardedForm):
    """A reason, and which version of the thing it is about the page showed."""

    reason = Text("Reason", most=2_000)


class AssessForm(GuardedForm):
    """How likely and how grave it is judged today, and why."""

    likelihood = _likelihood("Likelihood")
    consequence = _consequence("Consequence")
    why = Text("What the score rests on", most=2_000)

    def score(self, wrong: dict[str, str]) -> Score | None:
        """The score that was chosen; what is missing goes to `wrong`."""
        return chosen(self, "likelihood", "consequence", wrong, needed=True)


class RiskForm(GuardedForm):
    """Everything a risk says."""

    kind = RadioField("What it is", choices=[("risk", "A risk: it may happen"), ("issue", "An issue: it has happened")])
    title = Line("Title")
    workstream = SelectField("Workstream", validate_choice=True)
    cause = Text("Cause", most=5_000)
    event = Text("Event", most=5_000)
    effect = Text("Effect", most=5_000)
    inherent_likelihood = _likelihood("Likelihood if nothing is done")
    inherent_consequence = _consequence("Consequence if nothing is done")
    likelihood = _likelihood("Likelihood now")
    consequence = _consequence("Consequence now")
    target_likelihood = _likelihood("Likelihood aimed at")
    target_consequence = _consequence("Consequence aimed at")
    mitigation = Text("What is done about it", most=5_000)
    owner = SelectField("Owner", validate_choice=True)
    proximity = Line("When it would happen", most=200)
    proximity_earliest = Line("Earliest day it can mean", most=40)
    proximity_latest = Line("Latest day it can mean", most=40)
    review_on = Line("Next review", most=40)
    reason = Text("Reason", most=2_000)

    def offer(self, workstreams: Sequence[Workstream], people: Sequence[Person]) -> None:
        """Give the choices of workstream and owner."""
        self.workstream.choices = {"": "The programme as a whole"} | {one.code: one.title for one in workstreams}
        self.owner.choices = {"": "Nobody yet"} | {one.code: one.name for one in people}

    @staticmethod
    def stored(risk: Risk) -> dict[str, Any]:
        """The fields as a stored risk fills them."""
        ends = risk.proximity.earliest != risk.proximity.latest
        return {
            **{name: getattr(risk, name) for name in ("kind", "title", "cause", "event", "effect", "mitigation")},
            "workstream": risk.workstream.code if risk.workstream else "",
            "owner": risk.owner.code if risk.owner else "",
            **{
                name: str(getattr(risk, name) or "")
                for name in (
                    "inherent_likelihood",
                    "inherent_consequence",
                    "target_likelihood",
                    "target_consequence",
                    "review_on",
                )
            },
            "proximity": risk.proximity_words or "",
            "proximity_earliest": str(risk.proximity_earliest or "") if ends and not _month(risk.proximity) else "",
            "proximity_latest": str(risk.proximity_latest or "") if ends and not _month(risk.proximity) else "",
            "seen": risk.version,
        }

    def text(
        self, wrong: dict[str, str], workstreams: Sequence[Workstream], people: Sequence[Person]
    ) -> RiskText | None:
        """What was typed; what cannot be used goes to `wrong`, by field, and then there is none."""
        if not self.title.data:
            wrong["title"] = "Say in a line what may happen"
        inherent = chosen(self, "inherent_likelihood", "inherent_consequence", wrong, needed=True)
        target = chosen(self, "target_likelihood", "target_consequence", wrong, needed=False)
        proximity, review = GivenDate(None), None
        try:
            if self.proximity.data:
                ends = (self.proximity_earliest.data or "", self.proximity_latest.data or "")
                proximity = parse_given(self.proximity.data, *ends)
        except DateNotUnderstood as error:
            wrong["proximity"] = str(error)
        try:
            review = parse_day(self.review_on.data) if self.review_on.data else None
        except DateNotUnderstood as error:
            wrong["review_on"] = str(error)
        if wrong or inherent is None:
            return None
        return RiskText(
            kind=self.kind.data or "risk",
            title=self.title.data or "",
            workstream_id=next((one.id for one in workstreams if one.code == self.workstream.data), None),
            cause=self.cause.data or "",
            event=self.event.data or "",
            effect=self.effect.data or "",
            mitigation=self.mitigation.data or "",
            owner_id=next((one.id for one in people if one.code == self.owner.data), None),
            inherent=inherent,
            target=target,
            proximity=proximity,
            review_on=review,
        )


def _month(found: GivenDate) -> bool:
    """Whether the words say by themselves which days they mean."""
    try:
        return parse_given(found.words or "") == found
    except DateNotUnderstood:
        return False


def chosen(
    form: GuardedForm, likelihood: str, consequence: str, wrong: dict[str, str], *, needed: bool
) -> Score | None:
    """The score in two fields of a form; where one of them or, if it is needed, either is missing `wrong` says so."""
    first, second = form[likelihood].data, form[consequence].data
    if first and second:
        return Score(int(first), int(second))
    if needed or first or second:
        wrong |= {
            name: f"Choose {form[name].label.text.lower()}"
            for name, value in ((likelihood, first), (consequence, second))
            if not value
        }
    return None
