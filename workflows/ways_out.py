"""What could still bring an item to a decision that would not be quorate, in the order in which it is best tried."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from workflows import chairs_action, voting_begun
from workflows.apologies import DeputyFact
from workflows.facts import HANDLINGS, AttendanceFact, BodyFact, ExclusionFact, QuorumRule, SeatFact, day_in_words
from workflows.quorum import HANDLING_IN_WORDS, INTEREST_IN_WORDS, is_excluded, quorum_met
from workflows.stages import PartyRule
from workflows.verdict import in_words

WayKind = Literal[
    "deputy", "name_deputy", "attend", "ruling", "panel", "another_meeting", "members_vote", "chairs_action"
]


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: what kind it is, the sentence, and the seats (of the holders) and the person it is about."""

    kind: WayKind
    sentence: str
    seat_ids: tuple[int, ...] = ()
    person_id: int | None = None


def ways_out(
    body: BodyFact,
    attending: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    *,
    deputies: Collection[DeputyFact] = (),
    held: bool = False,
    next_meeting_on: date | None = None,
    asked: PartyRule | None = None,
) -> tuple[Way, ...]:
    """The ways out of an item that is not quorate; nothing where it is, or where no rule is in force.

    Each one that is named would in fact make the body quorate: a deputy who may stand in, somebody who sent apologies
    and comes after all, another handling of an interest. Once the meeting is held only its outcome is left: another
    meeting. `attending` is before the meeting what `expected_attendance` gives. What a sign-off case still asks of the
    body (`asked`, the rule of its stage) can be decided without a meeting where that rule and the body's own both allow
    it. A joint committee is no way out: its powers were given beforehand.
    """
    if quorum_met(body, attending, exclusions) or body.quorum is None:
        return ()
    found: list[Way] = []
    if not held:
        found += _deputies(body, attending, exclusions, deputies)
        found += _who_could_come(body, attending, exclusions)
        found += _rulings(body, attending, exclusions, body.quorum)
    if any(one.handling not in body.quorum.handlings_that_count for one in exclusions):
        found.append(Way("panel", _panel(body, held=held)))
    if next_meeting_on is not None:
        when = f", on {day_in_words(next_meeting_on)}"
        moved = "is deferred" if held else "is moved"
        found.append(Way("another_meeting", f"The item {moved} to the next meeting{when}."))
    else:
        found.append(Way("another_meeting", "Another meeting is set, and the item goes to it."))
    found += _between_meetings(body, exclusions, asked)
    return tuple(found)


def _deputies(
    body: BodyFact,
    attending: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    deputies: Collection[DeputyFact],
) -> Iterator[Way]:
    """Deputies who may stand in, where one would help; then seats for which one could be named; then several at once.

    A deputy brings interests of their own, and counts once: so each is asked of the arithmetic, not of the seat.
    """
    now = quorum_met(body, attending, exclusions)
    open_seats = [row.seat for row in now.rows if not row.counted and row.seat.voting and not row.seat.vacant]
    helped = set[int]()
    for seat in open_seats:
        for deputy in deputies:
            sits = AttendanceFact(seat.id, deputy.person_id, deputy.name, "present", deputy_for=seat.person_name)
            if deputy.seat_id == seat.id and quorum_met(body, [*attending, sits], exclusions):
                helped.add(seat.id)
                words = f"{deputy.name}, who may stand in, attends for {seat.person_name} ({seat.title})."
                yield Way("deputy", words, (seat.id,), deputy.person_id)
    someone = {seat.id: _a_deputy_for(seat) for seat in open_seats}
    for seat in open_seats:
        if seat.id not in helped and quorum_met(body, [*attending, someone[seat.id]], exclusions):
            helped.add(seat.id)
            words = f"A deputy without an interest is named, and attends for {seat.person_name} ({seat.title})."
            yield Way("name_deputy", words, (seat.id,), seat.person_id)
    if not helped and len(open_seats) > 1 and quorum_met(body, [*attending, *someone.values()], exclusions):
        names = in_words(dict.fromkeys(seat.person_name or seat.title for seat in open_seats))
        words = f"Deputies without an interest attend for more than one of {names}."
        yield Way("name_deputy", words, tuple(seat.id for seat in open_seats))


