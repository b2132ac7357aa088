"""Manners a linter does not know: nothing silenced, nothing put off, names that say something, rules that are pure."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("app", "workflows", "migrations", "tests", "benchmarks")
CODE = [*(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))), ROOT / "config.py"]
CODE += [ROOT / "verify_record.py", ROOT / "wsgi.py"]
CODE += [path for path in sorted((ROOT / "bin").iterdir()) if path.is_file()]
RULES = sorted((ROOT / "workflows").rglob("*.py"))

# Spelt in two halves, so that this page does not find itself.
SILENCED = re.compile("#" + r" *(?:type: *ignore|no" + r"qa)[^\n]*")
GIVES_A_REASON = re.compile(r"(?:\]|[A-Z]\d+)\s+[#–]\s+\S+ \S+")
PUT_OFF = re.compile(
    r"\b(?:TO"
    + r"DO|FIX"
    + r"ME|XX"
    + r"X)\b|Not"
    + r"ImplementedError|mark\.(?:sk"
    + r"ip|xf"
    + r"ail)|pytest\.sk"
    + r"ip"
)
SLEEPS = re.compile(r"\btime\.sl" + r"eep\(|from time import .*sl" + r"eep|wait_for_time" + r"out")
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "random", "urandom", "uuid4", "token_hex"}


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def found(pattern: re.Pattern[str], paths: list[Path]) -> dict[str, list[str]]:
    hits = {shown(path): pattern.findall(path.read_text()) for path in paths}
    return {name: lines for name, lines in hits.items() if lines}


def test_a_check_is_silenced_only_with_a_reason_on_its_line() -> None:
    silenced = [(shown(path), line) for path in CODE for line in SILENCED.findall(path.read_text())]
    assert [entry for entry in silenced if not GIVES_A_REASON.search(entry[1])] == []


def test_nothing_is_put_off_or_left_out() -> None:
    assert found(PUT_OFF, CODE) == {}


def test_no_test_waits_by_the_clock() -> None:
    assert found(SLEEPS, [path for path in CODE if "tests" in path.parts]) == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [shown(path) for path in CODE if SAYS_NOTHING & {path.stem, path.parent.name}] == []


def test_every_module_opens_with_the_sentence_that_is_its_idea() -> None:
    silent = [
        shown(path)
        for path in CODE
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert silent == []


@pytest.mark.parametrize("path", RULES, ids=shown)
def test_the_rules_import_the_standard_library_pydantic_and_yaml_only(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported - sys.stdlib_module_names - {"workflows", "pydantic", "pydantic_core", "yaml"} == set()


@pytest.mark.parametrize("path", RULES, ids=shown)
def test_the_rules_have_no_clock_and_no_chance(path: Path) -> None:
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called & CLOCKS == set()
