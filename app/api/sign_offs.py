"""Sign-offs as they stand: the list, one, a body's part in it, the entries, the matrix, the route, what waits."""

from datetime import date
from typing import Any

from app.api.forecasts import forecast, settled_at
from app.api.operations import reads
from app.api.places import Asked, the_body, the_sign_off
from app.api.rulings import rulings_told
from app.api.shapes import Listed, Pages, SeenShape
from app.api.sign_off_shapes import (
    BodyOfSignOff,
    BodyStanding,
    Cell,
    ConditionShape,
    DefinitionUsed,
    Entries,
    EntriesQuery,
    Entry,
    MatrixLine,
    MeetingAsked,
    RoundShape,
    SignOff,
    SignOffLine,
    SignOffsQuery,
    VariationShape,
    VersionAsked,
)
from app.db import db
from app.meetings.in_the_room import quorum_of_items
from app.meetings.models import Meeting
from app.meetings.queries import item_about, papers_due
from app.people.succession import now_called
from app.permissions import Missing, Refused, Resource
from app.signoff import listing, queries
from app.signoff.correcting import latest_decision
from app.signoff.folding import Folded
from app.signoff.models import Case
from app.signoff.sentences import REMINDERS, told
from app.web import gate
from app.web.clock import now, today
from workflows.case_history import CASE_AGREED
from workflows.common_core import as_decided, common_core
from workflows.conditions import Condition
from workflows.standing import PartyStanding, RoundStanding

GROUP = "Sign-offs"


def shared() -> list[int]:
    """The collaboratives of who asks, once it is asked whether they may read there at all."""
    found = sorted(gate.actor().collaborative_ids)
    gate.permit(Resource("case", collaborative_id=found[0] if found else None))
    return found


@reads("/sign-offs", group=GROUP, of=shared, query=SignOffsQuery, answers=Listed[SignOffLine])
def sign_offs(mine: list[int], asked: SignOffsQuery) -> Listed[SignOffLine]:
    """List sign-offs.

    Those of your collaboratives in Part 1, the newest first.
    """
    rows, pages = _cases(mine, asked)
    return Listed(items=[_line(row) for row in rows], page=pages)


def _cases(mine: list[int], asked: SignOffsQuery) -> tuple[Any, Pages]:
    filters = listing.Filters(state=asked.state, words=asked.q, body=asked.body)
    rows = listing.cases(db.session, mine, filters, asked.size, asked.page)
    if not rows and asked.page > 1:
        raise Missing
    return rows, Pages.of(asked, rows[0].total if rows else 0)


def _line(row: Any) -> SignOffLine:
    return SignOffLine(
        code=row.code,
        title=row.title,
        state=row.state,
        result=row.sentence,
        round=row.round,
        stage=row.stage,
        version=row.version_label,
        demonstration=row.demonstration,
    )


@reads("/matrix", group=GROUP, of=shared, query=SignOffsQuery, answers=Listed[MatrixLine])
def matrix(mine: list[int], asked: SignOffsQuery) -> Listed[MatrixLine]:
    """Read the matrix of sign-offs and bodies.

    The same list, each sign-off with a cell for every body that its present round asks.
    """
    rows, pages = _cases(mine, asked)
    by_case: dict[int, list[Cell]] = {}
    for cell in queries.matrix(db.session, [row.id for row in rows]):
        by_case.setdefault(cell.case_id, []).append(
            Cell(
                body=cell.body_code,
                standing=cell.standing,
                on=cell.held_on if cell.waiting and cell.held_on else cell.on,
                conditions=", ".join(cell.conditions or ()),
                minute_reference=cell.minute_reference,
            )
        )
    lines = [
        MatrixLine(
            sign_off=row.code,
            title=row.title,
            version=row.version_label,
            state=row.state,
            cells=by_case.get(row.id, []),
        )
        for row in rows
    ]
    return Listed(items=lines, page=pages)


