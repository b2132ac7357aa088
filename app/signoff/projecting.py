"""The rows that listings read of where a case stands, written beside its entries, with the receipt of the form.

No row is written that is right as it is. PostgreSQL takes them all in one statement, the parties' as JSON: there each
costs a journey to another process while others wait for the case. SQLite has no writing within a query, and a row
costs it less than its JSON.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_lite

from app.signoff.models import CaseState, PartyState, Receipt

_CASES = cast(sa.Table, CaseState.__table__)
_PARTIES = cast(sa.Table, PartyState.__table__)
_RECEIPTS = cast(sa.Table, Receipt.__table__)
_PARTIES_GIVEN = sa.bindparam("parties", type_=sa.Text)


def _named(prefix: str, table: sa.Table) -> dict[sa.Column[Any], sa.ColumnElement[Any]]:
    """A parameter for each column. With its bare name it would be set in every table that the statement writes."""
    return {column: sa.bindparam(f"{prefix}_{column.name}", type_=column.type) for column in table.columns}


_CASE_GIVEN = _named("case", _CASES)


class TokenUsedError(Exception):
    """A receipt has this token already."""


def write_projections(
    connection: sa.Connection,
    case: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    receipt: Mapping[str, Any] | None = None,
) -> None:
    """Write a case's row and rows of its parties, by the names of their columns, in the place of those that stand.

    With a receipt, that too: raises `TokenUsedError`.
    """
    given = _as_named("case", case)
    of_receipt = _as_named("receipt", receipt or {})
    try:
        if connection.dialect.name == "postgresql":
            together = _WITH_RECEIPT if receipt else _BOTH
            connection.execute(together, {**given, **of_receipt, "parties": _as_json(parties)})
            return
        connection.execute(_CASE, given)
        if parties:
            connection.execute(_PARTY, [_as_named("party", row) for row in parties])
        if receipt:
            connection.execute(_RECEIPT, of_receipt)
    except sa.exc.IntegrityError as refused:
        if _RECEIPTS.name in str(refused.orig):
            raise TokenUsedError from None
        raise


def _as_named(prefix: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in row.items()}


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as PostgreSQL reads them: a day as text, and a JSON column's value as the text that is stored."""
    return json.dumps([{**row, "conditions": json.dumps(row["conditions"])} for row in rows], default=str)


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


def _both() -> Any:
    text = {column: sa.Text() if isinstance(column.type, sa.JSON) else column.type for column in _PARTIES.columns}
    given = (
        sa.func.json_to_recordset(sa.cast(_PARTIES_GIVEN, sa.JSON))
        .table_valued(*(sa.column(column.name, kind) for column, kind in text.items()), name="given")
        .render_derived(with_types=True)
    )
    rows = sa.select(
        *(sa.cast(given.c[one.name], one.type) if isinstance(one.type, sa.JSON) else given.c[one.name] for one in text)
    )
    case = _where_it_differs(insert_pg(_CASES).values(_CASE_GIVEN), _CASES)
    parties = insert_pg(_PARTIES).from_select(list(text), rows, include_defaults=False)
    return _where_it_differs(parties, _PARTIES).add_cte(case.returning(_CASES.c.case_id).cte("stated"))


_RECEIPT = sa.insert(_RECEIPTS).values(_named("receipt", _RECEIPTS))
_BOTH = _both()
_WITH_RECEIPT = _both().add_cte(_RECEIPT.returning(_RECEIPTS.c.token).cte("given"))
_CASE = _where_it_differs(insert_lite(_CASES).values(_CASE_GIVEN), _CASES)
_PARTY = _where_it_differs(insert_lite(_PARTIES).values(_named("party", _PARTIES)), _PARTIES)
