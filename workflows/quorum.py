"""Quorum is worked out per body and per item, by seats, and says what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.facts import (
    AttendanceFact,
    BodyFact,
    ExclusionFact,
    QuorumNeed,
    QuorumRule,
    SeatFact,
)
from workflows.verdict import Verdict, in_words

INTEREST_IN_WORDS = {
    "financial": "a financial interest",
    "non_financial_professional": "a non-financial professional interest",
    "non_financial_personal": "a non-financial personal interest",
    "indirect": "an indirect interest",
}
HANDLING_IN_WORDS = {
    "note_only": "the interest is noted",
    "stay_speak_no_vote": "stays and speaks, no vote",
    "stay_silent": "stays silent",
    "leave": "leaves for the item",
    "paper_withheld": "paper withheld",
}


@dataclass(frozen=True, slots=True)
class QuorumRow:
    """One seat: does it count as present for the item, and the sentence why."""

    seat: SeatFact
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class QuorumVerdict(Verdict):
    """A verdict with its arithmetic: votes counted as present, votes needed, votes they are a share of."""

    present: int = 0
    needed: int = 0
    denominator: int = 0
    rows: tuple[QuorumRow, ...] = ()


def quorum_met(
    body: BodyFact, attending: Sequence[AttendanceFact], exclusions: Sequence[ExclusionFact]
) -> QuorumVerdict:
    """Is the body quorate for this item, with these people in the room and these exclusions?

    Needed is the share of the voting seats, rounded up, and never less than one. A seat that is vacant,
    absent or excluded does not count as present. Seats that share a vote are one vote. Where the body's
    setting takes excluded seats out of the denominator, they leave it by as many votes as they take from
    those present, so that an exclusion can never make a body quorate.
    """
    return _judge(body, attending, exclusions, before_the_meeting=False)


def forecast(body: BodyFact, apologies: Sequence[AttendanceFact], exclusions: Sequence[ExclusionFact]) -> QuorumVerdict:
    """The same before the meeting: every holder who has not sent apologies is taken to come.

    `apologies` may also hold the deputies who will attend (status present, `deputy_for` filled).
    """
    return _judge(body, expected_attendance(body, apologies), exclusions, before_the_meeting=True)


def expected_attendance(body: BodyFact, apologies: Sequence[AttendanceFact]) -> tuple[AttendanceFact, ...]:
    """The attendance a forecast assumes: the apologies and deputies known, and every other holder present."""
    spoken_for = {row.seat_id for row in apologies}
    return (
        *apologies,
        *(
            AttendanceFact(seat.id, seat.person_id, seat.person_name or "", "present")
            for seat in body.seats
            if not seat.vacant and seat.id not in spoken_for
        ),
    )


def is_excluded(row: AttendanceFact, exclusion: ExclusionFact) -> bool:
    """Does this exclusion concern the person attending in this row?

    The conflict is the attending person's: it follows them to every seat they hold, and not to their deputy.
    """
    if row.person_id is not None and exclusion.person_id is not None:
        return row.person_id == exclusion.person_id
    same_name = row.person_name.casefold() == exclusion.person_name.casefold()
    return row.seat_id == exclusion.seat_id and same_name


def exclusion_in_words(exclusion: ExclusionFact) -> str:
    """ "Dr Example is excluded for a financial interest"."""
    return f"{exclusion.person_name} is excluded for {INTEREST_IN_WORDS[exclusion.interest_kind]}"


# One place in the arithmetic: a voting seat and a person who sits in it for the item.
_Place = tuple[SeatFact, AttendanceFact]


def _judge(
    body: BodyFact,
    attending: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    *,
    before_the_meeting: bool,
) -> QuorumVerdict:
    rule = body.quorum
    if body.kind == "officer":
        return QuorumVerdict(True, f"{body.short_name} answers by one officer; quorum does not apply.")
    if rule is None:
        return QuorumVerdict(
            False,
            f"No quorum rule is in force for {body.short_name} on this date, so no item can be quorate.",
            (f"a quorum rule for {body.short_name}",),
        )
    seats = [seat for seat in body.seats if seat.voting]
    in_room: list[_Place] = [
        (seat, row)
        for seat in seats
        if not seat.vacant
        for row in attending
        if row.seat_id == seat.id and row.in_the_room
    ]
    free = [(seat, row) for seat, row in in_room if not _taken_out(rule, row, exclusions)]
    counted = _count(rule, free)
    denominator = len({_vote_of(seat) for seat in seats if rule.vacant_in_denominator or not seat.vacant})
    if not rule.excluded_in_denominator:
        denominator -= len(_count(rule, in_room)) - len(counted)
    needed = max(1, -(-rule.share_numerator * denominator // rule.share_denominator))

    short = needed - len(counted)
    missing = [f"{short} more voting {_plural('seat', short)}"] if short > 0 else []
    reached: list[str] = []
    for need in rule.needs:
        have = _have(rule, need, free)
        if have < need.count:
            missing.append(f"{need.count - have} more {_plural(need.label, need.count - have)}")
        reached.append(f"{have} {_plural(need.label, have)} ({need.count} needed)")

    if missing:
        said = [f"{item} needed" for item in missing]
        if short > 0:
            said[0] += f" ({len(counted)} of {denominator} count as present, quorum is {needed})"
    else:
        said = [f"{len(counted)} of {denominator} voting seats, {needed} needed"]
        if reached:
            said[0] += f", with {in_words(reached)}"
    for exclusion in exclusions:
        if _takes_out(rule, exclusion) and any(is_excluded(row, exclusion) for _, row in in_room):
            said.append(exclusion_in_words(exclusion))
    if before_the_meeting:
        is_quorate = "would not be quorate" if missing else "would be quorate"
        opening = f"On today’s apologies and declarations {body.short_name} {is_quorate}"
    else:
        opening = f"{body.short_name} {'is not quorate' if missing else 'is quorate'}"
    return QuorumVerdict(
        not missing,
        f"{opening} for this item: {'; '.join(dict.fromkeys(said))}.",
        tuple(missing),
        present=len(counted),
        needed=needed,
        denominator=denominator,
        rows=tuple(_row(seat, rule, attending, exclusions, counted) for seat in body.seats),
    )


def _row(
    seat: SeatFact,
    rule: QuorumRule,
    attending: Sequence[AttendanceFact],
    exclusions: Sequence[ExclusionFact],
    counted: Sequence[_Place],
) -> QuorumRow:
    """Why this seat counts or not, in one sentence."""
    if not seat.voting:
        return QuorumRow(seat, False, "This seat has no vote.")
    if seat.vacant:
        return QuorumRow(seat, False, "This seat is vacant.")
    here = [row for row in attending if row.seat_id == seat.id and row.in_the_room]
    for place, row in counted:
        if place is seat:
            deputy = f", deputy for {row.deputy_for}," if row.deputy_for else ""
            return QuorumRow(seat, True, f"{row.person_name}{deputy} is present.")
    if not here:
        away = next((row for row in attending if row.seat_id == seat.id), None)
        said = {"apologies": "has sent apologies", "part": "is not present for this item"}
        status = said.get(away.status, "is absent") if away else "is not recorded as present"
        return QuorumRow(seat, False, f"{away.person_name if away else seat.person_name} {status}.")
    taken_out = [exclusion for row in here for exclusion in exclusions if is_excluded(row, exclusion)]
    for exclusion in taken_out:
        if _takes_out(rule, exclusion):
            handling = HANDLING_IN_WORDS[exclusion.handling]
            return QuorumRow(seat, False, f"{exclusion_in_words(exclusion)} ({handling}).")
    for place, row in counted:
        if _vote_of(place) == _vote_of(seat):
            return QuorumRow(seat, False, f"The vote is shared with {row.person_name}, who is counted.")
    return QuorumRow(seat, False, f"{here[0].person_name} is already counted in another seat.")


def _takes_out(rule: QuorumRule, exclusion: ExclusionFact) -> bool:
    return exclusion.handling not in rule.handlings_that_count


def _taken_out(rule: QuorumRule, row: AttendanceFact, exclusions: Sequence[ExclusionFact]) -> bool:
    return any(_takes_out(rule, exclusion) and is_excluded(row, exclusion) for exclusion in exclusions)


def _have(rule: QuorumRule, need: QuorumNeed, free: Sequence[_Place]) -> int:
    return len(
        _count(
            rule,
            [
                (seat, row)
                for seat, row in free
                if seat.kind in need.kinds and (rule.deputy_carries_kind or row.deputy_for is None)
            ],
        )
    )


def _count(rule: QuorumRule, places: Sequence[_Place]) -> list[_Place]:
    """The largest set of places with each vote once, and each person once where the rule says so.

    It is a matching of votes with people, not a first-come count: with shared votes and people in two seats
    the order of the seats would otherwise change the number.
    """
    by_vote: dict[str, list[_Place]] = {}
    for seat, row in places:
        by_vote.setdefault(_vote_of(seat), []).append((seat, row))
    if not rule.count_person_once:
        return [options[0] for options in by_vote.values()]
    taken: dict[str, tuple[str, _Place]] = {}

    def find(vote: str, tried: set[str]) -> bool:
        for seat, row in by_vote[vote]:
            person = _person_of(row)
            if person in tried:
                continue
            tried.add(person)
            if person not in taken or find(taken[person][0], tried):
                taken[person] = (vote, (seat, row))
                return True
        return False

    for vote in by_vote:
        find(vote, set())
    return [place for _, place in taken.values()]


def _vote_of(seat: SeatFact) -> str:
    return f"shared {seat.shared_vote}" if seat.shared_vote else f"seat {seat.id}"


def _person_of(row: AttendanceFact) -> str:
    return f"id {row.person_id}" if row.person_id is not None else f"name {row.person_name.casefold()}"


def _plural(label: str, count: int) -> str:
    return label if count == 1 or label.endswith("s") else f"{label}s"
