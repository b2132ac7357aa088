"""Workflow definitions: the shipped ones are read once; a case keeps the text of its own and is read from that."""

from functools import cache, lru_cache

from app.permissions import Refused
from app.signoff.models import Case
from app.signoff.subject import AskedCase
from workflows.definition import DEFINITIONS, load_folder, parse
from workflows.stages import Definition
from workflows.verdict import in_words


@cache
def shipped() -> dict[tuple[str, int], Definition]:
    """Every definition in the folder by name and version. Raises `DefinitionError` naming all that is wrong."""
    return load_folder(DEFINITIONS)


def shipped_one(name: str, version: int) -> Definition:
    """One of them; raises `Refused` naming those there are."""
    found = shipped().get((name, version))
    if found is None:
        there = in_words(f"{known} version {number}" for known, number in sorted(shipped()))
        raise Refused(f"There is no workflow definition “{name}” version {version}.", f"one of {there}")
    return found


def pinned(case: Case | AskedCase) -> Definition:
    """The definition a case was opened under, from its own text: the folder may have changed since.

    Cases share a text, and reading it takes longer than everything else in a decision: it is read once for them all.
    """
    return _parsed(case.definition_text, f"{case.definition_name} version {case.definition_version}, as pinned")


@lru_cache(maxsize=64)
def _parsed(text: str, called: str) -> Definition:
    return parse(text, called)
