"""What a case must come to, kept by hand: sets and dicts, and a quorum worked out from the domain's own words.

It is written from how governing bodies decide and shares nothing with the service: no rule, no constant, no word list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

AGREEING = ("agree", "agree_with_conditions", "agree_with_local_variation")
IN_WORDS = {
    "agree": "agreed",
    "agree_with_conditions": "agreed with conditions",
    "agree_with_local_variation": "agreed with local variation",
    "not_agree": "not agreed",
}
UNSAID = "a seat has not said how it voted"


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

    A body without a rule answers by its officer. `handled` says per meeting how whose conflict was handled.
    """

    id: int
    code: str
    name: str
    rule: Mapping[str, Any] = field(default_factory=dict)
    chairs: Sequence[Chair] = ()
    deputies: Mapping[tuple[int, str], tuple[date, date]] = field(default_factory=dict)
    meetings: Mapping[str, tuple[int, date]] = field(default_factory=dict)
    handled: dict[str, dict[str, str]] = field(default_factory=dict)

    def in_the_room(self, meeting: str) -> tuple[object, ...]:
        """Whom a form for this meeting names in each seat, and how it says conflicts are handled."""
        on = self.meetings[meeting][1]
        holders = tuple(chair.holder if chair.held(on) else "" for chair in self.chairs)
        return holders, tuple(sorted(self.handled.get(meeting, {}).items()))


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

    def places(self) -> list[Place]:
        """Who was in the room for the item, in which seat."""
        on = self.body.meetings[self.meeting][1]
        return [
            Place(chair, self.deputies.get(chair.id) or chair.holder, bool(self.deputies.get(chair.id)))
            for chair in self.body.chairs
            if chair.held(on) and self.there.get(chair.id) in ("present", "part")
        ]


@dataclass
class Decision:
    """What a body decided that stands, on which content, and on which day it ends, if it does."""

    answer: str
    round: int
    content: str
    on: date
    meeting: str
    expires: date | None = None
    withdrawn: bool = False
    handled: Mapping[str, str] = field(default_factory=dict)

    def agrees(self, today: date) -> bool:
        return self.answer in AGREEING and not self.withdrawn and not self.expired(today)

    def expired(self, today: date) -> bool:
        return self.expires is not None and self.expires < today


def most(places: Iterable[Place], *, each_person_once: bool) -> int:
    """How many votes these people can fill: a vote once, and a person once where the body says so. By trying all."""
    by_vote: dict[str, set[str]] = {}
    for place in places:
        by_vote.setdefault(place.chair.vote, set()).add(place.person)
    if not each_person_once:
        return len(by_vote)
    return max((len(set(choice) - {""}) for choice in product(*({"", *who} for who in by_vote.values()))), default=0)


def quorate(body: Body, on: date, places: Sequence[Place], handled: Mapping[str, str]) -> bool:
    """A share of the voting seats, rounded up and at least one, and the named kinds of seat, for this item."""
    rule = body.rule
    once = rule["count_person_once"]
    voting = [place for place in places if place.chair.voting]
    out = {person for person, how in handled.items() if how not in rule["handlings_that_count"]}
    free = [place for place in voting if place.person not in out]
    present = most(free, each_person_once=once)
    base = len({one.vote for one in body.chairs if one.voting and (rule["vacant_in_denominator"] or one.held(on))})
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


def carried(form: Form, votes: Mapping[int, str]) -> bool | None:
    """More for than against, a shared vote once; on a tie the chair's vote decides, where it does. None: both ways."""
    shared: dict[str, set[str]] = {}
    for chair in form.body.chairs:
        if chair.id in votes:
            shared.setdefault(chair.vote, set()).add(votes[chair.id])
    if any({"for", "against"} <= said for said in shared.values()):
        return None
    ayes = sum("for" in said for said in shared.values())
    noes = sum("against" in said for said in shared.values())
    if ayes != noes or not ayes:
        return ayes > noes
    presiding = form.presiding or next(chair.id for chair in form.body.chairs if chair.kind == "chair")
    return bool(form.body.rule["casting_vote"]) and votes.get(presiding) == "for"


