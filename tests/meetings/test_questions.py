"""A member asks who answers for an item's paper; the answer stands with the item, and a private one stays private."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.jobs.models import Mail
from app.meetings import service
from app.meetings.models import AgendaItem, ItemConflict, ItemQuestion
from tests.conftest import SettableClock
from tests.meetings.test_pages import World, hidden
from tests.signoff.group import NOW

MEETING = "/meetings/merton-2015-11-24"
QUESTION = "Who pays for the second nurse?"


class Asking(World):
    """The same, with an item whose author is named: the director, who acts for Merton's organisation."""

    def __init__(self, session: Session, client: FlaskClient, clock: SettableClock) -> None:
        super().__init__(session, client, clock)
        self.item = service.propose_item(
            session,
            self.meetings["Merton"],
            origin="request",
            subject_kind=None,
            subject_id=None,
            title="Winter plan",
            purpose="decision",
            author="Director of the Programme",
            doer=self.group.doer("Merton"),
            now=NOW,
        ).id
        session.get_one(AgendaItem, self.private).author = "Director of the programme"
        session.commit()

    def ask(self, item: int, text: str = QUESTION) -> str:
        path = f"{MEETING}/items/{item}/questions/new"
        told = {"csrf_token": self.token(path), "text": text}
        return " ".join(self.client.post(path, data=told, follow_redirects=True).text.split())


@pytest.fixture
def world(session: Session, client: FlaskClient, clock: SettableClock) -> Asking:
    made = Asking(session, client, clock)
    made.become("merton-chair")
    return made


def test_a_question_goes_to_the_author_and_its_answer_stands_with_the_item(world: Asking) -> None:
    path = f"{MEETING}/items/{world.item}"
    assert "Ask its author a question" in world.client.get(path).text
    asking = world.client.get(f"{path}/questions/new").text
    assert "It goes to Director of the programme, who is named as its author." in asking
    answered = world.ask(world.item)
    assert "Your question is asked of Director of the programme." in answered
    assert QUESTION in answered and "Unanswered" in answered
    world.session.rollback()
    [mail] = world.session.scalars(sa.select(Mail))
    assert mail.recipient == "director@test.example" and QUESTION in mail.body
    world.become("director")
    home = world.client.get("/").text
    assert "Answer the question" in home and QUESTION in home
    reply = f"{path}/questions/1"
    told = {**hidden(world.client.get(reply).text), "text": "The acute trust does."}
    after = " ".join(world.client.post(reply, data=told, follow_redirects=True).text.split())
    assert "The acute trust does." in after and "Answered" in after
    assert "Answer the question" not in world.client.get("/").text
    world.session.rollback()
    mails = world.session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    assert [mail.recipient for mail in mails] == ["director@test.example", "merton-chair@test.example"]
    on_record = sa.select(RecordEntry.tag).where(RecordEntry.tag.like("item.question%")).order_by(RecordEntry.id)
    assert world.session.scalars(on_record).all() == [Tag.QUESTION_ASKED, Tag.QUESTION_ANSWERED]
    again = world.client.post(reply, data={**told, "text": "Another."})
    assert again.status_code == 409
    assert "The acute trust does." in again.text


def test_a_question_sent_twice_is_asked_once_and_one_without_words_not_at_all(world: Asking) -> None:
    world.ask(world.item)
    world.ask(world.item)
    path = f"{MEETING}/items/{world.item}/questions/new"
    empty = world.client.post(path, data={"csrf_token": world.token(path), "text": ""})
    assert empty.status_code == 422 and "Write your question" in empty.text
    world.session.rollback()
    assert world.session.scalar(sa.select(sa.func.count()).select_from(ItemQuestion)) == 1


def test_a_question_on_a_private_item_stays_with_who_may_know_of_it(world: Asking) -> None:
    """The author named holds no seat: so it goes to the secretary, and neither mail nor home page tells others."""
    path = f"{MEETING}/items/{world.private}"
    assert "Director of the programme, who is named as its author, may not know" in (
        world.client.get(f"{path}/questions/new").text
    )
    world.ask(world.private, "What does the offer say of the roof?")
    world.session.rollback()
    [mail] = world.session.scalars(sa.select(Mail))
    assert mail.recipient == "merton-secretary@test.example"
    assert "roof" not in mail.body and "Canal Street" not in mail.body + mail.subject
    [entry] = world.session.scalars(sa.select(RecordEntry).where(RecordEntry.tag == Tag.QUESTION_ASKED))
    assert entry.part == 2
    world.become("merton-secretary")
    assert "roof" in world.client.get("/").text
    world.become("director")
    assert "roof" not in world.client.get("/").text
    assert world.client.get(f"{path}/questions/1").status_code == 404
    assert world.client.get(f"{path}/questions/new").status_code in (403, 404)


def test_who_was_asked_no_longer_reads_it_once_the_item_is_private(world: Asking) -> None:
    world.ask(world.item)
    world.session.rollback()
    item = world.session.get_one(AgendaItem, world.item)
    item.part, item.position = 2, 50
    world.session.commit()
    world.become("director")
    assert QUESTION not in world.client.get("/").text
    assert world.client.get(f"{MEETING}/items/{world.item}/questions/1").status_code == 404


def test_whose_paper_is_withheld_neither_reads_nor_asks(world: Asking) -> None:
    world.ask(world.item)
    world.session.rollback()
    seat, person = world.group.seats["Merton"][0], world.group.people["Merton"][0]
    world.session.add(
        ItemConflict(
            item_id=world.item,
            seat_id=seat.id,
            person_id=person.id,
            interest_kind="financial",
            handling="paper_withheld",
            reason="A contract.",
            handled_by="Dr Deputy of Merton",
            at=NOW,
            demonstration=False,
        )
    )
    world.session.commit()
    path = f"{MEETING}/items/{world.item}"
    assert QUESTION not in world.client.get(path).text
    assert world.client.get(f"{path}/questions/new").status_code == 403


def test_another_organisation_knows_of_no_question(world: Asking) -> None:
    world.ask(world.item)
    world.become("sutton-secretary")
    for path in ("questions/new", "questions/1"):
        assert world.client.get(f"{MEETING}/items/{world.item}/{path}").status_code == 404
