"""A deferral on a form: the day until which it is deferred, or one of the body's own meetings still to come."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from app.meetings.models import Meeting
from app.meetings.queries import meeting_by_code
from app.people.models import DecidingBody
from app.permissions import Missing
from app.signoff.deferring import may_be_to, meetings_ahead
from app.web.forms import BaseForm
from workflows.deferral import Deferral
from workflows.facts import day_in_words

FIELDS = ("until", "deferred_to")


@dataclass(frozen=True, slots=True)
class Deferrable:
    """The meetings to which a body can defer what it decides on a day; `stands` is one that is on record already."""

    session: Session
    body: DecidingBody
    on: date
    today: date
    ahead: Sequence[Meeting] = field(default=())
    stands: Meeting | None = None

    @classmethod
    def of(
        cls, session: Session, body: DecidingBody, on: date, today: date, stands: Deferral | None = None
    ) -> "Deferrable":
        """Those of the body that come after the day, and the one that stands recorded."""
        kept = session.get(Meeting, stands.meeting_id) if stands and stands.meeting_id else None
        return cls(session, body, on, today, meetings_ahead(session, body, on, today), kept)

    @property
    def offered(self) -> dict[str, Meeting]:
        """The meetings by their codes, soonest first."""
        kept = [self.stands] if self.stands and self.stands not in self.ahead else []
        return {one.code: one for one in (*kept, *self.ahead)}

    def why_not(self, code: str) -> str:
        """Why nothing can be deferred to the meeting of this code."""
        try:
            meeting = meeting_by_code(self.session, code)
        except Missing:
            meeting = None
        return may_be_to(meeting, self.body, self.on, self.today).sentence


class DeferralForm(BaseForm):
    """Until when: the one or the other."""

    until = DateField("Deferred until", [Optional()], description="For “defer”, where it is to a day.")
    deferred_to = SelectField(
        "Deferred to its meeting",
        description="For “defer”, where it is to a meeting. If that meeting is moved, the deferral goes with it.",
        validate_choice=False,
        default="",
    )

    deferrable: Deferrable | None = None

    def offer_deferral(self, offered: bool, deferrable: Deferrable | None) -> None:
        """Keep the fields where the answer is offered, with the body's meetings where it has any."""
        if not offered:
            for name in FIELDS:
                del self[name]
            return
        self.deferrable = deferrable
        found = deferrable.offered if deferrable else {}
        if not found and not self.deferred_to.data:
            del self["deferred_to"]
            return
        named = {code: f"{day_in_words(one.held_on)}, {one.title}" for code, one in found.items()}
        self.deferred_to.choices = {"": "No meeting: to the day above", **named}

    def deferral_fits(self, answer: str | None) -> bool:
        """Whether a deferral says the one or the other; else the field has its error."""
        if answer != "defer" or "until" not in self or self.until.errors:
            return True
        code = self._code()
        if not code and self.until.data is None:
            ways = "the day until which it is deferred" + (", or choose a meeting" if "deferred_to" in self else "")
            self.until.errors = [f"Enter {ways}"]
        elif code and self.until.data is not None:
            self.deferred_to.errors = ["Choose a meeting or enter a day, not both"]
        elif code and self._meeting() is None:
            why = self.deferrable.why_not(code) if self.deferrable else "Choose one of the meetings"
            self.deferred_to.errors = [why.rstrip(".")]
        return not self.until.errors and not ("deferred_to" in self and self.deferred_to.errors)

    def deferred(self) -> tuple[date | None, int | None]:
        """The day, or the id of the meeting."""
        meeting = self._meeting()
        return (self.until.data if "until" in self else None), (meeting.id if meeting else None)

    def show_deferral(self, stands: Deferral | None) -> None:
        """Put into a fresh form what stands."""
        if stands is None or "until" not in self:
            return
        self.until.data = stands.until
        if self.deferrable and self.deferrable.stands and "deferred_to" in self:
            self.deferred_to.data = self.deferrable.stands.code

    def _code(self) -> str:
        return (self.deferred_to.data or "") if "deferred_to" in self else ""

    def _meeting(self) -> Meeting | None:
        return self.deferrable.offered.get(self._code()) if self.deferrable else None