@reads("/sign-offs/<sign_off>", group=GROUP, of=the_sign_off, answers=SignOff)
def sign_off(case: Case, _asked: None) -> SignOff:
    """Read one sign-off.

    What is asked, of whom, where each body stands and what would complete it.
    """
    found = queries.folded(db.session, case, now())
    standing = found.standing
    codes = {body.id: body.code for body in queries.parties_of(db.session, case.id)}
    rounds = [_round(one) for one in standing.rounds]
    return SignOff(
        code=case.code,
        title=case.title,
        state=standing.state,
        result=standing.result,
        needs=list(standing.needs),
        question=found.stage.question,
        asked=standing.asked,
        in_favour=standing.in_favour,
        needed=standing.needed,
        early=standing.early,
        subject_kind=case.subject_kind,
        asked_by=queries.asker_of(db.session, case).name,
        definition=DefinitionUsed(
            name=case.definition_name, version=case.definition_version, hash=case.definition_hash
        ),
        opened_at=case.opened_at,
        round=rounds[-1],
        earlier_rounds=rounds[:-1],
        bodies=[body_standing(found, party, codes[party.party.body_id]) for party in standing.parties],
        rulings=rulings_told(standing.folded.rulings),
        common_core=common_core(standing) or None,
        certificate=f"{_address(case)}/certificate.pdf"
        if any(one.tag == CASE_AGREED for one in found.entries)
        else None,
        demonstration=case.demonstration,
    )


def _was_agreed(found: Folded) -> bool:
    return any(one.tag == CASE_AGREED for one in found.entries)


def _address(case: Case) -> str:
    return f"/api/sign-offs/{case.code}"


def _round(one: RoundStanding) -> RoundShape:
    return RoundShape(
        number=one.number,
        stage=one.stage,
        title=one.title,
        version=VersionAsked(label=one.version_label, content_hash=one.content_hash),
        opened_on=one.opened_on,
        completed_on=one.completed_on,
        due=one.due.in_words if one.due else None,
        superseded=one.superseded,
    )


def body_standing(found: Folded, party: PartyStanding, code: str) -> BodyStanding:
    """Where a body stands, as it is told."""
    return BodyStanding(
        body=code,
        name=party.party.name,
        standing=party.word,
        sentence=party.sentence,
        asked=found.standing.asks(party),
        on=party.on,
        answer=party.answer,
        reason=party.reason,
        conditions=[condition_shape(one, found.today) for one in party.tracked],
        minute_reference=party.minute_reference,
        expires=party.expires,
        variation=_variation(found, party),
        deferred_until=party.deferral.day if party.deferral else None,
        entry=party.entry_id,
    )


def _variation(found: Folded, party: PartyStanding) -> VariationShape | None:
    """What a body varies locally, as its decision says it."""
    if party.expires is None:
        return None
    said = as_decided(found.standing, party.entry_id or 0).get("variation") or {}
    return VariationShape(clause=str(said.get("clause", "")), text=str(said.get("text", "")), expires=party.expires)


def condition_shape(one: Condition, on: date) -> ConditionShape:
    """A condition, as it is told."""
    return ConditionShape(
        decision=one.decision_id,
        position=one.position,
        text=one.text,
        owner=one.owner,
        due=one.due,
        state=one.state,
        overdue=one.overdue(on),
        settled_on=one.on,
        settled_by=one.decided_by,
        sentence=one.in_words(on),
    )


