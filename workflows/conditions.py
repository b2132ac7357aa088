"""The conditions of an agreement: who sees to each and by when, and whether it was met, waived, or is still open.

A condition is known by the entry of its decision and its place in it, counted from 1. What becomes of it stands in
further entries of the case, each with `decision` (id of the decision's entry), `position`, `condition` (the text):

    condition.assigned  owner, due (date; either may be left out)
    condition.met       evidence, settled_on (date), recorded_by (name and capacity)
    condition.waived    reason, decided_by, settled_on (date)
    condition.reopened  reason: it had been recorded as met or waived by mistake

Where a correction of the decision changed its conditions, an entry stays with the text it was about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from workflows.facts import CaseEntry, day_in_words, day_read
from workflows.verdict import Verdict, all_of, no, yes

CONDITION_ASSIGNED = "condition.assigned"
CONDITION_MET = "condition.met"
CONDITION_WAIVED = "condition.waived"
CONDITION_REOPENED = "condition.reopened"
ABOUT_CONDITIONS = (CONDITION_ASSIGNED, CONDITION_MET, CONDITION_WAIVED, CONDITION_REOPENED)

ConditionState = Literal["open", "met", "waived"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as it stands. `said` is the evidence that it is met, or why it was waived.

    `decided_by`: who waived it, or recorded that it was met.
    """

    decision_id: int
    position: int
    text: str
    owner: str = ""
    due: date | None = None
    state: ConditionState = "open"
    on: date | None = None
    said: str = ""
    decided_by: str = ""

    def overdue(self, today: date) -> bool:
        """Whether it is open after the last day it was due on."""
        return self.state == "open" and self.due is not None and self.due < today

    def in_words(self, today: date) -> str:
        """ "With the director of nursing; due by 31 March 2016."."""
        if self.state == "met":
            by = f", recorded by {self.decided_by}" if self.decided_by else ""
            return f"Met on {_day(self.on)}{by}: {self.said.rstrip('.')}."
        if self.state == "waived":
            return f"Waived by {self.decided_by} on {_day(self.on)}: {self.said.rstrip('.')}."
        owner = f"with {self.owner}" if self.owner else "with nobody yet"
        if self.due is None:
            return f"W{owner[1:]}; no day is set for it."
        if not self.overdue(today):
            return f"W{owner[1:]}; due by {day_in_words(self.due)}."
        late = (today - self.due).days
        return f"Overdue, {owner}: it was due by {day_in_words(self.due)}, {late} {'day' if late == 1 else 'days'} ago."


def conditions_of(decision_id: int, said: Mapping[str, Any], later: Iterable[CaseEntry]) -> tuple[Condition, ...]:
    """The conditions of a decision as it is recorded now, with what was recorded about them later."""
    texts = [str(text) for text in said.get("conditions") or ()]
    keepers = said.get("keepers") or []
    found = [
        Condition(decision_id, number, text, *(_keeper(keepers[number - 1]) if number <= len(keepers) else ("", None)))
        for number, text in enumerate(texts, start=1)
    ]
    for entry in later:
        if entry.tag in ABOUT_CONDITIONS:
            place = _place(found, entry.payload)
            if place is not None:
                found[place] = _after(found[place], entry)
    return tuple(found)


def tally(conditions: Sequence[Condition]) -> str:
    """ "1 of 2 met", "1 of 3 met, 1 waived"; nothing without conditions."""
    if not conditions:
        return ""
    waived = sum(one.state == "waived" for one in conditions)
    met = sum(one.state == "met" for one in conditions)
    return f"{met} of {len(conditions)} met{f', {waived} waived' if waived else ''}"


def may_assign(condition: Condition, owner: str, due: date | None, decided_on: date) -> Verdict:
    """May the condition be given to this owner, until this day?"""
    if condition.state != "open":
        return _settled(condition)
    if not owner.strip() and due is None:
        return no("Nothing is said: neither who sees to it, nor by when.", "a name, or a day")
    if due is not None and due < decided_on:
        return no(
            f"It cannot be due by {day_in_words(due)}: it was agreed only on {day_in_words(decided_on)}.",
            f"a day from {day_in_words(decided_on)}",
        )
    return yes("The condition may be given to its owner.")