class Ledger:
    """The one case of a sequence, as whoever keeps the minutes would have it."""

    def __init__(self, bodies: Sequence[Body], needed: int, content: str, today: date) -> None:
        self.bodies = {body.code: body for body in bodies}
        self.needed, self.content, self.today = needed, content, today
        self.round, self.state = 1, "open"
        self.round_began = today
        self.decisions: dict[str, Decision] = {}
        self.before: set[str] = set()  # agreed an earlier version
        self.undecided: dict[str, str] = {}  # deferred, or was not quorate
        self.left_open: dict[str, list[tuple[str, date, date | None]]] = {code: [] for code in self.bodies}
        self.about: dict[str, int] = dict.fromkeys(self.bodies, 0)  # entries about each body
        self.items: set[tuple[str, str]] = set()
        self.scheduled: set[tuple[str, str]] = set()  # in this round

    def seen(self, body: Body) -> tuple[object, ...]:
        """What a form for this body is made from."""
        return self.round, self.content, self.about[body.code]

    def in_favour(self) -> list[str]:
        return [code for code, decision in self.decisions.items() if decision.agrees(self.today)]

    def lapsed(self, code: str) -> bool:
        decision = self.decisions.get(code)
        return decision is not None and decision.answer in AGREEING and not decision.agrees(self.today)

    def asked(self, code: str) -> bool:
        """Is this body asked now? A case that was agreed asks only whose agreement counts no more."""
        if self.state == "agreed":
            return self.lapsed(code)
        return self.state == "open" and (code not in self.decisions or self.lapsed(code))

    def possible(self) -> bool:
        """Can the rule across the bodies still be met on this version?"""
        against = [code for code, decision in self.decisions.items() if decision.answer == "not_agree"]
        return len(self.bodies) - len(against) >= self.needed

    def why_not_planned(self, body: Body, meeting: str) -> str:
        """Why the case cannot be put on this meeting's agenda; nothing where it can, or is there."""
        on = body.meetings[meeting][1]
        if not self.asked(body.code):
            return "not asked"
        for other, day, until in self.left_open[body.code]:
            if other == meeting or on < day or (until and on < until):
                return "it was before the body, or is deferred, then"
        return "held" if (body.code, meeting) not in self.items and on < self.today else ""

    def why_not(self, form: Form) -> str:
        """Why an answer may not be recorded; nothing where it may."""
        code, handled = form.body.code, form.body.handled.get(form.meeting, {})
        if form.meeting and form.room != form.body.in_the_room(form.meeting):
            return "the room has changed"
        if form.meeting and form.answer not in ("defer", "not_quorate") and ballot(form, handled)[1] == UNSAID:
            return UNSAID
        if not self.asked(code) or form.seen != self.seen(form.body):
            return "stale"
        on = form.body.meetings[form.meeting][1] if form.meeting else self.today
        if form.answer == "agree_with_local_variation" and form.until and form.until <= on:
            return "the variation ends with the decision"
        if form.answer == "defer" and (form.until is None or form.until <= on):
            return "deferred to no later day"
        if form.answer in ("agree_with_local_variation", "not_agree") and not form.reason:
            return "no reason"
        if not form.meeting:
            return ""
        if any(other == form.meeting or on < day for other, day, _ in self.left_open[code]):
            return "it was before the body then"
        return self._why_no_sitting(form) or self._why_no_outcome(form, handled)

    def _why_no_sitting(self, form: Form) -> str:
        on = form.body.meetings[form.meeting][1]
        if on > self.today or on < self.round_began:
            return "no meeting since"
        for place in form.places():
            starts, ends = form.body.deputies.get((place.chair.id, place.person), (on, on))
            if place.deputy and not starts <= on <= ends:
                return "a deputy out of dates"
        return ""

    def _why_no_outcome(self, form: Form, handled: Mapping[str, str]) -> str:
        quorum = quorate(form.body, form.body.meetings[form.meeting][1], form.places(), handled)
        if form.answer == "not_quorate":
            return "it was quorate" if quorum else ""
        votes, wrong = ballot(form, handled)
        motion = carried(form, votes)
        if motion is None:
            return "a shared vote both ways"
        if form.answer == "defer":
            return ""
        if not quorum:
            return "not quorate"
        if wrong:
            return wrong
        if form.answer == "not_agree":
            return "the votes carried it" if motion else ""
        return "" if motion else "the votes do not carry it"

    def why_not_withdrawn(self, form: Form) -> str:
        """Why the body may not withdraw its agreement so; nothing where it may."""
        decision = self.decisions.get(form.body.code)
        if self.state not in ("open", "agreed") or decision is None or not decision.agrees(self.today):
            return "nothing to withdraw"
        if form.meeting and form.room != form.body.in_the_room(form.meeting):
            return "the room has changed"
        if form.seen != self.seen(form.body):
            return "stale"
        if not form.meeting:
            return ""
        on, handled = form.body.meetings[form.meeting][1], form.body.handled.get(form.meeting, {})
        if form.meeting == decision.meeting or on < decision.on:
            return "not a later meeting"
        why = self._why_no_sitting(form)
        return why or self._why_no_outcome(form, handled)

    def record(self, form: Form) -> list[str]:
        """Write down an answer that may be recorded; gives the kinds of entry that follow."""
        code = form.body.code
        self.about[code] += 1
        on = form.body.meetings[form.meeting][1] if form.meeting else self.today
        if form.answer == "not_quorate":
            self.undecided[code] = "not quorate"
            self.left_open[code].append((form.meeting, on, None))
            return ["decision.not_quorate"]
        if form.answer == "defer":
            self.decisions.pop(code, None)
            self.undecided[code] = "deferred"
            self.left_open[code].append((form.meeting, on, form.until))
            return ["decision.recorded"]
        handled = dict(form.body.handled.get(form.meeting, {}))
        varied = form.answer == "agree_with_local_variation"
        if varied:
            self.left_open[code].append((form.meeting, on, None))
        expires = form.until if varied else None
        self.decisions[code] = Decision(
            form.answer, self.round, self.content, on, form.meeting, expires, handled=handled
        )
        if self.state == "open" and len(self.in_favour()) >= self.needed:
            self.state = "agreed"
            return ["decision.recorded", "case.agreed"]
        return ["decision.recorded"]

    def withdraw(self, form: Form) -> list[str]:
        """A body withdraws what it agreed."""
        code = form.body.code
        self.decisions[code].withdrawn = True
        self.about[code] += 1
        on = form.body.meetings[form.meeting][1] if form.meeting else self.today
        self.left_open[code].append((form.meeting, on, None))
        return ["agreement.withdrawn"]

    def schedule(self, body: Body, meeting: str) -> list[str]:
        """Put the case on an agenda; the same meeting twice is one entry."""
        self.items.add((body.code, meeting))
        if (body.code, meeting) in self.scheduled:
            return []
        self.scheduled.add((body.code, meeting))
        self.about[body.code] += 1
        return ["case.scheduled"]

    def another_version(self, content: str) -> list[str]:
        """The asker puts another version to the same bodies: everybody is asked anew."""
        self.before |= set(self.in_favour())
        self.round, self.content, self.round_began = self.round + 1, content, self.today
        self.decisions, self.undecided, self.scheduled = {}, {}, set()
        self.left_open = {code: [] for code in self.bodies}
        return ["round.opened"]

    def words(self, code: str) -> set[str]:
        """What may stand as a body's standing: one word where it has answered, else what the calendar says."""
        decision = self.decisions.get(code)
        if self.state == "withdrawn" and (decision is None or self.lapsed(code)):
            return {"withdrawn"}
        if decision is not None:
            if decision.withdrawn:
                return {"agreement withdrawn"}
            return {"local variation expired"} if decision.expired(self.today) else {IN_WORDS[decision.answer]}
        said = {"not yet scheduled", "not yet answered", "scheduled"}
        if code in self.undecided:
            said = {self.undecided[code], "scheduled"}
        return said | {"re-affirmation needed"} if code in self.before else said
