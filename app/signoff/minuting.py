"""What a minute says of a decision: what was decided, on which content, and where the record holds it."""

import base64

from sqlalchemy.orm import Session

from app.audit.checkpoints import CheckpointError
from app.audit.models import RecordEntry, RecordLeaf
from app.audit.queries import checkpoints


def for_the_minutes(session: Session, sentence: str, entry: RecordEntry, leaf: RecordLeaf | None) -> str:
    """The paragraph to be put into the minutes, with root and size of the log as they are now; `sentence` of the entry.

    A minute that has them is a witness of the log: who keeps it can tell whether anything before was changed.
    """
    said = [sentence]
    content = (entry.payload or {}).get("content_hash")
    if content:
        said.append(f"Content SHA-256 {content}.")
    if leaf is not None:
        said.append(f"On record as entry {entry.id}, place {leaf.position} of the log of {entry.organisation_name}.")
        said += _root(session, entry.organisation_id)
    return " ".join(said)


def _root(session: Session, organisation_id: int) -> list[str]:
    try:
        [now] = checkpoints(session, [organisation_id])
    except CheckpointError:
        return []  # a log that is damaged says nothing of itself here; `record verify` says what is wrong with it
    entries = "entry" if now.size == 1 else f"{now.size} entries"
    return [f"The root of its first {entries} is {base64.b64encode(now.root).decode()}"]
