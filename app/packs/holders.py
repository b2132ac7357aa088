"""Who holds which edition of the update: what each body's pack encloses, who was sent what, and what corrected it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from app.meetings.models import Meeting
from app.packs.facts import bodies_with_packs
from app.packs.models import Circulation, Correction, CorrectionCirculation, Edition, Pack
from app.people.models import DecidingBody, Person
from app.programme.models import Period


@dataclass(frozen=True, slots=True)
class Sent:
    """Something sent to so many people, of whom so many opened it."""

    at: datetime | None
    people: int
    opened: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A body and what it holds: its pack with an edition of the period, and the corrections sent after it."""

    body: DecidingBody
    pack: Pack | None = None
    edition: int | None = None
    sent: Sent | None = None
    corrections: dict[int, Sent] = field(default_factory=dict)

    @property
    def holds(self) -> str:
        """`edition 1 with correction 1`, or that nothing has been sent."""
        if self.sent is None:
            return "not yet sent"
        numbers = " and ".join(str(number) for number in sorted(self.corrections))
        words = "corrections" if len(self.corrections) > 1 else "correction"
        return f"edition {self.edition}" + (f" with {words} {numbers}" if numbers else "")


def editions_of(session: Session, period: Period) -> Sequence[Edition]:
    """Every edition of a period, newest first, without its facts."""
    return session.scalars(
        sa.select(Edition)
        .options(defer(Edition.facts))
        .where(Edition.period_id == period.id)
        .order_by(Edition.number.desc())
    ).all()


def released_corrections(session: Session, period_ids: Collection[int]) -> Sequence[Correction]:
    """The released corrections of these periods, first to last, without their facts."""
    return session.scalars(
        sa.select(Correction)
        .options(defer(Correction.facts), joinedload(Correction.period))
        .where(Correction.period_id.in_(period_ids), Correction.released_at.is_not(None))
        .order_by(Correction.period_id, Correction.number)
    ).all()


def corrections_since(session: Session, things: Iterable[Pack | Edition]) -> dict[tuple[str, int], list[Correction]]:
    """By kind and id, the released corrections that came after the edition which each of these is or encloses."""
    every = list(things)
    ids = {one.edition_id if isinstance(one, Pack) else one.id for one in every} - {None}
    places = {
        row.id: (row.period_id, row.number)
        for row in session.execute(sa.select(Edition.id, Edition.period_id, Edition.number).where(Edition.id.in_(ids)))
    }
    of_period: dict[int, list[Correction]] = defaultdict(list)
    for correction in released_corrections(session, {period for period, _ in places.values()}):
        of_period[correction.period_id].append(correction)
    found = {}
    for one in every:
        kind, edition_id = ("pack", one.edition_id) if isinstance(one, Pack) else ("edition", one.id)
        period, number = places.get(edition_id or 0, (0, 0))
        found[kind, one.id] = [correction for correction in of_period[period] if correction.number >= number]
    return found


def holders(session: Session, edition: Edition) -> list[Holder]:
    """Each body that meets, with its released packs of the edition's period: a fixed number of statements."""
    packs = session.scalars(
        sa.select(Pack)
        .join(Edition, Edition.id == Pack.edition_id)
        .join(Meeting, Meeting.id == Pack.meeting_id)
        .options(defer(Pack.facts), joinedload(Pack.meeting).joinedload(Meeting.body), joinedload(Pack.edition))
        .where(Edition.period_id == edition.period_id, Pack.part == 1, Pack.state == "released")
        .order_by(Meeting.held_on, Pack.id)
    ).all()
    ids = [pack.id for pack in packs]
    sent = {
        row.pack_id: Sent(row.at, row.people, row.opened)
        for row in session.execute(
            sa.select(
                Circulation.pack_id,
                sa.func.min(Circulation.sent_at, type_=Circulation.sent_at.type).label("at"),
                sa.func.count(Circulation.id).label("people"),
                sa.func.count(Circulation.opened_at).label("opened"),
            )
            .where(Circulation.pack_id.in_(ids))
            .group_by(Circulation.pack_id)
        )
    }
    corrected = _corrected(session, ids)
    found = []
    for body in bodies_with_packs(session, edition):
        own = [pack for pack in packs if pack.meeting.body_id == body.id]
        found += [
            Holder(
                body,
                pack,
                pack.edition.number if pack.edition else None,
                sent.get(pack.id, Sent(pack.released_at, 0, 0)),
                corrected[pack.id],
            )
            for pack in own
        ] or [Holder(body)]
    return found


def _corrected(session: Session, pack_ids: Sequence[int]) -> dict[int, dict[int, Sent]]:
    rows = session.execute(
        sa.select(
            Circulation.pack_id,
            Correction.number,
            sa.func.min(CorrectionCirculation.sent_at, type_=CorrectionCirculation.sent_at.type).label("at"),
            sa.func.count(CorrectionCirculation.id).label("people"),
            sa.func.count(CorrectionCirculation.opened_at).label("opened"),
        )
        .join(CorrectionCirculation, CorrectionCirculation.circulation_id == Circulation.id)
        .join(Correction, Correction.id == CorrectionCirculation.correction_id)
        .where(Circulation.pack_id.in_(pack_ids))
        .group_by(Circulation.pack_id, Correction.number)
        .order_by(Correction.number)
    )
    found: dict[int, dict[int, Sent]] = defaultdict(dict)
    for row in rows:
        found[row.pack_id][row.number] = Sent(row.at, row.people, row.opened)
    return found


def in_words(found: Sequence[Holder]) -> list[str]:
    """`Edition 1 with correction 1: Croydon and Kingston.`, a sentence for each thing that is held."""
    by_what: dict[str, list[str]] = defaultdict(list)
    for one in found:
        by_what[one.holds].append(one.body.short_name)
    return [f"{what[0].upper()}{what[1:]}: {', '.join(dict.fromkeys(names))}." for what, names in by_what.items()]


def people(session: Session, pack_ids: Collection[int]) -> Sequence[Any]:
    """Who was sent these packs and their corrections, by name; for the organisation's own people."""
    return session.execute(
        sa.select(
            Person.name,
            Person.demonstration,
            DecidingBody.short_name,
            Circulation.sent_at,
            Circulation.opened_at,
            Correction.number,
            CorrectionCirculation.sent_at.label("corrected_at"),
            CorrectionCirculation.opened_at.label("correction_opened_at"),
        )
        .select_from(Circulation)
        .join(Person, Person.id == Circulation.person_id)
        .join(Pack, Pack.id == Circulation.pack_id)
        .join(Meeting, Meeting.id == Pack.meeting_id)
        .join(DecidingBody, DecidingBody.id == Meeting.body_id)
        .outerjoin(CorrectionCirculation, CorrectionCirculation.circulation_id == Circulation.id)
        .outerjoin(Correction, Correction.id == CorrectionCirculation.correction_id)
        .where(Circulation.pack_id.in_(pack_ids))
        .order_by(DecidingBody.short_name, Person.name, Circulation.id, Correction.number)
    ).all()
