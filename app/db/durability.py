"""Whether what was acknowledged is on disk: a database that would lose it in a power cut is refused at start."""

import sqlalchemy as sa

SQLITE_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
FULL = SQLITE_SYNCHRONOUS.index("FULL")


def weaknesses(connection: sa.Connection) -> tuple[str, ...]:
    """A sentence for each way in which a commit could be answered before it is on disk; none is right.

    SQLite in WAL mode keeps every commit only from synchronous=FULL on, and nothing at all without a journal.
    PostgreSQL keeps it with fsync, full_page_writes, and any synchronous_commit but off.
    """
    if connection.dialect.name == "sqlite":
        return _of_sqlite(connection)
    return _of_postgresql(connection)


def _of_sqlite(connection: sa.Connection) -> tuple[str, ...]:
    found = []
    synchronous = int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())
    if synchronous < FULL:
        found.append(
            f"SQLite runs with synchronous={SQLITE_SYNCHRONOUS[synchronous]}: "
            "a decision could be acknowledged and lost in a power cut. It has to be FULL."
        )
    journal = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    if journal in ("off", "memory"):
        found.append(
            f"SQLite runs with journal_mode={journal}: what was half written when the service ended could not be "
            "taken back. It has to be wal."
        )
    return tuple(found)


def _of_postgresql(connection: sa.Connection) -> tuple[str, ...]:
    asked = ("fsync", "full_page_writes", "synchronous_commit")
    return tuple(
        f"PostgreSQL runs with {name}=off: a decision could be acknowledged and lost in a power cut. "
        f"Set {name}=on for this database."
        for name in asked
        if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off"
    )
