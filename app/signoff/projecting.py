"""The rows that listings read of where a case stands, written beside its entries, with the receipt of the form.

No row is written that is right as it is. PostgreSQL takes them all in one statement, the parties' as JSON, and with a
single entry in that entry's own: there each costs a journey to another process while others wait for the case. SQLite
has no writing within a query, and a row costs it less than its JSON.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_lite

from app.audit.appending import Along, in_one
from app.db.prepared import Prepared
from app.signoff.models import Case, CaseState, PartyState, Receipt
from app.signoff.subject import AskedCase, listed_in
from workflows.conditions import tally
from workflows.rounds_standing import RoundsStanding, RoundStanding
from workflows.standing import CaseStanding, PartyStanding

_CASES = cast(sa.Table, CaseState.__table__)
_PARTIES = cast(sa.Table, PartyState.__table__)
_RECEIPTS = cast(sa.Table, Receipt.__table__)
_PARTIES_GIVEN = sa.bindparam("parties", type_=sa.Text)


def _named(prefix: str, table: sa.Table) -> dict[sa.Column[Any], sa.ColumnElement[Any]]:
    """A parameter for each column. With its bare name it would be set in every table that the statement writes."""
    return {column: sa.bindparam(f"{prefix}_{column.name}", type_=_as_told(column)) for column in table.columns}


def _as_told(column: sa.Column[Any]) -> Any:
    """The type in which a column's value is given: JSON is text by then."""
    return sa.Text() if isinstance(column.type, sa.JSON) else column.type


_CASE_GIVEN, _RECEIPT_GIVEN = _named("case", _CASES), _named("receipt", _RECEIPTS)


class TokenUsedError(Exception):
    """A receipt has this token already."""


@dataclass(frozen=True, slots=True)
class Projections:
    """A case's row and rows of its parties as they are to stand, and a receipt or none, by the names of their columns.

    Entries that are written with them are known by provisional ids: `with_ids` gives them their own.
    """

    case: Mapping[str, Any]
    parties: Sequence[dict[str, Any]]
    receipt: Mapping[str, Any] | None = None

    def with_ids(self, ids: Mapping[int, int]) -> "Projections":
        """The same, with the ids that these entries have now."""
        parties = [{**row, "entry_id": ids.get(row["entry_id"], row["entry_id"])} for row in self.parties]
        receipt = {**self.receipt, "entry_id": ids[self.receipt["entry_id"]]} if self.receipt else None
        return Projections(self.case, parties, receipt)


def projections_of(
    case: Case | AskedCase,
    now: CaseStanding,
    before: RoundsStanding | None = None,
    receipt: Mapping[str, Any] | None = None,
) -> Projections:
    """The rows of a case that stands so, with a receipt.

    Every party of the round in which the case stands is written, not only whom an entry is about: the calendar too
    moves where a party stands, without an entry. What a party answered in an earlier round that is as it was in the
    standing `before` is written already.
    """
    current = now.rounds[-1]
    written = before.rounds if before else ()
    parties = [
        _party_row(case.id, the_round, party, waiting=the_round is current and now.asks(party))
        for the_round in now.rounds
        for party in the_round.parties
        if the_round is current or party.answer is None or not any(the_round is one for one in written)
    ]
    state = {
        "case_id": case.id,
        "state": now.state,
        "round": current.number,
        "stage": current.stage,
        "listed_in_id": listed_in(case.collaborative_id, case.part),
        "opened_at": case.opened_at,
        "sentence": now.result,
    }
    return Projections(state, parties, receipt)


def _party_row(case_id: int, of: RoundStanding, party: PartyStanding, *, waiting: bool) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "round": of.number,
        "stage": of.stage,
        "body_id": party.party.body_id,
        "standing": party.word,
        "waiting": waiting,
        "meeting_id": party.meeting_id,
        "decided_on": party.on,
        "conditions": json.dumps(party.conditions) if party.conditions else "[]",
        "tally": tally(party.tracked),
        "expires": party.expires,
        "through": party.party.through,
        "minute_reference": party.minute_reference or "",
        "entry_id": party.entry_id or None,
        "sentence": party.sentence,
    }


def write_projections(connection: sa.Connection, given: Projections) -> None:
    """Write them in the place of those that stand, and the receipt where there is one: raises `TokenUsedError`."""
    with refused_where_used():
        if connection.dialect.name == "postgresql":
            (_WITH_RECEIPT if given.receipt else _BOTH).send(connection, _together(given))
            return
        _CASE.send(connection, given.case)
        if given.parties:
            _PARTY.send_each(connection, given.parties)
        if given.receipt:
            _RECEIPT.send(connection, given.receipt)


