"""Documents, their versions and their clauses."""

from typing import Any

from app.documents.hashing import ClauseDraft, text_hash, version_hash
from app.documents.models import Clause, ClauseText, Document, DocumentVersion
from app.exchange.formats import Code, Day, Moment, Text, Whole
from app.exchange.kinds.kind import Column, Complaint, Kind, Link, Row, Values, World
from app.exchange.kinds.people import DEMONSTRATION
from app.exchange.kinds.programme import WORKSTREAM

DOCUMENT = Code(60, example="out-of-hospital-standards")
LABEL = Code(20, example="2")
CLAUSE = Code(60, example="single-point-of-access")


def _hashed(values: Values) -> dict[str, Any]:
    return {"text_hash": text_hash(values["heading"] or "", values["text"] or "")}


def _clauses_of(world: World, version: Row) -> str:
    """The hash over the clauses the version will have."""
    document, label = version.values["document"], version.values["label"]
    texts = list(world.grouped("clause_texts", "document", "version").get((document, label), []))
    texts.sort(key=lambda row: row.values["position"] or 0)
    return version_hash(
        ClauseDraft(row.values["clause"], row.values["number"], row.values["heading"] or "", row.values["text"] or "")
        for row in texts
    )


def _hash(world: World, version: Row, stored: Row | None) -> dict[str, Any]:
    """An issued version has its hash, whether the file gives it or not: the one it was issued with."""
    if version.values["issued_at"] is None or version.values["hash"]:
        return {}
    issued_with = stored.values["hash"] if stored else None
    return {"hash": issued_with or _clauses_of(world, version)}


def _kept(world: World, version: Row) -> list[Complaint]:
    said = version.values["hash"]
    if version.values["issued_at"] is None:
        return [("hash", "a draft with a hash; expected the hash to be empty until it is issued.")] if said else []
    found = _clauses_of(world, version)
    if found == said:
        return []
    called = f"version {version.values['label']} of {version.values['document']}"
    return [
        (
            "hash",
            f"the clauses of {called} have the hash {found[:16]}…, not {str(said)[:16]}…; the clauses of an issued "
            "version never change, expected a further version.",
        )
    ]


def _of_a_workstream(world: World, row: Row) -> list[Complaint]:
    code = row.values["workstream"]
    if code is None or (code,) in world.rows("workstreams"):
        return []
    return [("workstream", f"there is no workstream “{code}”; expected the code of one in workstreams.csv.")]


KINDS = (
    Kind(
        "documents",
        "Documents shared by the members of a collaborative.",
        Document,
        ("code",),
        (
            Column("code", "The document's code.", DOCUMENT, required=True),
            Column("collaborative", "The collaborative's code.", Code(40, example="swlcc"), True, None),
            Column("title", "Its title.", Text(200, example="Out-of-hospital principles and standards"), required=True),
            Column("summary", "What it is for.", Text(example="What six bodies expect of care out of hospital")),
            Column("workstream", "Code of the workstream it belongs to, if it does.", WORKSTREAM),
            DEMONSTRATION,
        ),
        links=(Link("collaborative_id", "collaboratives", ("collaborative",)),),
        checks=(_of_a_workstream,),
    ),
    Kind(
        "document_versions",
        "Versions of documents. The clauses of an issued version never change.",
        DocumentVersion,
        ("document", "label"),
        (
            Column("document", "The document's code.", DOCUMENT, True, None),
            Column("label", "The version's label.", LABEL, required=True),
            Column("position", "Its place in the order of versions.", Whole(1, 999), required=True),
            Column("title", "Its title.", Text(200, example="Consolidated version for decision"), required=True),
            Column("note", "What this version is for, in a sentence.", Text(example="For decision"), required=True),
            Column("dated", "Its date.", Day("2015-09-04"), required=True),
            Column("issued_at", "When it was issued; empty while it is a draft.", Moment("2015-09-04T12:00:00Z")),
            Column(
                "hash",
                "SHA-256 over its clauses in order; may be left empty, and is checked where it is given.",
                Text(64, example=""),
            ),
        ),
        links=(Link("document_id", "documents", ("document",)),),
        complete=_hash,
        left_out=frozenset({"answers_begun"}),  # nobody has said them yet
        keeps=("issued_at", "hash"),
        checks=(_kept,),
    ),
    Kind(
        "clauses",
        "Clauses, which keep their identity through versions whatever their number or words.",
        Clause,
        ("document", "code"),
        (
            Column("document", "The document's code.", DOCUMENT, True, None),
            Column("code", "The clause's code.", CLAUSE, required=True),
        ),
        links=(Link("document_id", "documents", ("document",)),),
    ),
    Kind(
        "clause_texts",
        "Clauses as they stand in a version.",
        ClauseText,
        ("document", "version", "clause"),
        (
            Column("document", "The document's code.", DOCUMENT, True, None),
            Column("version", "The version's label.", LABEL, True, None),
            Column("clause", "The clause's code.", CLAUSE, True, None),
            Column("position", "Its place in the version.", Whole(1, 9999), required=True),
            Column("number", "Its number as printed.", Text(20, example="2.1"), required=True),
            Column("heading", "Its heading.", Text(300, example="One point of access"), required=True),
            Column("text", "Its text, in Markdown.", Text(example="Each locality has one number to call."), True),
        ),
        links=(
            Link("version_id", "document_versions", ("document", "version")),
            Link("clause_id", "clauses", ("document", "clause")),
        ),
        derive=_hashed,
        left_out=frozenset({"text_hash"}),
    ),
)
