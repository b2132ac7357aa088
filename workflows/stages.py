"""What a definition consists of: stages, who is asked in each, how they decide, where the case goes then."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from workflows.facts import AnswerFact, BodyKind, Counts, Need, OwnAnswer, PartyFact
from workflows.strict import Strict
from workflows.times import Escalation, Reminder

DONE = "done"
STOPPED = "stopped"

COMPLETING: frozenset[str] = frozenset(
    {"agree", "agree_with_conditions", "agree_with_local_variation", "respond", "put_forward", "release"}
)
"""The usual answers that count towards completing a stage."""

DECLINING: frozenset[str] = frozenset({"not_agree", "return"})
"""The usual answers that decline. Any other of them (defer) leaves the party still to decide."""

_STAGE_NAME = r"^[a-z][a-z0-9_]*$"

AnsweringRole = Literal["officer", "secretary", "chair"]
"""Who can answer for a body without a meeting; no other role is given a way to."""

MOST_PARTIES = 1_000
"""No case has so many parties: a rule that asks for more could never be met."""

MOST_DAYS = 730
"""No stage waits longer than two years for its answers."""

Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class PartyRule(Strict):
    """How the parties of one kind decide in a stage: at a meeting, by their members, or by the officer in `role`.

    By `members`: their votes on line, where the body's own rule lets them; a meeting may decide all the same.

    `titled` says which of an organisation's officers: who holds a seat of this title there.
    """

    LATER = frozenset({"titled"})

    kind: BodyKind
    decide: Literal["meeting", "members", "officer"]
    role: AnsweringRole | None = None
    titled: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")] | None = None
    answers: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def meets(self) -> bool:
        """Whether a meeting can decide it: always where the members may, as a body's rule need not let them vote."""
        return self.decide != "officer"

    @property
    def answered_by(self) -> str:
        """Who answers for the party where no meeting does: "secretary", "chief finance officer"."""
        return self.titled or self.role or "officer"


class By(Strict):
    """By when a stage is to be answered: so many days or working days after it was put, at a time of day or not."""

    days: int | None = None
    working_days: int | None = None
    at: str | None = None


