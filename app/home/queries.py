"""What the home page asks: whose business waits, what is due, how the next meeting stands, where agreement stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from app.audit.models import RecordEntry
from app.meetings import in_the_room
from app.meetings import queries as meetings
from app.meetings.models import AgendaItem, Meeting
from app.packs import gaps
from app.packs import queries as packs
from app.packs.models import Edition, Pack
from app.people.models import DecidingBody
from app.people.queries import in_force
from app.people.rules_in_words import joined
from app.permissions import Actor, Role
from app.programme import queries as programme
from app.programme.models import Period, Programme
from app.programme.queries import WorkstreamRow
from app.signoff import queries as signoff
from app.signoff.matrix import Matrix, laid_out
from app.signoff.models import CaseState, PartyState
from workflows.contents import may_release
from workflows.facts import day_in_words

DECIDES = frozenset({"approval", "decision", "ratification"})
MINUTES_A_PAGE = 2
COLUMNS = 25
"""Bodies in the matrix of the home page."""
OVER = "can no longer be completed"  # of a stage, in its sentence: the listing of cases tells it in no other way


@dataclass(frozen=True, slots=True)
class Cycle:
    """A programme with the period it reports on now and its workstreams as they stand; what this person is to it."""

    programme: Programme
    period: Period | None
    rows: Sequence[WorkstreamRow]
    edition: Edition | None
    manages: bool
    directs: bool

    @property
    def owed(self) -> list[WorkstreamRow]:
        """The workstreams whose update is not in yet."""
        return [row for row in self.rows if row.state in ("owed", "draft", "returned")]

    @property
    def slipped(self) -> list[WorkstreamRow]:
        """The workstreams whose next milestone is later than its baseline."""
        return [row for row in self.rows if row.milestone_slip is not None and row.milestone_slip.slipped]

    @property
    def silent(self) -> list[WorkstreamRow]:
        """The workstreams that nobody has reported on for so long that it has to be shown, the longest first."""
        return sorted((row for row in self.rows if row.silent), key=lambda row: -row.silent_days)


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


@dataclass(frozen=True, slots=True)
class Agreement:
    """The live cases as a matrix, and for each by its id when everyone asked can have agreed at the earliest.

    The matrix has the first 25 bodies; `others` says how many more are asked.
    """

    matrix: Matrix
    earliest: dict[int, str]
    others: int = 0


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
        rows = programme.workstreams(session, one.id, period, programme.Filters(), on) if period and office else []
        edition = _edition(session, period) if period and office else None
        found.append(Cycle(one, period, rows, edition, manages, directs))
    return found


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


def agreement(session: Session, actor: Actor, on: date) -> Agreement:
    """The cases still open, body by body, and the earliest day for each: five statements, however many cases."""
    live = [
        case for case in signoff.cases(session, actor.collaborative_ids) if case.state in ("open", "between rounds")
    ]
    rows = signoff.matrix(session, [case.id for case in live])
    waiting = {row.body_id for row in rows if row.waiting and row.body_kind != "officer"}
    planned = session.scalars(
        sa.select(Meeting)
        .where(Meeting.body_id.in_(waiting), Meeting.state == "planned", Meeting.held_on >= on)
        .order_by(Meeting.held_on, Meeting.id)
    ).all()
    due = meetings.deadlines(session, planned)
    in_time: dict[int, list[date]] = {}
    for meeting in planned:
        if (due[meeting.id] or meeting.held_on) >= on:
            in_time.setdefault(meeting.body_id, []).append(meeting.held_on)
    until = _deferred(session, [case.id for case in live])
    of_case: dict[int, list[Any]] = {}
    for row in rows:
        of_case.setdefault(row.case_id, []).append(row)
    earliest = {
        case.id: "" if OVER in case.sentence else _earliest(of_case.get(case.id, ()), in_time, until, on)
        for case in live
    }
    bodies = sorted({(row.body_kind != "governing_body", row.body, row.body_id) for row in rows})
    shown = {body_id for _, _, body_id in bodies[:COLUMNS]}
    return Agreement(
        laid_out(live, [row for row in rows if row.body_id in shown], on), earliest, len(bodies) - len(shown)
    )


def _deferred(session: Session, case_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    """From when a body that deferred can decide, by case and body: never at the meeting at which it did."""
    query = (
        sa.select(PartyState.case_id, PartyState.body_id, PartyState.on, RecordEntry.payload)
        .join(CaseState, sa.and_(CaseState.case_id == PartyState.case_id, CaseState.round == PartyState.round))
        .join(RecordEntry, RecordEntry.id == PartyState.entry_id)
        .where(
            PartyState.case_id.in_(case_ids),
            PartyState.waiting.is_(True),
            PartyState.standing == "deferred",
            PartyState.on.is_not(None),
        )
    )
    found: dict[tuple[int, int], date] = {}
    for row in session.execute(query):
        said = row.payload.get("until")
        found[row.case_id, row.body_id] = date.fromisoformat(said) if said else row.on + timedelta(days=1)
    return found


def _earliest(
    rows: Sequence[Any], in_time: Mapping[int, Sequence[date]], until: Mapping[tuple[int, int], date], on: date
) -> str:
    """When everyone still asked can have decided at the earliest, which body sets that day, and what it depends on.

    `in_time` is each body's meetings whose papers can still go out, for those not yet on an agenda; one that deferred
    can decide from the day it deferred to.
    """
    waiting = [row for row in rows if row.waiting]
    if not waiting:
        return "Everyone asked has answered."
    days: dict[str, date] = {}
    none: list[str] = []
    unplanned: list[str] = []
    for row in waiting:
        since = max(on, until.get((row.case_id, row.body_id), on))
        if row.body_kind == "officer":
            if since > on:
                days[row.body] = since
            continue
        meets = next((day for day in in_time.get(row.body_id, ()) if day >= since), None)
        if row.held_on is not None and row.meeting_state == "planned" and row.held_on >= since:
            days[row.body] = row.held_on
        elif meets is not None:
            days[row.body] = meets
            unplanned.append(row.body)
        else:
            none.append(row.body)
    if none:
        return f"No day can be named: {joined(none)} {'has' if len(none) == 1 else 'have'} no meeting ahead for it."
    if not days:
        return f"{joined([row.body for row in waiting])} can answer on any day."
    last = max(days, key=lambda body: days[body])
    decides = "answers" if any(row.body == last and row.body_kind == "officer" for row in waiting) else "meets"
    said = f"All can have decided by {day_in_words(days[last])}; {last} {decides} last."
    if unplanned:
        said += f" It is not yet on the agenda of {joined(unplanned)}."
    return said
