"""What a record entry says to someone who was away: a closed list of tags, each with its plain sentence."""

from collections.abc import Callable, Mapping
from datetime import date
from string import Formatter
from typing import Any

from app.audit.tags import Tag
from app.meetings import in_common_history
from app.people import history
from workflows.deferral import deferral_of
from workflows.facts import day_in_words
from workflows.verdict import in_words

Said = Mapping[str, Any]
"""An entry's payload, with `organisation`, `case` (its title) and `meeting` (its body and day) where it has one.

`home.naming` gives them: what a payload calls by a code is told by its name.
"""

ANSWERS = {
    "agree": "agreed to",
    "agree_as_amended": "agreed, as amended, to",
    "agree_with_conditions": "agreed, with conditions, to",
    "agree_with_local_variation": "agreed, with a local variation, to",
    "defer": "deferred its decision on",
    "not_agree": "did not agree to",
    "respond": "responded to",
    "put_forward": "put forward",
    "release": "released",
    "return": "returned",
}


def _correction(said: Said) -> str:
    """ "Correction 1", or "A correction" where the entry does not say which."""
    return f"Correction {said['correction']}" if said.get("correction") else "A correction"


def _named(said: Said, key: str, otherwise: str) -> str:
    return str(said.get(key) or otherwise)


def _case(said: Said) -> str:
    return f"“{_named(said, 'case', 'a case')}”"


def _title(said: Said) -> str:
    return f"“{_named(said, 'title', 'a workstream')}”"


def _body(said: Said) -> str:
    return _named(said, "body", str(said["organisation"]))


def on_agenda(said: Said) -> str:
    """ "for the meeting of NHS Merton CCG Governing Body, 12 November 2015"."""
    return f"for the meeting of {said['meeting']}" if said.get("meeting") else "for one of its meetings"


def _decided(said: Said) -> str:
    title = said.get("answer_title")
    answer = f"answered “{title}” on" if title else ANSWERS.get(str(said.get("answer")), "answered on")
    label = str(said.get("version_label") or "")
    # the title of a case about a pack ends with its version
    version = f", {label}" if label and not str(said.get("case") or "").endswith(label) else ""
    alone = ", by chair’s action to be ratified" if said.get("chairs_action") else ""
    deferral = deferral_of(said)
    until = f", {deferral.in_words}" if deferral and deferral.in_words else ""
    return f"{_body(said)} {answer} {_case(said)}{version}{alone}{until}."


def _moved(said: Said) -> str:
    if said.get("cancelled"):
        return f"{_meeting(said)} was cancelled: {_reason(said)}"
    return f"{_meeting(said)} was moved from {_day(said.get('was'))}: {_reason(said)}"


def _meeting(said: Said) -> str:
    return f"{_body(said)}’s meeting of {_day(said.get('held_on'))}"


def _day(value: Any) -> str:
    return day_in_words(date.fromisoformat(str(value))) if value else "another day"


def _reason(said: Said) -> str:
    reason = str(said.get("reason") or "no reason was given").rstrip(".")
    return f"{reason}."


def _milestone(said: Said) -> str:
    milestone = f"“{_named(said, 'milestone_title', 'A milestone')}”"
    if said.get("what") == "actual":
        return f"The milestone {milestone} of {_title(said)} was done: {_named(said, 'became', 'no day was given')}."
    became = _named(said, "became", "another date")
    return f"The milestone {milestone} of {_title(said)} moved to {became}: {_reason(said)}"


def _of_milestone(said: Said) -> str:
    return f"“{_named(said, 'milestone_title', 'A milestone')}” of {_title(said)}"


def _risk(said: Said) -> str:
    return f"The {_named(said, 'kind', 'risk')} “{_named(said, 'risk_title', 'without a title')}”"


def _action(said: Said) -> str:
    return f"“{_named(said, 'action_title', 'without a title')}”"


