"""The next version of a document: from the clauses of the latest, reworded, moved, added, left out, then issued.

A clause keeps its code whatever its number, words or place; a clause that is new gets one from its heading. What is
recorded says beside which version it was written, so that nobody's version is overlooked.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Doer
from app.documents.comments import answer_comment
from app.documents.comments import next_version as following_version
from app.documents.comparison import ClauseSide, ComparisonRow, compared
from app.documents.hashing import ClauseDraft, text_hash, version_hash
from app.documents.models import Clause, ClauseComment, Document, DocumentVersion
from app.documents.queries import drafts_of
from app.documents.service import check_clauses, issue_version, write_version
from app.permissions import Missing, Refused, Stale
from workflows.case_history import day_of
from workflows.facts import day_in_words

LABEL = 20
"""The longest label, in characters."""
_LABEL = re.compile(r"\w[\w.-]*")
_COUNTED = re.compile(r"(.*?)(\d+)\D*")


@dataclass(frozen=True, slots=True)
class Amended:
    """A text of a clause as a body would have it; `whose` names the body."""

    text: str
    whose: str

    @property
    def key(self) -> str:
        """By which a form names it: the same while its words are."""
        return text_hash(self.whose, self.text)[:16]


@dataclass(frozen=True, slots=True)
class AnsweredWith:
    """What became of a comment, said with the next version: see `comments.answer_comment`."""

    comment_id: int
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What the next version begins with: the clauses of the latest, `mark` to know it again, and the label it may have.

    `latest` is none for the first version. A draft is finished under its own label, and with the answers to comments
    that were begun with it.
    """

    latest: DocumentVersion | None
    drafts: tuple[ClauseDraft, ...]
    mark: str
    label: str
    answers: tuple[AnsweredWith, ...] = ()


