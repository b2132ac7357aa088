"""What can be asked of editions and packs: what is published, what stands for a meeting, who was sent what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.db.by_words import few, named
from app.db.pages import Span
from app.meetings.models import Meeting
from app.packs.models import Circulation, Correction, Edition, Pack
from app.people.models import DecidingBody, Person
from app.permissions import Missing, Resource
from app.programme.models import Period, Programme
from workflows.facts import day_in_words


@dataclass(frozen=True, slots=True)
class SharedSection:
    """One section of an edition, and its hash in each body's pack (by the body's short name)."""

    title: str
    hash: str
    in_packs: dict[str, str]

    @property
    def same(self) -> bool:
        """Whether every pack holds exactly this section."""
        return all(found == self.hash for found in self.in_packs.values())


@dataclass(frozen=True, slots=True)
class Returned:
    """The chair returned a pack: who, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PublishedPack:
    """A released pack with its meeting's title and day as it was frozen, and what became of the meeting since."""

    pack: Pack
    title: str
    held_on: date
    since: str


def bodies_published(session: Session) -> Sequence[tuple[str, str]] | None:
    """The bodies with released packs of meetings in public (code, name), None where they are too many for a list."""
    return few(
        session,
        sa.select(DecidingBody.code, DecidingBody.short_name)
        .where(sa.exists().where(Meeting.body_id == DecidingBody.id, Pack.meeting_id == Meeting.id, *_RELEASED))
        .order_by(DecidingBody.short_name, DecidingBody.code),
    )


_RELEASED = (Pack.state == "released", Pack.part == 1)


def packs_out(body: str = "") -> sa.Select[int]:
    """The query for the released packs of meetings in public, of the bodies whose code or name `body` is."""
    query = (
        sa.select(Pack.id)
        .join(Meeting, Meeting.id == Pack.meeting_id)
        .join(DecidingBody, DecidingBody.id == Meeting.body_id)
        .where(*_RELEASED)
    )
    return query.where(named(body, DecidingBody, "short_name", "name")) if body else query


def released_packs(session: Session, body: str, shown: Span) -> list[PublishedPack]:
    """Released packs of meetings in public, of some bodies where their code or name is given: those of one page.

    The latest meeting comes first; of the frozen facts only what is listed is read, and only of what is shown.
    """
    order = (Meeting.held_on.desc(), DecidingBody.short_name, Pack.version.desc(), Pack.id)
    of_these = shown.cut(packs_out(body).order_by(*order)).subquery()
    frozen = Pack.facts["content"]["meeting"]
    rows = session.execute(
        sa.select(Pack, frozen["title"].as_string().label("title"), frozen["held_on"].as_string().label("held_on"))
        .join(of_these, of_these.c.id == Pack.id)
        .join(Pack.meeting)
        .join(Meeting.body)
        .options(contains_eager(Pack.meeting).contains_eager(Meeting.body), defer(Pack.facts))
        .order_by(*order)
    )
    found = []
    for pack, title, held_on in rows:
        day = date.fromisoformat(held_on)
        found.append(PublishedPack(pack, title, day, became_of(pack.meeting, day)))
    return found


def became_of(meeting: Meeting, held_on: date) -> str:
    """What became of a meeting since its pack was frozen for `held_on`, to stand after it; empty where nothing did."""
    if meeting.state == "cancelled":
        return "the meeting has since been cancelled"
    if meeting.held_on != held_on:
        return f"the meeting has since been moved to {day_in_words(meeting.held_on)}"
    return ""


def moved_since(pack: Pack) -> str:
    """`became_of` for a pack whose facts are at hand."""
    content = (pack.facts or {})["content"]
    return became_of(pack.meeting, date.fromisoformat(content["meeting"]["held_on"]))


def released_editions(session: Session) -> Sequence[Edition]:
    """The released update editions, latest period first."""
    return session.scalars(
        sa.select(Edition)
        .join(Period, Period.id == Edition.period_id)
        .options(
            joinedload(Edition.period).joinedload(Period.programme).joinedload(Programme.collaborative),
            defer(Edition.facts),
        )
        .where(Edition.state == "released")
        .order_by(Period.starts.desc(), Edition.number.desc())
    ).all()


def released(session: Session, kind: str, code: str, number: int) -> Pack | Edition | Correction:
    """A released Part 1 pack by its meeting's code and version, or an edition or correction by its period's.

    Raises `Missing`.
    """
    found: Pack | Edition | Correction | None
    if kind == "correction":
        found = session.scalar(
            sa.select(Correction)
            .join(Period, Period.id == Correction.period_id)
            .where(Period.code == code, Correction.number == number, Correction.released_at.is_not(None))
        )
    elif kind == "edition":
        found = session.scalar(
            sa.select(Edition)
            .join(Period, Period.id == Edition.period_id)
            .where(Period.code == code, Edition.number == number, Edition.state == "released")
        )
    else:
        found = session.scalar(
            sa.select(Pack)
            .join(Meeting, Meeting.id == Pack.meeting_id)
            .where(Meeting.code == code, Pack.version == number, Pack.part == 1, Pack.state == "released")
        )
    if found is None:
        raise Missing
    return found


