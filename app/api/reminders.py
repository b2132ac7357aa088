"""What was said of a sign-off and what comes next; and what you were told, and why."""

from datetime import date, datetime

from pydantic import Field

from app.api.operations import reads
from app.api.places import the_sign_off
from app.api.shapes import Listed, Out, Paged, Pages, cut
from app.api.taking_part import of_oneself
from app.db import db
from app.signoff import queries, reminder_queries
from app.signoff.models import Case, Reminder
from app.web import gate
from app.web.clock import now

GROUP = "Reminders"


class ReminderShape(Out):
    """Something that was said."""

    kind: str = Field(
        description="reminder, escalation, deadline passed, variation, condition, result, vote opened or "
        "interest declared"
    )
    body: str | None = Field(description="Of which body; null: of all who had not answered")
    step: str
    of: date = Field(description="The day that it is about")
    sent_at: datetime
    why: str
    told_as: list[str] = Field(description="The roles that it was sent to")


class ComingShape(Out):
    """Something that is said next, if nothing is recorded before."""

    kind: str
    body: str | None
    step: str
    on: date
    told_as: str
    waits: bool = Field(description="Whether its day has come, and it goes with the next run of the day")


class Reminders(Out):
    """What was said, the latest first, and what comes, the soonest first."""

    sent: list[ReminderShape]
    coming: list[ComingShape]
    page: Pages = Field(description="Of what was said")


@reads("/sign-offs/<sign_off>/reminders", group=GROUP, of=the_sign_off, query=Paged, answers=Reminders)
def reminders_of_sign_off(case: Case, asked: Paged) -> Reminders:
    """Read who was told what of a sign-off, and who is told next."""
    times = reminder_queries.times_shown(db.session, queries.folded(db.session, case, now()))
    shown, pages = cut(asked, times.sent)
    return Reminders(
        page=pages,
        sent=[_shape(one, [to.role for to in one.told]) for one in shown],
        coming=[
            ComingShape(
                kind=one.planned.kind,
                body=one.body.code if one.body else None,
                step=one.planned.step,
                on=one.planned.on,
                told_as=one.to,
                waits=one.waits,
            )
            for one in times.coming
        ],
    )


def _shape(one: Reminder, roles: list[str], *, seen: bool = True) -> ReminderShape:
    """As it is told; of a sign-off that the asker may not see any more, without what it was about."""
    return ReminderShape(
        kind=one.kind,
        body=one.body.code if one.body else None,
        step=one.step,
        of=one.due,
        sent_at=one.at,
        why=one.why if seen else "",
        told_as=list(dict.fromkeys(roles)),
    )


class ToldShape(ReminderShape):
    """Something that you were told."""

    sign_off: str | None = Field(description="Null where you may not see it any more")


@reads("/my-reminders", group=GROUP, of=of_oneself, query=Paged, answers=Listed[ToldShape])
def my_reminders(_of: None, asked: Paged) -> Listed[ToldShape]:
    """List what you were mailed about sign-off, in which capacity and why."""
    span, found = reminder_queries.told_to(db.session, gate.actor(), asked.size, asked.page)
    return Listed(
        items=[
            ToldShape(
                **_shape(one.reminder, [one.role], seen=one.seen).model_dump(),
                sign_off=one.reminder.case.code if one.seen else None,
            )
            for one in found
        ],
        page=Pages.of(asked, span.total),
    )
