"""Members vote on line in a window between meetings: who may sign for which seat, and what the votes come to.

The same rules hold as in a room. A vote is of a seat: who holds two seats signs for each, and counts towards quorum as
the body's own rule says; of seats that share a vote either casts it, once; a deputy signs for one seat within the dates
of that, both names kept, and the interest that bars is the signing person's. Who signed counts as present, whoever did
not as absent. A vote once signed stands. What each voted is shown once the outcome is recorded, as at a meeting.

The entries, beside what an entry about a body always says (body_id, round, stage, content_hash):

    voting.opened   opens, closes (moments), answer, conditions with their keepers, exclusions (as a decision has them)
    vote.signed     voting (id of the window's entry), seat_id, seat, holder_id, holder, person_id, person,
                    deputy_for, vote, interest_kind (of who declares an interest and so takes no part)
    voting.stopped  voting, reason: it was opened by mistake; what was signed stays on record and counts for nothing
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflows.facts import (
    BodyFact,
    CaseEntry,
    ExclusionFact,
    InterestKind,
    Keeper,
    SeatFact,
    Vote,
    day_in_words,
    day_read,
)
from workflows.quorum import INTEREST_IN_WORDS
from workflows.verdict import Verdict, no, yes
from workflows.voting_interests import (
    Declared,
    Ruled,
    declared_within,
    latest,
    rulings_when_opened,
    rulings_within,
    unruled,
    who_rules,
)

LONDON = ZoneInfo("Europe/London")
CAST: tuple[Vote, ...] = ("for", "against", "abstain")


@dataclass(frozen=True, slots=True)
class Signed:
    """One vote as it was signed: for which seat, by whom, in whose place."""

    seat_id: int
    seat: str
    holder_id: int | None
    holder: str
    person_id: int | None
    person: str
    vote: Vote
    at: datetime
    interest_kind: InterestKind | None = None

    @property
    def deputises(self) -> bool:
        """Whether somebody else than the holder signed."""
        return self.person_id != self.holder_id if self.person_id is not None else self.person != self.holder


@dataclass(frozen=True, slots=True)
class Window:
    """A window as its entry opened it, with the votes signed so far. The moment at which it closes is outside it."""

    entry_id: int
    opens: datetime
    closes: datetime
    content_hash: str
    answer: str
    conditions: tuple[str, ...]
    keepers: tuple[Keeper, ...]
    rulings: tuple[Ruled, ...]
    declared: tuple[Declared, ...]
    signed: tuple[Signed, ...]

    @property
    def excluded(self) -> tuple[ExclusionFact, ...]:
        """How the interest of each person is handled, as it was ruled last."""
        return latest(self.rulings)

    @property
    def awaited(self) -> tuple[Declared, ...]:
        """Who declared an interest that is not ruled on yet."""
        return unruled(self.declared, self.excluded)

    def knowing(self, rulings: Iterable[Ruled], declared: Iterable[Declared]) -> "Window":
        """The same window with what the agendas of the body's meetings hold of interests in it."""
        return replace(self, rulings=(*self.rulings, *rulings), declared=(*self.declared, *declared))

    def barred(self, person_id: int | None, person: str) -> ExclusionFact | None:
        """What keeps a person from voting, where anything does."""
        return next(
            (one for one in self.excluded if one.handling != "note_only" and _concerns(one, person_id, person)), None
        )

    def vote_of(self, seat_id: int) -> Vote | None:
        """The vote of this seat as it counts: who was found to have an interest that bars takes no part in any seat."""
        one = self.of_seat(seat_id)
        if one is None:
            return None
        out = self.barred(one.person_id, one.person) or self.took_no_part(one.person_id, one.person)
        return "recused" if out else one.vote

    def took_no_part(self, person_id: int | None, person: str) -> Signed | None:
        """What a person signed who declared an interest as they did, for whichever of their seats."""
        return next(
            (
                one
                for one in self.signed
                if one.interest_kind
                and (one.person_id == person_id if one.person_id and person_id else one.person == person)
            ),
            None,
        )

    def open_at(self, now: datetime) -> bool:
        return self.opens <= now < self.closes

    @property
    def put(self) -> tuple[tuple[str, Keeper], ...]:
        """The conditions that are voted on, each with who would see to it and by when."""
        keepers = (*self.keepers, *(Keeper() for _ in self.conditions))
        return tuple(zip(self.conditions, keepers, strict=False))

    def of_seat(self, seat_id: int) -> Signed | None:
        """The vote of this seat, where it is signed."""
        return next((one for one in self.signed if one.seat_id == seat_id), None)


