"""Putting forward, releasing and returning: exactly what was seen goes out, with each gap filled or accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.sealing import append_or_continue
from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.packs import circulation, correction_mail, corrections, gaps
from app.packs.differences import differences, own_differences
from app.packs.facts import edition_content, enclosed_edition, own_content, pack_content
from app.packs.frozen import refuse_frozen
from app.packs.models import Edition, Pack
from app.packs.things import Json, Thing, hashes, locked, owner_of
from app.permissions import Refused, Stale
from app.programme.models import Period
from app.programme.service import close_local_positions, close_period
from app.signoff import service as signoff
from app.signoff.models import Case
from app.signoff.queries import seen_for
from workflows.contents import Contents, may_release
from workflows.facts import AnswerFact


@dataclass(frozen=True, slots=True)
class Post:
    """When mails are queued, in real time, and the address that their links begin with.

    `told` says by meeting who was sent the correction elsewhere: then no mail goes out.
    """

    real_now: datetime
    public_url: str
    told: Mapping[str, Sequence[circulation.Told]] | None = None


def release_edition(
    session: Session,
    edition: Edition,
    *,
    seen_hash: str,
    doer: Doer,
    now: datetime,
    seen_correction: str = "",
    post: Post | None = None,
) -> Edition:
    """Release exactly the edition whose facts have `seen_hash`, and close its period; a second press changes nothing.

    An edition that corrects an earlier one goes out with its correction, of which exactly `seen_correction` was seen;
    `post` says when and from where its mails go, and is needed for such an edition only.
    Raises `Refused` where it is not built or a gap is open, `Stale` where an update has changed since it was built.
    """
    locked(session, edition)
    if edition.state == "released":
        return edition
    session.get_one(Period, edition.period_id, with_for_update=True)  # no pack goes out between counting and sending
    content = _built_content(edition, seen_hash)
    correction = corrections.correction_to(session, edition, lock=True)
    if correction is not None:
        corrections.refuse_unready(session, correction, seen_correction)
    _refuse_gaps(gaps.edition_contents_of(content), content)
    changed = differences(content, edition_content(session, edition))
    if changed:
        raise Stale(
            "The facts have changed since this edition was built. Nothing was released: build it again.", *changed
        )
    edition.state, edition.released_at = "released", now
    edition.released_by = f"{doer.name}, {doer.capacity}"
    host = owner_of(edition)
    append_or_continue(
        session, [Act(Tag.EDITION_RELEASED, doer, host.id, host.name, "edition", edition.id, hashes(edition))], now
    )
    close_period(session, edition.period, now)
    if correction is not None:
        if post is None:
            raise ValueError("A correction is sent by mail, so its release needs to know when and from where.")
        correction_mail.release(
            session,
            correction,
            doer=doer,
            now=now,
            real_now=post.real_now,
            public_url=post.public_url,
            told=post.told,
        )
    return edition


def put_forward(session: Session, pack: Pack, *, seen_hash: str, doer: Doer, now: datetime) -> Case:
    """The secretary puts exactly this built pack before the chair: a case on the hash of its facts is opened."""
    locked(session, pack)
    if pack.state == "put_forward" and pack.case_id is not None and pack.facts_hash == seen_hash:
        return session.get_one(Case, pack.case_id)
    refuse_frozen(pack)
    content = _built_content(pack, seen_hash)
    _refuse_what_is_missing(session, pack, content, now)
    body = pack.meeting.body
    subject = signoff.Subject("pack", pack.id, pack.id, str(pack.version), pack.facts_hash or "")
    earlier = session.scalar(
        sa.select(sa.func.count()).select_from(Case).where(Case.subject_kind == "pack", Case.subject_id == pack.id)
    )
    case = signoff.open_case(
        session,
        code=f"pack-{pack.meeting.code}-v{pack.version}" + (f"-{earlier + 1}" if earlier else ""),
        title=f"Pack for {pack.meeting.title}, version {pack.version}",
        subject=subject,
        definition=("pack-release", 1),
        parties=[body],
        asked_by=body.organisation,
        collaborative_id=None,
        doer=doer,
        now=now,
        demonstration=pack.meeting.demonstration,
    )
    _answer(session, case, pack, "put_forward", "secretary", doer, now)
    pack.state, pack.case_id = "put_forward", case.id
    session.flush()
    return case


def release(
    session: Session,
    pack: Pack,
    *,
    seen_hash: str,
    doer: Doer,
    now: datetime,
    real_now: datetime,
    public_url: str,
    told: tuple[Sequence[circulation.Told], Doer] | None = None,
) -> Pack:
    """The chair releases exactly the pack that was put forward: it is frozen, published, and sent by personal links.

    With `told`, who was sent it elsewhere and who says so, they are kept as such, and nobody is sent a mail.
    A second press changes nothing. Raises `Refused` and `Stale` as `put_forward` does.
    """
    locked(session, pack)
    if pack.state == "released":
        return pack
    if pack.state != "put_forward" or pack.case_id is None:
        raise Refused("This pack has not been put forward by the board secretary.", "a built pack, put forward")
    if pack.edition is not None:
        session.get_one(Period, pack.edition.period_id, with_for_update=True)  # no correction goes out meanwhile
    content = _built_content(pack, seen_hash)
    _refuse_what_is_missing(session, pack, content, now)
    _answer(session, session.get_one(Case, pack.case_id), pack, "release", "chair", doer, now)
    pack.state, pack.released_at = "released", now
    pack.released_by = f"{doer.name}, {doer.capacity}"
    body = pack.meeting.body
    said = hashes(pack)
    act = Act(Tag.PACK_RELEASED, doer, body.organisation_id, body.organisation.name, "pack", pack.id, said, pack.part)
    append_or_continue(session, [act], now)
    if pack.edition is not None:
        close_local_positions(session, pack.edition.period_id, body.id, now)
    signoff.papers_issued(session, pack.meeting, doer, now)
    if told is None:
        circulation.circulate(session, pack, now=now, real_now=real_now, public_url=public_url)
    else:
        circulation.record(session, pack, told[0], doer=told[1], now=now)
    return pack


def return_pack(session: Session, pack: Pack, *, reason: str, doer: Doer, now: datetime) -> Pack:
    """The chair returns a pack with a reason: it can be built and put forward again."""
    locked(session, pack)
    if pack.state != "put_forward" or pack.case_id is None:
        raise Refused("This pack is not before the chair.", "a pack that has been put forward")
    if not reason.strip():
        raise Refused("Returning a pack needs its reason.", "the reason")
    _answer(session, session.get_one(Case, pack.case_id), pack, "return", "chair", doer, now, reason)
    pack.state = "built"
    session.flush()
    return pack


def changed_since(session: Session, pack: Pack, now: datetime, current: Json | None = None) -> list[str]:
    """What stands otherwise than a built or released pack says, a sentence each; nothing of what is not built.

    `current` is the content that stands now, for a caller who has it.

    After a release only the meeting itself, its agenda and papers, the body and its local positions are looked at:
    they are what a reader of the pack would meet otherwise on the day.
    """
    if pack.facts is None:
        return []
    content: Json = pack.facts["content"]
    if pack.state != "released":
        stands = current or pack_content(session, pack, now)
        return [*_superseded(session, content), *own_differences(content, stands)]
    stands = own_content(session, pack, pack.edition.period if pack.edition else None)
    if pack.edition is None:  # without an edition no period is pinned, and another one may go with a later day
        del stands["local"]
    found = own_differences(content, stands)
    return [*(["The meeting has been cancelled."] if pack.meeting.state == "cancelled" else []), *found]


def _superseded(session: Session, content: Json) -> list[str]:
    """That a later edition was released than the one a pack was built with; nothing where it was not."""
    enclosed = content["edition"]
    edition = session.get(Edition, enclosed["id"]) if enclosed else None
    newest = enclosed_edition(session, edition.period) if edition is not None else None
    if edition is None or newest is None or newest.number <= edition.number:
        return []
    return [
        f"Edition {newest.number} of the update edition of {edition.period.title} corrects edition {edition.number}: "
        "this pack takes it in its place."
    ]


def _refuse_what_is_missing(session: Session, pack: Pack, content: Json, now: datetime) -> None:
    _refuse_gaps(gaps.pack_contents_of(content), content)
    enclosed = content["edition"]
    if enclosed is not None:
        edition = session.get_one(Edition, enclosed["id"])
        if edition.state != "released":
            named = f"{enclosed['content']['title']}, edition {enclosed['number']}"
            raise Refused(
                f"The pack encloses {named}, which is not released.",
                "the edition’s release by the programme director, then a new build of this pack",
            )
        if edition.facts_hash != enclosed["facts_hash"]:
            raise Stale("The pack was built before its enclosed edition was released.", "Build the pack again.")
    changed = [*_superseded(session, content), *own_differences(content, pack_content(session, pack, now))]
    if changed:
        raise Stale("What stands has changed since this pack was built. Nothing was sent: build it again.", *changed)


def _refuse_gaps(found: Contents, content: Json) -> None:
    verdict = may_release(found, gaps.accepted(content))
    if not verdict:
        raise Refused(verdict.sentence, *verdict.needs)


def _built_content(thing: Thing, seen_hash: str) -> Json:
    if thing.facts is None or thing.pdf_hash is None or thing.state not in ("built", "put_forward"):
        raise Refused("It is not built yet, or its facts were frozen anew since.", "a build that has ended")
    if thing.facts_hash != seen_hash:
        raise Stale("It has been built anew since this page was shown. Nothing was done.", "Look at what stands now.")
    content: Json = thing.facts["content"]
    return content


def _answer(
    session: Session, case: Case, pack: Pack, answer: Any, role: str, doer: Doer, now: datetime, reason: str = ""
) -> None:
    body = pack.meeting.body
    signoff.answer_as_officer(
        session,
        case_id=case.id,
        body_id=body.id,
        answer=AnswerFact(answer, reason=reason),
        seen=seen_for(session, case, body),
        token=f"case-{case.id}-{answer}",
        doer=doer,
        now=now,
        role=role,
    )