def begin(session: Session, document: Document) -> Begun:
    """What the next version of a document begins with now."""
    latest = session.scalars(
        sa.select(DocumentVersion)
        .where(DocumentVersion.document_id == document.id)
        .order_by(DocumentVersion.position.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if latest is None:
        return Begun(None, (), "", "1")
    drafts = tuple(drafts_of(session, latest.id))
    labels = session.scalars(sa.select(DocumentVersion.label).where(DocumentVersion.document_id == document.id)).all()
    label = next_label(latest.label, labels) if latest.issued_at else latest.label
    answers = tuple(AnsweredWith(**one) for one in latest.answers_begun or ())
    mark = f"{latest.label} {version_hash(drafts)}"
    if answers:
        mark = f"{mark} {text_hash('', json.dumps([astuple(one) for one in answers]))}"
    return Begun(latest, drafts, mark, label, answers)


def next_label(label: str, taken: Collection[str] = ()) -> str:
    """The label after this one that no version has: "2" gives "3", "2.1" gives "2.2"; "" where it counts nothing."""
    found = _COUNTED.fullmatch(label)
    if found is None:
        return ""
    number = int(found[2]) + 1
    while f"{found[1]}{number}" in taken:
        number += 1
    following = f"{found[1]}{number}"
    return following if len(following) <= LABEL else ""


def wrong_label(session: Session, document: Document, label: str) -> str:
    """What is wrong with a label for the next version, in a sentence; "" where nothing is."""
    if not _LABEL.fullmatch(label) or len(label) > LABEL or label.lower() == "new":
        return (
            f"A label has 1 to {LABEL} letters, digits, full stops and hyphens, and begins with a letter or digit, "
            "such as 3 or 2.1"
        )
    there = session.scalar(
        sa.select(DocumentVersion).where(DocumentVersion.document_id == document.id, DocumentVersion.label == label)
    )
    if there is None:
        return ""
    if there.issued_at is not None:
        return f"Version {label} was issued on {day_in_words(day_of(there.issued_at))}: give this one another label"
    latest = begin(session, document).latest
    return "" if latest is not None and latest.id == there.id else f"There is an earlier draft {label}: another label"


def begun_with(drafts: Sequence[ClauseDraft], amended: Mapping[str, str]) -> list[ClauseDraft]:
    """The clauses with the texts of those that were amended, by their codes, in the place of their own."""
    return [replace(draft, text=amended[draft.code]) if draft.code in amended else draft for draft in drafts]


def with_codes(session: Session, document: Document, clauses: Sequence[ClauseDraft]) -> list[ClauseDraft]:
    """The clauses, each that has no code yet with one from its heading that no clause of the document ever had."""
    taken = set(session.scalars(sa.select(Clause.code).where(Clause.document_id == document.id)))
    taken |= {clause.code for clause in clauses}
    found = []
    for clause in clauses:
        code = clause.code or _code(clause.heading or clause.number, taken)
        taken.add(code)
        found.append(replace(clause, code=code))
    return found


def _code(words: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", words.lower()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:50].strip("-") or "clause"
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}-{number}", number + 1
    return code


def version_before(session: Session, document: Document, label: str) -> DocumentVersion | None:
    """The version that one of this label follows: the last of another label; none where it is the first."""
    return session.scalars(
        sa.select(DocumentVersion)
        .where(DocumentVersion.document_id == document.id, DocumentVersion.label != label)
        .order_by(DocumentVersion.position.desc())
        .limit(1)
    ).one_or_none()


def foreseen(session: Session, before: DocumentVersion | None, clauses: Sequence[ClauseDraft]) -> list[ComparisonRow]:
    """What these clauses would change of the version before. Refuses those that cannot stand, and no change at all."""
    check_clauses(clauses)
    if not clauses:
        raise Refused("A version has at least one clause.", "a clause")
    old = drafts_of(session, before.id) if before else []
    if before and version_hash(old) == version_hash(clauses):
        raise Refused(f"Nothing differs from version {before.label}, so there is nothing to issue.", "a change")
    return compared(_sides(old), _sides(clauses))


def _sides(drafts: Sequence[ClauseDraft]) -> list[ClauseSide]:
    return [ClauseSide(one.code, one.number, one.heading, one.text, text_hash(one.heading, one.text)) for one in drafts]


def written_already(
    session: Session, document: Document, label: str, clauses: Sequence[ClauseDraft]
) -> DocumentVersion | None:
    """The latest version, where it is issued and is exactly this one: who presses twice writes one version."""
    latest = begin(session, document).latest
    if latest is None or latest.issued_at is None or latest.label != label:
        return None
    return latest if latest.hash == version_hash(clauses) else None


def refuse_stale(begun: Begun, beside: str) -> None:
    """Raise `Stale`, naming the version, where it is another than the one this was written beside."""
    if begun.mark == beside:
        return
    latest = begun.latest
    if latest is None:
        raise Stale("The version that this was written beside is no longer there. Nothing was recorded now.")
    written = f"issued on {day_in_words(day_of(latest.issued_at))}" if latest.issued_at else "a draft"
    raise Stale(
        f"Version {latest.label}, {written}, was written since this page was opened. Nothing was recorded now.",
        f"Version {latest.label}: {latest.title}",
    )


def _refuse_place(session: Session, document: Document, beside: str, label: str) -> None:
    """Raise `Stale` where another version was written meanwhile, `Refused` for a label that this one cannot have."""
    refuse_stale(begin(session, document), beside)
    wrong = wrong_label(session, document, label)
    if wrong:
        raise Refused(f"{wrong}.", "a label of its own")


def keep_draft(
    session: Session,
    document_id: int,
    *,
    beside: str,
    label: str,
    title: str,
    note: str,
    dated: date,
    clauses: Sequence[ClauseDraft],
    doer: Doer,
    now: datetime,
    answers: Sequence[AnsweredWith] = (),
) -> DocumentVersion:
    """Write the next version as a draft, to go on with later; it replaces the latest where that is the draft `label`.

    `answers` are what it would say became of comments, each as far as it is written: who commented is told nothing yet.
    Raises `Stale` where another version was written meanwhile, `Refused` for a label or clauses that cannot stand.
    """
    document = session.get_one(Document, document_id, with_for_update=True)
    _refuse_place(session, document, beside, label)
    if not clauses:
        raise Refused("A version has at least one clause.", "a clause")
    coded = with_codes(session, document, clauses)
    draft = write_version(
        session, document, label=label, title=title, note=note, dated=dated, clauses=coded, doer=doer, now=now
    )
    draft.answers_begun = [asdict(one) for one in answers] or None
    return draft


def write_next(
    session: Session,
    document_id: int,
    *,
    beside: str,
    label: str,
    title: str,
    note: str,
    dated: date,
    clauses: Sequence[ClauseDraft],
    doer: Doer,
    now: datetime,
    answered: Sequence[AnsweredWith] = (),
) -> DocumentVersion:
    """Write and issue the next version; `beside` is the mark of what it was begun with. The same once more is itself.

    A comment that is `answered` with it, unless it was not accepted, can be read in its own clause of this version.
    Raises `Stale` where another version was written meanwhile, `Refused` for a label or clauses that cannot stand.
    """
    document = session.get_one(Document, document_id, with_for_update=True)
    clauses = with_codes(session, document, clauses)
    twice = written_already(session, document, label, clauses)
    if twice is not None:
        return twice
    _refuse_place(session, document, beside, label)
    foreseen(session, version_before(session, document, label), clauses)
    written = write_version(
        session, document, label=label, title=title, note=note, dated=dated, clauses=clauses, doer=doer, now=now
    )
    issued = issue_version(session, written, doer, now)
    codes = {clause.code for clause in clauses}
    for one in answered:
        comment = session.get(ClauseComment, one.comment_id)
        if comment is None or comment.version.document_id != document.id:
            raise Missing
        following, its = following_version(session, comment.version), comment.clause.code
        there = one.outcome != "not_accepted" and following is not None and following.id == issued.id and its in codes
        answer_comment(
            session,
            comment.id,
            outcome=one.outcome,
            answer=one.answer,
            landed=its if there else "",
            seen=None,
            doer=doer,
            now=now,
        )
    return issued
