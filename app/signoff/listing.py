"""Which cases a list shows and which bodies they ask: what it costs is bounded by a page, not by what is behind it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db.by_words import named
from app.people.models import DecidingBody
from app.signoff.models import Case, CaseState, Party, PartyState, Round

LIVE = ("open", "between rounds")
STATES = ("open", "between rounds", "agreed", "stopped", "withdrawn")


@dataclass(frozen=True, slots=True)
class Filters:
    """How a list of cases is narrowed: a state, words of the title, a body that is still asked, only live ones."""

    state: str = ""
    words: str = ""
    body: str = ""
    live: bool = False

    def __bool__(self) -> bool:
        return bool(self.state or self.words or self.body)


_COLLABORATIVES: sa.BindParameter[Any] = sa.bindparam("collaboratives", expanding=True)
_SIZE: sa.BindParameter[int] = sa.bindparam("size", type_=sa.Integer)
_ALL_FOUND: sa.BindParameter[Any] = sa.bindparam("all_found", expanding=True)
_BEFORE: sa.BindParameter[int] = sa.bindparam("before", type_=sa.Integer)


def cases(
    session: Session,
    collaborative_ids: Collection[int],
    filters: Filters = Filters(),
    size: int | None = None,
    page: int = 1,
) -> Sequence[Any]:
    """The Part 1 cases of these collaboratives, newest first: id, code, title, state, sentence, version…

    Cases outside a collaborative (the release of a pack) are not among them. With a size, one page of them; `total` is
    how many there are on all pages.
    """
    query = _cases(filters, size is not None)
    return session.execute(query, _values(collaborative_ids, size, page)).all()


def bodies_asked(
    session: Session,
    collaborative_ids: Collection[int],
    filters: Filters = Filters(),
    size: int | None = None,
    page: int = 1,
    shown: Sequence[Any] | None = None,
) -> Sequence[Any]:
    """The bodies that any of the cases asks: id, code, short name; governing bodies first, then by name.

    With a size, one page of them; `total` is how many there are on all pages. `shown` is a page of the cases where one
    was read already: if it has all of them, the others of a long record are not looked through again.
    """
    values = _values(collaborative_ids, size, page)
    if shown is not None and (not shown or shown[0].total == len(shown)):
        query = _bodies_of_all_found(size is not None)
        del values["collaboratives"]
        return session.execute(query, {**values, "all_found": [case.id for case in shown]}).all()
    return session.execute(_bodies_asked(filters, size is not None), values).all()


def columns(
    session: Session,
    collaborative_ids: Collection[int],
    filters: Filters,
    first: Sequence[Any],
    size: int,
    page: int,
    shown: Sequence[Any] | None = None,
) -> tuple[int, Sequence[Any]]:
    """One page of the bodies, and its number: 1 where there is no such page. Asks no more where `first` holds it."""
    total = first[0].total if first else 0
    page = page if (page - 1) * size < total else 1
    before, last = (page - 1) * size, min(page * size, total)
    if last <= len(first):
        return page, first[before:last]
    return page, bodies_asked(session, collaborative_ids, filters, size, page, shown)


def _values(collaborative_ids: Collection[int], size: int | None, page: int) -> dict[str, Any]:
    values: dict[str, Any] = {"collaboratives": list(collaborative_ids)}
    if size is not None:
        values |= {"size": size, "before": (page - 1) * size}
    return values


@lru_cache(maxsize=64)
def _cases(filters: Filters, cut: bool) -> Any:
    """The statement of `cases`. It picks the page and counts by the index of the list, and then reads those cases."""
    found = _found(filters)
    if filters.body:  # no index finds these: look for them once, for the count and for the page
        found = sa.select(found.cte("found").prefix_with("MATERIALIZED"))
    total = sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery()
    if cut:
        found = found.order_by(found.selected_columns.opened_at.desc(), found.selected_columns.id.desc())
        found = found.limit(_SIZE).offset(_BEFORE)
    shown = found.subquery("shown")
    return (
        sa.select(
            Case.id,
            Case.code,
            Case.title,
            Case.subject_kind,
            Case.subject_id,
            Case.demonstration,
            CaseState.state,
            CaseState.sentence,
            CaseState.round,
            CaseState.stage,
            Round.version_id,
            Round.version_label,
            total.label("total"),
        )
        .select_from(shown)
        .join(Case, Case.id == shown.c.id)
        .join(CaseState, CaseState.case_id == Case.id)
        .join(Round, sa.and_(Round.case_id == Case.id, Round.number == CaseState.round))
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )


@lru_cache(maxsize=64)
def _bodies_asked(filters: Filters, cut: bool) -> Any:
    """The statement of `bodies_asked`. It asks of each body whether there is a case, and leaves off at the first."""
    asked = sa.exists().where(Party.listed_in_id.in_(_COLLABORATIVES), Party.body_id == DecidingBody.id)
    body: Any = sa.select(DecidingBody.id, DecidingBody.code, DecidingBody.short_name, DecidingBody.kind).where(asked)
    among = body.cte("asked").prefix_with("MATERIALIZED")
    query = sa.select(among.c.id, among.c.code, among.c.short_name, sa.func.count().over().label("total"))
    if filters or filters.live:
        # where they are few, `bodies_asked` knows them by now: of many, the first that asks a body is near
        found = _found(filters).cte("found").prefix_with("MATERIALIZED") if filters.body else _found(filters).subquery()
        first = (
            sa.select(found.c.id)
            .join(Party, sa.and_(Party.case_id == found.c.id, Party.body_id == among.c.id))
            .limit(1)
            .scalar_subquery()
        )
        query = query.where(first.is_not(None))
    return _in_order(query, among.c, cut)


@lru_cache(maxsize=2)
def _bodies_of_all_found(cut: bool) -> Any:
    """The statement of `bodies_asked` where every case that is found is known by its id."""
    asked = DecidingBody.id.in_(sa.select(Party.body_id).where(Party.case_id.in_(_ALL_FOUND)))
    total = sa.func.count().over().label("total")
    query = sa.select(DecidingBody.id, DecidingBody.code, DecidingBody.short_name, total).where(asked)
    return _in_order(query, DecidingBody, cut)


def _in_order(query: Any, body: Any, cut: bool) -> Any:
    query = query.order_by(body.kind != "governing_body", body.short_name, body.id)
    return query.limit(_SIZE).offset(_BEFORE) if cut else query


def _found(filters: Filters) -> Any:
    """The cases that the filters leave, in no order: id, opened_at. Of a state, from the projection's own index."""
    states = LIVE if filters.live else (filters.state,) if filters.state else ()
    of_state = (CaseState.listed_in_id.in_(_COLLABORATIVES), CaseState.state.in_(states))
    case_id: Any = CaseState.case_id if states and not filters.words else Case.id
    if case_id is Case.id:
        query = sa.select(case_id.label("id"), Case.opened_at)
        query = query.where(Case.collaborative_id.in_(_COLLABORATIVES), Case.part == 1)
    else:
        query = sa.select(case_id.label("id"), CaseState.opened_at).where(*of_state)
    if states and filters.words:  # both by an index alone: a title is in that of the list, and not in that of states
        query = query.where(case_id.in_(sa.select(CaseState.case_id).where(*of_state)))
    for word in filters.words.split()[:8]:
        query = query.where(Case.title.icontains(word, autoescape=True))
    if filters.body:
        still_asked = (
            sa.select(PartyState.case_id)
            .join(DecidingBody)
            .where(named(filters.body, DecidingBody, "short_name", "name"), PartyState.waiting.is_(True))
        )
        query = query.where(case_id.in_(still_asked))
    return query
