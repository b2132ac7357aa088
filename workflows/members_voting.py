"""Members vote on line in a window between meetings: who may sign for which seat, and what the votes come to.

The same rules hold as in a room. A vote is of a seat: who holds two seats signs for each, and counts towards quorum as
the body's own rule says; of seats that share a vote either casts it, once; a deputy signs for one seat within the dates
of that, both names kept, and the interest that bars is the signing person's. Who signed counts as present, whoever did
not as absent. A vote once signed stands. What each voted is shown once the outcome is recorded, as at a meeting.

The entries, beside what an entry about a body always says (body_id, round, stage, content_hash):

    voting.opened   opens, closes (moments), answer, conditions, exclusions (as a decision's entry has them)
    vote.signed     voting (id of the window's entry), seat_id, seat, holder_id, holder, person_id, person,
                    deputy_for, vote, interest_kind (of who declares an interest and so takes no part)
    voting.stopped  voting, reason: it was opened by mistake; what was signed stays on record and counts for nothing
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflows.facts import BodyFact, CaseEntry, ExclusionFact, InterestKind, SeatFact, Vote, day_in_words
from workflows.quorum import INTEREST_IN_WORDS
from workflows.stages import PartyRule
from workflows.verdict import Verdict, all_of, no, yes

LONDON = ZoneInfo("Europe/London")
CAST: tuple[Vote, ...] = ("for", "against", "abstain")
MOTIONS = frozenset({"agree", "agree_with_conditions"})


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
    excluded: tuple[ExclusionFact, ...]
    signed: tuple[Signed, ...]

    def open_at(self, now: datetime) -> bool:
        return self.opens <= now < self.closes

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
        excluded=tuple(
            ExclusionFact(
                one["seat_id"],
                one["person"],
                one["interest_kind"],
                one["handling"],
                one.get("reason") or "",
                one.get("person_id"),
            )
            for one in said.get("exclusions") or ()
        ),
        signed=tuple(_signed(entry) for entry in later if entry.tag == "vote.signed"),
    )


def offered(rule: PartyRule | None, body: BodyFact) -> Verdict:
    """Do the definition and this body's own rule let its members decide this on line?"""
    if rule is None or rule.decide != "members":
        return no(
            f"What is asked does not let the members of {body.short_name} vote on line.", "its meeting’s decision"
        )
    if body.quorum is None or not body.quorum.members_vote:
        return no(
            f"{body.short_name}’s own rule does not let its members vote on line, so its meeting decides.",
            f"a meeting of {body.short_name}",
            "a rule of the body that lets its members vote on line",
        )
    return yes(f"The members of {body.short_name} may vote on line.")


def motions(rule: PartyRule) -> tuple[str, ...]:
    """The answers that may be put to the members; not carried, the body does not agree."""
    return tuple(answer for answer in rule.answers if answer in MOTIONS)


def may_open(
    rule: PartyRule | None, body: BodyFact, answer: str, opens: datetime, closes: datetime, now: datetime
) -> Verdict:
    """May a window be opened so? It lasts past now, and closes after it opens."""
    allowed = offered(rule, body)
    if not allowed or rule is None:
        return allowed
    problems = []
    if answer not in motions(rule):
        problems.append(no("That answer cannot be put to the members.", "an answer that members can vote for"))
    if closes <= opens:
        problems.append(no("Voting has to close after it opens.", f"a time after {moment_in_words(opens)}"))
    if closes <= now:
        problems.append(
            no(f"{moment_in_words(closes)} is past: nobody could vote.", f"a time after {moment_in_words(now)}")
        )
    if not any(seat.voting and not seat.vacant for seat in body.seats):
        problems.append(no(f"Nobody holds a seat of {body.short_name} with a vote.", "a holder of such a seat"))
    return all_of(*problems) if problems else yes(f"The members of {body.short_name} may be asked.")


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
    shared = next((one for one in _sharing(body, seat) if casts(window.of_seat(one.id))), None)
    if shared is not None:
        cast = window.of_seat(shared.id)
        assert cast is not None
        return no(f"{seat.title} shares its vote with {shared.title}, and {cast.person} has cast it.")
    barred = next((one for one in window.excluded if _concerns(one, person_id, person_name)), None)
    if barred is not None and barred.handling != "note_only":
        interest = INTEREST_IN_WORDS[barred.interest_kind]
        return no(
            f"{person_name} may not vote on this because of {interest}.",
            f"a deputy without an interest for {seat.person_name}",
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


def may_stop(window: Window, reason: str, now: datetime) -> Verdict:
    """May the window be stopped, its votes counting for nothing? Until it closes: then it has an outcome."""
    if now >= window.closes:
        return no(
            f"Voting closed on {moment_in_words(window.closes)}, so its outcome is recorded.",
            "the outcome, which can be corrected with a reason",
        )
    if not reason.strip():
        return no("Stopping the voting needs its reason.", "the reason")
    return yes("The voting may be stopped.")


def standing_sentence(short_name: str, window: Window, now: datetime) -> str:
    """ "The members of Merton vote on line until 5 November 2015 at 5pm; 3 have signed so far."."""
    if now >= window.closes:
        return (
            f"The members of {short_name} voted until {moment_in_words(window.closes)}; the outcome is not "
            "recorded yet."
        )
    since = f"from {moment_in_words(window.opens)} " if now < window.opens else ""
    number = len(window.signed)
    signed = f"{number} {'has' if number == 1 else 'have'} signed so far" if number else "nobody has signed so far"
    return f"The members of {short_name} vote on line {since}until {moment_in_words(window.closes)}; {signed}."


def opened_sentence(short_name: str, version: str, said: Mapping[str, Any]) -> str:
    """The line of a window in a history."""
    return (
        f"{short_name}: {version} was put to the vote of its members on line, from "
        f"{moment_in_words(as_moment(said['opens']))} to {moment_in_words(as_moment(said['closes']))}."
    )


def sentence_within(entry: CaseEntry, short_name: str) -> str:
    """The line of what happened in a window: of a vote that it was signed, and never how; or that it was stopped."""
    said = entry.payload
    if entry.tag == "voting.stopped":
        reason = str(said["reason"]).rstrip(".")
        return f"{short_name}: the vote of its members on line was stopped, and counts for nothing: {reason}."
    deputy = f", deputy for {said['deputy_for']}," if said.get("deputy_for") else ""
    took = "declared an interest and took no part" if said.get("interest_kind") else "signed a vote"
    return f"{said['person']}{deputy} {took} for the seat {said['seat']}."


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


def casts(one: Signed | None) -> bool:
    """Whether this is a vote for or against: the one vote of those who share it."""
    return one is not None and one.vote in ("for", "against")


def _sharing(body: BodyFact, seat: SeatFact) -> list[SeatFact]:
    if seat.shared_vote is None:
        return []
    return [one for one in body.seats if one.shared_vote == seat.shared_vote and one.id != seat.id]


def _concerns(one: ExclusionFact, person_id: int | None, person_name: str) -> bool:
    if one.person_id is not None and person_id is not None:
        return one.person_id == person_id
    return one.person_name.casefold() == person_name.casefold()
