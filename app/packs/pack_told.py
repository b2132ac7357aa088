"""What a released pack says otherwise than the facts as they stand, place by place, in words that hold anywhere.

As with editions (`packs.told`), an export carries the places that differ and an import lays them over. Ids mean nothing
in another installation: items of agendas go by meeting, part and place, the rest by its code.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append, canonical
from app.audit.tags import Tag
from app.meetings.models import AgendaItem, Meeting
from app.packs.models import Edition, Pack
from app.packs.told import Place, differing, laid_over
from app.people.models import DecidingBody
from app.permissions import Refused
from app.programme.models import Period
from app.signoff.models import Case

Json = dict[str, Any]

PLACES = ("meeting", "body", "agenda", "register", "last_meeting", "matrices", "local")
"""What a body says itself, and what was before it; what is missing and what has changed follows from that."""
ENCLOSED = "enclosed"
"""The edition that is enclosed, by its period and number: the rest of it comes back with that edition."""


def portable(session: Session, content: Json) -> Json:
    """The content of a pack at these places, without an id of this installation."""
    found: Json = json.loads(canonical({name: content[name] for name in PLACES}))
    found["body"].pop("id")
    references = _references(session, [item["id"] for item in found["agenda"]])
    for item in found["agenda"]:
        item["code"] = references.get(item.pop("id"), "")
        item.pop("subject_id")
    last = found["last_meeting"]
    if last is not None:
        last["code"] = session.get_one(Meeting, last.pop("id")).code
    bodies = _codes(session, DecidingBody, {party["body_id"] for party in _parties(found)})
    for case in found["matrices"]:
        case.pop("id")
    for party in _parties(found):
        party["body"] = bodies[party.pop("body_id")]
    return found


def here(session: Session, found: Json) -> Json:
    """The content that `portable` gave, with the ids of this installation. Raises `Refused` for what there is not."""
    content: Json = json.loads(canonical(found))
    body = _by_code(session, DecidingBody, {content["body"]["code"]})[content["body"]["code"]]
    content["body"] = {"id": body.id, **content["body"]}
    for place, item in enumerate(content["agenda"]):
        row = _item(session, item.pop("code"))
        same = row.subject_kind == item["subject_kind"]
        content["agenda"][place] = {"id": row.id, **item, "subject_id": row.subject_id if same else None}
    last = content["last_meeting"]
    if last is not None:
        code = last.pop("code")
        content["last_meeting"] = {"id": _by_code(session, Meeting, {code})[code].id, **last}
    cases = _by_code(session, Case, {case["code"] for case in content["matrices"]})
    content["matrices"] = [{"id": cases[case["code"]].id, **case} for case in content["matrices"]]
    bodies = _by_code(session, DecidingBody, {party["body"] for party in _parties(content)})
    for party in _parties(content):
        party["body_id"] = bodies[party.pop("body")].id
    return content


def enclosed_in(content: Json) -> Json | None:
    """Which edition the content of a pack encloses: its period's code and its number."""
    edition = content["edition"]
    return {"period": edition["content"]["period"]["code"], "number": edition["number"]} if edition else None


def told_enclosure(session: Session, pack: Pack) -> tuple[Edition | None] | None:
    """The edition that the pack is told to enclose, or none; None where nothing is told of that."""
    said = next((said for place, said in pack.told or () if place == ENCLOSED), None)
    if said is None:
        return None
    named = json.loads(said)
    return (edition_named(session, named) if named else None,)


def edition_named(session: Session, named: Json) -> Edition:
    """The edition of a period with a number; raises `Refused` where there is none."""
    found = session.scalar(
        sa.select(Edition)
        .join(Period, Period.id == Edition.period_id)
        .where(Period.code == named.get("period"), Edition.number == named.get("number"))
    )
    if found is None:
        raise Refused(f"There is no edition {named.get('number')} of {named.get('period')}.", "that edition, released")
    return found


def differing_places(session: Session, frozen: Json, stands: Json) -> list[Place]:
    """The places at which the content of a released pack is otherwise than `stands`, in a fixed order."""
    return differing(portable(session, frozen), portable(session, stands), PLACES)


def with_what_was_told(session: Session, pack: Pack, stands: Json) -> Json:
    """What stands, with what the pack said otherwise."""
    places = [one for one in pack.told or () if one[0] != ENCLOSED]
    if not places:
        return stands
    return {**stands, **here(session, laid_over(portable(session, stands), places, PLACES))}


def tell_pack(session: Session, pack: Pack, places: Sequence[Place], doer: Doer, now: datetime) -> None:
    """Keep what the pack said otherwise than the facts that came in with it; on record, before it is built."""
    pack.told = [list(one) for one in places]
    body = pack.meeting.body
    said = {"meeting": pack.meeting.code, "version": pack.version, "places": [place for place, _ in places]}
    act = Act(Tag.PACK_TOLD, doer, body.organisation_id, body.organisation.name, "pack", pack.id, said, pack.part)
    append(session, [act], now)


def released_packs(session: Session) -> Sequence[Pack]:
    """Every released pack of Part 1, oldest first."""
    return session.scalars(
        sa.select(Pack)
        .options(joinedload(Pack.meeting).joinedload(Meeting.body))
        .where(Pack.state == "released", Pack.part == 1)
        .order_by(Pack.id)
    ).all()


def _parties(content: Json) -> list[Json]:
    return [party for case in content["matrices"] for one in case["rounds"] for party in one["parties"]]


def _references(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Items of agendas by their ids, as `merton-2015-11-12:1.7`."""
    rows = session.execute(
        sa.select(AgendaItem.id, Meeting.code, AgendaItem.part, AgendaItem.position)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.id.in_(ids))
    )
    return {item_id: f"{code}:{part}.{position}" for item_id, code, part, position in rows}


def _item(session: Session, reference: str) -> AgendaItem:
    code, _, place = str(reference).rpartition(":")
    part, _, position = place.partition(".")
    found = None
    if part.isdigit() and position.isdigit():
        found = session.scalar(
            sa.select(AgendaItem)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(Meeting.code == code, AgendaItem.part == int(part), AgendaItem.position == int(position))
        )
    if found is None:
        raise Refused(f"There is no item {reference} on an agenda.", "a meeting with part and place, as in meeting:1.7")
    return found


def _codes(session: Session, model: type[DecidingBody], ids: set[int]) -> dict[int, str]:
    return {row.id: row.code for row in session.execute(sa.select(model.id, model.code).where(model.id.in_(ids)))}


def _by_code(session: Session, model: Any, codes: set[str]) -> dict[str, Any]:
    found = {row.code: row for row in session.scalars(sa.select(model).where(model.code.in_(codes)))}
    if codes - found.keys():
        raise Refused(f"There is no {', '.join(sorted(codes - found.keys()))} here, and a released pack tells of it.")
    return found
