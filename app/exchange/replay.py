"""Acts are done again through the services, in the order of their time, each with the clock at that time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.service import Doer
from app.documents.models import Document, DocumentVersion
from app.exchange.afterwards import corrected_votes, follow_condition, keepers, variation
from app.exchange.between_meetings import BETWEEN, Again, act_alone, ratify, record_outcome
from app.exchange.kinds.kind import Values
from app.exchange.kinds.recorded import NOT_QUORATE, SUBJECT_KIND
from app.exchange.merged import MERGERS, do_again
from app.exchange.plan import KindPlan
from app.exchange.problems import Problems, said
from app.exchange.ruled import ruled_again_then, ruled_then
from app.exchange.stored import FactRow, Store
from app.exchange.write import insert
from app.meetings.in_the_room import exclusions
from app.meetings.models import Meeting
from app.meetings.queries import item_about
from app.people.models import DecidingBody, Organisation, Person
from app.permissions import Missing, Refused, Stale
from app.signoff import amending, queries, service, withdrawing
from app.signoff.models import Case
from app.signoff.tracking import Which
from workflows.facts import AnswerFact, AttendanceFact, VoteFact

ORDER = (
    "cases",
    "rounds",
    "rulings_again",
    "schedulings",
    "unschedulings",
    "papers_issued",
    "votings",
    "voting_declarations",
    "voting_rulings",
    "votes",
    "voting_stops",
    "decisions",
    "ratifications",
    "corrections",
    "minute_references",
    "conditions",
    "agreement_withdrawals",
    "withdrawals",
    *MERGERS,
)


SEATS = ("decision_seats", "agreement_withdrawal_seats", "ratification_seats", "rulings_again_clauses")
"""What belongs to an act row by row: who sat and voted, what was ruled on each clause."""


class _Stage:
    """One replay: the session, the keys, the seats of each decision, and the rows that wait for their case.

    `recorded` is the moment of the import, where its acts are to say that they were recorded afterwards.
    """

    def __init__(
        self,
        session: Session,
        store: Store,
        seats: Iterable[FactRow],
        rulings: Iterable[FactRow],
        waiting: list[FactRow],
        recorded: datetime | None,
    ) -> None:
        self.session, self.store, self.waiting, self.recorded = session, store, waiting, recorded
        self.seats: dict[tuple[str, ...], list[FactRow]] = {}
        for row in seats:
            self.seats.setdefault(row.key[:-1], []).append(row)
        self.rulings: dict[tuple[str, ...], list[FactRow]] = {}
        for row in rulings:
            self.rulings.setdefault(row.key[:-1], []).append(row)

    def id_of(self, kind: str, *key: str) -> int:
        return self.store.ids(kind)[key]

    def doer(self, row: FactRow) -> Doer:
        code = row.values["by"]
        if code is None:
            return Doer(None, "Concord", row.values["capacity"], self.recorded)
        person = self.session.get_one(Person, self.id_of("people", code))
        return Doer(person.id, person.name, row.values["capacity"], self.recorded)

    def case(self, row: FactRow) -> Case:
        return queries.case_by_code(self.session, row.values["case"])

    def body(self, row: FactRow) -> DecidingBody:
        return self.session.get_one(DecidingBody, self.id_of("bodies", row.values["body"]))

    def meeting(self, code: str) -> Meeting:
        return self.session.get_one(Meeting, self.id_of("meetings", code))

    def subject(self, document_id: int, label: str) -> service.Subject:
        version = self.session.scalars(
            sa.select(DocumentVersion).where(DocumentVersion.document_id == document_id, DocumentVersion.label == label)
        ).one_or_none()
        if version is None:
            title = self.session.get_one(Document, document_id).title
            raise Refused(f"There is no version {label} of {title}.", "the label of one of its versions")
        return service.Subject(SUBJECT_KIND, document_id, version.id, version.label, version.hash or "")

    def again(self, row: FactRow, at: datetime) -> Again:
        """The act of a row, done again by the room of what bodies do between meetings."""
        seat_id = partial(self.id_of, "seats")
        return Again(self.session, self.case(row), self.body(row), self.doer(row), at, _token(row), seat_id)

    def votes(self, row: FactRow) -> tuple[list[AttendanceFact], list[VoteFact]]:
        """Who sat for an act of a meeting, and how they voted."""
        rows = self.seats.get(row.key, [])
        voted = [one for one in rows if one.values["vote"]]
        votes = [VoteFact(self.id_of("seats", one.values["seat"]), one.values["vote"]) for one in voted]
        return [_attendance(self, one) for one in rows], votes

    def seen(self, row: FactRow) -> service.Seen:
        """What the decider had before them; the file names the round."""
        seen = queries.seen_for(self.session, self.case(row), self.body(row))
        if seen.round != row.values["round"]:
            raise Refused(f"The case is in round {seen.round} then, not in {row.values['round']}.", "that round")
        return seen


def replay(
    session: Session,
    plans: Mapping[str, KindPlan],
    store: Store,
    waiting: list[FactRow],
    problems: Problems,
    recorded: datetime | None,
) -> None:
    """Do every new act again. Rows in `waiting` are written once their case is open; a refusal is a problem.

    With `recorded`, the moment of the import, each entry says that it was recorded afterwards.
    """
    seats = [row for name in SEATS if name in plans for row in plans[name].new]
    rulings = plans["rulings"].new if "rulings" in plans else []
    stage = _Stage(session, store, seats, rulings, waiting, recorded)
    acts = [row for name in ORDER if name in plans for row in plans[name].new]
    acts.sort(key=lambda row: (row.values["at"], ORDER.index(row.kind.name), row.key))
    for row in acts:
        try:
            _DO[row.kind.name](stage, row, row.values["at"])
        except (Refused, Stale) as refusal:
            problems.of(row.kind, f"{row.called}: {said(refusal)}", row=row.number)
            return
        except Missing:
            problems.of(row.kind, f"{row.called}: the case does not ask this body.", row=row.number)
            return
    for row in stage.waiting:
        problems.of(row.kind, f"{row.called}: its case was never opened.", row=row.number)


def _open_case(stage: _Stage, row: FactRow, at: datetime) -> None:
    values, session = row.values, stage.session
    document_id = stage.id_of("documents", values["document"])
    collaborative = values["collaborative"]
    bodies = [session.get_one(DecidingBody, stage.id_of("bodies", code)) for code in values["parties"]]
    service.open_case(
        session,
        code=values["code"],
        title=values["title"],
        subject=stage.subject(document_id, values["version"]),
        definition=(values["definition"], values["definition_version"]),
        parties=bodies,
        asked_by=session.get_one(Organisation, stage.id_of("organisations", values["asked_by"])),
        collaborative_id=stage.id_of("collaboratives", collaborative) if collaborative else None,
        part=values["part"],
        doer=stage.doer(row),
        now=at,
        demonstration=values["demonstration"],
    )
    session.flush()
    stage.store.read_cases()
    still: list[FactRow] = []
    for kind in dict.fromkeys(one.kind.name for one in stage.waiting):
        rows = [one for one in stage.waiting if one.kind.name == kind]
        still += insert(session, rows[0].kind, rows, stage.store)
    stage.waiting[:] = still


def _open_round(stage: _Stage, row: FactRow, at: datetime) -> None:
    case = stage.case(row)
    subject = stage.subject(case.subject_id, row.values["version"])
    said = {
        one.values["clause"]: (one.values["ruling"], one.values["reason"]) for one in stage.rulings.get(row.key, [])
    }
    ruled = ruled_then(stage.session, case, subject, said, at)
    opened = service.open_round(stage.session, case, subject, stage.doer(row), at, ruled)
    if opened.number != row.values["number"]:
        raise Refused(f"It is round {opened.number} that opens then.", f"the number {opened.number}")


def _rule_again(stage: _Stage, row: FactRow, at: datetime) -> None:
    said = {one.values["clause"]: (one.values["ruling"], one.values["reason"]) for one in stage.seats.get(row.key, [])}
    case = stage.case(row)
    ruled_again_then(stage.session, case, row.values["round"], said, row.values["why"], stage.doer(row), at)


def _schedule(stage: _Stage, row: FactRow, at: datetime) -> None:
    stage.seen(row)
    meeting = stage.meeting(row.values["meeting"])
    service.schedule(stage.session, stage.case(row), stage.body(row), meeting, stage.doer(row), at)


def _unschedule(stage: _Stage, row: FactRow, at: datetime) -> None:
    service.unschedule(
        stage.session,
        stage.case(row),
        stage.body(row),
        stage.meeting(row.values["meeting"]),
        reason=row.values["reason"],
        doer=stage.doer(row),
        now=at,
    )


def _issue_papers(stage: _Stage, row: FactRow, at: datetime) -> None:
    service.papers_issued(stage.session, stage.meeting(row.values["meeting"]), stage.doer(row), at)


def _decide(stage: _Stage, row: FactRow, at: datetime) -> None:
    values, case, body = row.values, stage.case(row), stage.body(row)
    seen, doer, token = stage.seen(row), stage.doer(row), _token(row)
    session = stage.session
    if values["voting"]:
        record_outcome(stage.again(row, at))
        return
    if values["urgent"] is not None:
        act_alone(stage.again(row, at), values, _answer(stage, row), seen)
        return
    if values["meeting"] is None:
        service.answer_as_officer(
            session,
            case_id=case.id,
            body_id=body.id,
            answer=_answer(stage, row),
            seen=seen,
            token=token,
            doer=doer,
            now=at,
            role=values["role"],
        )
        return
    meeting = stage.meeting(values["meeting"])
    attendance, votes = stage.votes(row)
    item = item_about(session, meeting.id, "case", case.id, case.part)
    excluded = exclusions(session, item) if item else ()
    if values["answer"] == NOT_QUORATE:
        service.record_not_quorate(
            session,
            case_id=case.id,
            body_id=body.id,
            meeting_id=meeting.id,
            attendance=attendance,
            exclusions=excluded,
            seen=seen,
            token=token,
            doer=doer,
            now=at,
        )
        return
    presiding = values["presiding_seat"]
    service.record_decision(
        session,
        case_id=case.id,
        body_id=body.id,
        meeting_id=meeting.id,
        attendance=attendance,
        exclusions=excluded,
        votes=votes,
        answer=_answer(stage, row),
        seen=seen,
        token=token,
        doer=doer,
        now=at,
        presiding_seat_id=stage.id_of("seats", presiding) if presiding else None,
    )


def _correct(stage: _Stage, row: FactRow, at: datetime) -> None:
    values, case, body = row.values, stage.case(row), stage.body(row)
    service.correct_decision(
        stage.session,
        case_id=case.id,
        body_id=body.id,
        entry_id=_decision(stage, row, case, body).id,
        reason=values["reason"],
        answer=AnswerFact(
            values["answer"],
            reason=values["answer_reason"] or "",
            conditions=_lines(values["conditions"]),
            keepers=keepers(values["keepers"]),
            variation=variation(values),
            **_deferral(stage, values),
        )
        if values["answer"]
        else None,
        doer=stage.doer(row),
        now=at,
        votes=corrected_votes(values["votes"], lambda code: stage.id_of("seats", code)),
    )


def _reference_minute(stage: _Stage, row: FactRow, at: datetime) -> None:
    case, body = stage.case(row), stage.body(row)
    _decision(stage, row, case, body)
    service.reference_minute(
        stage.session,
        case_id=case.id,
        body_id=body.id,
        reference=row.values["reference"],
        doer=stage.doer(row),
        now=at,
    )


def _follow_condition(stage: _Stage, row: FactRow, at: datetime) -> None:
    case, body = stage.case(row), stage.body(row)
    which = Which(case.id, body.id, _decision(stage, row, case, body).id, row.values["position"])
    follow_condition(stage.session, case, which, row.values, stage.doer(row), at)


def _withdraw_agreement(stage: _Stage, row: FactRow, at: datetime) -> None:
    values, case, body = row.values, stage.case(row), stage.body(row)
    session, seen, doer = stage.session, stage.seen(row), stage.doer(row)
    if values["meeting"] is None:
        withdrawing.withdraw_as_officer(
            session,
            case_id=case.id,
            body_id=body.id,
            reason=values["reason"],
            seen=seen,
            doer=doer,
            now=at,
            role=values["role"],
        )
        return
    meeting = stage.meeting(values["meeting"])
    presiding = values["presiding_seat"]
    attendance, votes = stage.votes(row)
    item = item_about(session, meeting.id, "case", case.id, case.part)
    withdrawing.withdraw_at_meeting(
        session,
        case_id=case.id,
        body_id=body.id,
        meeting_id=meeting.id,
        attendance=attendance,
        exclusions=exclusions(session, item) if item else (),
        votes=votes,
        reason=values["reason"],
        seen=seen,
        doer=doer,
        now=at,
        presiding_seat_id=stage.id_of("seats", presiding) if presiding else None,
    )


def _ratify(stage: _Stage, row: FactRow, at: datetime) -> None:
    decision = _decision(stage, row, stage.case(row), stage.body(row))
    attendance, votes = stage.votes(row)
    ratify(stage.again(row, at), row.values, stage.meeting(row.values["meeting"]), attendance, votes, decision.id)


def _in_voting(stage: _Stage, row: FactRow, at: datetime) -> None:
    BETWEEN[row.kind.name](stage.again(row, at), row.values)


def _withdraw(stage: _Stage, row: FactRow, at: datetime) -> None:
    service.withdraw(
        stage.session, case_id=stage.case(row).id, reason=row.values["reason"], doer=stage.doer(row), now=at
    )


def _merge(stage: _Stage, row: FactRow, at: datetime) -> None:
    def find(code: str) -> Organisation:
        return stage.session.get_one(Organisation, stage.id_of("organisations", code))

    do_again(stage.session, row.kind.name, dict(row.values), find, stage.doer(row), at)


_DO = {
    **dict.fromkeys(MERGERS, _merge),
    "cases": _open_case,
    "rounds": _open_round,
    "rulings_again": _rule_again,
    "schedulings": _schedule,
    "unschedulings": _unschedule,
    "papers_issued": _issue_papers,
    "decisions": _decide,
    "corrections": _correct,
    "minute_references": _reference_minute,
    "conditions": _follow_condition,
    "agreement_withdrawals": _withdraw_agreement,
    "ratifications": _ratify,
    **dict.fromkeys(BETWEEN, _in_voting),
    "withdrawals": _withdraw,
}


def _decision(stage: _Stage, row: FactRow, case: Case, body: DecidingBody) -> RecordEntry:
    """The entry of the decision that this row follows."""
    for entry in queries.history(stage.session, case):
        said = entry.payload or {}
        if (
            entry.tag in ("decision.recorded", "decision.not_quorate")
            and said.get("body_id") == body.id
            and entry.at == row.values["decided_at"]
        ):
            return entry
    raise Refused(
        f"{body.short_name} recorded no decision at that moment.", "the moment of one of its decisions as decided_at"
    )


def _answer(stage: _Stage, row: FactRow) -> AnswerFact:
    values = row.values
    return AnswerFact(
        answer=values["answer"],
        reason=values["reason"] or "",
        conditions=_lines(values["conditions"]),
        keepers=keepers(values["keepers"]),
        amendments=amending.from_text(values["amendments"]),
        variation=variation(values),
        comments=values["comments"] or "",
        **_deferral(stage, values),
    )


def _deferral(stage: _Stage, values: Values) -> dict[str, Any]:
    """Until when an answer defers: to a day, or to a meeting, with the day that it was to be on where that is told."""
    if not values["deferred_to"]:
        return {"until": values["until"]}
    return {"meeting_id": stage.id_of("meetings", values["deferred_to"]), "meeting_on": values["until"]}


def _attendance(stage: _Stage, row: FactRow) -> AttendanceFact:
    values = row.values
    person = stage.session.get_one(Person, stage.id_of("people", values["person"])) if values["person"] else None
    return AttendanceFact(
        seat_id=stage.id_of("seats", values["seat"]),
        person_id=person.id if person else None,
        person_name=person.name if person else values["name"] or "",
        status=values["status"],
        deputy_for=values["deputy_for"],
        present_for_item=values["there_for_item"],
    )


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").split("\n") if line.strip())


def _token(row: FactRow) -> str:
    return f"replay-{sha256(f'{row.kind.name} {row.called}'.encode()).hexdigest()[:48]}"
