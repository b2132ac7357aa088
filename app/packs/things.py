"""What editions and packs have in common when something is done with them: a row to lock, an owner, names, hashes."""

from typing import Any

from sqlalchemy.orm import Session

from app.packs.models import Edition, Pack
from app.people.models import Organisation

Json = dict[str, Any]
Thing = Edition | Pack


def owner_of(thing: Thing) -> Organisation:
    """The organisation in whose log the thing's acts stand: the programme's host, or the body's own."""
    if isinstance(thing, Edition):
        return thing.period.programme.collaborative.host
    return thing.meeting.body.organisation


def kind_of(thing: Thing) -> str:
    """What jobs and the record call it: `edition` or `pack`."""
    return "edition" if isinstance(thing, Edition) else "pack"


def locked(session: Session, thing: Thing) -> Thing:
    session.refresh(thing, with_for_update={"of": type(thing)})  # not of what was joined to it
    return thing


def named(thing: Thing) -> Json:
    if isinstance(thing, Edition):
        return {"period": thing.period.code, "period_title": thing.period.title, "number": thing.number}
    return {
        "meeting": thing.meeting.code,
        "meeting_title": thing.meeting.title,
        "body": thing.meeting.body.short_name,
        "part": thing.part,
        "version": thing.version,
    }


def hashes(thing: Thing) -> Json:
    return {
        **named(thing),
        "facts_hash": thing.facts_hash,
        "pdf_hash": thing.pdf_hash,
        "web_hash": thing.web_hash,
        "bytes": thing.pdf_bytes,
        "pages": thing.pages,
        **(slides_said(thing) if thing.slides_hash else {}),
    }


def slides_said(thing: Thing) -> Json:
    """What the record says of its slides."""
    return {"slides_hash": thing.slides_hash, "slides_bytes": thing.slides_bytes, "slides": thing.slides_count}
