"""The pages of sign-off: the matrix, a case, a body's decision, and the forms by which it is recorded."""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypedDict

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.audit.service import recorded_afterwards
from app.db import change, db
from app.db.by_words import MOST
from app.db.pages import Span
from app.documents.queries import drafts_of
from app.documents.service import ClauseDraft
from app.meetings.in_the_room import ItemQuorum, quorum_of_items
from app.meetings.models import AgendaItem, Meeting
from app.meetings.order import tabled
from app.meetings.queries import item_about, meeting_by_code, papers_due
from app.people.models import DecidingBody
from app.people.succession import now_called
from app.permissions import Missing, Refused, Resource, Role
from app.signoff import listing, queries, service
from app.signoff.checked_first import check_or_record
from app.signoff.correcting import correctable_in_words
from app.signoff.deferral_forms import Deferrable
from app.signoff.definitions import not_on_offer
from app.signoff.earlier_rounds import conditions_left, responses
from app.signoff.folding import Folded
from app.signoff.forms import NOT_QUORATE, AnswerForm, DecisionForm, MinuteForm, ScheduleForm
from app.signoff.held_meetings import acts_for, meeting_of_address
from app.signoff.matrix import COLOURS, laid_out_under
from app.signoff.minuting import for_the_minutes
from app.signoff.models import Case
from app.signoff.refusals import decided_in_time, holds_title
from app.signoff.reminder_queries import times_shown
from app.signoff.route_facts import route_facts
from app.signoff.seat_forms import seats_form
from app.signoff.sentences import told
from app.signoff.successors import heir_of
from app.web import gate
from app.web.clock import now, today
from app.web.pages import page_asked
from app.web.tables import csv_answer
from workflows.ballot import outcome
from workflows.common_core import as_decided, common_core
from workflows.conditions import tally
from workflows.facts import day_read
from workflows.materiality import rulings_of
from workflows.quorum import QuorumVerdict
from workflows.reading import reading
from workflows.stages import PartyRule
from workflows.standing import PartyStanding
from workflows.verdict import Verdict
from workflows.withdrawal import is_agreement

blueprint = Blueprint("signoff", __name__)

CASES, BODIES = 50, 7
"""Rows and columns on one page of the matrix."""

ANSWERED_BY = {"officer": "decision.answer", "secretary": "decision.record", "chair": "pack.release"}
"""Which permission an answer by one person needs, by the role that the stage names."""


@blueprint.get("/sign-offs")
def index() -> Response | str:
    """The matrix of cases and bodies."""
    shared = sorted(gate.actor().collaborative_ids)
    gate.permit(Resource("case", collaborative_id=shared[0] if shared else None))
    filters = listing.Filters(
        state=request.args.get("state", ""), words=request.args.get("q", "")[:200], body=request.args.get("body", "")
    )
    as_file = request.args.get("as") == "csv"
    page, column = page_asked(), page_asked("bodies")
    shown = listing.cases(db.session, shared, filters, None if as_file else CASES, page)
    if not shown and page > 1:
        page, shown = 1, listing.cases(db.session, shared, filters, CASES)
    choices = listing.bodies_asked(db.session, shared, filters, None if as_file else MOST + 1, shown=shown)
    under: Sequence[Any] = choices
    if not as_file:
        column, under = listing.columns(db.session, shared, filters, choices, BODIES, column, shown)
    cells = queries.cells(db.session, [case.id for case in shown], [body.id for body in under])
    called = now_called(db.session, [body.id for body in under], today())
    matrix = laid_out_under([body[:3] for body in under], shown, cells, today(), called)
    if as_file:
        header = ["Case", "Version", "State", "Result", *(name for _, name in matrix.columns)]
        lines = (
            [line.case.title, line.case.version_label, line.case.state, line.case.sentence]
            + [cell.text if cell else "not asked" for cell in line.cells]
            for line in matrix.lines
        )
        return csv_answer("sign-offs", header, lines)
    return render_template(
        "signoff/index.html",
        matrix=matrix,
        filters=filters,
        states=listing.STATES,
        down=Span(shown[0].total if shown else 0, CASES, page),
        across=Span(choices[0].total if choices else 0, BODIES, column),
        choices=[(code, name) for _, code, name, _ in choices] if len(choices) <= MOST else None,
    )


