"""What a definition consists of: stages, who is asked in each, how they decide, where the case goes then."""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from workflows.facts import Answer, BodyKind, PartyFact
from workflows.verdict import in_words

DONE = "done"
STOPPED = "stopped"

COMPLETING: frozenset[Answer] = frozenset(
    {"agree", "agree_with_conditions", "agree_with_local_variation", "respond", "put_forward", "release"}
)
"""Answers that count towards completing a stage."""

DECLINING: frozenset[Answer] = frozenset({"not_agree", "return"})
"""Answers that decline. Any other answer (defer) leaves the party still to decide."""

_STAGE_NAME = r"^[a-z][a-z0-9_]*$"

AnsweringRole = Literal["officer", "secretary", "chair"]
"""Who can answer for a body without a meeting; no other role is given a way to."""

MOST_PARTIES = 1_000
"""No case has so many parties: a rule that asks for more could never be met."""

Text = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class PartyRule(_Strict):
    """How the parties of one kind decide in a stage: at a meeting, or by the officer in `role`."""

    kind: BodyKind
    decide: Literal["meeting", "officer"]
    role: AnsweringRole | None = None
    answers: Annotated[tuple[Answer, ...], Field(min_length=1)]


class Across(_Strict):
    """The rule across the bodies: exactly one of `every: true` and `at_least: n`."""

    every: bool | None = None
    at_least: int | None = None

    def needed(self, asked: int) -> int:
        """How many of the parties asked have to answer in favour."""
        return asked if self.at_least is None else self.at_least


class Then(_Strict):
    """Where the case goes: when the stage is complete, and when it has been declined and can no longer be."""

    complete: Text
    declined: Text | None = None


class Stage(_Strict):
    """One question put to the parties on one version.

    `version` says which: the `first`, the `same` as in the stage before, or a `new` one to be waited for.
    """

    name: Annotated[str, Field(pattern=_STAGE_NAME, max_length=60)]
    title: Text
    question: Text
    version: Literal["first", "same", "new"]
    parties: Annotated[tuple[PartyRule, ...], Field(min_length=1)]
    across: Across
    then: Then

    def rule_for(self, kind: str) -> PartyRule | None:
        """The rule for parties of this kind, or nothing when the stage does not ask them."""
        return next((rule for rule in self.parties if rule.kind == kind), None)

    def asked(self, parties: Sequence[PartyFact]) -> tuple[PartyFact, ...]:
        """Those of the case's parties that this stage asks."""
        return tuple(party for party in parties if self.rule_for(party.kind))


class Definition(_Strict):
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
    def first_stage(self) -> Stage:
        return self.stages[0]

    def stage(self, name: str) -> Stage:
        """The stage of this name. Raises KeyError when there is none."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(f"{self.name} version {self.version} has no stage “{name}”.")

    def plain_sentences(self) -> list[str]:
        """The whole definition in plain sentences, in the order in which things happen."""
        sentences = [f"{self.title} (version {self.version}) has {_stages_in_words(len(self.stages))}."]
        for number, stage in enumerate(self.stages, start=1):
            sentences.append(f"{number}. {stage.title}. The question: {stage.question}")
            sentences.append(_VERSION_SENTENCE[stage.version])
            sentences += [_rule_sentence(rule) for rule in stage.parties]
            sentences.append(_across_sentence(stage.across))
            sentences.append(f"When it is complete, {self._goes_to(stage.then.complete)}.")
            if stage.then.declined is not None:
                sentences.append(
                    f"When it has been declined and can no longer be completed, {self._goes_to(stage.then.declined)}."
                )
        return sentences

    def _goes_to(self, target: str) -> str:
        if target == DONE:
            return "the case is agreed"
        if target == STOPPED:
            return "the case is stopped"
        return f"the case goes to “{self.stage(target).title}”"


KIND_IN_WORDS = {
    "governing_body": "governing body",
    "joint_committee": "joint committee",
    "board": "board",
    "officer": "party that answers by an officer",
}
_VERSION_SENTENCE = {
    "first": "It is asked about the first version.",
    "same": "It is asked about the same version as the stage before.",
    "new": "It waits for a new version and is asked about that one.",
}


def _stages_in_words(count: int) -> str:
    return "1 stage" if count == 1 else f"{count} stages"


def _rule_sentence(rule: PartyRule) -> str:
    how = "at a meeting" if rule.decide == "meeting" else f"by its {(rule.role or '').replace('_', ' ')}"
    answers = in_words(answer.replace("_", " ") for answer in rule.answers)
    return f"Each {KIND_IN_WORDS[rule.kind]} answers {how}: {answers}."


def _across_sentence(across: Across) -> str:
    if across.at_least is None:
        return "It is complete when every party asked has answered in favour."
    parties = "1 party has" if across.at_least == 1 else f"{across.at_least} of the parties asked have"
    return f"It is complete when at least {parties} answered in favour."
