"""Corrections: an error found in a released edition makes the next edition, and a numbered correction to it.

The released edition stays as it is. Who was sent a pack with it is sent the correction; a pack not yet released takes
the new edition. It is the programme's paper, so the programme director releases both in one act.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer, append
from app.audit.tags import Tag
from app.meetings.models import Meeting
from app.packs.corrected import corrected
from app.packs.dates import iso
from app.packs.models import Correction, Edition, GapAcceptance, Pack, ReportedError
from app.packs.sections import shows_demonstration
from app.people.models import DecidingBody
from app.permissions import Missing, Refused, Stale
from app.programme.models import Period, Update, Workstream
from app.programme.service import keep_open, reopen_update

Json = dict[str, Any]

ELSEWHERE = "Highlights, cover and architecture"


def report_error(
    session: Session,
    period: Period,
    *,
    workstream: Workstream | None,
    wrong: str,
    reopen: bool,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
    stays_open: bool | None = None,
) -> Correction:
    """Say what is wrong in the released edition: its correction is begun, or goes on, and an update is opened again.

    Where the update has come in by an import it is left as it came: `stays_open` then says whether it is open until
    the correction is released. The same said twice is said once. Raises `Refused` where nothing is released yet, or a
    later edition is.
    """
    locked = session.get(Period, period.id, with_for_update=True, populate_existing=True)
    if locked is None or (workstream is not None and workstream.programme_id != period.programme_id):
        raise Missing
    if not wrong.strip():
        raise Refused("An error is corrected with a sentence that says what is wrong.", "Say what is wrong and why.")
    correction = _under_way(session, period) or _begun(session, period)
    said = sa.select(ReportedError).where(
        ReportedError.correction_id == correction.id,
        ReportedError.workstream_id == (workstream.id if workstream else None),
        ReportedError.wrong == wrong.strip(),
    )
    if session.scalar(said) is not None:
        return correction
    if reopen and workstream is not None:
        if stays_open is None:
            reopen_update(session, workstream.id, period.id, wrong, doer, now)
        elif stays_open:
            keep_open(session, workstream.id, period.id, now)
    session.add(
        ReportedError(
            correction_id=correction.id,
            workstream_id=workstream.id if workstream else None,
            wrong=wrong.strip(),
            by=f"{doer.name}, {doer.capacity}",
            at=now,
            demonstration=demonstration,
        )
    )
    session.flush()
    session.expire(correction, ["errors"])
    host = period.programme.collaborative.host
    told = {
        **_named(correction),
        "workstream": workstream.code if workstream else None,
        "title": workstream.title if workstream else ELSEWHERE,
        "reason": wrong.strip(),
        "reopened": bool(reopen and workstream is not None),
    }
    append(session, [Act(Tag.ERROR_REPORTED, doer, host.id, host.name, "correction", correction.id, told)], now)
    return correction


def _under_way(session: Session, period: Period) -> Correction | None:
    return session.scalar(
        sa.select(Correction).where(Correction.period_id == period.id, Correction.released_at.is_(None))
    )


def _begun(session: Session, period: Period) -> Correction:
    """The next edition in draft, with the gaps accepted for the last one, and its correction."""
    last = session.scalar(
        sa.select(Edition).where(Edition.period_id == period.id).order_by(Edition.number.desc()).limit(1)
    )
    if last is None or last.state != "released":
        raise Refused(
            "This edition is not released yet: what is wrong in it is put right in the updates themselves.",
            "Change or return the update, and build the edition again.",
        )
    later = session.scalar(
        sa.select(Period)
        .where(
            Period.programme_id == period.programme_id, Period.starts > period.starts, Period.released_at.is_not(None)
        )
        .limit(1)
    )
    if later is not None:
        raise Refused(
            f"The update edition of {later.title} has been released since: what was wrong is told there.",
            "Write it in the update of the period that is open.",
        )
    edition = Edition(period_id=period.id, period=period, number=last.number + 1, state="draft")
    session.add(edition)
    session.flush()
    accepted = sa.select(GapAcceptance).where(GapAcceptance.thing_kind == "edition", GapAcceptance.thing_id == last.id)
    names = ("thing_kind", "gap_key", "sentence", "reason", "person_name", "capacity", "at", "demonstration")
    for one in session.scalars(accepted.order_by(GapAcceptance.id)).all():
        session.add(GapAcceptance(thing_id=edition.id, **{name: getattr(one, name) for name in names}))
    correction = Correction(
        period_id=period.id, number=last.number, from_edition_id=last.id, to_edition_id=edition.id, released_by=""
    )
    session.add(correction)
    session.flush()
    return correction


def correction_to(session: Session, edition: Edition, *, lock: bool = False) -> Correction | None:
    """The correction that brought, or is to bring, this edition; none for edition 1."""
    query = sa.select(Correction).where(Correction.to_edition_id == edition.id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)


def content_of(session: Session, correction: Correction) -> Json | None:
    """What the correction says, from the frozen facts of both editions; None while the new one has none."""
    old, new = correction.from_edition, correction.to_edition
    if old.facts is None or new.facts is None:
        return None
    period, programme = correction.period, new.facts["content"]["programme"]
    errors = _errors(session, correction)
    sections = corrected(old.facts["content"], new.facts["content"])
    streams = {stream["code"]: stream for stream in new.facts["content"]["workstreams"]}
    for place, section in enumerate(sections, 1):
        stream = streams.get(section["workstream"] or "") or {}
        update = stream.get("this") or {}
        section["reference"] = f"S{correction.number}-{place}"
        section["errors"] = [one for one in errors if one["workstream"] == section["workstream"]]
        section["approved_by"], section["approved_at"] = update.get("approved_by"), update.get("approved_at")
        section["demonstration"] = shows_demonstration([(stream.get("demonstration") and stream) or {}, update])
        section["pages"] = [(old.page_of or {}).get(section["key"]), (new.page_of or {}).get(section["key"])]
    return {
        "kind": "correction",
        "format": 1,
        "number": correction.number,
        "title": f"Correction {correction.number} to the update edition of {period.title}",
        "period": {"code": period.code, "title": period.title},
        "programme": programme,
        "from": {"number": old.number, "facts_hash": old.facts_hash, "pdf_hash": old.pdf_hash},
        "to": {"number": new.number, "facts_hash": new.facts_hash, "pdf_hash": new.pdf_hash},
        "sections": sections,
        "not_told": [one for one in errors if not any(one in section["errors"] for section in sections)],
        "holders": [_holder(pack, sections) for pack in packs_to_correct(session, correction)],
    }


def _errors(session: Session, correction: Correction) -> list[Json]:
    rows = session.scalars(
        sa.select(ReportedError)
        .options(joinedload(ReportedError.workstream))
        .where(ReportedError.correction_id == correction.id)
        .order_by(ReportedError.id)
    )
    return [
        {
            "workstream": row.workstream.code if row.workstream else None,
            "title": row.workstream.title if row.workstream else ELSEWHERE,
            "wrong": row.wrong,
            "by": row.by,
            "at": iso(row.at),
            "demonstration": row.demonstration,
        }
        for row in rows
    ]


def _holder(pack: Pack, sections: Sequence[Json]) -> Json:
    body, meeting = pack.meeting.body, (pack.facts or {})["content"]["meeting"]
    return {
        "body": body.name,
        "short_name": body.short_name,
        "meeting": pack.meeting.code,
        "title": meeting["title"],
        "held_on": meeting["held_on"],
        "version": pack.version,
        "edition": pack.edition.number if pack.edition else None,
        "pages": {one["key"]: (pack.page_of or {}).get(one["key"]) for one in sections},
    }


def packs_to_correct(session: Session, correction: Correction) -> Sequence[Pack]:
    """The released packs of Part 1 that hold an earlier edition of the period, in the order of their bodies' names."""
    return session.scalars(
        sa.select(Pack)
        .join(Edition, Edition.id == Pack.edition_id)
        .join(Meeting, Meeting.id == Pack.meeting_id)
        .join(DecidingBody, DecidingBody.id == Meeting.body_id)
        .options(joinedload(Pack.meeting).joinedload(Meeting.body).joinedload(DecidingBody.organisation))
        .where(
            Edition.period_id == correction.period_id,
            Edition.number <= correction.number,
            Pack.state == "released",
            Pack.part == 1,
        )
        .order_by(DecidingBody.short_name, Pack.id)
    ).all()