@reads("/sign-offs/<sign_off>/bodies/<body>", group=GROUP, of=the_body, answers=BodyOfSignOff)
def body_of_sign_off(asked: Asked, _asked: None) -> BodyOfSignOff:
    """Read a body’s part in a sign-off.

    What you send when you decide for the body has to bring back `seen` as it stands here. The answer has an ETag; asked
    again with If-None-Match it is 304 while nothing about the body was recorded.
    """
    found = asked.folded()
    party = found.party(asked.body.id)
    if party is None:
        raise Refused(f"“{found.round.title}” does not ask {asked.body.short_name}.", "a stage that asks it")
    rule = found.stage.rule_for(asked.body.kind)
    meeting = db.session.get(Meeting, party.meeting_id) if party.meeting_id else None
    later = party.deferral.meeting_id if party.deferral else None
    deferred_to = db.session.get(Meeting, later) if later else None
    item = item_about(db.session, meeting.id, "case", asked.case.id, asked.case.part) if meeting else None
    told_now = meeting is not None and (
        meeting.state == "held" or (found.standing.asks(party) and meeting.held_on >= today())
    )
    quorum = quorum_of_items(db.session, meeting, [item], today())[item.id] if meeting and item and told_now else None
    resource = asked.case.as_resource(asked.body)
    own = meeting is not None and gate.may("meeting.read", meeting.as_resource())
    receipt = party.entry_id is not None and queries.receipt_of(db.session, party.entry_id) is not None
    address = _address(asked.case)
    to_schedule = gate.may("case.schedule", resource) and queries.meetings_to_schedule(db.session, found, asked.body)
    to_record = gate.may("decision.record", resource) and queries.meetings_to_record(db.session, found, asked.body)
    return BodyOfSignOff(
        sign_off=asked.case.code,
        standing=body_standing(found, party, asked.body.code),
        decides=None if rule is None else "meeting" if rule.meets else rule.answered_by,
        answers=list(rule.answers) if rule else [],
        meeting=_meeting(meeting) if meeting else None,
        deferred_to=_meeting(deferred_to) if deferred_to else None,
        agenda_item=item.id if item and own else None,
        papers_due=papers_due(db.session, meeting) if meeting else None,
        quorum=quorum.verdict.sentence if quorum else None,
        forecast=(forecast(quorum, settled_at(db.session, meeting, [quorum]), own=own) if quorum and meeting else None),
        receipt=f"{address}/receipts/{party.entry_id}" if receipt else None,
        certificate=f"{address}/bodies/{asked.body.code}/certificate.pdf" if party.answer and party.entry_id else None,
        correctable=correctable.id if (correctable := latest_decision(found, asked.body)) else None,
        now_called=now_called(db.session, [asked.body.id], today()).get(asked.body.id),
        can_be_scheduled_for=[_meeting(one) for one in to_schedule or ()],
        can_be_recorded_of=[_meeting(one) for one in to_record or ()],
        seen=SeenShape.shown(queries.seen_for(db.session, asked.case, asked.body)),
    )


def _meeting(one: Meeting) -> MeetingAsked:
    return MeetingAsked(code=one.code, title=one.title, held_on=one.held_on)


@reads("/sign-offs/<sign_off>/entries", group=GROUP, of=the_sign_off, query=EntriesQuery, answers=Entries)
def entries(case: Case, asked: EntriesQuery) -> Entries:
    """Read the history of a sign-off.

    Its entries on record in their order. Nothing of it is ever changed, so a program goes on from the last it read.
    Reminders are read by themselves.
    """
    every = [one for one in queries.history(db.session, case) if one.tag not in REMINDERS]
    shown = [one for one in every if one.id > asked.after][: asked.size]
    found = queries.folded(db.session, case, now())
    sentences = {line.entry_id: line for line in told(shown, found.standing, None, found.definition.title)}
    more = bool(shown) and shown[-1].id < every[-1].id
    return Entries(
        items=[
            Entry(
                number=one.id,
                tag=one.tag,
                at=one.at,
                sentence=sentences[one.id].sentence,
                body=(one.payload or {}).get("body"),
                by=one.actor_name,
                capacity=one.capacity,
                recorded_at=sentences[one.id].recorded,
            )
            for one in shown
        ],
        next=f"/api/sign-offs/{case.code}/entries?after={shown[-1].id}&size={asked.size}" if more else None,
    )