def _score(said: Said) -> str:
    return f"{_named(said, 'score', '0')}, {_named(said, 'band', 'not assessed')}"


def _on_map(said: Said) -> str:
    named = _named(said, "named", "A part of the architecture")
    return f"{named[0].upper()}{named[1:]}"


def _version(said: Said) -> str:
    return f"Version {said['version']}" if said.get("version") else "A version"


def _person(said: Said) -> str:
    return _named(said, "person", "Someone")


def _round(said: Said) -> str:
    return f"Round {said['number']}" if said.get("number") else "A further round"


def _gap(said: Said) -> str:
    return _named(said, "sentence", _named(said, "gap", "something is missing")).rstrip(".")


def _submitted_position(said: Said) -> str:
    if said.get("nothing_local"):
        body = _named(said, "body_name", str(said["organisation"]))
        return f"{body} answered that it has nothing local to add on {_title(said)}."
    return f"The local position on {_title(said)} was submitted for approval."


def _agreed_position(said: Said) -> str:
    body = _named(said, "body_name", str(said["organisation"]))
    if said.get("nothing_local"):
        return f"{body} has nothing local to say on {_title(said)}."
    return f"{body} approved its local position on {_title(said)}."


def _chased(said: Said) -> str:
    people = [str(letter.get("to")) for letter in said.get("sent") or []]
    asked = in_words(people) if len(people) <= 3 else f"{len(people)} people"
    was = "was" if len(people) == 1 else "were"
    return f"{asked or 'Nobody'} {was} asked for what is owed for {_named(said, 'period_title', 'the period')}."


def _apologies(said: Said) -> str:
    deputies = [str(seat["deputy"]) for seat in said.get("seats") or [] if seat.get("deputy")]
    instead = f"; {in_words(dict.fromkeys(deputies))} attends instead" if deputies else ""
    return f"{_person(said)} sent apologies {on_agenda(said)}{instead}."


PARTS: Mapping[str, Callable[[Said], str]] = {
    "action": _action,
    "body": _body,
    "case": _case,
    "condition": lambda said: f"condition “{_named(said, 'condition', 'without its text').rstrip('.')}”",
    "evidence": lambda said: f"{_named(said, 'evidence', 'no evidence was given').rstrip('.')}.",
    "gap": _gap,
    "meeting": _meeting,
    "of_milestone": _of_milestone,
    "on_agenda": on_agenda,
    "on_map": _on_map,
    "person": _person,
    "reason": _reason,
    "risk": _risk,
    "round": _round,
    "score": _score,
    "title": _title,
    "version": _version,
}
"""What a sentence may name in braces."""


def _says(text: str) -> Callable[[Said], str]:
    """A sentence with parts in braces: "{body} put {case} on its agenda." """
    named = {name: PARTS[name] for _, name, _, _ in Formatter().parse(text) if name}
    return lambda said: text.format_map({name: part(said) for name, part in named.items()})