@blueprint.get("/sign-offs/<code>")
def case(code: str) -> str:
    """What is asked, of whom, where it stands, and what would complete it."""
    found = queries.case_by_code(db.session, code)
    gate.permit(found.as_resource())
    as_it_is = queries.folded(db.session, found, now())
    asks = as_it_is.standing.state == "open" and as_it_is.standing.can_still_complete
    rounds = as_it_is.standing.rounds
    codes = {body.id: body.code for body in queries.parties_of(db.session, found.id)}
    over = rounds[:-1] if as_it_is.standing.state == "open" else rounds
    entries = queries.history(db.session, found)
    return render_template(
        "signoff/case.html",
        case=found,
        folded=as_it_is,
        standing=as_it_is.standing,
        codes=codes,
        body_page=lambda body_id: url_for("signoff.body", code=code, body_code=codes[body_id]),
        rulings=[*rulings_of(as_it_is.standing.folded.rulings).values()][::-1],
        rounds=[(one, version_link(found, one.number)) for one in reversed(rounds)],
        left=conditions_left(rounds),
        responses=responses(over, entries),
        route=route_facts(db.session, as_it_is).route(today()) if asks else None,
        history=told(entries, as_it_is.standing, None, as_it_is.definition.title),
        times=times_shown(db.session, as_it_is),
        asker=queries.asker_of(db.session, found),
        colours=COLOURS,
        now_called=now_called(db.session, [one.party.body_id for one in as_it_is.standing.parties], today()),
        read=reading(as_it_is.definition),
        kept_text=found.definition_hash if not_on_offer(db.session, found) else None,
        tally=tally,
        core=common_core(as_it_is.standing),
    )


@blueprint.get("/sign-offs/<code>/<body_code>")
def body(code: str, body_code: str) -> str:
    """Is this body able to decide, and what did it decide?"""
    found, asked, as_it_is = _of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    party = as_it_is.party(asked.id)
    meeting = db.session.get(Meeting, party.meeting_id) if party and party.meeting_id else None
    item = item_about(db.session, meeting.id, "case", found.id, found.part) if meeting else None
    rule = as_it_is.stage.rule_for(asked.kind)
    schedule_form = ScheduleForm()
    schedule_form.meeting.choices = [
        (one.code, _meeting_words(one)) for one in queries.meetings_to_schedule(db.session, as_it_is, asked)
    ]
    entry = queries.entry_of(db.session, found, party.entry_id) if party and party.entry_id else None
    recordable = queries.meetings_to_record(db.session, as_it_is, asked)
    entries = queries.history(db.session, found)
    return render_template(
        "signoff/body.html",
        case=found,
        body=asked,
        now_called=now_called(db.session, [asked.id], today()).get(asked.id),
        folded=as_it_is,
        party=party,
        rule=rule,
        role=rule.answered_by if rule else "",
        meeting=meeting,
        due=papers_due(db.session, meeting) if meeting else None,
        item=item,
        item_quorum=_quorum(meeting, item),
        entry=entry,
        decided=as_decided(as_it_is.standing, entry.id) if entry else {},
        resource=found.as_resource(asked),
        permission=ANSWERED_BY.get(rule.role or "", "decision.answer") if rule else "",
        has_title=_has_title(rule, asked),
        schedule_form=schedule_form,
        recordable=recordable,
        in_time=[one for one in recordable if decided_in_time(as_it_is, asked, one.held_on)],
        tally=tally,
        withdrawable=_withdrawable(as_it_is, asked, party),
        correctable=correctable_in_words(as_it_is, asked),
        keep=lambda one: url_for(
            "signoff.condition", code=code, body_code=body_code, decision_id=one.decision_id, position=one.position
        ),
        left=conditions_left(as_it_is.standing.rounds, asked.id),
        responses=responses(as_it_is.standing.rounds, entries, asked.id),
        history=told(entries, as_it_is.standing, asked.id, as_it_is.definition.title),
        times=times_shown(db.session, as_it_is, asked.id),
        colours=COLOURS,
        link=version_link(found, as_it_is.round.number),
    )


