"""A released pack is sent once to each member and each person in attendance, by a link of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.jobs.personal_links import hash_of, new_secret
from app.packs.dates import shown_time
from app.packs.models import Circulation, Pack
from app.people.models import Person
from app.people.queries import seats_of
from app.permissions import Missing
from workflows.facts import day_in_words


@dataclass(frozen=True, slots=True)
class Told:
    """That someone was sent something, and perhaps opened it, as an import tells it."""

    person_id: int
    sent_at: datetime
    opened_at: datetime | None


def record(session: Session, pack: Pack, told: Sequence[Told], *, doer: Doer, now: datetime) -> None:
    """Keep who was sent a released pack elsewhere: nobody is sent a mail, and the links of then do not lead here.

    It stands on record as entered afterwards, where the doer says when that was.
    """
    for one in told:
        session.add(
            Circulation(
                pack_id=pack.id,
                person_id=one.person_id,
                token_hash=no_link(),
                sent_at=one.sent_at,
                opened_at=one.opened_at,
            )
        )
    session.flush()
    body = pack.meeting.body
    said = {
        "meeting": pack.meeting.code,
        "version": pack.version,
        "people": len(told),
        "opened": sum(one.opened_at is not None for one in told),
    }
    act = Act(
        Tag.CIRCULATION_RECORDED, doer, body.organisation_id, body.organisation.name, "pack", pack.id, said, pack.part
    )
    append_or_continue(session, [act], now)


def no_link() -> str:
    """The hash of a link that nobody was given."""
    return new_secret()[1]


def circulate(session: Session, pack: Pack, *, now: datetime, real_now: datetime, public_url: str) -> int:
    """Queue one mail for each person who holds a seat on the day of the meeting; returns how many are new.

    Only the link's hash is kept. Nobody is sent a pack twice, whatever is called how often.
    """
    meeting = pack.meeting
    sent = set(session.scalars(sa.select(Circulation.person_id).where(Circulation.pack_id == pack.id)))
    people = {p.id: p for _, _, p in seats_of(session, meeting.body_id, meeting.held_on) if p is not None}
    new = [person for person in people.values() if person.id not in sent]
    for person in new:
        token, kept = new_secret()
        session.add(Circulation(pack_id=pack.id, person_id=person.id, token_hash=kept, sent_at=now))
        queue_mail(
            session,
            once=f"pack-{pack.id}-person-{person.id}",
            recipient=person.email,
            recipient_name=person.name,
            subject=f"Papers: {meeting.title}, {day_in_words(meeting.held_on)}",
            body=_letter(pack, person, f"{public_url.rstrip('/')}/p/{token}"),
            now=real_now,
        )
    session.flush()
    return len(new)


def _letter(pack: Pack, person: Person, link: str) -> str:
    meeting = pack.meeting
    at = f" at {shown_time(meeting.begins)}" if meeting.begins else ""
    place = f"\nPlace: {meeting.place}" if meeting.place else ""
    made_up = "\n\nThis pack holds demonstration content." if meeting.demonstration else ""
    return (
        f"Dear {person.name},\n\n"
        f"The papers for the meeting in public (Part 1) of {meeting.body.name} have been released.\n\n"
        f"Meeting: {meeting.title}\nDate: {day_in_words(meeting.held_on)}{at}{place}\n\n"
        f"Read them on a web page, or as a PDF of {pack.pages} pages, by your personal link:\n\n{link}\n\n"
        "The link is yours: opening it notes that you have received the papers.\n\n"
        f"Version {pack.version}, released by {pack.released_by}.\n"
        f"SHA-256 of the PDF: {pack.pdf_hash}{made_up}\n"
    )


def led_to(session: Session, token: str) -> Circulation:
    """What a personal link stands for, its row held for a change. Raises `Missing` for a link that leads nowhere."""
    found = session.scalar(
        sa.select(Circulation).where(Circulation.token_hash == hash_of(token)).with_for_update(of=Circulation)
    )
    if found is None:
        raise Missing
    return found


def opened(session: Session, token: str, now: datetime) -> Pack:
    """The pack of a personal link; its first opening is noted. Raises `Missing` for a link that leads nowhere."""
    found = led_to(session, token)
    pack = found.pack
    if found.opened_at is None:
        found.opened_at = now
        body = pack.meeting.body
        doer = Doer(found.person_id, found.person.name, f"{body.name}, by personal link")
        said = {"meeting": pack.meeting.code, "version": pack.version}
        append_or_continue(
            session,
            [
                Act(
                    Tag.PACK_OPENED,
                    doer,
                    body.organisation_id,
                    body.organisation.name,
                    "pack",
                    pack.id,
                    said,
                    pack.part,
                )
            ],
            now,
        )
    return pack
