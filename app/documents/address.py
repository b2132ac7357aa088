"""Where a version is shown, for rooms that know no more of it than its id."""

from flask import url_for
from sqlalchemy.orm import Session

from app.documents.models import DocumentVersion


def address_of(session: Session, version_id: int) -> tuple[str, str] | None:
    """The words and the address of a version's page; none where there is no such version."""
    version = session.get(DocumentVersion, version_id)
    if version is None:
        return None
    code = version.document.code
    return (
        f"{version.document.title}, version {version.label}",
        url_for("documents.version", code=code, label=version.label),
    )
