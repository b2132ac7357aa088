"""The closed vocabulary of the record: every entry's tag, in the past tense. A test finds each one used."""

from enum import StrEnum


class Tag(StrEnum):
    """What happened."""

    # signing in and people
    INVITATION_SENT = "account.invited"
    INVITATION_ACCEPTED = "account.opened"
    SIGNED_IN = "account.signed-in"
    SIGN_IN_REFUSED = "account.sign-in-refused"
    SIGNED_OUT = "account.signed-out"
    ACCOUNT_DISABLED = "account.disabled"
    # facts that came in or went out
    FACTS_IMPORTED = "facts.imported"
    FACTS_EXPORTED = "facts.exported"
    # the programme
    UPDATE_SUBMITTED = "update.submitted"
    UPDATE_APPROVED = "update.approved"
    UPDATE_RETURNED = "update.returned"
    UPDATE_CHASED = "update.chased"
    CALENDAR_SET = "programme.calendar-set"
    LOCAL_POSITION_SUBMITTED = "local-position.submitted"
    LOCAL_POSITION_APPROVED = "local-position.approved"
    LOCAL_POSITION_RETURNED = "local-position.returned"
    MILESTONE_MOVED = "milestone.moved"
    RISK_RAISED = "risk.raised"
    RISK_CHANGED = "risk.changed"
    RISK_ASSESSED = "risk.assessed"
    RISK_ESCALATED = "risk.escalated"
    ESCALATION_ACCEPTED = "risk.escalation-accepted"
    ESCALATION_RETURNED = "risk.escalation-returned"
    RISK_DE_ESCALATED = "risk.de-escalated"
    RISK_CLOSED = "risk.closed"
    RISK_REALISED = "risk.realised"
    RISK_REOPENED = "risk.reopened"
    # documents
    VERSION_ISSUED = "document.version-issued"
    # sign-off
    CASE_OPENED = "case.opened"
    ROUND_OPENED = "round.opened"
    CASE_SCHEDULED = "case.scheduled"
    PAPERS_ISSUED = "papers.issued"
    DECISION_RECORDED = "decision.recorded"
    DECISION_CORRECTED = "decision.corrected"
    NOT_QUORATE = "decision.not_quorate"
    MINUTE_REFERENCED = "minute.referenced"
    STAGE_COMPLETED = "stage.completed"
    CASE_AGREED = "case.agreed"
    CASE_STOPPED = "case.stopped"
    CASE_WITHDRAWN = "case.withdrawn"
    # meetings
    MEETING_SET = "meeting.set"
    MEETING_MOVED = "meeting.moved"
    ITEM_ADDED = "item.added"
    ITEM_CHANGED = "item.changed"
    CONFLICT_HANDLED = "item.conflict-handled"
    ATTENDANCE_RECORDED = "meeting.attendance-recorded"
    # packs
    GAP_ACCEPTED = "gap.accepted"
    EDITION_RELEASED = "edition.released"
    PACK_BUILT = "pack.built"
    PACK_RELEASED = "pack.released"
    PACK_OPENED = "pack.opened"
