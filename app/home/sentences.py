"""What a record entry says to someone who was away: a closed list of tags, each with its plain sentence."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.audit.tags import Tag
from app.people import history
from workflows.facts import day_in_words
from workflows.verdict import in_words

Said = Mapping[str, Any]
"""An entry's payload, with `organisation`, `case` (its title) and `meeting` (its day in words) where it has one."""

ANSWERS = {
    "agree": "agreed to",
    "agree_with_conditions": "agreed, with conditions, to",
    "agree_with_local_variation": "agreed, with a local variation, to",
    "defer": "deferred its decision on",
    "not_agree": "did not agree to",
    "respond": "responded to",
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


def _on_agenda(said: Said) -> str:
    return f"for the meeting of {said['meeting']}" if said.get("meeting") else "for the next meeting"


def _decided(said: Said) -> str:
    answer = ANSWERS.get(str(said.get("answer")), "answered on")
    version = f", {said['version_label']}" if said.get("version_label") else ""
    return f"{_body(said)} {answer} {_case(said)}{version}."


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


SHARED: dict[Tag, Callable[[Said], str]] = {
    # all members of the collaborative see these
    Tag.UPDATE_SUBMITTED: lambda said: f"The update of {_title(said)} was submitted for approval.",
    Tag.UPDATE_APPROVED: lambda said: f"The update of {_title(said)} was approved.",
    Tag.UPDATE_RETURNED: lambda said: f"The update of {_title(said)} was returned to its writer.",
    Tag.LOCAL_POSITION_APPROVED: _agreed_position,
    Tag.MILESTONE_MOVED: _milestone,
    Tag.MILESTONE_REBASELINED: lambda said: (
        f"The baseline of {_of_milestone(said)} was re-set to {_named(said, 'became', 'another date')} "
        f"by authority of {_named(said, 'authority', 'the programme')}: {_reason(said)}"
    ),
    Tag.TOLERANCE_SET: lambda said: f"The tolerance of {_of_milestone(said)} was changed: {_reason(said)}",
    Tag.DEPENDENCY_ADDED: lambda said: f"{_of_milestone(said)} was tied to {_named(said, 'needs', 'another')}.",
    Tag.DEPENDENCY_REMOVED: lambda said: (
        f"{_of_milestone(said)} is no longer tied to {_named(said, 'needs', 'another')}: {_reason(said)}"
    ),
    Tag.RISK_RAISED: lambda said: f"{_risk(said)} of {_title(said)} was raised, {_score(said)}.",
    Tag.RISK_ASSESSED: lambda said: f"{_risk(said)} of {_title(said)} was assessed at {_score(said)}.",
    Tag.RISK_ESCALATED: lambda said: f"{_risk(said)} of {_title(said)} was escalated to the programme: {_reason(said)}",
    Tag.ESCALATION_ACCEPTED: lambda said: f"{_risk(said)} of {_title(said)} was taken to programme level.",
    Tag.ESCALATION_RETURNED: lambda said: f"{_risk(said)} was returned to {_title(said)}: {_reason(said)}",
    Tag.RISK_DE_ESCALATED: lambda said: f"{_risk(said)} was brought down to {_title(said)}: {_reason(said)}",
    Tag.RISK_CLOSED: lambda said: f"{_risk(said)} of {_title(said)} was closed: {_reason(said)}",
    Tag.RISK_REALISED: lambda said: f"{_risk(said)} of {_title(said)} has happened: {_reason(said)}",
    Tag.RISK_REOPENED: lambda said: f"{_risk(said)} of {_title(said)} was opened again: {_reason(said)}",
    Tag.ACTION_LOGGED: lambda said: f"The action {_action(said)} of {_title(said)} was agreed.",
    Tag.ACTION_CHANGED: lambda said: f"The action {_action(said)} was changed: {_reason(said)}",
    Tag.ACTION_DONE: lambda said: f"The action {_action(said)} is done: {_reason(said)}",
    Tag.ACTION_REOPENED: lambda said: f"The action {_action(said)} was opened again: {_reason(said)}",
    Tag.DECISION_LOGGED: lambda said: (
        f"{_named(said, 'authority', 'The programme')} decided: {_named(said, 'what', 'see the log').rstrip('.')}."
    ),
    Tag.PART_ADDED: lambda said: f"{_on_map(said)} was added to the map.",
    Tag.PART_CHANGED: lambda said: f"{_on_map(said)} was changed on the map.",
    Tag.PART_REMOVED: lambda said: f"{_on_map(said)} was removed from the map.",
    Tag.LINK_ADDED: lambda said: f"{_on_map(said)} was added to the map.",
    Tag.LINK_CHANGED: lambda said: f"{_on_map(said)} was changed on the map.",
    Tag.LINK_REMOVED: lambda said: f"{_on_map(said)} was removed from the map.",
    Tag.WORKSTREAM_PLACED: lambda said: f"{_on_map(said)} was placed on the map.",
    Tag.VERSION_ISSUED: lambda said: f"{_version(said)} of {_title(said)} was issued.",
    Tag.CASE_OPENED: lambda said: f"The sign-off case {_case(said)} was opened.",
    Tag.ROUND_OPENED: lambda said: f"{_round(said)} of {_case(said)} was opened.",
    Tag.CASE_SCHEDULED: lambda said: f"{_body(said)} put {_case(said)} on its agenda.",
    Tag.DECISION_RECORDED: _decided,
    Tag.DECISION_CORRECTED: lambda said: f"{_body(said)}’s decision on {_case(said)} was corrected: {_reason(said)}",
    Tag.NOT_QUORATE: lambda said: f"{_body(said)} was not quorate for {_case(said)}, so nothing was decided.",
    Tag.MINUTE_REFERENCED: lambda said: f"{_body(said)}’s decision on {_case(said)} has its minute reference.",
    Tag.STAGE_COMPLETED: lambda said: f"A stage of {_case(said)} was completed.",
    Tag.CASE_AGREED: lambda said: f"{_case(said)} was agreed by everyone who was asked.",
    Tag.CASE_STOPPED: lambda said: f"{_case(said)} was stopped.",
    Tag.CASE_WITHDRAWN: lambda said: f"{_case(said)} was withdrawn: {_reason(said)}",
    Tag.EDITION_TOLD: lambda said: (
        f"Edition {said.get('number', '')} of {_named(said, 'period_title', 'the period')} came in as it was told then."
    ),
    Tag.EDITION_RELEASED: lambda said: "The cycle’s update edition was released.",
    Tag.ERROR_REPORTED: lambda said: (
        f"An error was found in the released update edition, in {_title(said)}: {_reason(said)}"
    ),
    Tag.CORRECTION_RELEASED: lambda said: (
        f"{_correction(said)} to the update edition of {_named(said, 'period_title', 'the period')} was released"
        f"{', with edition ' + str(said['to_edition']) if said.get('to_edition') else ''}."
    ),
    Tag.CORRECTION_SENT: lambda said: (
        f"{_correction(said)} to the update edition of {_named(said, 'period_title', 'the period')} "
        "was sent to those who were sent the pack."
    ),
    Tag.UPDATE_REOPENED: lambda said: f"The released update of {_title(said)} was opened again for a correction.",
    Tag.PACK_RELEASED: lambda said: f"{said['organisation']} released its pack {_on_agenda(said)}.",
    **history.SHARED,
}

OWN: dict[Tag, Callable[[Said], str]] = {
    # only the organisation's own people see these
    Tag.UPDATE_CHASED: _chased,
    Tag.CALENDAR_SET: lambda said: f"The calendar of {_named(said, 'name', 'the programme')} was changed.",
    Tag.LOCAL_POSITION_SUBMITTED: _submitted_position,
    Tag.LOCAL_POSITION_RETURNED: lambda said: f"The local position on {_title(said)} was returned to its writer.",
    Tag.MEETING_SET: lambda said: f"{_meeting(said)} was set.",
    Tag.MEETING_MOVED: _moved,
    Tag.ITEM_ADDED: lambda said: f"{_title(said)} was added to the agenda {_on_agenda(said)}.",
    Tag.ITEM_CHANGED: lambda said: f"{_title(said)} on the agenda {_on_agenda(said)} was changed.",
    Tag.CONFLICT_HANDLED: lambda said: f"A conflict of interest was handled for {_title(said)} {_on_agenda(said)}.",
    Tag.INTEREST_DECLARED_FOR_ITEM: lambda said: (
        f"{_person(said)} declared an interest in {_title(said)} {_on_agenda(said)}; how it is handled is awaited."
    ),
    Tag.INTEREST_DECLARED: lambda said: f"{_person(said)} declared an interest.",
    Tag.INTEREST_CHANGED: lambda said: f"{_person(said)}’s interest in the register was changed.",
    Tag.INTEREST_CLOSED: lambda said: f"{_person(said)}’s interest in the register was closed.",
    Tag.INTEREST_REVIEWED: lambda said: f"{_person(said)}’s interest in the register was confirmed as still true.",
    Tag.CLASS_INTEREST_DECLARED: lambda said: f"An interest was declared for {_person(said)} at once.",
    Tag.ATTENDANCE_RECORDED: lambda said: f"Attendance was recorded {_on_agenda(said)}.",
    Tag.GAP_ACCEPTED: lambda said: f"A gap was accepted: {_gap(said)}.",
    Tag.CIRCULATION_RECORDED: lambda said: "Who was sent the pack " + _on_agenda(said) + " was recorded afterwards.",
    Tag.FACTS_IMPORTED: lambda said: "Facts were imported.",
    **history.OWN,
}


def sentence(tag: str, said: Said) -> str:
    """The sentence of an entry; raises `KeyError` for a tag that is not on the list."""
    known = Tag(tag)
    return (SHARED.get(known) or OWN[known])(said)
