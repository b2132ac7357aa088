"""What the pages of rooms below may offer without knowing this one: who may ask for sign-off, and who has agreed."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.db import db
from app.documents.models import DocumentVersion
from app.permissions import Resource
from app.programme import queries
from app.programme.asking import SUBJECT
from app.signoff.queries import cases, matrix


@dataclass(frozen=True, slots=True)
class Asked:
    """A case whose present round asks about a version, with a row for each body."""

    code: str
    title: str
    sentence: str
    demonstration: bool
    rows: tuple[Any, ...]


def programme_of(collaborative_id: int) -> Resource | None:
    """The collaborative's programme, as the permission page knows it."""
    found = queries.programmes_of(db.session, {collaborative_id})
    return found[0].as_resource() if found else None


def sign_off_of(version: DocumentVersion) -> list[Asked]:
    """The cases that ask about this version now, newest first, with where each body stands."""
    found = [
        case
        for case in cases(db.session, {version.document.collaborative_id})
        if case.subject_kind == SUBJECT and case.version_id == version.id
    ]
    rows = matrix(db.session, [case.id for case in found]) if found else []
    return [
        Asked(
            case.code,
            case.title,
            case.sentence,
            case.demonstration,
            tuple(row for row in rows if row.case_id == case.id),
        )
        for case in found
    ]


def init_app(app: Flask) -> None:
    """Offer them to every template, by these names."""
    app.jinja_env.globals.update(programme_of=programme_of, sign_off_of=sign_off_of)
