"""What a released edition says otherwise than the facts as they stand, place by place: so that it can be made again.

After a correction, or simply later, the facts say something else than an earlier edition did. An export carries the
places that differ, and an import lays them over the facts when it makes that edition again.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer, append, canonical
from app.audit.tags import Tag
from app.packs.models import Edition
from app.permissions import Refused

Json = dict[str, Any]
Place = tuple[str, str | None]
"""Where in the content, as in `workstreams/patients-online/this/headline`, and what it says there as JSON, or None
where it has no such place."""

PLACES = ("programme", "period", "bodies", "highlights", "workstreams", "architecture")
"""What is said; what is missing, and who accepted it, follows from them."""
ORDER = "*"


def differing(said: Json, stands: Json, places: Sequence[str] = PLACES) -> list[Place]:
    """The places at which `said`, the content of an edition or a pack, is otherwise than `stands`, in a fixed order."""
    found: list[Place] = []
    for name in places:
        found += _differing(said[name], json.loads(canonical(stands[name])), name)
    return found


def laid_over(content: Json, places: Iterable[Sequence[str | None]], known_places: Sequence[str] = PLACES) -> Json:
    """The content with what is said at these places. Raises `Refused` for a place that it does not have."""
    found: Json = json.loads(canonical(content))
    orders = []
    for place, said in places:
        steps = str(place).split("/")
        if steps[0] not in known_places:
            raise Refused(f"“{place}” is no place there.", f"a place that begins with one of {', '.join(known_places)}")
        try:
            holder: Any = found
            for step in steps[:-1]:
                holder = _child(holder, step)
            if steps[-1] == ORDER:
                orders.append((holder, json.loads(said or "[]")))
            else:
                _put(holder, steps[-1], said)
        except (KeyError, TypeError, ValueError):
            raise Refused(f"There is no place “{place}” in it, or nothing like that stands there.") from None
    for holder, codes in orders:
        known = {one["code"]: one for one in holder}
        holder[:] = [known[code] for code in codes if code in known]
    return found


def tell(session: Session, edition: Edition, places: Sequence[Place], doer: Doer, now: datetime) -> None:
    """Keep what the edition said otherwise than the facts that came in with it; on record, before it is built."""
    edition.told = [list(one) for one in places]
    host = edition.period.programme.collaborative.host
    said = {
        "period": edition.period.code,
        "period_title": edition.period.title,
        "number": edition.number,
        "places": [place for place, _ in places],
    }
    append(session, [Act(Tag.EDITION_TOLD, doer, host.id, host.name, "edition", edition.id, said)], now)


def released_editions(session: Session) -> Sequence[Edition]:
    """Every released edition, oldest first."""
    return session.scalars(
        sa.select(Edition).where(Edition.state == "released").order_by(Edition.period_id, Edition.number)
    ).all()


def _differing(said: Any, stands: Any, place: str) -> Iterator[Place]:
    if said == stands:
        return
    if isinstance(said, dict) and isinstance(stands, dict):
        for name in dict.fromkeys([*said, *stands]):
            if name not in said:
                yield f"{place}/{name}", None
            elif name not in stands:
                yield f"{place}/{name}", _text(said[name])
            else:
                yield from _differing(said[name], stands[name], f"{place}/{name}")
        return
    by_code, known = _by_code(said), _by_code(stands)
    if by_code is None or known is None:
        yield place, _text(said)
        return
    for code, one in by_code.items():
        if code in known:
            yield from _differing(one, known[code], f"{place}/{code}")
        else:
            yield f"{place}/{code}", _text(one)
    if list(by_code) != list(known):
        yield f"{place}/{ORDER}", _text(list(by_code))


def _by_code(rows: Any) -> dict[str, Any] | None:
    """The rows of a list by their codes, where each has one of its own."""
    if not isinstance(rows, list) or not all(isinstance(one, dict) and one.get("code") for one in rows):
        return None
    found = {str(one["code"]): one for one in rows}
    return found if len(found) == len(rows) and not any("/" in code for code in found) else None


def _text(value: Any) -> str:
    return canonical(value).decode()


def _child(holder: Any, step: str) -> Any:
    if isinstance(holder, list):
        return {one["code"]: one for one in holder}[step]
    return holder[step]


def _put(holder: Any, step: str, said: str | None) -> None:
    if isinstance(holder, list):
        value = json.loads(said or "")
        if value["code"] != step:
            raise KeyError(step)
        holder.append(value)
    elif said is None:
        del holder[step]
    elif isinstance(holder, dict):
        holder[step] = json.loads(said)
    else:
        raise KeyError(step)
