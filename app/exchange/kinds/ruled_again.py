"""Rulings on what a version changed that were made again before a body acted on them, each with its reason."""

from app.exchange.formats import Choice, Moment, Text, Whole
from app.exchange.kinds import recorded
from app.exchange.kinds.acts import DONE, OF_CASE, TO_CASE, TO_PERSON
from app.exchange.kinds.documents import CLAUSE
from app.exchange.kinds.kind import Column, Kind, Link

ROUND = Column("round", "The number of the round.", Whole(2, 99, example="2"), True, None)

KINDS = (
    Kind(
        "rulings_again",
        "Rulings on what a round’s version changed that were made again, by whom and why.",
        None,
        ("case", "round", "at"),
        (
            OF_CASE,
            ROUND,
            Column("why", "Why it was ruled on again.", Text(example="The clause only lost a word"), True, None),
            *DONE,
        ),
        links=(TO_CASE, TO_PERSON),
        recorded=recorded.rulings_again,
    ),
    Kind(
        "rulings_again_clauses",
        "What was ruled again on each of the changed clauses: all of them.",
        None,
        ("case", "round", "at", "clause"),
        (
            OF_CASE,
            ROUND,
            Column("at", "When it was ruled on again.", Moment(), True, None),
            Column("clause", "The clause’s code.", CLAUSE, True, None),
            Column("ruling", "What the change is.", Choice(("editorial", "material"), "editorial"), True, None),
            Column("reason", "Why.", Text(example="The meaning is the same"), True, None),
        ),
        links=(Link("", "rulings_again", ("case", "round", "at")),),
        recorded=recorded.clauses_ruled_again,
    ),
)
