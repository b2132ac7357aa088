"""What a ledger knows of bodies, forms and votes, with a quorum worked out from the domain's own words.

It is written from how governing bodies decide and shares nothing with the service: no rule, no constant, no word list.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, product
from typing import Any

AS_AMENDED = "agree_as_amended"
AGREEING = ("agree", "agree_with_conditions", "agree_with_local_variation")
UNSAID = "a seat has not said how it voted"
LINES = count(1)
"""What is written down is numbered in the order in which it is."""


@dataclass
class Chair:
    """A seat of a body and who holds it; `until` is the last day, and from then on it is vacant."""

    id: int
    kind: str
    voting: bool
    shared: str | None
    holder: str
    until: date | None = None

    def held(self, on: date) -> bool:
        return self.until is None or on <= self.until

    @property
    def vote(self) -> str:
        """Seats that share a vote hold one between them."""
        return self.shared or f"of seat {self.id}"


@dataclass
class Body:
    """A body as its own papers have it: its rule, its seats, named deputies with their dates, its meetings.

    A body without a rule answers by its officer. `handled` says per meeting how whose conflict was handled, `known`
    how it was last, at whichever meeting, and `ruled` each handling with its moment. `declared`: who declared an
    interest for a meeting. `away`: the seats of whose holders apologies stand, each with who comes instead.
    """

    id: int
    code: str
    name: str
    rule: Mapping[str, Any] = field(default_factory=dict)
    chairs: Sequence[Chair] = ()
    deputies: Mapping[tuple[int, str], tuple[date, date]] = field(default_factory=dict)
    meetings: Mapping[str, tuple[int, date]] = field(default_factory=dict)
    handled: dict[str, dict[str, str]] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    ruled: list[tuple[datetime, str, str]] = field(default_factory=list)
    declared: dict[str, set[str]] = field(default_factory=dict)
    away: dict[str, dict[int, str]] = field(default_factory=dict)

    @property
    def interested(self) -> set[str]:
        """Who has an interest in it, handled already or declared only."""
        return {*self.known, *(person for declared in self.declared.values() for person in declared)}

    def in_the_room(self, meeting: str, handled: Mapping[str, str] | None = None) -> tuple[object, ...]:
        """Whom a form for this meeting names in each seat, and how it says conflicts are handled."""
        on = self.meetings[meeting][1]
        holders = tuple(chair.holder if chair.held(on) else "" for chair in self.chairs)
        return holders, tuple(sorted((self.handled.get(meeting, {}) if handled is None else handled).items()))

    def acting(self, on: date) -> Chair | None:
        """Who decides alone: the chair, or the first other member with a vote, of those without an interest."""
        free = [one for one in self.chairs if one.voting and one.held(on) and one.holder not in self.interested]
        return next((one for one in free if one.kind == "chair"), free[0] if free else None)


@dataclass(frozen=True)
class Place:
    """A person in the room for the item, in a seat held that day."""

    chair: Chair
    person: str
    deputy: bool


@dataclass
class Form:
    """A form as it came and as it was filled in."""

    body: Body
    fields: dict[str, str]
    seen: tuple[object, ...]
    meeting: str = ""
    room: tuple[object, ...] = ()
    by: str = ""
    receipt: str = ""
    answer: str = ""
    there: dict[int, str] = field(default_factory=dict)
    deputies: dict[int, str] = field(default_factory=dict)
    voted: dict[int, str] = field(default_factory=dict)
    all_for: bool = False
    presiding: int = 0
    until: date | None = None
    reason: str = ""
    amended: Sequence[tuple[str, str]] = ()

    def places(self) -> list[Place]:
        """Who was in the room for the item, in which seat."""
        on = self.body.meetings[self.meeting][1]
        return [
            Place(chair, self.deputies.get(chair.id) or chair.holder, bool(self.deputies.get(chair.id)))
            for chair in self.body.chairs
            if chair.held(on) and self.there.get(chair.id) in ("present", "part")
        ]


@dataclass
class Voting:
    """Members vote on line: the entry that opened it, until when, who may not, and who signed what for which seat."""

    id: int
    round: int
    content: str
    opens: datetime
    closes: datetime
    excluded: Mapping[str, str]
    signed: dict[int, tuple[Place, str]] = field(default_factory=dict)
    over: bool = False
    reaffirms: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Decision:
    """What a body decided, or that it could not, on which content, and on which day it ends, if it does.

    `alone`: by its chair, and `ratified` by a meeting or not. `ended`: what took it back, and at which meeting.
    `by` recorded what stands of it; an answer of "" was recorded by mistake. `motion`: whether the votes by seat
    carried it, where it was voted on. `amended`: the clauses with which it agreed, each with its words. `reaffirms`:
    the clauses that are all it was asked about, each with its words, where the rest of an earlier agreement stands.
    `place`, and that of what took it back: its number among all that was written down.
    """

    answer: str
    round: int
    content: str
    on: date
    meeting: str
    by: str
    until: date | None = None
    alone: bool = False
    ratified: bool = False
    ended: str = ""
    ended_at: tuple[str, date] = ("", date.min)
    ended_in: int = 0
    reaffirms: Mapping[str, str] = field(default_factory=dict)
    quorate: bool = True
    corrected: bool = False
    motion: bool | None = None
    handled: Mapping[str, str] = field(default_factory=dict)
    amended: Mapping[str, str] = field(default_factory=dict)
    place: int = field(default_factory=LINES.__next__)
    ended_place: int = 0

    @property
    def wants(self) -> Mapping[str, str]:
        """How it would have clauses read that it agreed as amended only."""
        return self.amended if self.answer == AS_AMENDED else {}

    def agrees(self, today: date) -> bool:
        return self.answer in AGREEING and not self.to_ratify and not self.lapsed(today)

    @property
    def to_ratify(self) -> bool:
        return self.alone and not self.ratified and not self.ended

    def lapsed(self, today: date) -> bool:
        return bool(self.ended) or self.expired(today)

    def expired(self, today: date) -> bool:
        return self.answer == "agree_with_local_variation" and self.until is not None and self.until < today


def most(places: Iterable[Place], *, each_person_once: bool) -> int:
    """How many votes these people can fill: a vote once, and a person once where the body says so. By trying all."""
    by_vote: dict[str, set[str]] = {}
    for place in places:
        by_vote.setdefault(place.chair.vote, set()).add(place.person)
    if not each_person_once:
        return len(by_vote)
    return max((len(set(choice) - {""}) for choice in product(*({"", *who} for who in by_vote.values()))), default=0)


def quorate(
    body: Body,
    on: date,
    places: Sequence[Place],
    handled: Mapping[str, str],
    seated: Collection[int] = (),
) -> bool:
    """A share of the voting seats, rounded up and at least one, and the named kinds of seat, for this item.

    `seated`: seats that somebody sat in then, though they hold them no more.
    """
    rule = body.rule
    once = rule["count_person_once"]
    voting = [place for place in places if place.chair.voting]
    out = {person for person, how in handled.items() if how not in rule["handlings_that_count"]}
    free = [place for place in voting if place.person not in out]
    present = most(free, each_person_once=once)
    filled = {one.id for one in body.chairs if one.held(on) or one.id in seated}
    base = len({one.vote for one in body.chairs if one.voting and (rule["vacant_in_denominator"] or one.id in filled)})
    if not rule["excluded_in_denominator"]:
        base -= most(voting, each_person_once=once) - present
    share = -(-rule["share_numerator"] * base // rule["share_denominator"])
    if present < max(1, share):
        return False
    for need in rule["needs"]:
        of_kind = [
            place
            for place in free
            if place.chair.kind in need["kinds"] and (rule["deputy_carries_kind"] or not place.deputy)
        ]
        if most(of_kind, each_person_once=once) < need["count"]:
            return False
    return True


def eligible(chair: Chair, places: Sequence[Place], handled: Mapping[str, str]) -> bool:
    """May whoever sits there vote: in the room, and without an interest that is more than noted?"""
    return any(place.chair is chair and handled.get(place.person, "note_only") == "note_only" for place in places)


def ballot(form: Form, handled: Mapping[str, str]) -> tuple[dict[int, str], str]:
    """The votes by seat as the form has them, and why they cannot be: an empty reason where they can."""
    on, places, votes, wrong = form.body.meetings[form.meeting][1], form.places(), dict[int, str](), ""
    for chair in form.body.chairs:
        if not chair.voting or not chair.held(on):
            continue
        chosen = form.voted.get(chair.id, "")
        if eligible(chair, places, handled):
            votes[chair.id] = "for" if form.all_for else chosen
            wrong = UNSAID if not votes[chair.id] else wrong
        elif chosen in ("for", "against", "abstain") and not form.all_for:
            votes[chair.id] = chosen
            wrong = wrong or "a vote of who may not vote"
    return votes, wrong


def votes_of_others(form: Form, handled: Mapping[str, str]) -> bool:
    """Whether the form has a vote, seat by seat, of somebody who may not vote."""
    on, places = form.body.meetings[form.meeting][1], form.places()
    return not form.all_for and any(
        form.voted.get(chair.id) in ("for", "against", "abstain") and not eligible(chair, places, handled)
        for chair in form.body.chairs
        if chair.voting and chair.held(on)
    )


def carried(body: Body, votes: Mapping[int, str], presided: int = 0) -> bool | None:
    """More for than against, a shared vote once; on a tie the chair's vote decides, where it does. None: both ways."""
    shared: dict[str, set[str]] = {}
    for chair in body.chairs:
        if chair.id in votes:
            shared.setdefault(chair.vote, set()).add(votes[chair.id])
    if any({"for", "against"} <= said for said in shared.values()):
        return None
    ayes = sum("for" in said for said in shared.values())
    noes = sum("against" in said for said in shared.values())
    if ayes != noes or not ayes:
        return ayes > noes
    presiding = presided or next(chair.id for chair in body.chairs if chair.kind == "chair")
    return bool(body.rule["casting_vote"]) and votes.get(presiding) == "for"


def why_incomplete(form: Form, on: date) -> str:
    """Why an answer given on this day does not carry what it has to; nothing where it does."""
    if form.answer == "agree_with_local_variation" and form.until and form.until <= on:
        return "the variation ends with the decision"
    if form.answer == "defer" and (form.until is None or form.until <= on):
        return "deferred to no later day"
    if form.answer in ("agree_with_local_variation", AS_AMENDED, "not_agree") and not form.reason:
        return "no reason"
    if form.answer == AS_AMENDED and not all(text for _, text in form.amended):
        return "no text"
    return ""