def _who_could_come(
    body: BodyFact, attending: Sequence[AttendanceFact], exclusions: Sequence[ExclusionFact]
) -> Iterator[Way]:
    """Members who sent apologies and whose coming would help: one alone, else as many of them together as it takes."""
    recorded = {row.seat_id for row in attending}
    away: dict[int, list[SeatFact]] = {}
    for seat in body.seats:
        here = any(row.seat_id == seat.id and row.person_id == seat.person_id and row.in_the_room for row in attending)
        if seat.voting and seat.person_id is not None and seat.id in recorded and not here:
            away.setdefault(seat.person_id, []).append(seat)
    helped = False
    for person_id, seats in away.items():
        if quorum_met(body, _coming(attending, seats), exclusions):
            helped = True
            words = f"{_named(seats)}, who has sent apologies, comes after all."
            yield Way("attend", words, tuple(seat.id for seat in seats), person_id)
    everyone = [seat for seats in away.values() for seat in seats]
    if not helped and len(away) > 1 and quorum_met(body, _coming(attending, everyone), exclusions):
        names = in_words(_named(seats) for seats in away.values())
        words = f"More than one of {names}, who have sent apologies, come after all."
        yield Way("attend", words, tuple(seat.id for seat in everyone))


def _rulings(
    body: BodyFact, attending: Sequence[AttendanceFact], exclusions: Sequence[ExclusionFact], rule: QuorumRule
) -> Iterator[Way]:
    """Interests whose handling costs the quorum, where a handling that leaves the seat counting would help.

    The strictest such handling is named. That a ruling helps is no reason for it, which the sentence says.
    """
    counting = [handling for handling in reversed(HANDLINGS) if handling in rule.handlings_that_count]
    asked = set[tuple[int | None, str]]()
    for one in exclusions:
        key = (one.person_id, one.person_name)
        sits = any(row.in_the_room and is_excluded(row, one) for row in attending)
        if one.handling in counting or not counting or not sits or key in asked:
            continue
        asked.add(key)
        other = [
            replace(each, handling=counting[0]) if (each.person_id, each.person_name) == key else each
            for each in exclusions
        ]
        if quorum_met(body, attending, other):
            words = (
                f"Who presides rules again on {INTEREST_IN_WORDS[one.interest_kind]} of {one.person_name}: by this "
                f"body’s rule the seat counts where “{HANDLING_IN_WORDS[counting[0]]}”. It is for the interest to "
                "allow that, not for the quorum."
            )
            yield Way("ruling", words, (one.seat_id,), one.person_id)


def _panel(body: BodyFact, *, held: bool) -> str:
    """A panel is none of the service's bodies: it advises, and what can be recorded is another meeting's ruling."""
    gone = "deferred" if held else "moved or deferred"
    return (
        f"The secretary asks {body.short_name}’s conflicts panel, where it has one, how the interests should be "
        f"handled. Its advice decides nothing and is not recorded by itself: the item is {gone} to another "
        f"meeting of {body.short_name}, and who presides there rules anew."
    )


def _between_meetings(body: BodyFact, exclusions: Sequence[ExclusionFact], asked: PartyRule | None) -> Iterator[Way]:
    """What the question and the body's own rule allow between meetings: the members' vote, and what cannot wait.

    Interests stand there too: a vote that could not be quorate if every member signed is none, nor is the action of a
    chair where nobody without an interest is left to act.
    """
    everyone = _coming((), [seat for seat in body.seats if seat.voting and not seat.vacant])
    if voting_begun.offered(asked, body) and quorum_met(body, everyone, exclusions):
        words = f"The members vote on it on line between meetings: what is asked and {body.short_name}’s rule allow it."
        yield Way("members_vote", words)
    barred = {one.person_id for one in exclusions if one.person_id is not None}
    if chairs_action.offered(asked, body) and chairs_action.who_acts(body, barred):
        words = "Where it is urgent the chair acts alone, with the reason, for a meeting to ratify."
        yield Way("chairs_action", words)


def _coming(attending: Sequence[AttendanceFact], seats: Sequence[SeatFact]) -> list[AttendanceFact]:
    ids = {seat.id for seat in seats}
    come = [AttendanceFact(seat.id, seat.person_id, seat.person_name or "", "present") for seat in seats]
    return [*(row for row in attending if row.seat_id not in ids), *come]


def _named(seats: Sequence[SeatFact]) -> str:
    return f"{seats[0].person_name} ({in_words(seat.title for seat in seats)})"


def _a_deputy_for(seat: SeatFact) -> AttendanceFact:
    return AttendanceFact(seat.id, None, f"a deputy in seat {seat.id}", "present", deputy_for=seat.person_name)
