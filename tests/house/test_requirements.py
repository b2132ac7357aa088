"""The locked requirements: every line hashed, no index named, and the test requirements hold the others."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ["requirements.txt", "requirements-dev.txt"]


def pins(name: str) -> dict[str, str]:
    """Package to version and hashes."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    return dict(re.findall(r"^([a-z0-9._-]+)(==.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    found = pins(name)
    assert found
    assert [package for package, pin in found.items() if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", FILES)
def test_no_index_or_machine_is_named(name: str) -> None:
    assert re.findall(r"--[a-z-]*(?:index|links)\S*|://|(?<!\S)/\S+", (ROOT / name).read_text()) == []


def test_the_test_requirements_hold_every_line_of_the_others() -> None:
    runs, tests = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: pin for name, pin in runs.items() if tests.get(name) != pin} == {}


def test_everything_the_project_names_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted = {re.split(r"[\[<>=!~ ]", line)[0].lower().replace("_", "-") for line in named}
    assert wanted - set(pins("requirements-dev.txt")) == set()
