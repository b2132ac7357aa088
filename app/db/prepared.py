"""A statement that is part of every decision: put into an engine's words once, and then only sent with its values.

SQLAlchemy looks a statement up by a key made of all of it each time, and puts each value through its parameters. That
is little beside a page, and most of what a statement costs where several of them write one decision.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

_AsSent = Callable[[Mapping[str, Any]], Any]
_Conversion = Callable[[Any], Any] | None


class Prepared:
    """One statement; its text is made when an engine first needs it.

    `called` is what the names of its parameters begin with and those of the values do not: a parameter that has the
    bare name of a column would be set in every table that a statement writes.
    """

    def __init__(self, statement: sa.ClauseElement, called: str = "") -> None:
        self._statement, self._called = statement, called
        self._made: dict[str, tuple[str, _AsSent]] = {}
        self._found: dict[str, list[_Conversion]] = {}

    def send(self, connection: sa.Connection, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
        """Execute it with these values. What it finds comes as the driver has it."""
        text, as_sent = self._for(connection.dialect)
        return connection.exec_driver_sql(text, as_sent(values))

    def first(self, connection: sa.Connection, values: Mapping[str, Any]) -> list[Any] | None:
        """The first row that it finds with these values, as it is in Python."""
        row = self.send(connection, values).first()
        if row is None:
            return None
        found = self._found.get(connection.dialect.name) or self._as_found(connection.dialect)
        return [convert(value) if convert else value for convert, value in zip(found, row, strict=True)]

    def send_each(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it with each of these rows of values."""
        text, as_sent = self._for(connection.dialect)
        connection.exec_driver_sql(text, [as_sent(row) for row in rows])

    def _for(self, dialect: sa.Dialect) -> tuple[str, _AsSent]:
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = self._make(dialect)
        return made

    def _as_found(self, dialect: sa.Dialect) -> list[_Conversion]:
        assert isinstance(self._statement, sa.Select)
        columns = self._statement.selected_columns
        made: list[_Conversion] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]
        self._found[dialect.name] = made
        return made

    def _make(self, dialect: sa.Dialect) -> tuple[str, _AsSent]:
        compiled = self._statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        bound = compiled.binds
        fixed = {name: one.effective_value for name, one in bound.items() if not one.required}
        given = [(name, name.removeprefix(self._called), _conversion(bound[name], dialect)) for name in names or ()]

        def as_sent(values: Mapping[str, Any]) -> Any:
            told = {**fixed, **values} if fixed else values
            if compiled.positional:
                return tuple([convert(told[key]) if convert else told[key] for _, key, convert in given])
            return {name: convert(told[key]) if convert else told[key] for name, key, convert in given}

        return compiled.string, as_sent


def _conversion(parameter: sa.BindParameter[Any], dialect: sa.Dialect) -> _Conversion:
    """How a value becomes what the driver takes, or nothing where it is that already."""
    return parameter.type.dialect_impl(dialect).bind_processor(dialect)
