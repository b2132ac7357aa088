"""What the home page asks: whose business waits, what is due, how the next meeting stands, where agreement stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from app.db.pages import span
from app.meetings import in_the_room
from app.meetings import queries as meetings
from app.meetings.models import AgendaItem, Meeting
from app.packs import gaps
from app.packs import queries as packs
from app.packs.models import Edition, Pack
from app.people.models import DecidingBody
from app.people.queries import in_force
from app.permissions import Actor, Role
from app.programme import queries as programme
from app.programme.listing import Tally, WorkstreamRow
from app.programme.models import Period, Programme
from workflows.contents import may_release

DECIDES = frozenset({"approval", "decision", "ratification"})
MINUTES_A_PAGE = 2
FIRST = 10
"""Workstreams listed whose next milestone slipped, or that are silent."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A programme with the period it reports on now, how its updates stand, and what this person is to it.

    `slipped` are the first workstreams whose next milestone is later than its baseline, of `slipped_count`; `silent`
    those that nobody has reported on for so long that it has to be shown, the longest first, of `silent_count`.
    """

    programme: Programme
    period: Period | None
    tally: Tally
    slipped: Sequence[WorkstreamRow]
    slipped_count: int
    silent: Sequence[WorkstreamRow]
    silent_count: int
    edition: Edition | None
    manages: bool
    directs: bool


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting ahead, `next` of its body or later: when its papers are due, its newest pack, why that was returned."""

    meeting: Meeting
    papers_due: date | None
    pack: Pack | None
    next: bool = True
    returned: packs.Returned | None = None

    @property
    def reading_minutes(self) -> int | None:
        """How long the released pack takes to read, at two minutes a page."""
        released = self.pack is not None and self.pack.state == "released"
        return self.pack.pages * MINUTES_A_PAGE if self.pack and released and self.pack.pages else None


@dataclass(frozen=True, slots=True)
class Countdown:
    """A next meeting with its items: the state of each paper, and the quorum of each item for decision."""

    sitting: Sitting
    lines: tuple[tuple[AgendaItem, meetings.PaperState, in_the_room.ItemQuorum | None], ...]
    papers: dict[str, int] = field(default_factory=dict)
    not_in_pack: frozenset[int] = frozenset()  # items, by id, that came after the pack was released
    gaps: str = ""  # of a built pack that is not released: what is missing from it, as a sentence

    @property
    def for_decision(self) -> list[AgendaItem]:
        """What the body is asked to decide."""
        return [item for item, _paper, quorum in self.lines if quorum is not None]


def bodies_of(session: Session, actor: Actor, on: date) -> Sequence[DecidingBody]:
    """The open bodies of the organisations this person acts for."""
    return session.scalars(
        sa.select(DecidingBody)
        .options(joinedload(DecidingBody.organisation))
        .where(
            DecidingBody.organisation_id.in_(actor.organisation_ids),
            in_force(DecidingBody.opened, DecidingBody.closed, on),
        )
        .order_by(DecidingBody.short_name)
    ).all()


def cycles_of(session: Session, actor: Actor, on: date) -> list[Cycle]:
    """The programmes of this person's collaboratives, each as it stands in the period reported on now."""
    found = []
    for one in programme.programmes_of(session, actor.collaborative_ids):
        host, code = one.collaborative.host_id, one.code
        manages = actor.holds_for_programme(Role.PROGRAMME_MANAGER, code, host)
        directs = actor.holds_for_programme(Role.PROGRAMME_DIRECTOR, code, host)
        period = programme.open_period(session, one.id, on)
        office = manages or directs
        if period is None or not office:
            found.append(Cycle(one, period, Tally(0, 0, 0, 0), (), 0, (), 0, None, manages, directs))
            continue
        slipped, late = _first(session, one, period, programme.Filters(slipped=True), on)
        silent, quiet = _first(session, one, period, programme.Filters(silent=True, sort="silent"), on)
        tally = programme.tally(session, one.id, period)
        edition = _edition(session, period)
        found.append(Cycle(one, period, tally, slipped, late, silent, quiet, edition, manages, directs))
    return found


def _first(
    session: Session, one: Programme, period: Period, filters: programme.Filters, on: date
) -> tuple[Sequence[WorkstreamRow], int]:
    """The first workstreams that the filters leave, and how many there are."""
    shown = span(session, programme.found(one.id, period, filters, one.silent_days, on), FIRST)
    return programme.workstreams(session, one.id, period, filters, on, shown), shown.total


def _edition(session: Session, period: Period) -> Edition | None:
    return session.scalar(
        sa.select(Edition)
        .options(defer(Edition.facts))
        .where(Edition.period_id == period.id)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def sittings_of(session: Session, bodies: Sequence[DecidingBody], on: date) -> list[Sitting]:
    """The planned meetings of these bodies that are the next one or have a pack, soonest first: four statements."""
    body_ids = [body.id for body in bodies]
    planned = session.scalars(
        sa.select(Meeting)
        .options(joinedload(Meeting.body).joinedload(DecidingBody.organisation))
        .where(Meeting.body_id.in_(body_ids), Meeting.state == "planned", Meeting.held_on >= on)
        .order_by(Meeting.held_on, Meeting.id)
    ).all()
    coming: dict[int, Meeting] = {}
    for meeting in planned:
        coming.setdefault(meeting.body_id, meeting)
    due = meetings.deadlines(session, planned)
    newest: dict[int, Pack] = {
        pack.meeting_id: pack
        for pack in session.scalars(
            sa.select(Pack)
            .options(defer(Pack.facts))
            .where(Pack.meeting_id.in_([meeting.id for meeting in planned]), Pack.part == 1)
            .order_by(Pack.version)
        )
    }
    returned = packs.returned(session, list(newest.values()))
    found = []
    for meeting in planned:
        pack, is_next = newest.get(meeting.id), coming[meeting.body_id] is meeting
        if is_next or pack is not None:
            found.append(
                Sitting(meeting, due[meeting.id], pack, is_next, returned.get(pack.id) if pack is not None else None)
            )
    return found


def countdown(session: Session, sitting: Sitting, on: date) -> Countdown:
    """How ready a meeting is: its Part 1 items with their papers and, for those that decide, the quorum."""
    items = meetings.agenda(session, sitting.meeting, parts=(1,))
    quorums = in_the_room.quorum_of_items(session, sitting.meeting, [i for i in items if i.purpose in DECIDES], on)
    lines = tuple(
        (item, meetings.paper_state(item, sitting.papers_due, on), quorums.get(item.id))
        for item in items
        if item.origin != "standing"
    )
    papers: dict[str, int] = {}
    for _item, paper, _quorum in lines:
        papers[paper.word] = papers.get(paper.word, 0) + 1
    missing = _not_in(sitting.pack, items)
    return Countdown(sitting, lines, papers, missing, _gaps(sitting.pack))


def _not_in(pack: Pack | None, items: Sequence[AgendaItem]) -> frozenset[int]:
    if pack is None or pack.state != "released" or pack.facts is None:
        return frozenset()
    return frozenset(item.id for item in items) - {item["id"] for item in pack.facts["content"]["agenda"]}


def _gaps(pack: Pack | None) -> str:
    if pack is None or pack.state not in ("built", "put_forward") or pack.facts is None:
        return ""
    content = pack.facts["content"]
    return may_release(gaps.pack_contents_of(content), gaps.accepted(content)).sentence
