"""Who may vote, and what may be recorded and decided, as far as facts and dates alone can say."""

from collections.abc import Collection, Sequence
from datetime import date

from workflows.ballot import is_complete, outcome
from workflows.definition import PartyRule
from workflows.facts import (
    AnswerFact,
    AttendanceFact,
    BodyFact,
    ExclusionFact,
    MeetingFact,
    PartyFact,
    SeatFact,
    VoteFact,
    day_in_words,
)
from workflows.quorum import INTEREST_IN_WORDS, QuorumVerdict, is_excluded, quorum_met
from workflows.verdict import Verdict, all_of, in_words, no, yes

BARS_FROM_VOTING = frozenset({"stay_speak_no_vote", "stay_silent", "leave", "paper_withheld"})
"""Ways of handling a conflict of interest that take the vote away for the item."""


def may_vote(seat: SeatFact, attending: Sequence[AttendanceFact], exclusions: Sequence[ExclusionFact]) -> Verdict:
    """May whoever sits in this seat vote on the item? Only in the room, and free of an interest that bars."""
    if not seat.voting:
        return no(f"{seat.title} attends without a vote.", "a seat that holds a vote")
    if seat.vacant:
        return no(f"{seat.title} is vacant.", "a person holding the seat")
    here = [row for row in attending if row.seat_id == seat.id and row.in_the_room]
    if not here:
        return no(
            f"{seat.person_name} ({seat.title}) is not present for this item.",
            f"{seat.person_name} or a deputy present for the item",
        )
    barred: list[str] = []
    for row in here:
        bars = [
            exclusion
            for exclusion in exclusions
            if exclusion.handling in BARS_FROM_VOTING and is_excluded(row, exclusion)
        ]
        if not bars:
            deputy = f", deputy for {row.deputy_for}," if row.deputy_for else ""
            return yes(f"{row.person_name}{deputy} may vote in the seat {seat.title}.")
        barred.append(
            f"{row.person_name} may not vote on this item because of {INTEREST_IN_WORDS[bars[0].interest_kind]}."
        )
    return no(" ".join(barred), f"a deputy without an interest for {seat.person_name}")


def dates_cross(
    body: BodyFact,
    *,
    on: date,
    today: date,
    meeting: MeetingFact | None = None,
    seat_ids: Collection[int] = (),
    round_opened_on: date | None = None,
) -> tuple[Verdict, ...]:
    """Every way in which the dates of a decision contradict each other, each a refusal.

    `on` is the day of the decision, `seat_ids` the seats that took part in it.
    """
    crossed: list[Verdict] = []
    if on > today:
        crossed.append(
            no(
                f"{day_in_words(on)} is still to come; a decision is recorded after it is made.",
                f"a date up to {day_in_words(today)}",
            )
        )
    crossed += _body_dates(body, on)
    if round_opened_on and on < round_opened_on:
        crossed.append(
            no(
                f"{body.short_name} cannot have decided on {day_in_words(on)}: this version was put to it "
                f"on {day_in_words(round_opened_on)}.",
                f"a date from {day_in_words(round_opened_on)}",
            )
        )
    if meeting:
        crossed += _meeting_dates(body, meeting, on)
    crossed += [refusal for seat in body.seats if seat.id in seat_ids for refusal in _seat_dates(seat, on)]
    return tuple(crossed)


def may_record(
    rule: PartyRule,
    body: BodyFact,
    *,
    on: date,
    today: date,
    meeting: MeetingFact | None = None,
    attending: Sequence[AttendanceFact] = (),
    round_opened_on: date | None = None,
) -> Verdict:
    """May a decision of this body be recorded for this day? A meeting's decision needs its meeting."""
    if rule.meets and meeting is None:
        return no(f"{body.short_name} decides at a meeting: say at which one.", f"a meeting of {body.short_name}")
    taking_part = {row.seat_id for row in attending if row.in_the_room}
    crossed = dates_cross(
        body, on=on, today=today, meeting=meeting, seat_ids=taking_part, round_opened_on=round_opened_on
    )
    if crossed:
        return all_of(*crossed)
    return yes(f"{body.short_name}’s decision of {day_in_words(on)} may be recorded.")


