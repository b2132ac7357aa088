"""The bodies, people and cases that the tests of the rules tell their stories with."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import settings

from workflows.facts import (
    AttendanceFact,
    BodyFact,
    BodyKind,
    CaseEntry,
    ExclusionFact,
    Handling,
    InterestKind,
    MeetingFact,
    PartyFact,
    QuorumNeed,
    QuorumRule,
    SeatFact,
)

BOUNDED = settings(max_examples=25, deadline=None)
"""How far a property is tried: the rules' tests run in about a second together."""

CLINICIAN = QuorumNeed(frozenset({"gp", "clinical_chair", "nurse", "secondary_care_doctor"}), 2, "clinician")
LAY_MEMBER = QuorumNeed(frozenset({"lay_member"}), 1, "lay member")
A_THIRD = QuorumRule(1, 3, (CLINICIAN, LAY_MEMBER))

MERTON_SEATS = (
    SeatFact(1, "Clinical chair", "clinical_chair", True, 101, "Dr Chair"),
    SeatFact(2, "GP member, east", "gp", True, 102, "Dr East"),
    SeatFact(3, "GP member, west", "gp", True, 103, "Dr West"),
    SeatFact(4, "Lay member", "lay_member", True, 104, "Mr Lay"),
    SeatFact(5, "Chief finance officer", "finance_officer", True, 105, "Ms Finance"),
    SeatFact(6, "Registered nurse", "nurse", True),
    SeatFact(7, "Director of public health", "attendee", False, 107, "Dr Public"),
)


def merton(rule: QuorumRule | None = A_THIRD, seats: tuple[SeatFact, ...] = MERTON_SEATS, **more: Any) -> BodyFact:
    return BodyFact(8, "Merton CCG Governing Body", "Merton", "governing_body", seats, rule, **more)


def present(*seats: SeatFact) -> list[AttendanceFact]:
    return [AttendanceFact(seat.id, seat.person_id, seat.person_name or "", "present") for seat in seats]


def seats_of(body: BodyFact, *ids: int) -> list[SeatFact]:
    return [seat for seat in body.seats if seat.id in ids]


def excluded(seat: SeatFact, handling: Handling = "leave", kind: InterestKind = "financial") -> ExclusionFact:
    return ExclusionFact(seat.id, seat.person_name or "", kind, handling, "declared", seat.person_id)


def party(body_id: int, short_name: str, kind: BodyKind = "governing_body") -> PartyFact:
    return PartyFact(body_id, f"{short_name} CCG Governing Body", short_name, kind)


CROYDON, KINGSTON, MERTON, RICHMOND, SUTTON, WANDSWORTH = (
    party(number, name)
    for number, name in enumerate(("Croydon", "Kingston", "Merton", "Richmond", "Sutton", "Wandsworth"), start=1)
)
NHS_ENGLAND = PartyFact(7, "NHS England (London)", "NHS England", "officer")
SEVEN = (CROYDON, KINGSTON, MERTON, RICHMOND, SUTTON, WANDSWORTH, NHS_ENGLAND)


def meeting(
    number: int, of: PartyFact, held_on: date, *, with_case: bool = True, cancelled: bool = False
) -> MeetingFact:
    due = held_on - timedelta(days=7)
    return MeetingFact(number, of.body_id, "Governing Body in public", held_on, due, with_case, cancelled)


class Ledger:
    """A case's entries, written one after another at noon on the day that is said."""

    def __init__(self) -> None:
        self.entries: list[CaseEntry] = []

    def write(self, tag: str, on: date, **payload: Any) -> CaseEntry:
        at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        entry = CaseEntry(len(self.entries) + 1, tag, at, 1, payload)
        self.entries.append(entry)
        return entry

    def open_round(self, number: int, stage: str, on: date, *, content: str, label: str) -> CaseEntry:
        return self.write("round.opened", on, number=number, stage=stage, content_hash=content, version_label=label)

    def respond(self, parties: Iterable[PartyFact], on: date, *, round: int = 1, content: str = "aa") -> None:
        for one in parties:
            self.decide(one, "respond", on, round=round, content=content)

    def decide(
        self, who: PartyFact, answer: str, on: date, *, round: int = 2, content: str = "bb", **more: Any
    ) -> CaseEntry:
        return self.write(
            "decision.recorded",
            on,
            body_id=who.body_id,
            round=round,
            answer=answer,
            content_hash=content,
            held_on=on.isoformat(),
            **more,
        )


def at_noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
