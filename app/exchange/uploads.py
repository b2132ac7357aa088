"""An uploaded workbook is kept aside by its hash, so that what is imported is what was shown, to the byte."""

from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.exchange.models import Upload
from app.permissions import Missing

KEPT = timedelta(hours=24)


def keep(session: Session, data: bytes, name: str, person_id: int, real_now: datetime) -> str:
    """Keep the workbook for this person; gives its hash. Uploads of anyone that are past their day go."""
    session.execute(sa.delete(Upload).where(Upload.at < real_now - KEPT))
    digest = sha256(data).hexdigest()
    found = _query(session, person_id, digest)
    if found is None:
        found = Upload(person_id=person_id, hash=digest, data=data)
        session.add(found)
    found.name, found.at = name[:200] or "workbook.xlsx", real_now
    session.flush()
    return digest


def kept(session: Session, digest: str, person_id: int | None, real_now: datetime) -> Upload:
    """The person's own upload with this hash; raises `Missing` once its day is over."""
    found = _query(session, person_id, digest)
    if found is None or found.at < real_now - KEPT:
        raise Missing
    return found


def forget(session: Session, digest: str, person_id: int | None) -> None:
    """Remove the upload, once it is imported or not wanted."""
    session.execute(sa.delete(Upload).where(Upload.person_id == person_id, Upload.hash == digest))


def _query(session: Session, person_id: int | None, digest: str) -> Upload | None:
    return session.scalar(sa.select(Upload).where(Upload.person_id == person_id, Upload.hash == digest))
