"""Questions on agenda items that wait for this person's answer."""

from sqlalchemy.orm import Session

from app.home.waiting import Concerns, Task
from app.meetings.questions import unanswered
from app.permissions import Actor
from workflows.facts import day_in_words


def to_answer(session: Session, actor: Actor) -> list[Task]:
    """One task for each question that was asked of them and is not answered, due on the day of its meeting."""
    found = []
    for one in unanswered(session, actor):
        item, meeting = one.item, one.item.meeting
        values = {"code": meeting.code, "item_id": str(item.id), "number": str(one.number)}
        about = f"{item.title}, {meeting.body.short_name}, {day_in_words(meeting.held_on)}"
        note = f"{one.asker} asks: {one.text[:200]}{'…' if len(one.text) > 200 else ''}"
        found.append(
            Task(
                "Answer the question",
                about,
                "unanswered",
                meeting.held_on,
                "meetings.answer_question",
                values,
                note,
                one.demonstration,
                "who is asked, by name" if one.to_id else f"board secretary, {meeting.body.short_name}",
                Concerns(body=meeting.body.code, meeting=meeting.code, item=item.id, question=one.number),
            )
        )
    return found
