"""Where each party stands in each round of a case, read from its entries and the calendar, before they are added up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from workflows.carrying import carry
from workflows.case_history import CASE_AGREED, CASE_STOPPED, CASE_WITHDRAWN, CaseHistory, day_of, fold
from workflows.deadline import Deadline, deadline
from workflows.facts import CaseEntry, MeetingFact, PartyFact, day_in_words
from workflows.materiality import rulings_of
from workflows.party_standing import PartyReader, PartyStanding, as_superseded
from workflows.stages import Definition
from workflows.standing_in import put_in_place, stand_ins


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """One round: the version it pinned and the parties it asked. `completed_on` is nothing until it is complete."""

    number: int
    stage: str
    title: str
    version_label: str
    content_hash: str
    opened_on: date
    completed_on: date | None
    due: Deadline | None
    superseded: bool
    parties: tuple[PartyStanding, ...]


@dataclass(frozen=True, slots=True)
class RoundsStanding:
    """Every round of a case with where each party stands in it, before anything is added up."""

    rounds: tuple[RoundStanding, ...]
    folded: CaseHistory = field(compare=False, repr=False)

    @property
    def round(self) -> RoundStanding | None:
        """The round in which the case stands now."""
        return self.rounds[-1] if self.rounds else None

    @property
    def parties(self) -> tuple[PartyStanding, ...]:
        """The parties' standings in the round in which the case stands now."""
        return self.rounds[-1].parties if self.rounds else ()

    @property
    def closed(self) -> bool:
        """Whether the case is closed: agreed, stopped or withdrawn."""
        return self.folded.closed is not None

    def party(self, body_id: int) -> PartyStanding | None:
        """One party's standing now, or nothing when this stage does not ask it."""
        return next((found for found in self.parties if found.party.body_id == body_id), None)


def rounds_standing(
    definition: Definition,
    parties: Sequence[PartyFact],
    entries: Sequence[CaseEntry],
    meetings: Sequence[MeetingFact],
    now: datetime,
    *,
    before: RoundsStanding | None = None,
    about: Collection[int] = (),
    bank_holidays: Collection[date] = (),
) -> RoundsStanding:
    """Where each party stands in each round at the moment `now` (aware).

    `bank_holidays` are needed where a stage is to be answered within so many working days.

    With `before`, the standing at the same moment without the last entries, where these say nothing about any round
    but its latest, and nothing about a party that is not in `about`: what they do not touch is taken over as read.
    """
    history = fold(entries)
    today = day_of(now)
    rulings = rulings_of(history.rulings)
    rounds: list[RoundStanding] = list(before.rounds[:-1]) if before else []
    same_round = before is not None and len(before.rounds) == len(history.rounds) and history.closed is None
    as_read = {found.party.body_id: found for found in before.parties} if before and same_round else {}
    places = stand_ins(history.standing_in)
    # whoever answers for another, or is answered for, stands otherwise than was read of it alone
    stood_in = {body_id for one in places for body_id in (one.body_id, one.to_id)}
    as_read = {body_id: found for body_id, found in as_read.items() if body_id not in stood_in}
    for index, the_round in enumerate(history.rounds[len(rounds) :], start=len(rounds)):
        stage = definition.stage(the_round.stage)
        latest = index == len(history.rounds) - 1
        opened_on = day_of(the_round.opened.at)
        reader = PartyReader(stage, the_round, history.rounds[:index], meetings, opened_on, today, now)
        read = [
            carry(reader.read(party), the_round, history.rounds[:index], rulings, today)
            if party.body_id in about or party.body_id not in as_read
            else as_read[party.body_id]
            for party in stage.asked(parties)
        ]
        read = put_in_place(read, places, the_round.number, today)
        superseded = (
            not latest
            and the_round.completed is None
            and history.rounds[index + 1].content_hash != the_round.content_hash
        )
        if superseded:
            by = history.rounds[index + 1].version_label
            read = [as_superseded(found, the_round.version_label, by) for found in read]
        elif latest and history.closed and history.closed.tag == CASE_WITHDRAWN:
            read = [found if found.answer else _withdrawn(found, history.closed) for found in read]
        rounds.append(
            RoundStanding(
                number=the_round.number,
                stage=stage.name,
                title=stage.title,
                version_label=the_round.version_label,
                content_hash=the_round.content_hash,
                opened_on=opened_on,
                completed_on=day_of(the_round.completed.at) if the_round.completed else None,
                due=deadline(stage.by, opened_on, bank_holidays) if stage.by else None,
                superseded=superseded,
                parties=tuple(read),
            )
        )
    return RoundsStanding(tuple(rounds), history)


def closing_sentence(closed: CaseEntry | None) -> str:
    """How the case was closed, and why; nothing where it was not."""
    if closed is None:
        return ""
    how = {CASE_AGREED: "closed as agreed", CASE_STOPPED: "stopped", CASE_WITHDRAWN: "withdrawn"}[closed.tag]
    reason = str(closed.payload.get("reason") or "").rstrip(".")
    sentence = f"The case was {how} on {day_in_words(day_of(closed.at))}"
    return f"{sentence}: {reason}." if reason else f"{sentence}."


def _withdrawn(found: PartyStanding, closed: CaseEntry) -> PartyStanding:
    sentence = closing_sentence(closed)
    return PartyStanding(found.party, "withdrawn", sentence, on=day_of(closed.at))
