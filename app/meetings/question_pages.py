"""The pages on which a member asks who answers for an item's paper, and on which that is answered."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.db import change, db
from app.meetings import in_the_room, queries, questions
from app.meetings.apologies import Post
from app.meetings.models import AgendaItem, ItemQuestion
from app.meetings.routes import blueprint, item_of
from app.permissions import Missing, Refused
from app.web import gate
from app.web.clock import now, real_now, today
from app.web.forms import BaseForm, Text
from config import Settings
from workflows.questions import Answerer, may_be_asked

Answer = Response | str | tuple[str, int]


class QuestionForm(BaseForm):
    """A question on an item."""

    text = Text("Your question", [InputRequired("Write your question")], most=questions.LONGEST)


class AnswerForm(BaseForm):
    """The answer to a question."""

    seen = HiddenField()
    text = Text("Answer", [InputRequired("Write the answer")], most=questions.LONGEST)

    def seen_at(self) -> datetime | None:
        """When the question had been answered, as the page showed it."""
        try:
            return datetime.fromisoformat(self.seen.data) if self.seen.data else None
        except ValueError:
            return None


@blueprint.route("/meetings/<code>/items/<int:item_id>/questions/new", methods=["GET", "POST"])
def ask(code: str, item_id: int) -> Answer:
    """Ask a question on an item."""
    found, one = item_of(code, item_id, "question.ask")
    me = gate.actor().person_id
    refuse_withheld(one, me)
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            with change() as session:
                locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
                question = ask_on(session, locked, form.text.data or "")
                number, to = question.number, question.to_name
            flash(f"Your question is asked of {to}. The answer will stand here.")
            return redirect(url_for("meetings.item", code=code, item_id=item_id, _anchor=f"question-{number}"), 303)
        except Refused as refusal:
            form.form_errors.append(refusal.sentence)
            found, one = item_of(code, item_id, "question.ask")
    page = render_template(
        "meetings/ask.html",
        meeting=found,
        item=one,
        form=form,
        asked=questions.asked_of(db.session, one, owners_of(one), me, today()),
        still=may_be_asked(found.state, found.held_on, one.taken_off_at is not None),
    )
    return (page, 422) if form.errors else page


@blueprint.route("/meetings/<code>/items/<int:item_id>/questions/<int:number>", methods=["GET", "POST"])
def answer_question(code: str, item_id: int, number: int) -> Answer:
    """Answer a question on an item, as who was asked or as the board secretary."""
    question = question_for(code, item_id, number)
    one, found = question.item, question.item.meeting
    form = AnswerForm(seen=question.answered_at.isoformat() if question.answered_at else "", text=question.answer or "")
    theirs = gate.may("meeting.read", found.as_resource())
    if form.validate_on_submit():
        with change() as session:
            locked = queries.item_on(session, queries.meeting_by_code(session, code), item_id)
            answer_on(session, questions.question_on(session, locked, number), form.text.data or "", form.seen_at())
        flash("The question is answered, and who asked is told.")
        if theirs:
            return redirect(url_for("meetings.item", code=code, item_id=item_id, _anchor=f"question-{number}"), 303)
        return redirect(url_for("home.index"), 303)
    page = render_template(
        "meetings/answer_question.html", meeting=found, item=one, question=question, form=form, theirs=theirs
    )
    return (page, 422) if form.errors else page


def question_for(code: str, item_id: int, number: int) -> ItemQuestion:
    """A question for who may answer it; raises `Missing` for those who may not know of the item or its paper."""
    found = queries.meeting_by_code(db.session, code)
    one = queries.item_on(db.session, found, item_id)
    if one.part == 2 and not gate.may("meeting.private", found.as_resource()):
        raise Missing
    question = questions.question_on(db.session, one, number)
    gate.permit(question.as_resource())
    if withheld(one, gate.actor().person_id):
        raise Missing
    return question


def ask_on(session: Session, item: AgendaItem, text: str) -> ItemQuestion:
    """The person here asks, of whoever answers for what the item is about."""
    me = gate.actor().person_id
    to = questions.asked_of(session, item, owners_of(item), me, today()).answerer
    doer = gate.doer(_capacity(item))
    return questions.ask(session, item, text=text, to=to, doer=doer, now=now(), post=post())


def answer_on(session: Session, question: ItemQuestion, text: str, seen: datetime | None) -> ItemQuestion:
    """The person here answers, as who was asked or as the board secretary."""
    own = question.to_id == gate.actor().person_id
    doer = gate.doer(None if own else f"board secretary, {question.item.meeting.body.organisation.name}")
    return questions.answer(session, question, text=text, seen=seen, doer=doer, now=now(), post=post())


def refuse_withheld(item: AgendaItem, person_id: int | None) -> None:
    """Raise `Refused` where the item's paper is withheld from a person: nothing is asked about it then."""
    if withheld(item, person_id):
        raise Refused(
            "The paper of this item is withheld from you because of your interest in it, so nothing is asked about it.",
            "another handling of your interest, by who presides",
        )


def withheld(item: AgendaItem, person_id: int | None) -> bool:
    """Whether the item's paper is withheld from a person."""
    return any(
        one.person_id == person_id and one.handling == "paper_withheld"
        for one in in_the_room.conflicts(db.session, item)
    )


def owners_of(item: AgendaItem) -> Sequence[Answerer]:
    """Who answers for what the item is about, as the room that proposed it says."""
    finder = current_app.extensions.get("concord.item_owners", {}).get(item.subject_kind)
    return finder(db.session, item.subject_id) if finder and item.subject_id is not None else ()


def _capacity(item: AgendaItem) -> str:
    body = item.meeting.body
    seat = next((one for one in gate.actor().seats if one.body_id == body.id), None)
    return seat.title if seat else f"board secretary, {body.organisation.name}"


def post() -> Post:
    """What a mail needs, of this service now."""
    settings: Settings = current_app.extensions["concord.settings"]
    return Post(real_now(), settings.public_url)
