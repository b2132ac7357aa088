"""Workflow definitions: those on offer are read once, at start-up; a case keeps the text of its own."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from app.meetings.days import bank_holidays
from app.permissions import Refused
from app.signoff.models import Case
from app.signoff.subject import AskedCase
from workflows.definition import parse
from workflows.offered import Key, Offered, offered
from workflows.stages import Definition
from workflows.verdict import in_words

ON_OFFER = "concord.definitions"
"""Under which name the application, and every session of it, keeps what `on_offer` read."""


def on_offer(folder: str) -> dict[Key, Offered]:
    """What is shipped, with the footprint's own files of this folder. Raises `DefinitionError` naming what is wrong."""
    return offered(Path(folder)) if folder else dict(_shipped())


@cache
def _shipped() -> dict[Key, Offered]:
    return offered()


def offered_to(session: Session) -> Mapping[Key, Offered]:
    """The definitions a case can be opened under in this session; one of no application has those that ship."""
    return cast(Mapping[Key, Offered], session.info.get(ON_OFFER) or _shipped())


def offered_one(session: Session, name: str, version: int) -> Definition:
    """One of them; raises `Refused` naming those there are."""
    there = offered_to(session)
    found = there.get((name, version))
    if found is None:
        known = in_words(f"{other} version {number}" for other, number in sorted(there))
        raise Refused(f"There is no workflow definition “{name}” version {version}.", f"one of {known}")
    return found.definition


def not_on_offer(session: Session, case: Case) -> bool:
    """Whether no case could be opened any more under exactly the text that this case keeps."""
    there = offered_to(session).get((case.definition_name, case.definition_version))
    return there is None or there.definition.hash != case.definition_hash


def pinned(case: Case | AskedCase) -> Definition:
    """The definition a case was opened under, from its own text: the folder may have changed since.

    Cases share a text, and reading it takes longer than everything else in a decision: it is read once for them all.
    """
    return as_kept(case.definition_text, case.definition_name, case.definition_version)


def as_kept(text: str, name: str, version: int) -> Definition:
    """A definition from the text that a case keeps of it."""
    return _parsed(text, f"{name} version {version}, as pinned")


@lru_cache(maxsize=64)
def _parsed(text: str, called: str) -> Definition:
    return parse(text, called)


def holidays_for(definition: Definition, since: datetime, now: datetime) -> frozenset[date]:
    """The bank holidays of the years that a stage's working days can fall in; none where no stage counts them."""
    if not definition.counts_working_days:
        return frozenset()
    return bank_holidays(*range(since.year, now.year + 3))
