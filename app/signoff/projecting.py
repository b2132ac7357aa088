"""The rows that listings read of where a case stands, written beside its entries: all of them at once, as JSON.

PostgreSQL takes the case's row and its parties' in one statement; SQLite has no writing within a query, and takes two.
Nothing is written over a row that is right as it is.
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
# no parameter is named as a column: SQLAlchemy would set the column of that name in every table that is written
_CASE_GIVEN = {column: sa.bindparam(f"case_{column.key}", type_=column.type) for column in _CASES.columns}
_PARTIES_GIVEN = sa.bindparam("parties", type_=sa.Text)


def write_projections(connection: sa.Connection, case: Mapping[str, Any], parties: Sequence[Mapping[str, Any]]) -> None:
    """Write a case's row and rows of its parties, by the names of their columns, in the place of those that stand."""
    given = {f"case_{name}": value for name, value in case.items()} | {"parties": _as_json(parties)}
    for statement in _STATEMENTS[connection.dialect.name]:
        connection.execute(statement, given)


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as both engines read them: a day as text, and a JSON column's value as the text that is stored."""
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


def _of_sqlite() -> tuple[Any, ...]:
    row = sa.func.json_each(_PARTIES_GIVEN).table_valued("value").c.value
    # without a condition SQLite would take the ON of what is to be done in a conflict for that of a join
    rows = sa.select(
        *(sa.func.json_extract(row, sa.literal_column(f"'$.{column.name}'")) for column in _PARTIES.columns)
    ).where(row.is_not(None))
    return (
        _where_it_differs(insert_lite(_CASES).values(_CASE_GIVEN), _CASES),
        _where_it_differs(
            insert_lite(_PARTIES).from_select(list(_PARTIES.columns), rows, include_defaults=False), _PARTIES
        ),
    )


def _of_postgresql() -> tuple[Any, ...]:
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
    return (_where_it_differs(parties, _PARTIES).add_cte(case.returning(_CASES.c.case_id).cte("stated")),)


_STATEMENTS = {"sqlite": _of_sqlite(), "postgresql": _of_postgresql()}
