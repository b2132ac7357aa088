"""The days of meetings: England's bank holidays, when papers are due, and who was there for which item."""

import re
from datetime import date
from functools import cache, lru_cache

import holidays

from workflows.calendar import papers_due
from workflows.facts import LeadTime

_RANGE = re.compile(r"(\d+)\s*(?:to|–|-)\s*(\d+)")
_NUMBER = re.compile(r"\d+")
_LEFT_OUT = re.compile(r"\b(?:not|except|but for|left for|out for|without|missed)\b", re.IGNORECASE)
_ONWARDS = re.compile(r"\bfrom (?:item )?(\d+)", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|up to) (?:item )?(\d+)", re.IGNORECASE)


@cache
def bank_holidays(*years: int) -> frozenset[date]:
    """England's bank holidays in these years; without any, an empty set."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=list(years))) if years else frozenset()


@lru_cache(maxsize=4096)
def papers_due_on(held_on: date, lead: LeadTime | None) -> date | None:
    """The last day on which papers may go out for a meeting, by the body's lead time in force; none without one."""
    if lead is None:
        return None
    return papers_due(held_on, lead, bank_holidays(held_on.year - 1, held_on.year))


def there_for(note: str, number: str) -> bool:
    """Was somebody who attended a part of the meeting there for this item?

    The note says it: "item 7 only", "items 3 to 7", "from item 4", "until item 6", "not item 5". A note that names
    no item leaves it open, and is read as not there, so that nobody is counted who was not seen to be present.
    """
    wanted = _NUMBER.search(number)
    if wanted is None or number.startswith("P2"):
        return False
    item = int(wanted.group())
    onwards, until = _ONWARDS.search(note), _UNTIL.search(note)
    if (onwards and not _RANGE.search(note)) or until:
        return (onwards is None or item >= int(onwards.group(1))) and (until is None or item <= int(until.group(1)))
    named = {int(found) for found in _NUMBER.findall(_RANGE.sub("", note))}
    for first, last in _RANGE.findall(note):
        named |= set(range(int(first), min(int(last), int(first) + 500) + 1))
    if not named:
        return False
    return (item not in named) if _LEFT_OUT.search(note) else item in named