def in_the_way(session: Session, correction: Correction) -> list[str]:
    """What a correction still needs before it can be released, a sentence each."""
    found = [
        f"The update of {title} is open again and not approved yet."
        for title in session.scalars(
            sa.select(Workstream.title)
            .join(Update, Update.workstream_id == Workstream.id)
            .where(
                Update.period_id == correction.period_id, Update.reopened_at.is_not(None), Update.state != "approved"
            )
            .order_by(Workstream.position, Workstream.id)
        )
    ]
    content = content_of(session, correction)
    if content is None:
        return found
    if not content["sections"] and not found:
        found.append(
            f"Edition {content['to']['number']} would say the same as edition {content['from']['number']}: nothing "
            "has been corrected yet."
        )
    found += [
        f"{section['title']} differs from edition {content['from']['number']}, and nobody has said what was wrong."
        for section in content["sections"]
        if not section["errors"]
    ]
    return found


def refuse_unready(session: Session, correction: Correction, seen_hash: str) -> Json:
    """The correction's content where it can go out as it was seen; raises `Refused` or `Stale`."""
    needed = in_the_way(session, correction)
    if needed:
        raise Refused("The correction cannot be released yet.", *needed)
    if correction.facts is None or correction.pdf_hash is None:
        raise Refused("The correction is not built yet.", "a build that has ended")
    if correction.facts_hash != seen_hash:
        raise Stale("The correction has been built anew since this page was shown. Nothing was done.")
    frozen, stands = correction.facts["content"], content_of(session, correction)
    if stands is None or frozen != stands:
        raise Stale(
            "What the correction would say has changed since it was built. Nothing was released: build it again.",
            *_differing(frozen, stands or frozen),
        )
    content: Json = frozen
    return content


def _differing(frozen: Json, stands: Json) -> list[str]:
    named = {(one["meeting"], one["version"]) for one in frozen["holders"]}
    found = [
        f"The pack of {one['body']} has been released with edition {one['edition']} since, so it is corrected too."
        for one in stands["holders"]
        if (one["meeting"], one["version"]) not in named
    ]
    return found or ["What was wrong, or what is said now, is told otherwise."]


def _named(correction: Correction) -> Json:
    period = correction.period
    return {"period": period.code, "period_title": period.title, "correction": correction.number}


def said_of(correction: Correction) -> Json:
    """What the record says of a built correction: its numbers and hashes."""
    return {
        **_named(correction),
        "from_edition": correction.from_edition.number,
        "to_edition": correction.to_edition.number,
        "facts_hash": correction.facts_hash,
        "pdf_hash": correction.pdf_hash,
        "web_hash": correction.web_hash,
        "pages": correction.pages,
        "bytes": correction.pdf_bytes,
    }
