"""What a definition's keys may each say but not together: rules and routes that cannot work."""

from collections.abc import Iterator

from workflows.stages import COMPLETING, DECLINING, DONE, MOST_PARTIES, STOPPED, Definition, Stage
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
        for key, target in (("complete", stage.then.complete), ("declined", stage.then.declined)):
            end = DONE if key == "complete" else STOPPED
            # where a name is doubled, the stage that is missing is the one that should have had the other name
            if target is not None and target != end and target not in names and not doubled:
                yield (*here, "then", key), f"“{shown(target)}” is not a stage of this definition, nor “{end}”"
        yield from _impossible_across(stage, (*here, "across"))
        yield from _impossible_parties(stage, here)
    if not doubled:
        yield from _wrong_routes(definition)


def _impossible_across(stage: Stage, here: Where) -> Iterator[tuple[Where, str]]:
    every, at_least = stage.across.every, stage.across.at_least
    if (every is None) == (at_least is None):
        yield here, "say exactly one of “every: true” and “at_least: n”"
    if every is False:
        yield (*here, "every"), "“every” can only be true: for fewer parties say “at_least: n”"
    if at_least is not None and at_least < 1:
        yield (*here, "at_least"), f"“at_least: {at_least}” is impossible: at least 1 party has to answer"
    if at_least is not None and at_least > MOST_PARTIES:
        reason = f"“at_least: {at_least}” is impossible: a case has at most {MOST_PARTIES:,} parties"
        yield (*here, "at_least"), reason


def _impossible_parties(stage: Stage, here: Where) -> Iterator[tuple[Where, str]]:
    declines = False
    kinds = [rule.kind for rule in stage.parties]
    for index, rule in enumerate(stage.parties):
        party: Where = (*here, "parties", index)
        declines = declines or bool(DECLINING & set(rule.answers))
        if rule.kind in kinds[:index]:
            yield (*party, "kind"), f"{rule.kind} is given twice: a body would be asked twice"
        if rule.decide == "officer" and rule.role is None:
            yield (*party, "decide"), "an officer decides here, so “role” has to say which"
        if rule.decide == "meeting" and rule.role is not None:
            yield (*party, "role"), "a meeting decides here, so no “role” does"
        if rule.kind == "officer" and rule.decide == "meeting":
            yield (*party, "decide"), "one officer holds no meeting: say “officer”"
        if rule.kind == "officer" and rule.role == "chair":
            yield (*party, "role"), "one officer has no seats, so there is no chair: say “officer” or “secretary”"
        if not COMPLETING & set(rule.answers):
            yield (*party, "answers"), "none of these answers can complete the stage"
        for answer in sorted({answer for answer in rule.answers if rule.answers.count(answer) > 1}):
            yield (*party, "answers"), f"the answer “{answer}” is given twice"
    if declines and stage.then.declined is None:
        yield (*here, "then"), "a party can decline here, so “declined” has to say what happens then"
    if not declines and stage.then.declined is not None:
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
            waiting += [target for target in (then.complete, then.declined) if target is not None]
    for index, stage in enumerate(definition.stages):
        if stage.name not in reached:
            yield ("stages", index, "name"), f"the stage “{stage.name}” is never reached"
        passed: list[str] = []
        name = stage.name
        while name in stages and name not in passed:
            passed.append(name)
            name = stages[name].then.complete
        if name in passed:
            reason = f"the stage “{stage.name}” is a dead end: completing it never leads to “{DONE}”"
            yield ("stages", index, "then", "complete"), reason
