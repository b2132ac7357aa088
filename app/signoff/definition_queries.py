"""The definitions that there are, and the cases decided under each: what is on offer, and what cases still keep."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.pages import Span
from app.permissions import Missing
from app.signoff.definitions import as_kept, offered_to
from app.signoff.models import Case, CaseState
from workflows.stages import Definition

SHIPPED, OWN, KEPT = "Shipped", "This installation’s own", "Kept by its cases"
"""Where a definition comes from; the last is no longer on offer, or says something else by now."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A definition with where it comes from and how many cases one may see are decided under exactly this text."""

    definition: Definition
    origin: str
    cases: int

    @property
    def on_offer(self) -> bool:
        """Whether a case can be opened under it now."""
        return self.origin != KEPT


def listed(session: Session, collaborative_ids: Collection[int]) -> list[Listed]:
    """Those on offer, then those that only cases of these collaboratives keep; by name and version."""
    used: dict[tuple[str, int, str], Any] = {
        (row.name, row.version, row.hash): row
        for row in session.execute(
            _seen_by(
                sa.select(
                    Case.definition_name.label("name"),
                    Case.definition_version.label("version"),
                    Case.definition_hash.label("hash"),
                    sa.func.count().label("cases"),
                    sa.func.min(Case.definition_text).label("text"),
                ),
                collaborative_ids,
            ).group_by(Case.definition_name, Case.definition_version, Case.definition_hash)
        )
    }
    found = []
    for (name, version), one in offered_to(session).items():
        row = used.pop((name, version, one.definition.hash), None)
        found.append(Listed(one.definition, OWN if one.own else SHIPPED, row.cases if row else 0))
    found += [Listed(as_kept(row.text, row.name, row.version), KEPT, row.cases) for row in used.values()]
    return sorted(found, key=lambda one: (one.definition.name, one.definition.version, not one.on_offer))


def one_of(
    session: Session, collaborative_ids: Collection[int], name: str, version: int, hash: str = ""
) -> tuple[Definition, str]:
    """A definition and where it comes from: the one on offer, or the text with this hash that cases one may see keep.

    Raises `Missing`.
    """
    there = offered_to(session).get((name, version))
    if there is not None and hash in ("", there.definition.hash):
        return there.definition, OWN if there.own else SHIPPED
    query = sa.select(Case.definition_text).where(Case.definition_name == name, Case.definition_version == version)
    if hash:
        query = query.where(Case.definition_hash == hash)
    text = session.scalar(_seen_by(query, collaborative_ids).order_by(Case.id.desc()).limit(1))
    if text is None:
        raise Missing
    return as_kept(text, name, version), KEPT


def cases_under(
    session: Session, collaborative_ids: Collection[int], definition: Definition, size: int | None, page: int = 1
) -> tuple[Span, list[Any]]:
    """The cases decided under exactly this text, newest first: code, title, opened_at, demonstration, state, sentence.

    Without a size, all of them.
    """
    query = _seen_by(
        sa.select(
            Case.code,
            Case.title,
            Case.opened_at,
            Case.demonstration,
            CaseState.state,
            CaseState.sentence,
            sa.func.count().over().label("total"),
        ).join(CaseState, CaseState.case_id == Case.id),
        collaborative_ids,
    ).where(
        Case.definition_name == definition.name,
        Case.definition_version == definition.version,
        Case.definition_hash == definition.hash,
    )
    query = query.order_by(Case.opened_at.desc(), Case.id.desc())
    if size is not None:
        query = query.limit(size).offset((page - 1) * size)
    rows = list(session.execute(query))
    total = rows[0].total if rows else 0
    return Span(total, size or max(1, total), page), rows


def _seen_by(query: Any, collaborative_ids: Collection[int]) -> Any:
    """As `case.read` has it: Part 1 of one's own collaboratives."""
    return query.where(Case.collaborative_id.in_(list(collaborative_ids)), Case.part == 1)