SHARED: dict[Tag, Callable[[Said], str]] = {
    # all members of the collaborative see these
    Tag.UPDATE_SUBMITTED: _says("The update of {title} was submitted for approval."),
    Tag.UPDATE_APPROVED: _says("The update of {title} was approved."),
    Tag.UPDATE_RETURNED: _says("The update of {title} was returned to its writer."),
    Tag.LOCAL_POSITION_APPROVED: _agreed_position,
    Tag.MILESTONE_MOVED: _milestone,
    Tag.MILESTONE_ADDED: lambda said: (
        f"{_of_milestone(said)} is a new milestone, expected {_named(said, 'became', 'on no day given')}: "
        f"{_reason(said)}"
    ),
    Tag.MILESTONE_WITHDRAWN: _says("{of_milestone} was withdrawn from the plan: {reason}"),
    Tag.MILESTONE_PUT_BACK: _says("{of_milestone} was put back into the plan: {reason}"),
    Tag.MILESTONE_REBASELINED: lambda said: (
        f"The baseline of {_of_milestone(said)} was re-set to {_named(said, 'became', 'another date')} "
        f"by authority of {_named(said, 'authority', 'the programme')}: {_reason(said)}"
    ),
    Tag.TOLERANCE_SET: _says("The tolerance of {of_milestone} was changed: {reason}"),
    Tag.DEPENDENCY_ADDED: lambda said: f"{_of_milestone(said)} was tied to {_named(said, 'needs', 'another')}.",
    Tag.DEPENDENCY_REMOVED: lambda said: (
        f"{_of_milestone(said)} is no longer tied to {_named(said, 'needs', 'another')}: {_reason(said)}"
    ),
    Tag.RISK_RAISED: _says("{risk} of {title} was raised, {score}."),
    Tag.RISK_ASSESSED: _says("{risk} of {title} was assessed at {score}."),
    Tag.RISK_ESCALATED: _says("{risk} of {title} was escalated to the programme: {reason}"),
    Tag.ESCALATION_ACCEPTED: _says("{risk} of {title} was taken to programme level."),
    Tag.ESCALATION_RETURNED: _says("{risk} was returned to {title}: {reason}"),
    Tag.RISK_DE_ESCALATED: _says("{risk} was brought down to {title}: {reason}"),
    Tag.RISK_CLOSED: _says("{risk} of {title} was closed: {reason}"),
    Tag.RISK_REALISED: _says("{risk} of {title} has happened: {reason}"),
    Tag.RISK_REOPENED: _says("{risk} of {title} was opened again: {reason}"),
    Tag.ACTION_LOGGED: _says("The action {action} of {title} was agreed."),
    Tag.ACTION_CHANGED: _says("The action {action} was changed: {reason}"),
    Tag.ACTION_DONE: _says("The action {action} is done: {reason}"),
    Tag.ACTION_REOPENED: _says("The action {action} was opened again: {reason}"),
    Tag.DECISION_LOGGED: lambda said: (
        f"{_named(said, 'authority', 'The programme')} decided: {_named(said, 'what', 'see the log').rstrip('.')}."
    ),
    Tag.PART_ADDED: _says("{on_map} was added to the map."),
    Tag.PART_CHANGED: _says("{on_map} was changed on the map."),
    Tag.PART_REMOVED: _says("{on_map} was removed from the map."),
    Tag.LINK_ADDED: _says("{on_map} was added to the map."),
    Tag.LINK_CHANGED: _says("{on_map} was changed on the map."),
    Tag.LINK_REMOVED: _says("{on_map} was removed from the map."),
    Tag.WORKSTREAM_PLACED: _says("{on_map} was placed on the map."),
    Tag.VERSION_ISSUED: _says("{version} of {title} was issued."),
    Tag.COMMENT_MADE: lambda said: f"{_body(said)} commented on {_title(said)}, {_version(said).lower()}.",
    Tag.COMMENT_WITHDRAWN: _says("A comment of {body} on {title} was withdrawn by who wrote it: {reason}"),
    Tag.COMMENT_ANSWERED: _says("What became of a comment of {body} on {title} was said."),
    Tag.CASE_OPENED: _says("The sign-off case {case} was opened."),
    Tag.ROUND_OPENED: _says("{round} of {case} was opened."),
    Tag.CHANGE_RULED: lambda said: (
        f"{_named(said, 'by', 'The programme office')} ruled on what changes of {_case(said)} with "
        f"{_named(said, 'to_version', 'its next version')}."
    ),
    Tag.CASE_SCHEDULED: _says("{body} put {case} on its agenda."),
    Tag.CASE_UNSCHEDULED: _says("{body} took {case} off its agenda: {reason}"),
    Tag.DECISION_RECORDED: _decided,
    Tag.DECISION_CORRECTED: _says("{body}’s decision on {case} was corrected: {reason}"),
    Tag.NOT_QUORATE: _says("{body} was not quorate for {case}, so nothing was decided."),
    Tag.MINUTE_REFERENCED: _says("{body}’s decision on {case} has its minute reference."),
    Tag.AGREEMENT_WITHDRAWN: _says("{body} withdrew its agreement to {case}: {reason}"),
    Tag.DECISION_RATIFIED: _says("{body} ratified its chair’s action on {case}."),
    Tag.NOT_RATIFIED: _says("{body} did not ratify its chair’s action on {case}: {reason}"),
    Tag.VOTING_OPENED: _says("{body} put {case} to the vote of its members on line."),
    Tag.VOTING_STOPPED: _says("{body} stopped the vote of its members on line on {case}: {reason}"),
    Tag.CONDITION_ASSIGNED: _says("{body}’s {condition} on {case} has who sees to it, or its day."),
    Tag.CONDITION_MET: _says("{body}’s {condition} on {case} was met: {evidence}"),
    Tag.CONDITION_WAIVED: _says("{body}’s {condition} on {case} was waived: {reason}"),
    Tag.CONDITION_REOPENED: _says("{body}’s {condition} on {case} is open again: {reason}"),
    Tag.CASE_ESCALATED: lambda said: f"Escalated, {_case(said)}: {_named(said, 'sentence', 'nothing had come.')}",
    Tag.DEADLINE_PASSED: lambda said: f"Of {_case(said)}: {_named(said, 'sentence', 'the day to answer has passed.')}",
    Tag.PARTY_DELEGATED: lambda said: f"{_case(said)}: {_named(said, 'sentence', 'who is asked has changed.')}",
    Tag.PARTY_DELEGATION_ENDED: lambda said: f"{_case(said)}: {_named(said, 'sentence', 'who is asked has changed.')}",
    Tag.PARTY_PASSED: lambda said: f"{_case(said)}: {_named(said, 'sentence', 'who is asked has changed.')}",
    Tag.STAGE_COMPLETED: _says("A stage of {case} was completed."),
    Tag.CASE_AGREED: _says("{case} was agreed by everyone who was asked."),
    Tag.CASE_STOPPED: _says("{case} was stopped."),
    Tag.CASE_WITHDRAWN: _says("{case} was withdrawn: {reason}"),
    Tag.EDITION_TOLD: lambda said: (
        f"Edition {said.get('number', '')} of {_named(said, 'period_title', 'the period')} came in as it was told then."
    ),
    Tag.EDITION_RELEASED: _says("The cycle’s update edition was released."),
    Tag.ERROR_REPORTED: lambda said: (
        f"An error was found in the released update edition, in {_title(said)}: {_reason(said)}"
    ),
    Tag.CORRECTION_WITHDRAWN: lambda said: (
        f"{_correction(said)} to the update edition of {_named(said, 'period_title', 'the period')} was withdrawn "
        f"before its release: {_reason(said)}"
    ),
    Tag.CORRECTION_RELEASED: lambda said: (
        f"{_correction(said)} to the update edition of {_named(said, 'period_title', 'the period')} was released"
        f"{', with edition ' + str(said['to_edition']) if said.get('to_edition') else ''}."
    ),
    Tag.CORRECTION_SENT: lambda said: (
        f"{_correction(said)} to the update edition of {_named(said, 'period_title', 'the period')} "
        "was sent to those who were sent the pack."
    ),
    Tag.UPDATE_REOPENED: _says("The released update of {title} was opened again for a correction."),
    Tag.UPDATE_PUT_BACK: _says("The update of {title} was put back as its released edition has it: {reason}"),
    Tag.PACK_RELEASED: lambda said: f"{said['organisation']} released its pack {on_agenda(said)}.",
    **in_common_history.SHARED,
    **history.SHARED,
}

