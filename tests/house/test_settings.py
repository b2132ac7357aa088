"""Every setting is documented, and read from nowhere but config.py."""

import re
from pathlib import Path

import pytest

from config import SettingError, documentation, from_environment

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = [path for room in ("app", "workflows") for path in sorted((ROOT / room).rglob("*.py"))]


def test_the_readme_holds_the_table_of_settings_as_it_is() -> None:
    assert documentation() in (ROOT / "README.md").read_text()


def test_every_setting_has_a_meaning_that_is_a_sentence() -> None:
    rows = documentation().splitlines()[2:]
    assert rows
    assert [row for row in rows if not row.rstrip(" |").endswith(".")] == []


def test_only_config_reads_the_environment() -> None:
    reading = re.compile(r"\bos\.(?:environ|getenv)\b|\bfrom os import\b.*\b(?:environ|getenv)\b")
    assert [str(path) for path in CODE if reading.search(path.read_text())] == []


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match=r"CONCORD_DEMONSTRATON: no such setting"):
        from_environment({"CONCORD_DEMONSTRATON": "1"})
