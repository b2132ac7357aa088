"""A definition read as plain sentences, stage by stage; every sentence is made from what the definition says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.deadline import by_in_words
from workflows.stages import (
    DONE,
    KIND_IN_WORDS,
    STOPPED,
    Across,
    Definition,
    PartyRule,
    Stage,
)
from workflows.times import read_times
from workflows.verdict import in_words

NO_TIMES = (
    "It sets no times: no stage has a day by which it is to be answered, and each waits until it is complete, "
    "declined or withdrawn."
)
NO_DAYS = "No stage has a day by which it is to be answered: each waits until it is complete, declined or withdrawn."
WHEN_PASSED = (
    "When such a day has passed, the record says who had not answered, and they and who asks are told. Nobody’s answer "
    "is counted for them: the case waits on."
)


@dataclass(frozen=True, slots=True)
class StageRead:
    """A stage in sentences: what is asked, of whom and how, when it is complete, and what follows."""

    number: int
    name: str
    title: str
    question: str
    version: str
    by: str | None
    asked: tuple[str, ...]
    complete: str
    follows: tuple[str, ...]
    times: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in the order in which it happens, but for its title and question."""
        by = (self.by,) if self.by else ()
        return (self.version, *by, *self.asked, self.complete, *self.follows, *self.times)


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole definition in sentences."""

    opening: str
    stages: tuple[StageRead, ...]
    times: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """One after the other, as a text without headings."""
        told = [self.opening]
        for stage in self.stages:
            told += [f"{stage.number}. {stage.title}. The question: {stage.question}", *stage.sentences]
        return (*told, self.times)


def reading(definition: Definition) -> Reading:
    """The definition as it is read aloud: who is asked, how each answers, what that leads to."""
    many = len(definition.stages)
    stages = "1 stage" if many == 1 else f"{many} stages, one after the other"
    return Reading(
        f"{definition.title} (version {definition.version}) has {stages}.",
        tuple(_stage(definition, stage, number) for number, stage in enumerate(definition.stages, start=1)),
        _times(definition),
    )


def _times(definition: Definition) -> str:
    timed = [stage.by is not None for stage in definition.stages]
    if not any(timed):
        return NO_DAYS if definition.has_times else NO_TIMES
    others = "" if all(timed) else "The other stages have no such day. "
    return f"{others}{WHEN_PASSED}"


def who(rules: Iterable[PartyRule]) -> str:
    """The kinds of party that these rules are for: "governing body, joint committee or board"."""
    return _or(KIND_IN_WORDS[rule.kind] for rule in rules)


def alike(stage: Stage) -> list[list[PartyRule]]:
    """The stage's rules, those that ask in the same way together, in the order of the definition."""
    found: dict[tuple[object, ...], list[PartyRule]] = {}
    for rule in stage.parties:
        found.setdefault((rule.decide, rule.answered_by, rule.answers), []).append(rule)
    return list(found.values())


def how(rule: PartyRule) -> str:
    """ "at a meeting", or "by its secretary"."""
    if rule.decide == "members":
        return "by the votes of its members"
    return "at a meeting" if rule.decide == "meeting" else f"by its {rule.answered_by}"


def when_complete(stage: Stage) -> str:
    """ "every party asked has answered in favour", "at least 4 of the parties asked have answered in favour"."""
    return _met_when(stage.across)


def _met_when(rule: Across) -> str:
    if rule.all_of is not None:
        return ", and ".join(_met_when(one) for one in rule.all_of)
    if rule.any_of is not None:
        return f"either {', or '.join(_met_when(one) for one in rule.any_of)}"
    if rule.must is not None:
        names = in_words(f"each {KIND_IN_WORDS.get(name) or f'party of the organisation {name}'}" for name in rule.must)
        return f"{names} {'has' if len(rule.must) == 1 else 'have'} answered in favour"
    if rule.no_one_declines:
        return "every party asked has answered and none has declined"
    if rule.majority:
        return "more than half of the parties asked have answered in favour"
    if rule.at_least_share is not None:
        share = "half" if rule.at_least_share == "1/2" else rule.at_least_share
        return f"at least {share} of the parties asked have answered in favour"
    number = rule.at_least
    if number is None:
        return "every party asked has answered in favour"
    return (
        f"at least {'1 party asked has' if number == 1 else f'{number} of the parties asked have'} answered in favour"
    )