def along(given: Projections, entry_id: int) -> Along:
    """The same, to go along on PostgreSQL with the one entry that is known there by this provisional id.

    They have a receipt. Whoever sends it is in `refused_where_used`.
    """
    return Along(_WITH_ENTRY, {**_together(given), "provisional_id": entry_id})


@contextmanager
def refused_where_used() -> Iterator[None]:
    """Raises `TokenUsedError` where what is written in the block has a receipt of which the token is used."""
    try:
        yield
    except sa.exc.IntegrityError as refused:
        if _RECEIPTS.name in str(refused.orig):
            raise TokenUsedError from None
        raise


def _together(given: Projections) -> dict[str, Any]:
    """What one statement of PostgreSQL is told of all of them."""
    told = {f"case_{name}": value for name, value in given.case.items()}
    if given.receipt:
        told |= {f"receipt_{name}": value for name, value in given.receipt.items()}
    return {**told, "parties": _as_json(given.parties)}


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as PostgreSQL reads them, a day as text."""
    return json.dumps(rows, default=str)


def _where_it_differs(insert: Any, table: sa.Table) -> Any:
    """The insert, in the place of the row that stands there, where a column is another."""
    stands = [column for column in table.columns if not column.primary_key]
    differs = (_comparable(column).is_distinct_from(_comparable(insert.excluded[column.name])) for column in stands)
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column.name: insert.excluded[column.name] for column in stands},
        where=sa.or_(*differs),
    )


def _comparable(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column


def _stated(said: sa.CTE | None = None) -> sa.CTE:
    """The case's row, beside the entry `said` or by itself."""
    insert = insert_pg(_CASES)
    if said is None:
        insert = insert.values(_CASE_GIVEN)
    else:
        rows = sa.select(*_CASE_GIVEN.values()).select_from(said)
        insert = insert.from_select(list(_CASE_GIVEN), rows, include_defaults=False)
    return cast(sa.CTE, _where_it_differs(insert, _CASES).returning(_CASES.c.case_id).cte("stated"))


def _party_rows(said: sa.CTE | None = None) -> Any:
    """The parties' rows out of their JSON, where they name the entry `said` with its id."""
    text = {column: _as_told(column) for column in _PARTIES.columns}
    given = (
        sa.func.json_to_recordset(sa.cast(_PARTIES_GIVEN, sa.JSON))
        .table_valued(*(sa.column(column.name, kind) for column, kind in text.items()), name="given")
        .render_derived(with_types=True)
    )
    found: dict[Any, Any] = {
        one: sa.cast(given.c[one.name], one.type) if isinstance(one.type, sa.JSON) else given.c[one.name]
        for one in text
    }
    if said is not None:
        it = sa.bindparam("provisional_id", type_=sa.Integer)
        entry_id = _PARTIES.c.entry_id
        found[entry_id] = sa.case((found[entry_id] == it, said.c.id), else_=found[entry_id])
    rows = sa.select(*found.values()).select_from(given)
    if said is not None:
        rows = rows.join(said, sa.true())
    return _where_it_differs(insert_pg(_PARTIES).from_select(list(text), rows, include_defaults=False), _PARTIES)


def _received(said: sa.CTE) -> sa.CTE:
    """The receipt of the entry `said`."""
    values = {**_RECEIPT_GIVEN, _RECEIPTS.c.entry_id: said.c.id}
    rows = sa.select(*values.values())
    insert = sa.insert(_RECEIPTS).from_select(list(values), rows, include_defaults=False)
    return insert.returning(_RECEIPTS.c.token).cte("given_receipt")


_INSERT_RECEIPT = sa.insert(_RECEIPTS).values(_RECEIPT_GIVEN)
_BOTH = Prepared(_party_rows().add_cte(_stated()))
_WITH_RECEIPT = Prepared(
    _party_rows().add_cte(_stated(), _INSERT_RECEIPT.returning(_RECEIPTS.c.token).cte("given_receipt"))
)
_WITH_ENTRY = in_one(
    _stated, _received, lambda said: _party_rows(said).returning(_PARTIES.c.body_id).cte("parties_stated")
)
_CASE = Prepared(_where_it_differs(insert_lite(_CASES).values(_CASE_GIVEN), _CASES), "case_")
_PARTY = Prepared(_where_it_differs(insert_lite(_PARTIES).values(_named("party", _PARTIES)), _PARTIES), "party_")
_RECEIPT = Prepared(_INSERT_RECEIPT, "receipt_")
