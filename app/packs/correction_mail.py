"""A released correction is sent once to each person who was sent a pack with an earlier edition, and to nobody else."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.jobs.outbox import queue_mail
from app.jobs.personal_links import hash_of, new_secret
from app.packs.circulation import Told, no_link
from app.packs.corrections import packs_to_correct, said_of
from app.packs.dates import shown_day
from app.packs.models import Circulation, Correction, CorrectionCirculation, Pack
from app.permissions import Missing, Refused


def release(
    session: Session,
    correction: Correction,
    *,
    doer: Doer,
    now: datetime,
    real_now: datetime,
    public_url: str,
    told: Mapping[str, Sequence[Told]] | None = None,
) -> int:
    """Release the correction with its edition and queue its mails; returns how many go out.

    With `told`, by meeting who was sent it elsewhere, they are kept as those who were sent it, and no mail goes out.
    """
    correction.released_at, correction.released_by = now, f"{doer.name}, {doer.capacity}"
    packs = packs_to_correct(session, correction)
    host = correction.period.programme.collaborative.host
    acts, sent = [], 0
    for pack in packs:
        if told is None:
            count = _send(session, correction, pack, now=now, real_now=real_now, public_url=public_url)
        else:
            count = _keep(session, correction, pack, told.get(pack.meeting.code, ()))
        body, sent = pack.meeting.body, sent + count
        each = {
            **said_of(correction),
            "meeting": pack.meeting.code,
            "body": body.short_name,
            "version": pack.version,
            "people": count,
            **({"sent_by": "elsewhere, before it came in by an import"} if told is not None else {}),
        }
        acts.append(Act(Tag.CORRECTION_SENT, doer, body.organisation_id, body.organisation.name, "pack", pack.id, each))
    said = {**said_of(correction), "people": sent, "bodies": [pack.meeting.body.short_name for pack in packs]}
    acts.append(Act(Tag.CORRECTION_RELEASED, doer, host.id, host.name, "correction", correction.id, said))
    append_or_continue(session, acts, now)
    return sent


def _send(
    session: Session, correction: Correction, pack: Pack, *, now: datetime, real_now: datetime, public_url: str
) -> int:
    rows = _sent(session, pack)
    for row in rows:
        token, kept = new_secret()
        session.add(
            CorrectionCirculation(
                correction_id=correction.id,
                circulation_id=row.id,
                token_hash=kept,
                sent_at=now,
            )
        )
        title = f"Correction {correction.number} to the update edition of {correction.period.title}"
        queue_mail(
            session,
            once=f"correction-{correction.id}-circulation-{row.id}",
            recipient=row.person.email,
            recipient_name=row.person.name,
            subject=title,
            body=_letter(correction, pack, row, title, f"{public_url.rstrip('/')}/c/{token}"),
            now=real_now,
        )
    session.flush()
    return len(rows)


def _sent(session: Session, pack: Pack) -> Sequence[Circulation]:
    return session.scalars(
        sa.select(Circulation)
        .options(joinedload(Circulation.person))
        .where(Circulation.pack_id == pack.id)
        .order_by(Circulation.id)
    ).all()


def _keep(session: Session, correction: Correction, pack: Pack, told: Sequence[Told]) -> int:
    """Who was sent the correction elsewhere, each of whom was sent the pack. Raises `Refused` for anybody else."""
    held = {row.person_id: row.id for row in _sent(session, pack)}
    for one in told:
        if one.person_id not in held:
            raise Refused(
                f"A correction goes to those who were sent the pack of {pack.meeting.body.short_name}; somebody here "
                "was not.",
                "a row of circulations for the same meeting and person",
            )
        session.add(
            CorrectionCirculation(
                correction_id=correction.id,
                circulation_id=held[one.person_id],
                token_hash=no_link(),
                sent_at=one.sent_at,
                opened_at=one.opened_at,
            )
        )
    session.flush()
    return len(told)


def _letter(correction: Correction, pack: Pack, row: Circulation, title: str, link: str) -> str:
    content = (correction.facts or {})["content"]
    meeting = (pack.facts or {})["content"]["meeting"]
    lines = []
    for section in content["sections"]:
        page = (pack.page_of or {}).get(section["key"])
        where = f", page {page} of your pack" if page else ""
        lines.append(f"{section['reference']}  {section['title']}{where}")
    made_up = "\n\nIt holds demonstration content." if pack.meeting.demonstration else ""
    return (
        f"Dear {row.person.name},\n\n"
        f"On {shown_day(row.sent_at.isoformat())} you were sent the pack for {meeting['title']}, "
        f"{shown_day(meeting['held_on'])}. Something was wrong in the update edition of {correction.period.title} "
        f"enclosed in it. {title} says what:\n\n"
        + "\n".join(lines)
        + f"\n\nRead it by your personal link:\n\n{link}\n\n"
        "The link is yours: opening it notes that you have received the correction. Your pack itself is not changed "
        "or sent again.\n\n"
        f"Released by {correction.released_by}.\nSHA-256 of the PDF: {correction.pdf_hash}{made_up}\n"
    )


def led_to(session: Session, token: str) -> CorrectionCirculation:
    """What a personal link stands for, its row held for a change. Raises `Missing` for a link that leads nowhere."""
    found = session.scalar(
        sa.select(CorrectionCirculation)
        .where(CorrectionCirculation.token_hash == hash_of(token))
        .with_for_update(of=CorrectionCirculation)
    )
    if found is None:
        raise Missing
    return found


def opened(session: Session, token: str, now: datetime) -> Correction:
    """The correction of a personal link; its first opening is noted."""
    found = led_to(session, token)
    if found.opened_at is None:
        found.opened_at = now
        pack, person = found.circulation.pack, found.circulation.person
        body = pack.meeting.body
        doer = Doer(person.id, person.name, f"{body.name}, by personal link")
        said = {
            "meeting": pack.meeting.code,
            "version": pack.version,
            "period": found.correction.period.code,
            "correction": found.correction.number,
        }
        act = Act(Tag.CORRECTION_OPENED, doer, body.organisation_id, body.organisation.name, "pack", pack.id, said)
        append_or_continue(session, [act], now)
    return found.correction
