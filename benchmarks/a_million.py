"""209 organisations in groups of six, with as many decisions behind them as asked for, and five entries for each.

A few cases are decided by the services; every other case is a copy of one of these, row by row, in another group and
at another time. Each group has the same few cases in hand, so that a page shows as much whatever lies behind it. The
places and ends of the logs are as the service leaves them; the leaves of copies are hashes of nothing that was said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import as_stored
from app.audit.merkle import appended
from app.audit.models import RecordEntry, RecordLeaf, RecordLog
from app.audit.service import Act, append
from app.audit.tags import Tag
from app.db import writing
from app.meetings.models import Meeting
from app.people.models import Account, Collaborative, CollaborativeMember
from app.signoff import tracking
from app.signoff.models import Case, CaseState, ConditionRow, Party, PartyState, Receipt, Round
from tests.signoff.group import (
    AGREE,
    BEGAN,
    Group,
    begin_session,
    decide,
    make_group,
    open_case,
    put_to_decision,
    set_meetings,
)
from workflows.facts import AnswerFact, Keeper

ORGANISATIONS, TOGETHER = 209, 6
DECIDED, IN_HAND = 10, 8
"""Cases of the first group that others are copies of: those behind it, and those that each group has in hand."""
DECISIONS, ENTRIES = 10, 50
"""Of each decided case: four responses and six decisions; and five entries for each of these."""
OPENED, MET = datetime(2015, 9, 1, 9, 0, tzinfo=UTC), date(2015, 9, 24)
EVENING = datetime(2015, 9, 24, 18, 0, tzinfo=UTC)
NOW = datetime(2015, 11, 26, 9, 0, tzinfo=UTC)
RECENTLY, MEETS = datetime(2015, 11, 25, 9, 0, tzinfo=UTC), date(2015, 12, 3)
COPIED = tuple(
    cast(sa.Table, model.__table__)
    for model in (Case, Round, Party, RecordEntry, CaseState, PartyState, ConditionRow, Receipt)
)
CASES, ENTRY = COPIED[0], COPIED[3]
CONDITION = AnswerFact(
    "agree_with_conditions",
    conditions=("A yearly review is brought to the body.",),
    keepers=(Keeper("Chair", date(2016, 1, 31)),),
)
LOGS, LEAVES = cast(sa.Table, RecordLog.__table__), cast(sa.Table, RecordLeaf.__table__)


@dataclass(frozen=True)
class Made:
    """What was made: how much of it, and a session's token for each role of the first group."""

    decisions: int
    entries: int
    tokens: Mapping[str, str]


@dataclass(frozen=True)
class Instead:
    """What one group has in the place of the first group's: by the ids of those."""

    collaborative: int
    host: int
    bodies: Mapping[int, int]
    meetings: Mapping[int, int]
    owners: Mapping[int, tuple[int, str]]  # organisations: id and name


Rows = Mapping[str, Sequence[dict[str, Any]]]