def may_decide(
    rule: PartyRule,
    body: BodyFact,
    answer: AnswerFact,
    *,
    role: str | None = None,
    attending: Sequence[AttendanceFact] = (),
    exclusions: Sequence[ExclusionFact] = (),
    votes: Sequence[VoteFact] = (),
    presiding_seat_id: int | None = None,
    quorum: QuorumVerdict | None = None,
) -> Verdict:
    """May this body give this answer, by this rule of the definition?

    By officer: `role` is the role in which the person acts. By meeting: the item must be quorate, the voters
    eligible and the answer must follow from the votes. An item that is not quorate may still be deferred, with no vote
    of who was not there.
    `quorum` is what `quorum_met` said of the same attendance and exclusions, where it was asked already.
    """
    if answer.answer not in rule.answers:
        asked = in_words(answer_in_words(choice) for choice in rule.answers)
        return no(
            f"“{answer_in_words(answer.answer)}” is not an answer to this question; the answers are {asked}.",
            "one of those answers",
        )
    if rule.decide == "officer":
        if role != rule.role:
            return no(
                f"{body.short_name} answers here by its {rule.answered_by}.",
                f"the role of {role_in_words(rule.role or '')} at {body.short_name}",
            )
        complete = is_complete(answer)
        return complete if not complete else yes(f"{body.short_name} answers by its {rule.answered_by}.")
    seats = {seat.id: seat for seat in body.seats}
    voters = [
        may_vote(seats[vote.seat_id], attending, exclusions)
        for vote in votes
        if vote.seat_id in seats and vote.vote in ("for", "against", "abstain")
    ]
    follows = outcome(body, votes, answer, presiding_seat_id=presiding_seat_id)
    if answer.answer == "defer":
        # a correction may make an agreement of it, which then rests on these votes
        return follows if all(voters) else all_of(*voters, follows)
    quorate = quorum_met(body, attending, exclusions) if quorum is None else quorum
    if quorate and all(voters) and follows:
        return yes(f"{quorate.sentence} {follows.sentence}")
    return all_of(quorate, *voters, follows)


def may_be_asked(body: BodyFact | PartyFact, on: date) -> Verdict:
    """May a case be put to this body on this day? A closed organisation's body may not be asked."""
    crossed = _body_dates(body, on) if isinstance(body, BodyFact) else []
    return all_of(*crossed) if crossed else yes(f"{body.short_name} may be asked.")


def answer_in_words(answer: str) -> str:
    """ "agree_with_conditions" as people say it: "agree with conditions"."""
    return answer.replace("_", " ")


def role_in_words(role: str | None) -> str:
    """ "board_secretary" as people say it: "board secretary"."""
    return (role or "officer").replace("_", " ")


def _body_dates(body: BodyFact, on: date) -> list[Verdict]:
    if body.closed_on and on > body.closed_on:
        return [
            no(
                f"{body.name} closed on {day_in_words(body.closed_on)} and cannot decide on {day_in_words(on)}.",
                "the body that succeeded it",
            )
        ]
    if body.opened_on and on < body.opened_on:
        return [
            no(
                f"{body.name} opened on {day_in_words(body.opened_on)} and cannot decide on {day_in_words(on)}.",
                f"a date from {day_in_words(body.opened_on)}",
            )
        ]
    return []


def _meeting_dates(body: BodyFact, meeting: MeetingFact, on: date) -> list[Verdict]:
    crossed: list[Verdict] = []
    held = day_in_words(meeting.held_on)
    if meeting.body_id != body.id:
        crossed.append(no(f"{meeting.title} is not a meeting of {body.short_name}.", f"a meeting of {body.short_name}"))
    if meeting.cancelled:
        crossed.append(no(f"The meeting of {held} was cancelled.", "a meeting that was held"))
    if meeting.held_on != on:
        crossed.append(no(f"The meeting was held on {held}, not on {day_in_words(on)}.", f"the date {held}"))
    if meeting.papers_due > meeting.held_on:
        crossed.append(
            no(
                f"The papers are due on {day_in_words(meeting.papers_due)}, after the meeting of {held}.",
                f"a paper deadline up to {held}",
            )
        )
    return crossed


def _seat_dates(seat: SeatFact, on: date) -> list[Verdict]:
    who = f"{seat.person_name or 'Nobody'} held the seat {seat.title}"
    if seat.until and on > seat.until:
        return [
            no(
                f"{who} until {day_in_words(seat.until)}, so not on {day_in_words(on)}.",
                f"who holds {seat.title} on {day_in_words(on)}",
            )
        ]
    if seat.since and on < seat.since:
        return [
            no(
                f"{who} from {day_in_words(seat.since)}, so not yet on {day_in_words(on)}.",
                f"who holds {seat.title} on {day_in_words(on)}",
            )
        ]
    return []