def window_of(opened: CaseEntry, later: Iterable[CaseEntry]) -> Window:
    """The window that an entry opened, with the votes that `later` entries signed in it."""
    said = opened.payload
    later = tuple(later)
    return Window(
        entry_id=opened.id,
        opens=as_moment(said["opens"]),
        closes=as_moment(said["closes"]),
        content_hash=str(said["content_hash"]),
        answer=str(said["answer"]),
        conditions=tuple(said.get("conditions") or ()),
        keepers=tuple(
            Keeper(str(one.get("owner") or ""), day_read(one.get("due"))) for one in said.get("keepers") or ()
        ),
        rulings=(*rulings_when_opened(opened), *rulings_within(later)),
        declared=declared_within(later),
        signed=tuple(_signed(entry) for entry in later if entry.tag == "vote.signed"),
    )


def may_sign(
    window: Window,
    body: BodyFact,
    seat_id: int,
    *,
    person_id: int | None,
    person_name: str,
    deputies: Collection[int],
    now: datetime,
) -> Verdict:
    """May this person sign for this seat now? `deputies` are the people who may stand in for it today."""
    open_now = may_sign_now(window, now)
    if not open_now:
        return open_now
    seat = next((one for one in body.seats if one.id == seat_id), None)
    if seat is None:
        return no(f"That is not a seat of {body.short_name} today.", "a seat that you hold")
    if not seat.voting:
        return no(f"{seat.title} has no vote.", "a seat that holds a vote")
    if seat.vacant:
        return no(f"{seat.title} is vacant, and nobody deputises for nobody.", "a person holding the seat")
    if person_id is not None and person_id != seat.person_id and person_id not in deputies:
        return no(
            f"{person_name} neither holds the seat {seat.title} today nor may stand in for {seat.person_name}.",
            f"the vote of {seat.person_name}, or of a deputy named for the seat",
        )
    before = window.of_seat(seat.id)
    if before is not None:
        return no(
            f"{before.person} signed for the seat {seat.title} on {moment_in_words(before.at)}. A vote once signed "
            "stands.",
        )
    shared = next((one for one in _sharing(body, seat) if casts(window.vote_of(one.id))), None)
    if shared is not None:
        cast = window.of_seat(shared.id)
        assert cast is not None
        return no(f"{seat.title} shares its vote with {shared.title}, and {cast.person} has cast it.")
    barred = window.barred(person_id, person_name)
    if barred is not None:
        interest = INTEREST_IN_WORDS[barred.interest_kind]
        return no(
            f"{person_name} may not vote on this because of {interest}.",
            f"a deputy without an interest for {seat.person_name}",
        )
    out = window.took_no_part(person_id, person_name)
    if out is not None:
        return no(
            f"{person_name} declared an interest in this when signing for {out.seat}, and takes no part in it.",
            f"a deputy without an interest for {seat.person_name}",
        )
    awaited = any(one.person_id == person_id if person_id else one.person == person_name for one in window.awaited)
    if awaited:
        rules = who_rules(body, window.excluded, window.awaited)
        return no(
            f"{person_name} has declared an interest in this, and how it is handled is awaited. {rules.sentence}",
            "a ruling on the interest",
        )
    return yes(f"{person_name} may sign for the seat {seat.title}.")


def may_sign_now(window: Window, now: datetime) -> Verdict:
    """Is the window open?"""
    if now < window.opens:
        return no(f"Voting opens on {moment_in_words(window.opens)}.", "that moment")
    if now >= window.closes:
        return no(f"Voting closed on {moment_in_words(window.closes)}. Nothing was recorded.")
    return yes(f"Voting is open until {moment_in_words(window.closes)}.")


def may_be_recorded(window: Window, now: datetime) -> Verdict:
    """May the outcome be recorded? Only once nobody can sign any more."""
    if now < window.closes:
        return no(
            f"Voting is open until {moment_in_words(window.closes)}; its outcome is recorded after that.",
            "the close of voting",
        )
    return yes("Voting is closed.")


def moment_in_words(moment: datetime) -> str:
    """ "5 November 2015 at 5pm", in London."""
    local = moment.astimezone(LONDON)
    minutes = f".{local.minute:02d}" if local.minute else ""
    return f"{day_in_words(local.date())} at {local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def as_moment(value: Any) -> datetime:
    """A moment in a payload, whether it came as text or as a moment."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _signed(entry: CaseEntry) -> Signed:
    said = entry.payload
    return Signed(
        said["seat_id"],
        said["seat"],
        said.get("holder_id"),
        said["holder"],
        said.get("person_id"),
        said["person"],
        said["vote"],
        entry.at,
        said.get("interest_kind"),
    )


def casts(vote: Vote | None) -> bool:
    """Whether this is a vote for or against: the one vote of those who share it."""
    return vote in ("for", "against")


def _sharing(body: BodyFact, seat: SeatFact) -> list[SeatFact]:
    if seat.shared_vote is None:
        return []
    return [one for one in body.seats if one.shared_vote == seat.shared_vote and one.id != seat.id]


def _concerns(one: ExclusionFact, person_id: int | None, person_name: str) -> bool:
    if one.person_id is not None and person_id is not None:
        return one.person_id == person_id
    return one.person_name.casefold() == person_name.casefold()
