"""Comments on clauses and what became of each; they come in as they were, and nobody is told of them again."""

from app.documents.comments import COMMENT_TEXT, OUTCOMES
from app.documents.comments import KINDS as WORDS
from app.documents.models import ClauseComment
from app.exchange.formats import Choice, Code, Moment, Text, Whole
from app.exchange.kinds.documents import CLAUSE, DOCUMENT, LABEL
from app.exchange.kinds.kind import Column, Complaint, Kind, Link, Row, World, in_order
from app.exchange.kinds.people import DEMONSTRATION, PERSON

ANSWERED = ("outcome", "answer", "answered_by", "answered_at")


def _answered_whole(world: World, row: Row) -> list[Complaint]:
    """An answer is whole or there is none, and only what was answered has led anywhere."""
    given = [name for name in ANSWERED if row.values[name] is not None]
    if given and len(given) < len(ANSWERED):
        missing = next(name for name in ANSWERED if name not in given)
        return [(missing, f"empty, though {given[0]} is given; expected all of {', '.join(ANSWERED)}, or none.")]
    landed = [row.values[name] is not None for name in ("landed_version", "landed_clause")]
    if any(landed) and not (all(landed) and given):
        return [("landed_clause", "expected a version and a clause of it, and an answer; or none of these.")]
    return []


def _withdrawn_open(world: World, row: Row) -> list[Complaint]:
    """What is withdrawn says when and why, and was not answered."""
    at, because = row.values["withdrawn_at"], row.values["withdrawn_because"]
    if (at is None) != (because is None):
        return [("withdrawn_because", "withdrawn_at and withdrawn_because belong together; expected both or neither.")]
    if at is not None and row.values["outcome"] is not None:
        return [("withdrawn_at", "given, though the comment was answered; expected one or the other.")]
    return []


def _in_the_version(world: World, row: Row) -> list[Complaint]:
    """The clause stands in the version, and where it led in a later one."""
    values, found = row.values, []
    texts, versions = world.rows("clause_texts"), world.rows("document_versions")
    if (values["document"], values["version"], values["clause"]) not in texts:
        found.append(("clause", f"version {values['version']} has no such clause; expected one of its clauses."))
    landed = values["landed_version"]
    if landed is None or values["landed_clause"] is None:
        return found
    if (values["document"], landed, values["landed_clause"]) not in texts:
        found.append(("landed_clause", f"version {landed} has no such clause; expected one of its clauses."))
    of, to = (versions.get((values["document"], label)) for label in (values["version"], landed))
    if of is not None and to is not None and to.values["position"] <= of.values["position"]:
        found.append(("landed_version", f"version {landed} is not later than version {values['version']}."))
    return found


KINDS = (
    Kind(
        "clause_comments",
        "What the bodies’ people said of the clauses of a version, and what became of each in a later one.",
        ClauseComment,
        ("document", "version", "number"),
        (
            Column("document", "The document's code.", DOCUMENT, True, None),
            Column("version", "The version's label.", LABEL, True, None),
            Column("number", "Its number among the comments on the version.", Whole(1, 99999), required=True),
            Column("clause", "The clause's code.", CLAUSE, True, None),
            Column("body", "Code of the body for which it was said.", Code(60, example="merton"), True, None),
            Column("person", "Code of who said it; empty where they are not in people.csv.", PERSON, False, None),
            Column("author", "Their name, as it was.", Text(200, example="Robin Ashcombe"), required=True),
            Column("capacity", "In what capacity.", Text(200, example="board secretary"), required=True),
            Column("kind", "What it is.", Choice(tuple(WORDS), "comment"), required=True),
            Column("text", "Its words.", Text(COMMENT_TEXT, example="Two hours are too short."), required=True),
            Column("written_at", "When it was written.", Moment(), required=True),
            Column("outcome", "What became of it; empty while it is open.", Choice(tuple(OUTCOMES), "accepted")),
            Column("answer", "The answer.", Text(COMMENT_TEXT, example="Four hours at night, two by day.")),
            Column("answered_by", "Who answered.", Text(200, example="Robin Ashcombe")),
            Column("answered_at", "When it was answered.", Moment()),
            Column("landed_version", "Label of the later version in which it can be read.", LABEL, False, None),
            Column("landed_clause", "Code of the clause of that version.", CLAUSE, False, None),
            Column("withdrawn_at", "When who wrote it withdrew it.", Moment()),
            Column("withdrawn_because", "Why they did.", Text(2_000, example="It was said of another clause.")),
            DEMONSTRATION,
        ),
        links=(  # those that may be empty come first: the document is told by those that are not
            Link("landed_version_id", "document_versions", ("document", "landed_version")),
            Link("landed_clause_id", "clauses", ("document", "landed_clause")),
            Link("version_id", "document_versions", ("document", "version")),
            Link("clause_id", "clauses", ("document", "clause")),
            Link("body_id", "bodies", ("body",)),
            Link("person_id", "people", ("person",)),
        ),
        checks=(in_order("written_at", "answered_at"), _answered_whole, _withdrawn_open, _in_the_version),
        keeps=("clause", "body", "author", "capacity", "kind", "text", "written_at"),
    ),
)
