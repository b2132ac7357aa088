"""What several queries find, in one journey to the database: each as one value, a JSON array of its rows as arrays.

A date or a moment is ISO text there, on SQLite a yes or no is 1 or 0.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _RowsAsJson(FunctionElement[Any]):
    """The rows with these columns as one JSON array, in the order in which they come."""

    type = sa.JSON()
    inherit_cache = True


@compiles(_RowsAsJson, "sqlite")
def _of_sqlite(element: _RowsAsJson, compiler: SQLCompiler, **words: Any) -> str:
    # SQLite keeps JSON as text, which has to be told from other text
    columns = (
        f"json({compiler.process(one, **words)})" if isinstance(one.type, sa.JSON) else compiler.process(one, **words)
        for one in element.clauses
    )
    return f"json_group_array(json_array({', '.join(columns)}))"


@compiles(_RowsAsJson, "postgresql")
def _of_postgresql(element: _RowsAsJson, compiler: SQLCompiler, **words: Any) -> str:
    columns = (compiler.process(one, **words) for one in element.clauses)
    return f"coalesce(json_agg(json_build_array({', '.join(columns)})), '[]')"


def all_rows(query: sa.Select[Any]) -> sa.ScalarSelect[Any]:
    """SQL: every row that the query finds, as one value.

    Both engines hand the rows of a query that stands alone within another over in its own order.
    """
    return sa.select(_RowsAsJson(*query.subquery().columns)).scalar_subquery()