def being_corrected(session: Session, pack: Pack) -> Correction | None:
    """The correction being prepared of the edition that a built or released pack encloses."""
    if pack.edition_id is None:
        return None
    period = sa.select(Edition.period_id).where(Edition.id == pack.edition_id).scalar_subquery()
    return session.scalar(
        sa.select(Correction)
        .options(defer(Correction.facts))
        .where(Correction.period_id == period, Correction.released_at.is_(None))
    )


def pack_for(session: Session, meeting: Meeting) -> Pack | None:
    """The newest Part 1 pack of a meeting."""
    return session.scalar(
        sa.select(Pack).where(Pack.meeting_id == meeting.id, Pack.part == 1).order_by(Pack.version.desc()).limit(1)
    )


def edition_for(session: Session, period: Period) -> Edition | None:
    """The newest edition of a period."""
    return session.scalar(
        sa.select(Edition).where(Edition.period_id == period.id).order_by(Edition.number.desc()).limit(1)
    )


def versions_of(session: Session, meeting: Meeting) -> Sequence[Pack]:
    """Every version of a meeting's Part 1 pack, newest first."""
    return session.scalars(
        sa.select(Pack)
        .options(defer(Pack.facts))
        .where(Pack.meeting_id == meeting.id, Pack.part == 1)
        .order_by(Pack.version.desc())
    ).all()


def returned(session: Session, packs: Sequence[Pack]) -> dict[int, Returned]:
    """Of these packs, by id, those the chair has returned and that are not built again since, in one statement."""
    about = {pack.case_id: pack for pack in packs if pack.case_id and pack.state in ("draft", "built")}
    rows = session.scalars(
        sa.select(RecordEntry)
        .where(
            RecordEntry.thing_kind == "case",
            RecordEntry.thing_id.in_(about),
            RecordEntry.tag == Tag.DECISION_RECORDED,
            RecordEntry.part == 1,
        )
        .order_by(RecordEntry.id)
    )
    found = {}
    for row in rows:
        pack, said = about.get(row.thing_id or 0), row.payload or {}
        if pack and said.get("answer") == "return" and (pack.built_at is None or pack.built_at <= row.at):
            found[pack.id] = Returned(row.actor_name, row.at, str(said.get("reason", "")))
    return found


def circulated(session: Session, pack: Pack) -> Sequence[Any]:
    """Who was sent the pack: name, when it was sent, when it was first opened."""
    return session.execute(
        sa.select(Person.name, Person.demonstration, Circulation.sent_at, Circulation.opened_at)
        .join(Person, Person.id == Circulation.person_id)
        .where(Circulation.pack_id == pack.id)
        .order_by(Person.name)
    ).all()


def packs_enclosing(session: Session, edition: Edition) -> Sequence[Pack]:
    """The packs that enclose this edition, in the order of their bodies' names."""
    return session.scalars(
        sa.select(Pack)
        .join(Meeting, Meeting.id == Pack.meeting_id)
        .join(DecidingBody, DecidingBody.id == Meeting.body_id)
        .options(joinedload(Pack.meeting).joinedload(Meeting.body))
        .where(Pack.edition_id == edition.id)
        .order_by(DecidingBody.short_name, Pack.version)
    ).all()


def shared_sections(session: Session, edition: Edition) -> list[SharedSection]:
    """Each section of the edition with its hash in every pack that encloses it: equal hashes prove the same HTML."""
    packs = [pack for pack in packs_enclosing(session, edition) if pack.facts]
    found = []
    for section in (edition.facts or {}).get("sections", []):
        in_packs = {}
        for pack in packs:
            there = {one["key"]: one["hash"] for one in (pack.facts or {})["sections"]}
            in_packs[pack.meeting.body.short_name] = there.get(section["key"], "")
        found.append(SharedSection(section["title"], section["hash"], in_packs))
    return found


def pack_resource(pack: Pack) -> Resource:
    """The pack as the permission page knows it."""
    meeting = pack.meeting
    return Resource(
        "pack",
        organisation_id=meeting.body.organisation_id,
        body_id=meeting.body_id,
        part=pack.part,
        published=pack.state == "released",
        name=meeting.body.short_name,
    )


def edition_resource(edition_period: Period, *, published: bool = False) -> Resource:
    """A period's edition as the permission page knows it."""
    programme = edition_period.programme
    return Resource(
        "edition",
        collaborative_id=programme.collaborative_id,
        host_id=programme.collaborative.host_id,
        programme_code=programme.code,
        published=published,
        name=programme.name,
    )
