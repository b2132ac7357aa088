"""Who is mailed that an interest was declared for an item: who presides, who rules on it, and the board secretary.

The mail says neither whose interest it is nor what it is, and of a private item not what the item is.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.jobs.outbox import queue_mail
from app.meetings.apologies import Post
from app.meetings.models import AgendaItem, ItemDeclaration
from app.people.models import Account, Person, RoleHolding
from app.people.queries import actor_of, in_force
from app.permissions import Resource, Role, allowed
from app.permissions.facts import ROLE_NAMES
from workflows.facts import day_in_words
from workflows.interests import Presiding


def who_is_told(
    session: Session, item: AgendaItem, rules: Presiding, by: int | None, on: date
) -> list[tuple[Person, str]]:
    """Those who rule on it and the secretaries who may see the item and can sign in, but who declared it, and as what.

    `rules` says who presides, on the day of the meeting; `on` is today.
    """
    body = item.meeting.body
    presides = {seat.person_id: f"{seat.title}, {body.name}" for seat in rules.to_ask if seat.person_id is not None}
    secretaries = (
        sa.select(RoleHolding.person_id)
        .where(
            RoleHolding.role == Role.SECRETARY.value,
            RoleHolding.organisation_id == body.organisation_id,
            in_force(RoleHolding.starts, RoleHolding.ends, on),
        )
        .scalar_subquery()
    )
    people = session.scalars(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.disabled.is_(False), sa.or_(Person.id.in_(presides), Person.id.in_(secretaries)))
        .order_by(Person.name, Person.id)
    )
    about = Resource(
        "item", organisation_id=body.organisation_id, body_id=body.id, part=item.part, name=body.short_name
    )
    needed = "meeting.read" if item.part == 1 else "meeting.private"
    secretary = f"{ROLE_NAMES[Role.SECRETARY]}, {body.organisation.name}"
    return [
        (one, presides.get(one.id, secretary))
        for one in people
        if one.id != by and allowed(needed, actor_of(session, one, on), about)
    ]


def tell(
    session: Session, declaration: ItemDeclaration, item: AgendaItem, people: Mapping[Person, str], post: Post
) -> None:
    """Queue one mail for each of them."""
    meeting = item.meeting
    when, body = day_in_words(meeting.held_on), meeting.body
    private = item.part != 1
    about = "a private item" if private else f"item {item.number}, “{item.title}”,"
    address = f"{post.public_url.rstrip('/')}/meetings/{meeting.code}"
    for person, role in people.items():
        lines = [
            f"Dear {person.name},",
            "",
            f"An interest was declared in {about} of the meeting of {body.name} on {when}. How it is handled awaits "
            "the ruling of the chair, or of who presides; until then the quorum forecast of the item can change.",
            "",
            "Whose it is, and what, stands only where you sign in:",
            address if private else f"{address}/items/{item.id}",
            "",
            f"You are told this as {role}. It is sent once and stands on record.",
        ]
        if item.demonstration:
            lines += ["", "This is demonstration content."]
        queue_mail(
            session,
            once=f"interest declared {declaration.id} {person.id}",
            recipient=person.email,
            recipient_name=person.name,
            subject=f"An interest was declared: {body.short_name}, {when}",
            body="\n".join([*lines, ""]),
            now=post.real_now,
        )
