"""The rows that listings read of where a case stands, written beside its entries; none that is right as it is.

PostgreSQL takes the case's row and all its parties', as JSON, in one statement: there each costs a journey to another
process while others wait for the case. SQLite has no writing within a query, and a row costs it less than its JSON.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_lite

from app.signoff.models import CaseState, PartyState

_CASES = cast(sa.Table, CaseState.__table__)
_PARTIES = cast(sa.Table, PartyState.__table__)
_PARTIES_GIVEN = sa.bindparam("parties", type_=sa.Text)


def _named(prefix: str, table: sa.Table) -> dict[sa.Column[Any], sa.ColumnElement[Any]]:
    """A parameter for each column. With its bare name it would be set in every table that the statement writes."""
    return {column: sa.bindparam(f"{prefix}_{column.name}", type_=column.type) for column in table.columns}


_CASE_GIVEN = _named("case", _CASES)


def write_projections(connection: sa.Connection, case: Mapping[str, Any], parties: Sequence[Mapping[str, Any]]) -> None:
    """Write a case's row and rows of its parties, by the names of their columns, in the place of those that stand."""
    given = {f"case_{name}": value for name, value in case.items()}
    if connection.dialect.name == "postgresql":
        connection.execute(_BOTH, {**given, "parties": _as_json(parties)})
        return
    connection.execute(_CASE, given)
    if parties:
        connection.execute(_PARTY, [{f"party_{name}": value for name, value in row.items()} for row in parties])


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


_BOTH = _both()
_CASE = _where_it_differs(insert_lite(_CASES).values(_CASE_GIVEN), _CASES)
_PARTY = _where_it_differs(insert_lite(_PARTIES).values(_named("party", _PARTIES)), _PARTIES)