def filled(engine: sa.Engine, decisions: int, real_now: datetime) -> Made:
    """Fill a migrated, empty database so that at least so many decisions are on record."""
    with Session(engine) as session, writing(session):
        groups = _groups(session)
        days = [{day: set_meetings(session, one, day, OPENED) for day in (MET, MEETS)} for one in groups]
        decided = [_decided(session, groups[0], days[0][MET], number) for number in range(DECIDED)]
        waiting = [_in_hand(session, groups[0], days[0][MET], number) for number in range(IN_HAND)]
        tokens = _tokens(session, groups[0], real_now)
        instead = [_instead(groups[0], days[0], *own) for own in zip(groups, days, strict=True)]
    with engine.begin() as connection:
        behind, in_hand = _stored(connection, decided), _stored(connection, waiting)
        writer = _Writer(connection)
        for own in instead[1:]:
            writer.copy(in_hand, own, timedelta(0))
        copies = -(-decisions // (DECISIONS * DECIDED)) - 1
        for number in range(copies):
            writer.copy(behind, instead[number % len(instead)], timedelta(days=1 + number // len(instead)) / 8)
        entries = writer.finished()
    if engine.dialect.name == "postgresql":  # its autovacuum would; SQLite plans without statistics, as in the service
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    return Made((copies + 1) * DECISIONS * DECIDED, entries, tokens)


def _groups(session: Session) -> list[Group]:
    """Every organisation with a governing body; each six of them a collaborative, and the few that are left in none."""
    whole = make_group(session, [f"Body {number:03d}" for number in range(ORGANISATIONS)], nhs_england=False)
    session.execute(sa.delete(CollaborativeMember))
    names, found = list(whole.bodies), list[Group]()
    for first in range(0, ORGANISATIONS - TOGETHER + 1, TOGETHER):
        own = names[first : first + TOGETHER]
        host, together = whole.bodies[own[0]].organisation, whole.collaborative
        if first:
            together = Collaborative(code=f"group-{first}", name=f"Group {first}", host_id=host.id)
            session.add(together)
            session.flush()
        for name in own:
            member = whole.bodies[name].organisation_id
            session.add(CollaborativeMember(collaborative_id=together.id, organisation_id=member, starts=BEGAN))
        found.append(
            replace(
                whole,
                collaborative=together,
                host=host,
                bodies={name: whole.bodies[name] for name in own},
                seats={name: whole.seats[name] for name in own},
                people={name: whole.people[name] for name in own},
                secretaries={name: whole.secretaries[name] for name in own},
            )
        )
    session.flush()
    return found


Days = Mapping[date, Mapping[str, Meeting]]


def _instead(first: Group, of_first: Days, group: Group, own: Days) -> Instead:
    pairs = list(zip(first.bodies.items(), group.bodies.items(), strict=True))
    return Instead(
        group.collaborative.id,
        group.host.id,
        {one.id: other.id for (_, one), (_, other) in pairs},
        {of_first[day][name].id: own[day][other].id for day in own for (name, _), (other, _) in pairs},
        {one.organisation_id: (other.organisation_id, other.organisation.name) for (_, one), (_, other) in pairs},
    )


def _decided(session: Session, group: Group, meetings: Mapping[str, Meeting], number: int) -> int:
    """A case that every body agreed, and what the programme did beside it, so that its entries are `ENTRIES`.

    Its first body agreed the first of them on a condition, which was met.
    """
    before = session.scalar(sa.select(sa.func.count(RecordEntry.id))) or 0
    case = open_case(session, group, OPENED, code=f"decided-{number}")
    put_to_decision(session, group, case, OPENED)
    own = list(group.bodies)
    for name in own:
        on_condition = number == 0 and name == own[0]
        answer = CONDITION if on_condition else AGREE
        entry = decide(session, group, case, name, meetings[name], EVENING, answer=answer)
        if on_condition:
            which = tracking.Which(case.id, group.bodies[name].id, entry, 1)
            tracking.meet_condition(
                session,
                which,
                evidence="The review was brought to the body.",
                on=MET,
                seen="open",
                doer=group.doer(name),
                now=EVENING,
            )
    more = ENTRIES - ((session.scalar(sa.select(sa.func.count(RecordEntry.id))) or 0) - before)
    acts = [
        Act(
            Tag.UPDATE_SUBMITTED,
            group.doer(name),
            group.bodies[name].organisation_id,
            group.bodies[name].organisation.name,
            "case",
            case.id,
            {"workstream": f"stream-{number}", "period": "2015-08", "headline": "It goes on as planned."},
        )
        for name in (own * ENTRIES)[:more]
    ]
    append(session, acts, EVENING)
    return case.id


def _in_hand(session: Session, group: Group, meetings: Mapping[str, Meeting], number: int) -> int:
    """A case that every body is asked to decide at its meeting to come.

    The first body has agreed the first of them already, on a condition that is open.
    """
    opened = RECENTLY if number else OPENED
    case = open_case(session, group, opened, code=f"in-hand-{number}")
    put_to_decision(session, group, case, opened)
    if not number:
        name = next(iter(group.bodies))
        decide(session, group, case, name, meetings[name], EVENING, answer=CONDITION)
    return case.id


def _tokens(session: Session, group: Group, real_now: datetime) -> dict[str, str]:
    assert group.director is not None
    people = {"director": group.director, "secretary": next(iter(group.secretaries.values()))}
    accounts = {
        name: Account(person_id=one.id, password_hash="", demonstration=False, visited_at=NOW - timedelta(days=7))
        for name, one in people.items()
    }
    session.add_all(accounts.values())
    session.flush()
    return {name: begin_session(session, account, real_now) for name, account in accounts.items()}


def _stored(connection: sa.Connection, cases: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Every row that belongs to these cases, by table, with JSON as the text it is stored as."""
    found = {}
    for table in COPIED:
        columns = [
            sa.cast(column, sa.Text).label(column.key) if isinstance(column.type, sa.JSON) else column
            for column in table.columns
        ]
        of_them = (
            sa.and_(table.c.thing_kind == "case", table.c.thing_id.in_(cases))
            if "thing_kind" in table.c
            else (table.c.id if table is CASES else table.c.case_id).in_(cases)
        )
        query = sa.select(*columns).where(of_them).order_by(*table.primary_key)
        found[table.name] = [dict(row) for row in connection.execute(query).mappings()]
    return found


class _Writer:
    """Writes copies, with ids that go on from the last, and keeps each log's end."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.next = {
            table.name: (connection.scalar(sa.select(sa.func.max(table.c.id))) or 0) + 1
            for table in COPIED
            if "id" in table.c
        }
        self.ends: dict[int, tuple[int, tuple[bytes, ...]]] = {}
        for log in connection.execute(sa.select(LOGS)):
            self.ends[log.organisation_id] = log.size, as_stored.frontier(log.frontier) or ()
        self.names: dict[int, str] = {}
        self.number = 0

    def copy(self, copied: Rows, own: Instead, ago: timedelta) -> None:
        """These cases once more, as those of another group, so long ago."""
        self.number += 1
        ids = {
            name: {row["id"]: self.next[name] + number for number, row in enumerate(copied[name])} for name in self.next
        }
        for name, taken in ids.items():
            self.next[name] += len(taken)
        cases, entries = ids[CASES.name], ids[ENTRY.name]
        for table in COPIED:
            rows = []
            for row in copied[table.name]:
                new = dict(row)
                if "id" in new:
                    new["id"] = ids[table.name][row["id"]]
                for key, known in (
                    ("case_id", cases),
                    ("thing_id", cases),
                    ("entry_id", entries),
                    ("decision_id", entries),
                ):
                    if new.get(key) is not None:
                        new[key] = known[row[key]]
                if "body_id" in new:
                    new["body_id"] = own.bodies[row["body_id"]]
                if new.get("meeting_id") is not None:
                    new["meeting_id"] = own.meetings[row["meeting_id"]]
                if "listed_in_id" in new:
                    new["listed_in_id"] = own.collaborative
                for key in ("at", "opened_at"):
                    if key in new:
                        new[key] = row[key] - ago
                if "token" in new:
                    new["token"] = f"{self.number}-{row['token']}"
                if table is CASES:
                    new |= {
                        "code": f"copy-{self.number}-{row['code']}",
                        "collaborative_id": own.collaborative,
                        "asked_by_id": own.host,
                    }
                if table is ENTRY:
                    new["organisation_id"], new["organisation_name"] = own.owners[row["organisation_id"]]
                rows.append(new)
            self._write(table, rows)
            if table is ENTRY:
                self._write(LEAVES, self._leaves(rows))

    def _leaves(self, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for entry in entries:
            owner = entry["organisation_id"]
            self.names[owner] = entry["organisation_name"]
            size, frontier = self.ends.get(owner, (0, ()))
            leaf = sha256(b"%d" % entry["id"]).digest()
            rows.append({"organisation_id": owner, "position": size, "entry_id": entry["id"], "hash": leaf.hex()})
            self.ends[owner] = size + 1, appended(frontier, size, leaf)
        return rows

    def _write(self, table: Any, rows: list[dict[str, Any]]) -> None:
        plain = sa.table(
            table.name,
            *(
                sa.column(column.key if column.key == column.name else column.name, _as_text(column))
                for column in table.columns
            ),
        )
        named = {column.key: column.name for column in table.columns}
        self.connection.execute(sa.insert(plain), [{named[key]: value for key, value in row.items()} for row in rows])

    def finished(self) -> int:
        """Write where each log ends; gives how many entries there are."""
        self.connection.execute(sa.delete(LOGS).where(LOGS.c.organisation_id.in_(self.names)))
        self._write(
            LOGS,
            [
                {
                    "organisation_id": owner,
                    "organisation_name": self.names[owner],
                    "origin": f"concord/organisation/{owner}",
                    "size": size,
                    "frontier": " ".join(part.hex() for part in frontier),
                }
                for owner, (size, frontier) in self.ends.items()
                if owner in self.names
            ],
        )
        if self.connection.dialect.name == "postgresql":
            for name, following in self.next.items():
                self.connection.execute(sa.select(sa.func.setval(f"{name}_id_seq", following)))
        return self.connection.scalar(sa.select(sa.func.count(RecordEntry.id))) or 0


def _as_text(column: sa.Column[Any]) -> Any:
    """The type a value is written with: JSON is text already."""
    return sa.types.NullType() if isinstance(column.type, sa.JSON) else column.type