def may_be_met(condition: Condition, evidence: str, on: date, decided_on: date, today: date) -> Verdict:
    """May it be recorded that the condition was met on this day?"""
    if condition.state != "open":
        return _settled(condition)
    said = yes("It may be recorded as met.")
    if not evidence.strip():
        said = no("That a condition is met needs its evidence.", "what shows it, and where that can be found")
    return all_of(said, _day_fits("met", on, decided_on, today))


def may_be_waived(
    condition: Condition, reason: str, decided_by: str, on: date, decided_on: date, today: date
) -> Verdict:
    """May it be recorded that the condition was waived on this day? Somebody decides that, for a reason."""
    if condition.state != "open":
        return _settled(condition)
    problems = [_day_fits("waived", on, decided_on, today)]
    if not reason.strip():
        problems.append(no("Waiving a condition needs its reason.", "the reason"))
    if not decided_by.strip():
        problems.append(no("A condition is waived by a decision: say whose.", "the body or the person that decided it"))
    return all_of(*problems)


def may_be_reopened(condition: Condition, reason: str) -> Verdict:
    """May a condition that was recorded as met or waived be open again?"""
    if condition.state == "open":
        return no("The condition is open.")
    if not reason.strip():
        return no("Opening a condition again needs its reason.", "the reason")
    return yes("The condition may be opened again.")


def line_of(entry: CaseEntry, short_name: str) -> str:
    """What an entry about a condition says in a history: "Merton’s condition “…” was met on 5 March 2016: …"."""
    said = entry.payload
    condition = f"{short_name}’s condition “{str(said['condition']).rstrip('.')}”"
    reason = str(said.get("reason") or said.get("evidence") or "").rstrip(".")
    match entry.tag:
        case "condition.met":
            return f"{condition} was met on {_day(day_read(said.get('settled_on')))}: {reason}."
        case "condition.waived":
            return (
                f"{condition} was waived by {said['decided_by']} on {_day(day_read(said.get('settled_on')))}: {reason}."
            )
        case "condition.reopened":
            return f"{condition} is open again: {reason}."
    owner, due = str(said.get("owner") or ""), day_read(said.get("due"))
    parts = [f"is with {owner}"] if owner else []
    parts += [f"is due by {day_in_words(due)}"] if due else []
    return f"{condition} {' and '.join(parts)}."


def _after(condition: Condition, entry: CaseEntry) -> Condition:
    said = entry.payload
    match entry.tag:
        case "condition.assigned":
            owner, due = said.get("owner") or condition.owner, day_read(said.get("due")) or condition.due
            return replace(condition, owner=str(owner), due=due)
        case "condition.met":
            by, evidence = str(said.get("recorded_by") or ""), str(said["evidence"])
            return replace(condition, state="met", on=day_read(said["settled_on"]), said=evidence, decided_by=by)
        case "condition.waived":
            by = str(said["decided_by"])
            return replace(
                condition, state="waived", on=day_read(said["settled_on"]), said=str(said["reason"]), decided_by=by
            )
    return replace(condition, state="open", on=None, said="", decided_by="")


def _place(conditions: Sequence[Condition], said: Mapping[str, Any]) -> int | None:
    """Where the condition that an entry is about stands now: in its place, or wherever its text went."""
    place, text = int(said["position"]) - 1, said["condition"]
    if place < len(conditions) and conditions[place].text == text:
        return place
    return next((number for number, one in enumerate(conditions) if one.text == text), None)


def _keeper(said: Mapping[str, Any]) -> tuple[str, date | None]:
    return str(said.get("owner") or ""), day_read(said.get("due"))


def _settled(condition: Condition) -> Verdict:
    return no(
        f"The condition was {condition.state} on {_day(condition.on)}.",
        "that it is opened again, with a reason, where that was a mistake",
    )


def _day_fits(how: str, on: date, decided_on: date, today: date) -> Verdict:
    if on > today:
        return no(f"{day_in_words(on)} is still to come.", f"a day up to {day_in_words(today)}")
    if on < decided_on:
        return no(
            f"It cannot have been {how} on {day_in_words(on)}: it was agreed only on {day_in_words(decided_on)}.",
            f"a day from {day_in_words(decided_on)}",
        )
    return yes(f"It may be recorded as {how}.")


def _day(day: date | None) -> str:
    return day_in_words(day) if day else "a day that is not known"
