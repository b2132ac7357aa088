"""Who answers for a case on an agenda: whoever put the version that is asked about to the bodies."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import RecordEntry
from app.audit.tags import Tag
from app.people.models import Person
from workflows.questions import Answerer


def owners_of(session: Session, case_id: int) -> Sequence[Answerer]:
    """Who opened the case's latest round, where they are known still."""
    person = session.scalar(
        sa.select(Person)
        .join(RecordEntry, RecordEntry.actor_id == Person.id)
        .where(
            RecordEntry.thing_kind == "case",
            RecordEntry.thing_id == case_id,
            RecordEntry.tag.in_((Tag.CASE_OPENED, Tag.ROUND_OPENED)),
        )
        .order_by(RecordEntry.id.desc())
        .limit(1)
    )
    return (Answerer(person.id, person.name, "put this version to the bodies"),) if person else ()