OWN: dict[Tag, Callable[[Said], str]] = {
    # only the organisation's own people see these
    Tag.UPDATE_CHASED: _chased,
    Tag.CALENDAR_SET: lambda said: f"The calendar of {_named(said, 'name', 'the programme')} was changed.",
    Tag.LOCAL_POSITION_SUBMITTED: _submitted_position,
    Tag.LOCAL_POSITION_RETURNED: _says("The local position on {title} was returned to its writer."),
    Tag.LOCAL_POSITION_PASSED: lambda said: (
        f"{_named(said, 'body_name', str(said['organisation']))} begins its local position on {_title(said)} with what "
        f"{in_words(str(one.get('body')) for one in said.get('parts') or ()) or 'its parts'} had written."
    ),
    Tag.MEETING_SET: _says("{meeting} was set."),
    Tag.MEETING_MOVED: _moved,
    Tag.ITEM_ADDED: _says("{title} was added to the agenda {on_agenda}."),
    Tag.ITEM_MOVED: lambda said: (
        f"{_title(said)} on the agenda {on_agenda(said)} is item {_named(said, 'number', 'of another place')} now."
    ),
    Tag.ITEM_TAKEN_OFF: _says("{title} was taken off the agenda {on_agenda}: {reason}"),
    Tag.ITEM_CHANGED: _says("{title} on the agenda {on_agenda} was changed."),
    Tag.CONFLICT_HANDLED: _says("A conflict of interest was handled for {title} {on_agenda}."),
    Tag.INTEREST_DECLARED_FOR_ITEM: lambda said: (
        f"{_person(said)} declared an interest in {_title(said)} {on_agenda(said)}; how it is handled is awaited."
    ),
    Tag.INTEREST_DECLARED: _says("{person} declared an interest."),
    Tag.INTEREST_CHANGED: _says("{person}’s interest in the register was changed."),
    Tag.INTEREST_CLOSED: _says("{person}’s interest in the register was closed."),
    Tag.INTEREST_REVIEWED: _says("{person}’s interest in the register was confirmed as still true."),
    Tag.CLASS_INTEREST_DECLARED: _says("An interest was declared for {person} at once."),
    Tag.VOTING_DECLARED: _says("{person} declared an interest in what the members of {body} vote on: {case}."),
    Tag.VOTING_HANDLED: _says("An interest in what the members of {body} vote on was handled: {case}."),
    Tag.VOTE_SIGNED: _says("{person} signed for a seat of {body} on {case}."),
    Tag.ATTENDANCE_RECORDED: _says("Attendance was recorded {on_agenda}."),
    Tag.APOLOGIES_SENT: _apologies,
    Tag.QUESTION_ASKED: lambda said: (
        f"{_named(said, 'asker', 'Someone')} asked a question on {_title(said)} {on_agenda(said)}."
    ),
    Tag.QUESTION_ANSWERED: lambda said: (
        f"The question of {_named(said, 'asker', 'someone')} on {_title(said)} {on_agenda(said)} was answered."
    ),
    Tag.APOLOGIES_TAKEN_BACK: _says("{person} comes after all: the apologies {on_agenda} were taken back."),
    Tag.GAP_ACCEPTED: _says("A gap was accepted: {gap}."),
    Tag.CIRCULATION_RECORDED: _says("Who was sent the pack {on_agenda} was recorded afterwards."),
    Tag.PACK_TOLD: _says("The pack {on_agenda} came in as it was told then."),
    Tag.FACTS_IMPORTED: _says("Facts were imported."),
    Tag.DESTRUCTION_ASKED: _says("It was asked that what an entry of the record says be destroyed: {reason}"),
    Tag.DESTRUCTION_DECLINED: _says("That what an entry of the record says be destroyed was declined: {reason}"),
    Tag.ENTRY_DESTROYED: _says("What an entry of the record said was destroyed: {reason}"),
    **history.OWN,
}


def sentence(tag: str, said: Said) -> str:
    """The sentence of an entry; raises `KeyError` for a tag that is not on the list."""
    known = Tag(tag)
    return (SHARED.get(known) or OWN[known])(said)