def _stage(definition: Definition, stage: Stage, number: int) -> StageRead:
    return StageRead(
        number,
        stage.name,
        stage.title,
        stage.question,
        _FIRST_AND_AGAIN if stage.version == "first" and _comes_back(definition, stage) else _VERSION[stage.version],
        f"It is to be answered {by_in_words(stage.by)}." if stage.by else None,
        tuple(sentence for rules in alike(stage) for sentence in _asked(stage, rules)),
        f"It is complete when {when_complete(stage)}.",
        tuple(_follows(definition, stage)),
        tuple(
            read_times(
                stage.reminders or (),
                stage.escalate or (),
                at_meetings=any(rule.meets for rule in stage.parties),
            )
        ),
    )


def _comes_back(definition: Definition, stage: Stage) -> bool:
    return any(stage.name in (*one.then.completing, one.then.declined) for one in definition.stages)


def _asked(stage: Stage, rules: list[PartyRule]) -> list[str]:
    rule = rules[0]
    if rule.decide == "meeting":
        by = "decides at a meeting, where it has to be quorate by its own rule"
    elif rule.decide == "members":
        by = "decides by the votes of its members on line where its own rule lets them vote so, or else at a meeting"
    else:
        by = f"answers {how(rule)}"
    told = [f"Each {who(rules)} {by}: it can {_can(stage, rule.answers)}."]
    favour, against, neither = (
        _can(stage, [answer for answer in rule.answers if stage.counts(answer) == way])
        for way in ("in_favour", "against", "neither")
    )
    if len(rule.answers) > 1:
        weight = [f"To {favour} counts in favour"]
        weight += [f"to {against} declines"] if against else []
        weight += [f"to {neither} counts neither way"] if neither else []
        weight += ["a party that defers is still to decide"] if "defer" in rule.answers else []
        told.append(f"{'; '.join(weight)}.")
    for need, carried in (("reason", "its reason"), ("conditions", "its conditions")):
        needing = [one.title for answer in rule.answers if (one := stage.own(answer)) and one.needs == need]
        if needing:
            told.append(f"To answer {_or(f'“{title}”' for title in needing)} needs {carried}.")
    return told


def _can(stage: Stage, answers: Sequence[str]) -> str:
    """ "agree or not agree", "answer “Adopt” or “Stop”, or defer"; nothing for no answers."""
    own = [f"“{one.title}”" for answer in answers if (one := stage.own(answer))]
    usual = [_ANSWER[answer] for answer in answers if not stage.own(answer)]
    parts = [f"answer {_or(own)}"] if own else []
    parts += [_or(usual)] if usual else []
    return ", or ".join(parts)


def _follows(definition: Definition, stage: Stage) -> list[str]:
    told = [f"When it is complete, {_goes_to(definition, stage, stage.then.complete)}"]
    for branch in stage.then.branches:
        leads = _goes_to(definition, stage, branch.goes_to)
        told[0] += f"; but if any party has answered {answer_called(stage, branch.answered)}, {leads}"
    told[0] += "."
    if stage.then.declined is not None:
        leads = _goes_to(definition, stage, stage.then.declined)
        told.append(f"When so many have declined that it can no longer be completed, {leads}.")
    return told


def _goes_to(definition: Definition, stage: Stage, target: str) -> str:
    if target == DONE:
        return "the case is agreed"
    if target == STOPPED:
        return "the case is stopped"
    if target == stage.name:
        return f"the same question is put again{', on a further version' if stage.version == 'new' else ''}"
    return f"the case goes to “{definition.stage(target).title}”"


def answer_called(stage: Stage, answer: str) -> str:
    """An answer as a sentence names it: “Adapt”."""
    own = stage.own(answer)
    return f"“{own.title if own else answer.replace('_', ' ')}”"


def _or(names: Iterable[str]) -> str:
    *others, last = list(names)
    return f"{', '.join(others)} or {last}" if others else last


_ANSWER: dict[str, str] = {
    "agree": "agree",
    "agree_as_amended": "agree as amended",
    "agree_with_conditions": "agree with conditions",
    "agree_with_local_variation": "agree with a local variation",
    "defer": "defer",
    "not_agree": "not agree",
    "respond": "respond",
    "put_forward": "put it forward",
    "release": "release it",
    "return": "return it",
}
_FIRST_AND_AGAIN = (
    "It is asked about the first version and, where the case comes back to it, about the version that is then put to "
    "the parties."
)
_VERSION = {
    "first": "It is asked about the first version.",
    "same": "It is asked about exactly the version of the stage before.",
    "new": "It waits for a new version and is asked about that one.",
}
