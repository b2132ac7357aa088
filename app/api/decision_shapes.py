"""What is sent when a body decides: who was there, how each seat voted, the answer with what it carries."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from app.api.shapes import SEEN, Code, In, Line, Out, Reason, SeenShape, Text
from app.signoff.amending import MOST
from workflows.ballot import carries_conditions
from workflows.facts import Amendment, AnswerFact, AttendanceStatus, Keeper, Variation, Vote
from workflows.stages import Stage

MOST_CONDITIONS = 50


class ConditionSaid(In):
    """A condition of the agreement."""

    text: Text
    owner: Line = Field("", description="Who sees to it: a person or a body, by name")
    due: date | None = None


class VariationSaid(In):
    """What applies here in the place of a clause; its rationale is the reason of the answer."""

    clause: Line
    text: Text
    expires: date | None = Field(None, description="The last day on which it counts")


class AmendmentSaid(In):
    """A clause as the body would have it read; why is the reason of the answer."""

    clause: Code = Field(description="The code of the clause in the version that is asked about")
    text: Text


class AnswerSaid(In):
    """An answer of those that the stage allows, with what it has to carry."""

    answer: Code = Field(description="One of `answers` of the body’s part in the sign-off")
    reason: Reason = ""
    until: date | None = Field(None, description="For “defer”: until when, where it is to a day")
    deferred_to: Code | None = Field(
        None, description="For “defer”, instead of `until`: the code of a meeting of the body still to come"
    )
    comments: Text = Field("", description="For “respond”")
    conditions: list[ConditionSaid] = Field(default=[], max_length=MOST_CONDITIONS)
    variation: VariationSaid | None = Field(None, description="For “agree_with_local_variation”")
    amendments: list[AmendmentSaid] = Field([], max_length=MOST, description="For “agree_as_amended”")

    def fact(self, stage: Stage, meeting_id: int | None = None) -> AnswerFact:
        """The answer as the rules know it; `meeting_id` is of the meeting that it is deferred to."""
        given = AnswerFact(
            self.answer,
            reason=self.reason,
            comments=self.comments,
            until=self.until if self.answer == "defer" else None,
            meeting_id=meeting_id if self.answer == "defer" else None,
            own=stage.own(self.answer),
            variation=Variation(self.variation.clause, self.variation.text, self.variation.expires)
            if self.variation
            else None,
            amendments=tuple(Amendment(one.clause, one.text) for one in self.amendments),
        )
        if not carries_conditions(given):
            return given
        return AnswerFact(
            given.answer,
            reason=given.reason,
            own=given.own,
            conditions=tuple(one.text for one in self.conditions),
            keepers=tuple(Keeper(one.owner, one.due) for one in self.conditions),
        )


class SeatSaid(In):
    """One seat: whether who sits in it was there, who deputised, and how it voted."""

    seat: Code
    attended: AttendanceStatus
    here_for_item: bool = Field(True, description="Of “part”: whether they were there for this item")
    deputy: Line = Field("", description="The name of who sat there instead")
    vote: Vote | None = None


class SeenAtMeeting(SeenShape):
    """What was before you, the seats and conflicts of the meeting included."""

    room: str = Field(pattern=r"^[0-9a-f]{64}$", description="Who sits in each seat and how conflicts are handled")


SEATS: JsonValue = [
    {"seat": "merton-chair", "attended": "present", "vote": "for"},
    {"seat": "merton-lay-patients", "attended": "apologies"},
]


class AtMeetingSaid(In):
    """A meeting seat by seat."""

    meeting: Code
    seats: list[SeatSaid] = Field(max_length=200, description="Every seat that somebody holds")
    all_for: bool = Field(False, description="Without a vote against: everyone there and free to vote is for")
    presiding: Code | None = Field(None, description="The seat that presided, where it was not the chair’s")
    seen: SeenAtMeeting


class DecisionSaid(AtMeetingSaid):
    """What a body decided at a meeting."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "meeting": "merton-2015-11-12",
                    "seats": SEATS,
                    "answer": {"answer": "agree"},
                    "seen": {**SEEN, "room": "0" * 64},
                }
            ]
        }
    )

    answer: AnswerSaid | Literal["not_quorate"] = Field(
        description="The answer; “not_quorate” where nothing could be decided because the item was not quorate"
    )


class WithdrawalSaid(In):
    """That a body withdraws its agreement; where it decides at meetings, by which and how that voted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The ward the standard counted on is closing.", "seen": SEEN}]}
    )

    reason: Reason
    seen: SeenShape | None = Field(None, description="For a body that answers by one person")
    at_meeting: AtMeetingSaid | None = Field(None, description="For a body that decides at a meeting")


class OfficerAnswerSaid(In):
    """The answer of a body that answers here by one person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": {"answer": "agree"}, "seen": SEEN}]})

    answer: AnswerSaid
    seen: SeenShape


class MinuteSaid(In):
    """In which minute the decision stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reference": "GBP/1516/041"}]})

    reference: Line


class VoteSaid(In):
    """How the vote of a seat should have been recorded."""

    seat: Code
    vote: Vote


class CorrectionSaid(In):
    """What the record should say of the body’s latest decision, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision": 341,
                    "why": "The minutes say that it was deferred.",
                    "answer": {"answer": "defer", "until": "2016-01-14"},
                    "last_entry": 341,
                }
            ]
        }
    )

    decision: int = Field(description="The entry that is corrected: the body’s latest decision")
    why: Reason
    answer: AnswerSaid | Literal["entered_in_error"] = Field(
        description="The answer as it should have been recorded; “entered_in_error” where nothing was decided"
    )
    votes: list[VoteSaid] = Field(
        [], max_length=200, description="Of the seats whose vote was recorded wrongly; the answer has to follow"
    )
    last_entry: int = Field(description="`seen.last_entry` of the body’s part, as it was before you")


class SeatShape(Out):
    """A seat on the day of the meeting."""

    seat: str
    title: str
    kind: str
    voting: bool
    shared_vote: str | None
    holder: str | None = Field(description="Who holds it; null where it is vacant")
    attended: str | None = Field(description="What the meeting’s attendance says so far")
    deputy: str | None


class ConflictShape(Out):
    """How a conflict of interest is handled for the item; it counts by itself when the decision is recorded."""

    person: str
    interest: str
    handling: str
    reason: str


class RoomShape(Out):
    """Who may decide at a meeting, as it stands, and what the decision has to send back."""

    meeting: str
    held_on: date
    seats: list[SeatShape]
    conflicts: list[ConflictShape]
    seen: SeenAtMeeting
