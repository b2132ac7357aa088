"""The one agenda of a meeting in common: each item once, with what each body makes of it side by side."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.audit.service import Doer
from app.meetings.in_common_models import InCommon, Joined
from app.meetings.in_the_room import ItemQuorum, quorum_of_items
from app.meetings.models import AgendaItem, Meeting
from app.people.models import DecidingBody
from app.permissions import Actor, Missing
from workflows.verdict import in_words

TO_DECIDE = ("approval", "decision", "ratification")

Key = tuple[str, str]
"""What makes items of several bodies one; see `_key`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a body makes of what an item is about: its standing in a word, its colour, the day and the page of it.

    `answered` is false while the body is still to answer; `may_take` says whether it could have it on an agenda.
    """

    word: str
    colour: str
    note: str
    address: str
    answered: bool
    may_take: bool


@dataclass(frozen=True, slots=True)
class About:
    """What an item is about, by the room that proposed it: its collective result, its page, and each body's place."""

    sentence: str
    address: str
    bodies: Mapping[int, Decided]


Tells = Callable[[Session, Collection[int], Collection[int]], Mapping[int, About]]
"""From the ids of subjects and of bodies, what is told of each subject."""
TakesUp = Callable[[Session, AgendaItem, Meeting, Doer, datetime], AgendaItem]
"""Puts an item of another body on the agenda of this meeting."""
TELLS, TAKES_UP = "concord.in_common_tells", "concord.in_common_takes_up"
"""By the kind of subject: who tells of it on the one agenda, and how a body takes it up."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One body's place in an item: its own item (None: not on its agenda), its quorum, what it decided."""

    meeting: Meeting
    item: AgendaItem | None
    quorum: ItemQuorum | None
    decided: Decided | None
    from_item: AgendaItem | None = None
    """An item of another body that this one could put on its own agenda."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item of the one agenda."""

    number: int
    title: str
    purpose: str
    demonstration: bool
    standing: bool
    about: About | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """What a page says of one meeting that is held in common: its code and title, and with whom."""

    code: str
    title: str
    others: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """`Held in common with Sutton and Croydon.`"""
        if not self.others:
            return "To be held in common; no other body has joined yet."
        return f"Held in common with {in_words(self.others)}."

    @property
    def note(self) -> str:
        """`in common with Sutton and Croydon`; empty where no other body has joined."""
        return f"in common with {in_words(self.others)}" if self.others else ""


def in_common_by_code(session: Session, code: str) -> InCommon:
    """The meeting in common with this code; raises `Missing`."""
    found = session.scalar(sa.select(InCommon).options(joinedload(InCommon.collaborative)).where(InCommon.code == code))
    if found is None:
        raise Missing
    return found


def meetings_joined(session: Session, in_common_id: int) -> list[Meeting]:
    """The meetings held in common, in the order in which they joined."""
    return joined_to(session, [in_common_id])[in_common_id]


def joined_to(session: Session, in_common_ids: Collection[int]) -> dict[int, list[Meeting]]:
    """As `meetings_joined`, of several meetings in common, in one statement."""
    found: dict[int, list[Meeting]] = {one: [] for one in in_common_ids}
    rows = session.execute(
        sa.select(Joined.in_common_id, Meeting)
        .join(Meeting, Meeting.id == Joined.meeting_id)
        .options(joinedload(Meeting.body).joinedload(DecidingBody.organisation))
        .where(Joined.in_common_id.in_(list(in_common_ids)))
        .order_by(Joined.at, Joined.meeting_id)
    )
    for in_common_id, meeting in rows:
        found[in_common_id].append(meeting)
    return found


def open_to(collaborative_ids: Collection[int], since: date) -> sa.Select[InCommon]:
    """Asks for the meetings in common of these collaboratives from a day on, soonest first."""
    return (
        sa.select(InCommon)
        .options(joinedload(InCommon.collaborative), joinedload(InCommon.set_by))
        .where(InCommon.collaborative_id.in_(collaborative_ids), InCommon.held_on >= since)
        .order_by(InCommon.held_on, InCommon.id)
    )


def held_with(session: Session, meeting_ids: Collection[int]) -> dict[int, Together]:
    """Of these meetings those held in common, by id, each with the other bodies, in one statement."""
    other, their = aliased(Joined), aliased(Meeting)
    rows = session.execute(
        sa.select(Joined.meeting_id, InCommon.code, InCommon.title, DecidingBody.short_name)
        .join(InCommon, InCommon.id == Joined.in_common_id)
        .outerjoin(other, sa.and_(other.in_common_id == Joined.in_common_id, other.meeting_id != Joined.meeting_id))
        .outerjoin(their, their.id == other.meeting_id)
        .outerjoin(DecidingBody, DecidingBody.id == their.body_id)
        .where(Joined.meeting_id.in_(list(meeting_ids)))
        .order_by(other.at, other.meeting_id)
    )
    found: dict[int, Together] = {}
    for meeting_id, code, title, name in rows:
        before = found.get(meeting_id, Together(code, title))
        found[meeting_id] = replace(before, others=(*before.others, *([name] if name else [])))
    return found


