"""The vocabulary of the record is closed: every tag is used, and nothing is recorded under another name."""

import re
from pathlib import Path

import sqlalchemy as sa

from app.audit.models import RecordEntry
from app.audit.tags import Tag

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
RULES = [path.read_text() for path in sorted((ROOT / "workflows").glob("*.py"))]
CODE = {path: path.read_text() for path in sorted(APP.rglob("*.py")) if path != APP / "audit" / "tags.py"}


def test_every_tag_is_used() -> None:
    used = {Tag[name] for text in CODE.values() for name in re.findall(r"\bTag\.([A-Z_]+)\b", text)}
    # what a rule says must now be written, it names by its value: the rules know no record
    named_by_a_rule = {tag for tag in Tag if any(f'= "{tag.value}"' in text for text in RULES)}
    assert set(Tag) - used - named_by_a_rule == set()


def test_no_tag_is_spelt_out_beside_the_vocabulary() -> None:
    spelt = re.compile("|".join(rf"tag\s*=\s*[\"']{re.escape(tag.value)}[\"']" for tag in Tag))
    assert [str(path) for path, text in CODE.items() if spelt.search(text)] == []


def test_every_tag_fits_its_column_and_is_spelt_alike() -> None:
    column = RecordEntry.__table__.c.tag.type
    assert isinstance(column, sa.String)
    assert column.length is not None
    assert [tag.value for tag in Tag if len(tag.value) > column.length] == []
    assert [tag.value for tag in Tag if not re.fullmatch(r"[a-z-]+\.[a-z_-]+", tag.value)] == []
