"""A case is opened on one exact version, goes on in further rounds, and can be withdrawn."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.meetings.models import Meeting
from app.people.body_facts import AskedBody, body_fact, party_fact
from app.people.models import CollaborativeMember, DecidingBody, Organisation
from app.people.queries import in_force
from app.permissions import Refused
from app.signoff.definitions import holidays_for, offered_one, pinned
from app.signoff.delegations import delegating_acts, through_whom
from app.signoff.folding import CLOSED_STATES, Folded, act_of, folded, locked_case, settle
from app.signoff.models import Case, Party, Round
from app.signoff.refusals import refuse
from app.signoff.rulings import Ruled, leads_to, round_said, ruling_act
from app.signoff.subject import Subject, listed_in
from workflows.case_history import day_of
from workflows.definition import fits_every_stage
from workflows.delegation import DelegationFact
from workflows.eligibility import may_be_asked
from workflows.facts import MeetingFact, day_in_words
from workflows.rounds_standing import rounds_standing
from workflows.standing_in import stand_ins
from workflows.verdict import all_of, in_words

LIST_OF_CONDITIONS = "conditions"
"""What stands in the place of a case's code in the address of the list of conditions."""

PAGES_OF_A_CASE = ("route", "reminders")
"""What stands in the place of a body's code in the addresses of a case's own pages."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def open_case(
    session: Session,
    *,
    code: str,
    title: str,
    subject: Subject,
    definition: tuple[str, int],
    parties: Sequence[DecidingBody],
    asked_by: Organisation,
    collaborative_id: int | None,
    part: int = 1,
    doer: Doer,
    now: datetime,
    demonstration: bool = False,
) -> Case:
    """Open a case on a version, under a definition that it keeps, and its first round.

    Raises `Refused` when the definition does not fit the parties, or when a party is closed on the day.
    """
    chosen = offered_one(session, *definition)
    on = day_of(now)
    facts = tuple(party_fact(body) for body in parties)
    refuse(fits_every_stage(chosen, facts))
    refuse(all_of(*(may_be_asked(body_fact(session, body, on), on) for body in parties)))
    _refuse_subject(subject)
    _refuse_strangers(session, collaborative_id, parties, on)
    for body in parties:
        if body.code in PAGES_OF_A_CASE:
            raise Refused(f"No body that is asked may have the code “{body.code}”.", "another code for that body")
    if not title.strip():
        raise Refused("A case needs a title that says what is asked.", "a title")
    if code == LIST_OF_CONDITIONS or session.scalar(sa.select(Case.id).where(Case.code == code)) is not None:
        raise Refused(f"There is a case “{code}” already.", "another code")
    case = Case(
        code=code,
        title=title.strip(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        part=part,
        definition_name=chosen.name,
        definition_version=chosen.version,
        definition_hash=chosen.hash,
        definition_text=chosen.text,
        asked_by_id=asked_by.id,
        collaborative_id=collaborative_id,
        opened_at=now,
        demonstration=demonstration,
    )
    session.add(case)
    session.flush()
    through = through_whom(session, (subject.kind, subject.id), parties, on)
    asked = [body.id for body in parties]
    listed = listed_in(case.collaborative_id, case.part)
    everyone = [*parties, *(one.committee for one in through if one.committee.id not in asked)]
    for position, body in enumerate(everyone, start=1):
        session.add(Party(case_id=case.id, body_id=body.id, position=position, listed_in_id=listed))
    facts = tuple(party_fact(body) for body in everyone)
    empty = Folded(
        case,
        pinned(case),
        tuple(AskedBody.of(body) for body in everyone),
        facts,
        (),
        (),
        now,
        rounds_standing(chosen, facts, (), (), now),
        holidays_for(chosen, now, now),
    )
    said: dict[str, object] = {
        "code": code,
        "title": case.title,
        "subject": {"kind": subject.kind, "id": subject.id},
        "definition": {"name": chosen.name, "version": chosen.version, "hash": chosen.hash},
        "parties": [
            {"body_id": fact.body_id, "name": fact.name, "short_name": fact.short_name}
            for fact in facts[: len(parties)]
        ],
    }
    opened = act_of(empty, Tag.CASE_OPENED, doer, asked_by, said)
    first = _opens_round(session, empty, 1, chosen.first_stage.name, subject, doer, asked_by)
    settle(session, empty, [opened, *delegating_acts(empty, through, asked, 1, doer, asked_by), first])
    return case


def _refuse_strangers(
    session: Session, collaborative_id: int | None, parties: Sequence[DecidingBody], on: date
) -> None:
    """Raise `Refused` where a body’s organisation is no member of the collaborative on the day: it could not see it."""
    if collaborative_id is None:
        return
    members = session.scalars(
        sa.select(CollaborativeMember.organisation_id).where(
            CollaborativeMember.collaborative_id == collaborative_id,
            in_force(CollaborativeMember.starts, CollaborativeMember.ends, on),
        )
    ).all()
    strangers = [body for body in parties if body.organisation_id not in members]
    if strangers:
        names = in_words(body.organisation.name for body in strangers)
        is_no = "is no member" if len(strangers) == 1 else "are no members"
        raise Refused(
            f"{names} {is_no} of the collaborative on {day_in_words(on)}, so nobody there could see what is asked.",
            f"the membership of {names}, or a case without {'it' if len(strangers) == 1 else 'them'}",
        )


def open_round(
    session: Session, case: Case, subject: Subject, doer: Doer, now: datetime, ruled: Ruled | None = None
) -> Round:
    """Put a further version to the parties: at the stage the route leads to, or in the place of the version now asked.

    With `ruled`, what was agreed of the version now asked about carries over as the ruling says; without, nobody's
    agreement does. Raises `Refused` where the route does not lead there, or where the stage needs other content,
    `Stale` where the ruling compares with another version than the one now asked about.
    """
    case = locked_case(session, case.id)
    if (subject.kind, subject.id) != (case.subject_kind, case.subject_id):
        raise Refused("A round asks about another version of the same thing; this is something else.", "a new case")
    _refuse_subject(subject)
    found = folded(session, case, now)
    stage, verdict = leads_to(found, subject.content_hash)
    refuse(verdict)
    asker = session.get_one(Organisation, case.asked_by_id)
    number = found.round.number + 1
    acts = [ruling_act(found, number, subject, ruled, doer, asker)] if ruled is not None else []
    found, delegating = _delegating(session, case, found, number, doer, asker)
    settle(session, found, [*acts, *delegating, _opens_round(session, found, number, stage, subject, doer, asker)])
    return session.scalars(sa.select(Round).where(Round.case_id == case.id, Round.number == number)).one()


def _key(body: DecidingBody, given: DelegationFact) -> tuple[int, int, date, str]:
    """What tells one delegation of a body from another in the entries of a case."""
    return body.id, given.to_id, given.starts, given.decided


def _delegating(
    session: Session, case: Case, found: Folded, number: int, doer: Doer, asker: Organisation
) -> tuple[Folded, list[Act]]:
    """Who is asked through a joint committee from this round on, as delegations stand today, and was not before."""
    places = stand_ins(found.standing.folded.standing_in)
    guests = {one.to_id for one in places if not one.own}
    known = {(one.body_id, one.to_id, one.since, one.decided) for one in places if one.delegated}
    rows = session.scalars(sa.select(Party).where(Party.case_id == case.id).order_by(Party.position)).all()
    own = [row.body for row in rows if row.body_id not in guests]
    through = [
        replace(one, parties=left)
        for one in through_whom(session, (case.subject_kind, case.subject_id), own, found.today)
        if (left := tuple(each for each in one.parties if _key(*each) not in known))
    ]
    if not through:
        return found, []
    there = {row.body_id for row in rows}
    for position, one in enumerate((one for one in through if one.committee.id not in there), start=len(rows) + 1):
        committee_id, listed = one.committee.id, listed_in(case.collaborative_id, case.part)
        session.add(Party(case_id=case.id, body_id=committee_id, position=position, listed_in_id=listed))
    session.flush()
    found = folded(session, case, found.now)
    return found, delegating_acts(found, through, [body.id for body in own], number, doer, asker)


def withdraw(session: Session, *, case_id: int, reason: str, doer: Doer, now: datetime) -> None:
    """The asker withdraws the case; what was decided stays in its history. Raises `Refused` once it is closed."""
    case = locked_case(session, case_id)
    found = folded(session, case, now)
    if found.standing.state in CLOSED_STATES:
        raise Refused(f"The case is closed: {found.standing.result}")
    if not reason.strip():
        raise Refused("Withdrawing a case needs its reason.", "the reason")
    asker = session.get_one(Organisation, case.asked_by_id)
    settle(session, found, [act_of(found, Tag.CASE_WITHDRAWN, doer, asker, {"reason": reason.strip()})])


def about_meeting(body: DecidingBody | AskedBody, meeting: Meeting | MeetingFact) -> dict[str, object]:
    """How an entry names a body and its meeting."""
    return {
        "body_id": body.id,
        "body": body.short_name,
        "meeting_id": meeting.id,
        "meeting": meeting.title,
        "held_on": meeting.held_on.isoformat(),
    }


def _refuse_subject(subject: Subject) -> None:
    if not _SHA256.fullmatch(subject.content_hash):
        raise Refused(
            f"{subject.version_label or 'The version'} has no fixed content yet, so nobody can be asked about it.",
            "an issued version",
        )


def _opens_round(
    session: Session, found: Folded, number: int, stage: str, subject: Subject, doer: Doer, asker: Organisation
) -> Act:
    session.add(
        Round(
            case_id=found.case.id,
            number=number,
            version_id=subject.version_id,
            version_label=subject.version_label,
            content_hash=subject.content_hash,
            opened_at=found.now,
        )
    )
    return act_of(found, Tag.ROUND_OPENED, doer, asker, round_said(found, number, stage, subject))