def held_with_by_code(session: Session, codes: Collection[str]) -> dict[str, Together]:
    """As `held_with`, by the meetings' codes."""
    rows = session.execute(
        sa.select(Meeting.id, Meeting.code)
        .join(Joined, Joined.meeting_id == Meeting.id)
        .where(Meeting.code.in_(list(codes)))
    ).all()
    found = held_with(session, [row.id for row in rows]) if rows else {}
    return {row.code: found[row.id] for row in rows}


def is_of(meetings: Sequence[Meeting], actor: Actor) -> bool:
    """Whether someone acts for one of the bodies that joined: they see all of Part 1, partners only the cases."""
    mine = actor.organisation_ids | actor.succeeded_ids
    return any(meeting.body.organisation_id in mine for meeting in meetings)


def one_agenda(
    session: Session, meetings: Sequence[Meeting], tells: Mapping[str, Tells], on: date, *, everything: bool
) -> list[Line]:
    """The items of Part 1 of these meetings, each once; without `everything` only those about what all partners see.

    Part 2 is each body's own and never here. `tells`: by the kind of subject, who tells about it.
    """
    items = _items(session, meetings)
    together: dict[tuple[Key, int], dict[int, AgendaItem]] = {}
    had: Counter[tuple[int, Key]] = Counter()
    for item in items:
        key = _key(item)
        had[item.meeting_id, key] += 1
        together.setdefault((key, had[item.meeting_id, key]), {})[item.meeting_id] = item
    quorum = {
        meeting.id: quorum_of_items(session, meeting, [one for one in items if one.meeting_id == meeting.id], on)
        for meeting in meetings
    }
    body_ids = [meeting.body_id for meeting in meetings]
    about: dict[str, Mapping[int, About]] = {
        kind: tell(session, {one.subject_id for one in items if one.subject_kind == kind and one.subject_id}, body_ids)
        for kind, tell in tells.items()
    }
    found: list[Line] = []
    for placed in together.values():
        first = next(iter(placed.values()))
        told = about.get(first.subject_kind or "", {}).get(first.subject_id or 0)
        if not everything and told is None:
            continue
        cells = tuple(_cell(meeting, placed, quorum[meeting.id], told) for meeting in meetings)
        found.append(
            Line(
                len(found) + 1,
                first.title,
                first.purpose,
                first.demonstration and first.origin != "standing",
                first.origin == "standing",
                told,
                cells,
            )
        )
    return found


def _items(session: Session, meetings: Sequence[Meeting]) -> Sequence[AgendaItem]:
    """The items of Part 1 in the order of the one agenda: by place, then in the order in which bodies joined."""
    order = {meeting.id: place for place, meeting in enumerate(meetings)}
    items = session.scalars(
        sa.select(AgendaItem).where(
            AgendaItem.meeting_id.in_(order), AgendaItem.part == 1, AgendaItem.taken_off_at.is_(None)
        )
    ).all()
    return sorted(items, key=lambda one: (one.origin != "standing", one.position, order[one.meeting_id]))


def _key(item: AgendaItem) -> Key:
    """What makes items of several bodies one: the same standing item, the same subject, or the same title.

    Of an item that is about nothing of the service the title is what a body says that it takes up. Each item is its
    own body's: were it known by another body's, it would hang on what that one does with its agenda, and a body that
    wrote the same business down by itself would stand apart. Who gives theirs another title has said that it is
    other business. Nothing hangs on what falls together but the row in which it is shown: every body keeps its own
    item, quorum and decision, and a second item of one body by the same title has a row of its own.
    """
    if item.standing_kind:
        return ("standing", item.standing_kind)
    if item.subject_kind and item.subject_id:
        return (item.subject_kind, str(item.subject_id))
    return ("title", " ".join(item.title.casefold().split()))


def _cell(
    meeting: Meeting, placed: Mapping[int, AgendaItem], quorum: Mapping[int, ItemQuorum], told: About | None
) -> Cell:
    item = placed.get(meeting.id)
    decided = told.bodies.get(meeting.body_id) if told else None
    if item is not None:
        return Cell(meeting, item, quorum[item.id] if item.purpose in TO_DECIDE else None, decided)
    other = next(iter(placed.values()))
    offered = decided is not None and decided.may_take if told else other.origin in ("request", "workstream")
    return Cell(meeting, None, None, decided, other if offered else None)


def taken_up_from(session: Session, in_common_id: int, item_id: int) -> AgendaItem:
    """The item of Part 1 of one of the meetings held in common; raises `Missing`."""
    found = session.scalar(
        sa.select(AgendaItem)
        .join(Joined, Joined.meeting_id == AgendaItem.meeting_id)
        .where(
            AgendaItem.id == item_id,
            AgendaItem.part == 1,
            AgendaItem.taken_off_at.is_(None),
            Joined.in_common_id == in_common_id,
        )
    )
    if found is None:
        raise Missing
    return found
