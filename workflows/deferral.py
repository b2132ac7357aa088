"""Until when a body defers: to a day, or to a meeting of its own, which may be moved or cancelled afterwards.

A deferral to a meeting goes with that meeting: moved, it is to the meeting's new day. Cancelled, it holds nobody up:
any later meeting of the body may take it up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.facts import AnswerFact, MeetingFact, day_in_words, day_read
from workflows.verdict import Verdict, no, yes

MEETING, MEANT = "deferred_to_meeting_id", "deferred_to_held_on"
"""How an entry names the meeting that it is deferred to, and the day on which that was to be."""


@dataclass(frozen=True, slots=True)
class Deferral:
    """To a day, or to the meeting `meeting_id`, which was to be on the day `meant`.

    `meeting` is that meeting as the calendar has it now, where it was looked up.
    """

    until: date | None = None
    meeting_id: int | None = None
    meant: date | None = None
    meeting: MeetingFact | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the meeting that it was deferred to was cancelled since."""
        return self.meeting is not None and self.meeting.cancelled

    @property
    def day(self) -> date | None:
        """The first day on which it may be taken up again; nothing where the meeting was cancelled."""
        if self.cancelled:
            return None
        return self.until or (self.meeting.held_on if self.meeting else self.meant)

    @property
    def in_words(self) -> str:
        """ "until 20 January 2016", "to its meeting on 12 January 2016", and whether that was moved or cancelled."""
        if self.meeting_id is None:
            return f"until {day_in_words(self.until)}" if self.until else ""
        meant = self.meant or (self.meeting.held_on if self.meeting else None)
        said = f"to its meeting on {day_in_words(meant)}" if meant else "to another of its meetings"
        if self.cancelled:
            return f"{said}, cancelled since"
        if self.meeting is not None and meant is not None and self.meeting.held_on != meant:
            return f"{said}, moved since to {day_in_words(self.meeting.held_on)}"
        return said

    def what_now(self, short_name: str, today: date) -> str:
        """What follows where the meeting it was deferred to no longer can take it up; empty where it can."""
        if self.meeting is None:
            return ""
        if self.cancelled:
            return f" As that meeting is cancelled, any later meeting of {short_name} can take it up."
        if self.meeting.held_on < today and not self.meeting.agenda_has_case:
            return f" That meeting did not have it on its agenda: any later meeting of {short_name} can take it up."
        return ""


def deferral_of(said: Mapping[str, Any], meetings: Iterable[MeetingFact] = ()) -> Deferral | None:
    """Until when an entry, with its corrections applied, defers; nothing where it is no deferral."""
    if said.get("answer") != "defer":
        return None
    until, to = day_read(said.get("until")), said.get(MEETING)
    if until is not None or to is None:
        return Deferral(until)
    found = next((one for one in meetings if one.id == to), None)
    return Deferral(None, to, day_read(said.get(MEANT)), found)


def may_defer_to(meeting: MeetingFact | None, body_id: int, short_name: str, on: date, today: date) -> Verdict:
    """May what this body decided on a day be a deferral to that meeting?"""
    needs = f"a meeting of {short_name} still to come, after {day_in_words(on)}, or a day"
    if meeting is None or meeting.body_id != body_id:
        return no(f"That is not a meeting of {short_name}, which defers to a meeting of its own.", needs)
    when = day_in_words(meeting.held_on)
    if meeting.cancelled:
        return no(f"{short_name}’s meeting on {when} is cancelled, so nothing is deferred to it.", needs)
    if meeting.held_on <= on:
        return no(f"{short_name}’s meeting on {when} is not after {day_in_words(on)}, when it deferred.", needs)
    if meeting.held_on < today:
        return no(f"{short_name}’s meeting on {when} is past, so nothing is deferred to it now.", needs)
    return yes(f"{short_name} may defer it to its meeting on {when}.")


def one_of_both(answer: AnswerFact) -> Verdict:
    """Does a deferral say a day or a meeting, and not both?"""
    if answer.until is None and answer.meeting_id is None:
        return no("A deferral says until when: give a date or a meeting.", "a date or a meeting")
    if answer.until is not None and answer.meeting_id is not None:
        return no("A deferral is to a date or to a meeting, not to both.", "a date or a meeting")
    return yes("The deferral says until when.")
