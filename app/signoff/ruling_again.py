"""What was ruled on a version is ruled on again, by a further entry with its reason, until a body has acted on it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit.service import Act, Doer
from app.audit.tags import Tag
from app.meetings.agenda import edit_item, how_named
from app.meetings.models import AgendaItem, Meeting
from app.people.models import DecidingBody, Organisation
from app.permissions import Stale
from app.signoff.folding import Folded, act_of, folded, locked_case, settle, with_acts
from app.signoff.models import Case
from app.signoff.refusals import refuse
from app.signoff.rulings import asked_to
from workflows.facts import day_in_words
from workflows.materiality import RuledClause, Ruling, ruling_said
from workflows.ruling_again import may_rule_again, rules_otherwise, ruling_now
from workflows.standing import CaseStanding


def ruling_to_make_again(found: Folded) -> Ruling:
    """The ruling on the version that is asked about now; raises `Refused` where it cannot be made again."""
    history = found.standing.folded
    refuse(may_rule_again(history, found.parties))
    ruling = ruling_now(history)
    assert ruling is not None  # the rule says so
    return ruling


def rule_again(
    session: Session,
    *,
    case_id: int,
    clauses: Sequence[RuledClause],
    reason: str,
    seen: int,
    doer: Doer,
    now: datetime,
) -> int:
    """Record another ruling on the same changes; gives the id of its entry, whose predecessor stays on record.

    `seen` is the entry of the ruling as the page showed it. What agendas ahead say they ask follows the new ruling.
    Raises `Stale` where it was ruled on again since, `Refused` with the rule's sentence.
    """
    case = session.get_one(Case, locked_case(session, case_id).id)
    found = folded(session, case, now)
    ruling = ruling_to_make_again(found)
    if ruling.entry_id != seen:
        raise Stale(
            "It was ruled on again since this page was shown. Nothing of yours was recorded.",
            f"{ruling.by} ruled on it on {day_in_words(ruling.on)}.",
        )
    refuse(rules_otherwise(ruling, clauses, reason))
    act = _act(session, found, ruling, clauses, reason, doer)
    changed = _said_otherwise(session, case, found, with_acts(found, [act]))
    # each log is written once, in the order of the organisations' ids: no two who write several wait for each other
    before = [pair for pair in changed if pair[0].meeting.body.organisation_id <= case.asked_by_id]
    for item, words in before:
        edit_item(session, item, doer=doer, now=now, recommendation=words)
    written = settle(session, folded(session, case, now), [act])[0]
    for item, words in changed[len(before) :]:
        edit_item(session, item, doer=doer, now=now, recommendation=words)
    return written


def foreseen_again(
    session: Session, case: Case, clauses: Sequence[RuledClause], reason: str, doer: Doer, now: datetime
) -> CaseStanding:
    """Where the parties would stand if it were ruled so; nothing is written."""
    found = folded(session, case, now)
    ruling = ruling_to_make_again(found)
    refuse(rules_otherwise(ruling, clauses, reason))
    return with_acts(found, [_act(session, found, ruling, clauses, reason, doer)]).standing


def _act(
    session: Session, found: Folded, ruling: Ruling, clauses: Sequence[RuledClause], reason: str, doer: Doer
) -> Act:
    current = found.round
    said = ruling_said(
        clauses,
        from_label=ruling.from_label,
        from_hash=ruling.from_hash,
        to_label=ruling.to_label,
        to_hash=ruling.to_hash,
        by=doer.name,
    )
    more = {"round": current.number, "stage": current.stage, "replaces": ruling.entry_id, "again": reason.strip()}
    asker = session.get_one(Organisation, found.case.asked_by_id)
    return act_of(found, Tag.CHANGE_RULED, doer, asker, {**more, **said})


def _said_otherwise(session: Session, case: Case, was: Folded, becomes: Folded) -> list[tuple[AgendaItem, str]]:
    """The items ahead whose recommendation still is what the case wrote, with what it becomes, by organisation."""
    items = session.scalars(
        sa.select(AgendaItem)
        .join(Meeting)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body).joinedload(DecidingBody.organisation))
        .where(
            AgendaItem.subject_kind == "case",
            AgendaItem.subject_id == case.id,
            AgendaItem.part == case.part,
            AgendaItem.taken_off_at.is_(None),
            Meeting.state == "planned",
            Meeting.held_on >= was.today,
        )
    ).all()
    found = []
    for item in sorted(items, key=lambda one: (one.meeting.body.organisation_id, one.id)):
        before, after = was.party(item.meeting.body_id), becomes.party(item.meeting.body_id)
        if before is None or after is None:
            continue
        words = [
            f"{how_named(item.meeting)} is asked to {asked_to(party, fold.round)} of “{case.title}”."
            for party, fold in ((before, was), (after, becomes))
        ]
        if item.recommendation == words[0] != words[1]:
            found.append((item, words[1]))
    return found
