"""What a definition's keys may each say but not together: rules and routes that cannot work."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import get_args

from workflows.facts import ANSWERS, BodyKind
from workflows.impossible_times import impossible_times
from workflows.stages import DONE, MOST_DAYS, MOST_PARTIES, STOPPED, Across, By, Definition, Stage
from workflows.verdict import in_words
from workflows.yaml_source import shown

Where = tuple[str | int, ...]


def contradictions(definition: Definition) -> Iterator[tuple[Where, str]]:
    """Everything about the definition that could not work: where it stands in the file, and the reason."""
    names = [stage.name for stage in definition.stages]
    doubled = len(set(names)) < len(names)
    for index, stage in enumerate(definition.stages):
        here: Where = ("stages", index)
        if stage.name in (DONE, STOPPED):
            yield (*here, "name"), f"a stage cannot be called “{stage.name}”: that is where a case ends"
        if names[:index].count(stage.name) == 1:
            yield (*here, "name"), f"the stage “{stage.name}” is given twice"
        if index == 0 and stage.version != "first":
            yield (*here, "version"), "the first stage begins with the first version: say “first”"
        if index > 0 and stage.version == "first":
            yield (*here, "version"), "only the first stage has the first version: say “same” or “new”"
        targets: list[tuple[Where, str | None, str]] = [
            (("complete",), stage.then.complete, DONE),
            (("declined",), stage.then.declined, STOPPED),
        ]
        targets += [
            (("but_if_any", number, "goes_to"), one.goes_to, DONE) for number, one in enumerate(stage.then.branches)
        ]
        for key, target, end in targets:
            # where a name is doubled, the stage that is missing is the one that should have had the other name
            if target is not None and target != end and target not in names and not doubled:
                yield (*here, "then", *key), f"“{shown(target)}” is not a stage of this definition, nor “{end}”"
        yield from _impossible_across(stage, stage.across, (*here, "across"))
        yield from _impossible_by(stage.by, (*here, "by"))
        yield from impossible_times(stage.reminders or (), stage.escalate or (), stage.by, stage.parties, here)
        yield from _impossible_answers(stage, here)
        yield from _impossible_parties(stage, here)
        yield from _impossible_ways(stage, (*here, "then"))
    if not doubled:
        yield from _wrong_routes(definition)


_RULES: Mapping[str, str] = {
    "every": "every: true",
    "at_least": "at_least: n",
    "at_least_share": "at_least_share: n/m",
    "majority": "majority: true",
    "must": "must: […]",
    "no_one_declines": "no_one_declines: true",
    "all_of": "all_of: […]",
    "any_of": "any_of: […]",
}
_ONLY_TRUE = {
    "every": "for fewer parties say “at_least: n”",
    "majority": "for every party say “every: true”, for so many “at_least: n”",
    "no_one_declines": "where a party may decline, leave it out",
}
_SHARE = re.compile(r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}")
_ANSWER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_CODE = re.compile(r"[A-Z0-9]{3,10}")


def _impossible_across(stage: Stage, rule: Across, here: Where) -> Iterator[tuple[Where, str]]:
    if sum(getattr(rule, key) is not None for key in _RULES) != 1:
        choices = [f"“{spelt}”" for spelt in _RULES.values()]
        yield here, f"say exactly one of {in_words(choices)}; “all_of” and “any_of” join several"
    for key, instead in _ONLY_TRUE.items():
        if getattr(rule, key) is False:
            yield (*here, key), f"“{key}” can only be true: {instead}"
    if rule.at_least is not None and rule.at_least < 1:
        yield (*here, "at_least"), f"“at_least: {rule.at_least}” is impossible: at least 1 party has to answer"
    if rule.at_least is not None and rule.at_least > MOST_PARTIES:
        reason = f"“at_least: {rule.at_least}” is impossible: a case has at most {MOST_PARTIES:,} parties"
        yield (*here, "at_least"), reason
    share = rule.at_least_share
    if share is not None and not _SHARE.fullmatch(share):
        yield (*here, "at_least_share"), f"“{shown(share)}” is no share: say one like 1/2 or 2/3"
    elif share is not None and Fraction(share) > 1:
        yield (*here, "at_least_share"), f"“{share}” is impossible: that is more than every party"
    if rule.no_one_declines and not _may_decline(stage):
        yield (*here, "no_one_declines"), "no answer of this stage declines, so this says nothing"
    yield from _impossible_names(stage, rule.must or (), (*here, "must"))
    for key in ("all_of", "any_of"):
        joined = getattr(rule, key)
        if joined is not None and len(joined) < 2:
            yield (*here, key), f"“{key}” joins two rules or more"
        for index, one in enumerate(joined or ()):
            yield from _impossible_across(stage, one, (*here, key, index))


def _impossible_names(stage: Stage, names: tuple[str, ...], here: Where) -> Iterator[tuple[Where, str]]:
    kinds = get_args(BodyKind)
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*here, index), f"“{shown(name)}” is given twice"
        elif name in kinds and stage.rule_for(name) is None:
            yield (*here, index), f"this stage asks no {name}, so none can be in favour"
        elif name not in kinds and not _CODE.fullmatch(name):
            reason = f"“{shown(name)}” names no party: say a kind ({', '.join(kinds)}) or an organisation’s code"
            yield (*here, index), reason


def _impossible_by(by: By | None, here: Where) -> Iterator[tuple[Where, str]]:
    if by is None:
        return
    if (by.days is None) == (by.working_days is None):
        yield here, "say exactly one of “days: n” and “working_days: n”"
    for key, number in (("days", by.days), ("working_days", by.working_days)):
        if number is not None and not 1 <= number <= MOST_DAYS:
            yield (*here, key), f"“{key}: {number}” is impossible: say 1 to {MOST_DAYS}"
    if by.at is not None and not _TIME.fullmatch(by.at):
        yield (*here, "at"), f"“{shown(by.at)}” is no time of day: say one like '17:00', in quotes"


def _may_decline(stage: Stage) -> bool:
    return any(stage.counts(answer) == "against" for answer in _answers_of(stage))


def _answers_of(stage: Stage) -> set[str]:
    return {answer for rule in stage.parties for answer in rule.answers}


def _impossible_answers(stage: Stage, here: Where) -> Iterator[tuple[Where, str]]:
    own, used = stage.answers_of_its_own or {}, _answers_of(stage)
    titles = [one.title for one in own.values()]
    for name, one in own.items():
        place: Where = (*here, "answers_of_its_own", name)
        if name in (*ANSWERS, "not_quorate"):
            yield place, f"“{name}” is one of the usual answers: give this one another name"
        elif not _ANSWER_NAME.fullmatch(name):
            yield place, f"“{shown(name)}” has to be small letters and digits, one word of at most 40"
        if name not in used:
            yield place, f"no party can answer “{shown(name)}”: no “answers” names it"
        if titles.count(one.title) > 1:
            yield (*place, "title"), f"two answers are called “{shown(one.title)}”"
    for index, rule in enumerate(stage.parties):
        for number, answer in enumerate(rule.answers):
            if answer not in ANSWERS and answer not in own:
                reason = f"“{shown(answer)}” is no answer: the usual ones are {in_words(ANSWERS)}"
                yield (*here, "parties", index, "answers", number), f"{reason}; others stand in “answers_of_its_own”"


def _impossible_ways(stage: Stage, here: Where) -> Iterator[tuple[Where, str]]:
    favourable = {answer for answer in _answers_of(stage) if stage.counts(answer) == "in_favour"}
    branches = stage.then.branches
    for index, one in enumerate(branches):
        place: Where = (*here, "but_if_any", index, "answered")
        if one.answered not in _answers_of(stage):
            yield place, f"no party can answer “{shown(one.answered)}” here, so this way is never gone"
        elif one.answered not in favourable:
            yield place, f"“{one.answered}” does not count in favour, so no stage is complete with it alone"
        elif any(one.answered == before.answered for before in branches[:index]):
            yield place, f"“{one.answered}” is given twice: the first way is gone"
    if branches and favourable <= {one.answered for one in branches}:
        yield (*here, "complete"), "every answer in favour leads elsewhere, so this way is never gone"


_WHO_MEETS = {"meeting": "a meeting decides", "members": "the members decide"}
_LACKS = {"meeting": "holds no meeting", "members": "has no members"}


def _impossible_parties(stage: Stage, here: Where) -> Iterator[tuple[Where, str]]:
    declines = _may_decline(stage)
    kinds = [rule.kind for rule in stage.parties]
    for index, rule in enumerate(stage.parties):
        party: Where = (*here, "parties", index)
        if rule.kind in kinds[:index]:
            yield (*party, "kind"), f"{rule.kind} is given twice: a body would be asked twice"
        if rule.decide == "officer" and rule.role is None:
            yield (*party, "decide"), "an officer decides here, so “role” has to say which"
        if rule.decide != "officer" and rule.role is not None:
            yield (*party, "role"), f"{_WHO_MEETS[rule.decide]} here, so no “role” does"
        if rule.decide == "members" and "not_agree" not in rule.answers:
            yield (*party, "answers"), "members vote for or against, so “not_agree” has to be among the answers"
        if rule.titled is not None and rule.role != "officer":
            yield (*party, "titled"), "only an officer is “titled”: say “role: officer”"
        if rule.kind == "officer" and rule.decide != "officer":
            yield (*party, "decide"), f"one officer {_LACKS[rule.decide]}: say “officer”"
        if rule.kind == "officer" and rule.role == "chair":
            yield (*party, "role"), "one officer has no seats, so there is no chair: say “officer” or “secretary”"
        if not any(stage.counts(answer) == "in_favour" for answer in rule.answers):
            yield (*party, "answers"), "none of these answers can complete the stage"
        for answer in sorted({answer for answer in rule.answers if rule.answers.count(answer) > 1}):
            yield (*party, "answers"), f"the answer “{answer}” is given twice"
    may_fail = declines or any(stage.counts(answer) == "neither" for answer in _answers_of(stage))
    if may_fail and stage.then.declined is None:
        yield (*here, "then"), "a party can decline here, so “declined” has to say what happens then"
    if not may_fail and stage.then.declined is not None:
        yield (*here, "then", "declined"), "no answer of this stage declines, so this can never happen"


def _wrong_routes(definition: Definition) -> Iterator[tuple[Where, str]]:
    stages = {stage.name: stage for stage in definition.stages}
    reached: set[str] = set()
    waiting = [definition.first_stage.name]
    while waiting:
        name = waiting.pop()
        if name in stages and name not in reached:
            reached.add(name)
            then = stages[name].then
            waiting += [target for target in (*then.completing, then.declined) if target is not None]
    for index, stage in enumerate(definition.stages):
        if stage.name not in reached:
            yield ("stages", index, "name"), f"the stage “{stage.name}” is never reached"
        passed: set[str] = set()
        waiting = [stage.name]
        while waiting and waiting[-1] in stages:
            name = waiting.pop()
            if name not in passed:
                passed.add(name)
                waiting += stages[name].then.completing
        if not waiting:
            reason = f"the stage “{stage.name}” is a dead end: completing it never leads to “{DONE}”"
            yield ("stages", index, "then", "complete"), reason