@blueprint.post("/sign-offs/<code>/<body_code>/schedule")
def schedule(code: str, body_code: str) -> Response:
    """Put the case on the agenda of one of the body's meetings."""
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    gate.permit(found.as_resource(asked))
    chosen = request.form.get("meeting", "")
    with change() as session:
        meeting = meeting_by_code(session, chosen)
        asked = queries.party_of(session, found, body_code)
        if meeting.body_id != asked.id:
            raise Missing  # a refusal would name a meeting of people who may not be known here
        doer = gate.doer(f"board secretary, {asked.organisation.name}")
        item = service.schedule(session, found, asked, meeting, doer, now())
        due = papers_due(session, meeting)
        late = due is not None and today() > due
        said = f"“{found.title}” is item {item.number} of {_meeting_words(meeting)}."
        without = tabled(session, item)
    late_words = "It is a late paper: the deadline has passed." if late and not without else ""
    flash(" ".join(words for words in (said, without, late_words) if words))
    return redirect(url_for("signoff.body", code=code, body_code=body_code), 303)


@blueprint.route("/sign-offs/<code>/<body_code>/decision", methods=["GET", "POST"])
def record_decision(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Record what the body decided at its meeting: attendance, exclusions, votes, answer."""
    found, asked, as_it_is = _of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    rule = as_it_is.stage.rule_for(asked.kind)
    if rule is None or not rule.meets:
        raise Refused(f"{asked.short_name} does not answer this question at a meeting.")
    party = as_it_is.party(asked.id)
    if request.method == "GET" and party is not None and party.answer is not None:
        flash(f"{asked.short_name}’s decision is recorded: nothing more is asked of it now.")
        return redirect(url_for("signoff.body", code=code, body_code=body_code))
    meeting = _meeting_asked_for(asked, as_it_is)
    fact, excluded, attended = queries.before_the_body(db.session, found, asked, meeting)
    form = seats_form(DecisionForm, fact, excluded, attended)
    deferrable = Deferrable.of(db.session, asked, meeting.held_on, today())
    clauses = clauses_offered(found, as_it_is.round.number)
    form.offer(as_it_is.stage, rule, at_meeting=True, **clauses, deferrable=deferrable)

    def weighed(_quorum: QuorumVerdict) -> Verdict | None:
        if form.answer.data == NOT_QUORATE:
            return None
        return outcome(fact, form.votes(), form.fact(), presiding_seat_id=form.presiding.data or None)

    def record() -> Response:
        common: dict[str, Any] = {
            "case_id": found.id,
            "body_id": asked.id,
            "meeting_id": meeting.id,
            "attendance": form.attendance(),
            "exclusions": excluded,
            "seen": form.seen(),
            "token": form.token.data or "",
            "doer": gate.doer(f"board secretary, {asked.organisation.name}"),
            "now": now(),
        }
        with change() as session:
            if form.answer.data == NOT_QUORATE:
                entry_id = service.record_not_quorate(session, **common)
            else:
                entry_id = service.record_decision(
                    session,
                    **common,
                    votes=form.votes(),
                    answer=form.fact(),
                    presiding_seat_id=form.presiding.data or None,
                )
        return redirect(url_for("signoff.receipt", code=code, entry_id=entry_id), 303)

    seen = partial(queries.seen_for, db.session, found, asked)
    sent = check_or_record(form, excluded, seen=seen, outcome=weighed, record=record)
    if sent.answer is not None:
        return sent.answer
    if sent.refused:
        found, asked, as_it_is = _of_body(code, body_code)
        meeting = _meeting_asked_for(asked, as_it_is)
    page = render_template(
        "signoff/record_decision.html",
        party=as_it_is.party(asked.id),
        case=found,
        body=asked,
        folded=as_it_is,
        meeting=meeting,
        meetings=queries.meetings_to_record(db.session, as_it_is, asked),
        form=form,
        fact=fact,
        excluded=excluded,
        item=item_about(db.session, meeting.id, "case", found.id, found.part),
        checked=sent.checked,
    )
    return (page, sent.wrong) if form.errors else page


@blueprint.route("/sign-offs/<code>/<body_code>/answer", methods=["GET", "POST"])
def answer(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """The answer of a body that answers here by one person."""
    found, asked, as_it_is = _of_body(code, body_code)
    rule = as_it_is.stage.rule_for(asked.kind)
    role = (rule.role if rule else None) or "officer"
    gate.permit(found.as_resource(asked), ANSWERED_BY.get(role, "decision.answer"))
    if rule is None or rule.decide != "officer":
        raise Refused(f"{asked.short_name} decides this question at a meeting.", "its meeting’s decision")
    if not _has_title(rule, asked):
        by = f"{asked.short_name}’s {rule.answered_by}"
        raise Refused(f"{by} answers here: the holder of the seat of that title.", f"an answer by {by}")
    form = AnswerForm()
    deferrable = Deferrable.of(db.session, asked, today(), today())
    clauses = clauses_offered(found, as_it_is.round.number)
    form.offer(as_it_is.stage, rule, at_meeting=False, **clauses, deferrable=deferrable)
    if not form.is_submitted():
        form.show(queries.seen_for(db.session, found, asked))
        if len(rule.answers) == 1:
            form.answer.data = rule.answers[0]
    elif form.validate():
        try:
            with change() as session:
                entry_id = service.answer_as_officer(
                    session,
                    case_id=found.id,
                    body_id=asked.id,
                    answer=form.fact(),
                    seen=form.seen(),
                    token=form.token.data or "",
                    doer=gate.doer(f"{rule.answered_by}, {asked.organisation.name}"),
                    now=now(),
                    role=role,
                )
            return redirect(url_for("signoff.receipt", code=code, entry_id=entry_id), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, asked, as_it_is = _of_body(code, body_code)
    page = render_template(
        "signoff/answer.html",
        party=as_it_is.party(asked.id),
        case=found,
        body=asked,
        folded=as_it_is,
        form=form,
        role=rule.answered_by,
        link=version_link(found, as_it_is.round.number),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/sign-offs/<code>/<body_code>/minute-reference", methods=["GET", "POST"])
def minute_reference(code: str, body_code: str) -> Response | str | tuple[str, int]:
    """Give the minute in which the body's decision stands."""
    found, asked, as_it_is = _of_body(code, body_code)
    gate.permit(found.as_resource(asked))
    party = as_it_is.party(asked.id)
    form = MinuteForm(reference=party.minute_reference if party else None)
    if form.validate_on_submit():
        with change() as session:
            service.reference_minute(
                session,
                case_id=found.id,
                body_id=asked.id,
                reference=form.reference.data or "",
                doer=gate.doer(f"board secretary, {acts_for(asked, Role.SECRETARY)}"),
                now=now(),
            )
        flash(f"The minute reference of {asked.short_name} is recorded.")
        return redirect(url_for("signoff.body", code=code, body_code=body_code), 303)
    page = render_template("signoff/minute_reference.html", case=found, body=asked, party=party, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/sign-offs/<code>/receipts/<int:entry_id>")
def receipt(code: str, entry_id: int) -> str:
    """What was recorded, by whom, on which content, and where its leaf stands in the log."""
    found = queries.case_by_code(db.session, code)
    gate.permit(found.as_resource())
    entry = queries.entry_of(db.session, found, entry_id)
    if queries.receipt_of(db.session, entry_id) is None:
        raise Missing
    standing = queries.standing_of(db.session, found, now())
    said = entry.payload or {}
    asked = db.session.get_one(DecidingBody, said["body_id"])
    sentence = next((line.sentence for line in told([entry], standing)), "")
    leaf = queries.leaf_of(db.session, entry_id)
    return render_template(
        "signoff/receipt.html",
        case=found,
        entry=entry,
        said=said,
        body=asked,
        sentence=sentence,
        standing=standing,
        leaf=leaf,
        minuted=for_the_minutes(db.session, sentence, entry, leaf),
        varied_until=day_read((said.get("variation") or {}).get("expires")),
        recorded=recorded_afterwards(said),
    )


def _of_body(code: str, body_code: str) -> tuple[Case, DecidingBody, Folded]:
    found = queries.case_by_code(db.session, code)
    asked = queries.party_of(db.session, found, body_code)
    return found, asked, queries.folded(db.session, found, now())


def _has_title(rule: PartyRule | None, asked: DecidingBody) -> bool:
    """Whether the person here holds the seat whose title the rule names, or it names none."""
    if rule is None or rule.titled is None:
        return True
    person_id = gate.actor().person_id
    held = person_id and holds_title(db.session, person_id, asked.organisation_id, rule.titled, today())
    return bool(held)


def _withdrawable(as_it_is: Folded, asked: DecidingBody, party: PartyStanding | None) -> bool:
    """Whether there is an agreement to withdraw and, where the body meets, a later meeting that can have done it."""
    if party is None or not is_agreement(party.answer, party.own) or party.on is None or party.to_ratify:
        return False
    if as_it_is.standing.state in ("stopped", "withdrawn"):
        return False
    rule = as_it_is.stage.rule_for(asked.kind)
    if rule is None or not rule.meets:
        return rule is not None
    decider = heir_of(db.session, asked, as_it_is.today) or asked
    meetings = queries.meetings_held(db.session, decider.id, party.on, as_it_is.today)
    return any(one.id != party.meeting_id for one in meetings)


class ClausesOffered(TypedDict):
    """What the form of an answer is told of a version's clauses."""

    clauses: list[tuple[str, str]]
    codes: list[str]


def clauses_asked(found: Case, number: int) -> list[tuple[str, str]]:
    """The clauses of the version that a round asks about, by number, where it is of a document."""
    return clauses_offered(found, number)["clauses"]


def clauses_offered(found: Case, number: int) -> ClausesOffered:
    """The same, with their codes, so that they can be amended."""
    drafts = _drafts(found, number)
    return {
        "clauses": [(one.number or one.heading, f"{one.number} {one.heading}".strip()) for one in drafts],
        "codes": [one.code for one in drafts],
    }


def _drafts(found: Case, number: int) -> list[ClauseDraft]:
    if found.subject_kind != "document":
        return []
    return drafts_of(db.session, queries.round_of(db.session, found, number).version_id)


def _meeting_asked_for(asked: DecidingBody, as_it_is: Folded) -> Meeting:
    """The meeting of the address, else the one the case is on, else the body's latest since the round was opened."""
    named = meeting_of_address(asked)
    if named is not None:
        return named
    recordable = queries.meetings_to_record(db.session, as_it_is, asked)
    party: PartyStanding | None = as_it_is.party(asked.id)
    scheduled = [meeting for meeting in recordable if party and meeting.id == party.meeting_id]
    for meeting in (*scheduled, *recordable):
        return meeting
    coming = db.session.get(Meeting, party.meeting_id) if party and party.meeting_id else None
    if coming is not None and coming.held_on > today():
        raise Refused(
            f"{asked.short_name} has this before it at its {_meeting_words(coming)}; a decision is recorded after "
            "it is made.",
            "the day of the meeting",
        )
    raise Refused(
        f"{asked.short_name} has held no meeting that could decide it since {as_it_is.round.version_label} was put "
        "to it, or since it was last before it.",
        "a meeting with this on its agenda",
    )


def _quorum(meeting: Meeting | None, item: AgendaItem | None) -> ItemQuorum | None:
    if meeting is None or item is None:
        return None
    return quorum_of_items(db.session, meeting, [item], today())[item.id]


def _meeting_words(meeting: Meeting) -> str:
    return f"{meeting.title}, {meeting.held_on.day} {meeting.held_on:%B %Y}"


def version_link(found: Case, number: int) -> tuple[str, str] | None:
    """The words and address of the version a round pinned, where its room has said how to find it."""
    finder = current_app.extensions["concord.subjects"].get(found.subject_kind)
    if finder is None:
        return None
    link: tuple[str, str] | None = finder(db.session, queries.round_of(db.session, found, number).version_id)
    return link
