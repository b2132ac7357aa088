"""The vocabulary of the record is closed: every tag is used, and nothing is recorded under another name."""

import re
from pathlib import Path

import sqlalchemy as sa

from app.audit.models import RecordEntry
from app.audit.tags import Tag

APP = Path(__file__).resolve().parent.parent.parent / "app"
CODE = {path: path.read_text() for path in sorted(APP.rglob("*.py")) if path != APP / "audit" / "tags.py"}


def test_every_tag_is_used() -> None:
    used = {name for text in CODE.values() for name in re.findall(r"\bTag\.([A-Z_]+)\b", text)}
    assert {tag.name for tag in Tag} - used == set()


def test_no_tag_is_spelt_out_beside_the_vocabulary() -> None:
    spelt = re.compile("|".join(rf"tag\s*=\s*[\"']{re.escape(tag.value)}[\"']" for tag in Tag))
    assert [str(path) for path, text in CODE.items() if spelt.search(text)] == []


def test_every_tag_fits_its_column_and_is_spelt_alike() -> None:
    column = RecordEntry.__table__.c.tag.type
    assert isinstance(column, sa.String)
    assert column.length is not None
    assert [tag.value for tag in Tag if len(tag.value) > column.length] == []
    assert [tag.value for tag in Tag if not re.fullmatch(r"[a-z-]+\.[a-z_-]+", tag.value)] == []