class Across(Strict):
    """The rule across the bodies: exactly one of its keys. What the answers come to by it stands in `across`.

    `must` names parties by their kind or by the code of their organisation; `all_of` and `any_of` join rules.
    """

    LATER = frozenset({"at_least_share", "majority", "must", "no_one_declines", "all_of", "any_of"})

    every: bool | None = None
    at_least: int | None = None
    at_least_share: str | None = None
    majority: bool | None = None
    must: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    no_one_declines: bool | None = None
    all_of: tuple["Across", ...] | None = None
    any_of: tuple["Across", ...] | None = None

    def count(self, asked: int) -> int | None:
        """How many of so many parties a rule that only counts wants in favour; nothing for any other rule."""
        if self.every:
            return asked
        if self.majority:
            return asked // 2 + 1
        if self.at_least_share is not None:
            share = Fraction(self.at_least_share)
            return max(1, -(-asked * share.numerator // share.denominator))
        return self.at_least

    def needed(self, asked: int) -> int:
        """The fewest answers in favour with which the rule can be met, whoever gives them."""
        if self.all_of is not None:
            return max((rule.needed(asked) for rule in self.all_of), default=0)
        if self.any_of is not None:
            return min((rule.needed(asked) for rule in self.any_of), default=0)
        if self.must is not None:
            return len(self.must)
        return self.count(asked) or 0

    @property
    def leaves(self) -> Iterator["Across"]:
        """The rules it is made of, itself where it joins none."""
        if self.all_of is None and self.any_of is None:
            yield self
        for rule in (*(self.all_of or ()), *(self.any_of or ())):
            yield from rule.leaves


class AnswerOfItsOwn(Strict):
    """An answer that a stage names itself: its title, how it counts, and what it has to carry."""

    title: Text
    counts: Counts
    needs: Need | None = None


class Branch(Strict):
    """Another way out of a complete stage: where it leads once any party has answered so."""

    answered: str
    goes_to: Text


class Then(Strict):
    """Where the case goes: when the stage is complete, and when it has been declined and can no longer be.

    Of the ways in `but_if_any` the first whose answer any party has given is gone, else that of `complete`.
    """

    LATER = frozenset({"but_if_any"})

    complete: Text
    but_if_any: Annotated[tuple[Branch, ...], Field(min_length=1)] | None = None
    declined: Text | None = None

    @property
    def branches(self) -> tuple[Branch, ...]:
        return self.but_if_any or ()

    @property
    def completing(self) -> tuple[str, ...]:
        """Everywhere that completing the stage can lead."""
        return (*(branch.goes_to for branch in self.branches), self.complete)


class Stage(Strict):
    """One question put to the parties on one version.

    `version` says which: the `first`, the `same` as in the stage before, or a `new` one to be waited for.
    """

    LATER = frozenset({"answers_of_its_own", "by", "reminders", "escalate"})

    name: Annotated[str, Field(pattern=_STAGE_NAME, max_length=60)]
    title: Text
    question: Text
    version: Literal["first", "same", "new"]
    by: By | None = None
    reminders: Annotated[tuple[Reminder, ...], Field(min_length=1)] | None = None
    escalate: Annotated[tuple[Escalation, ...], Field(min_length=1)] | None = None
    answers_of_its_own: Annotated[Mapping[str, AnswerOfItsOwn], Field(min_length=1)] | None = None
    parties: Annotated[tuple[PartyRule, ...], Field(min_length=1)]
    across: Across
    then: Then

    def rule_for(self, kind: str) -> PartyRule | None:
        """The rule for parties of this kind, or nothing when the stage does not ask them."""
        for rule in self.parties:
            if rule.kind == kind:
                return rule
        return None

    def own(self, answer: str) -> OwnAnswer | None:
        """The answer of this name, where it is one of the stage's own."""
        named = (self.answers_of_its_own or {}).get(answer)
        return OwnAnswer(named.title, named.counts, named.needs) if named else None

    def as_its_own(self, answer: AnswerFact) -> AnswerFact:
        """The answer with what the stage says of it, where it is one of its own."""
        return replace(answer, own=self.own(answer.answer))

    def counts(self, answer: str) -> Counts | None:
        """How an answer counts here; nothing for one that leaves the party still to decide."""
        own = self.own(answer)
        if own:
            return own.counts
        return "in_favour" if answer in COMPLETING else "against" if answer in DECLINING else None

    def asked(self, parties: Sequence[PartyFact]) -> tuple[PartyFact, ...]:
        """Those of the case's parties that this stage asks."""
        return tuple(party for party in parties if self.rule_for(party.kind))


class Definition(Strict):
    """A checked definition. A case pins its `name`, `version` and `hash`, and keeps its `text`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    version: Annotated[int, Field(ge=1)]
    title: Text
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]

    _text: str = PrivateAttr(default="")

    @property
    def text(self) -> str:
        """The source as it was written; `parse` makes the same definition of it."""
        return self._text

    def with_text(self, text: str) -> "Definition":
        """The same definition, remembering the text it was read from."""
        remembering = self.model_copy()
        remembering._text = text
        return remembering

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON of what it says; comments and layout do not change it."""
        said = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def counts_working_days(self) -> bool:
        """Whether a stage of it is to be answered within so many working days."""
        return any(stage.by is not None and stage.by.working_days is not None for stage in self.stages)

    @property
    def has_times(self) -> bool:
        """Whether a stage of it has a day to be answered by, reminders or an escalation."""
        return any(stage.by or stage.reminders or stage.escalate for stage in self.stages)

    @property
    def first_stage(self) -> Stage:
        return self.stages[0]

    def stage(self, name: str) -> Stage:
        """The stage of this name. Raises KeyError when there is none."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(f"{self.name} version {self.version} has no stage “{name}”.")


KIND_IN_WORDS = {
    "governing_body": "governing body",
    "joint_committee": "joint committee",
    "board": "board",
    "officer": "party that answers by an officer",
}
