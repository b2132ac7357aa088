"""What a reminder says: what is asked, by when, why this person is told, where it is done.

Of a private case neither subject nor text says what it is about: mail is read on the way.
"""

from app.people.models import DecidingBody
from app.signoff.models import Case
from app.signoff.told_people import Recipient
from workflows.facts import day_in_words
from workflows.reminders import Planned


def subject_of(case: Case, body: DecidingBody | None, planned: Planned) -> str:
    """The line that stands in a list of mails."""
    about = _named(case, body)
    match planned.kind:
        case "reminder":
            return f"Reminder: {about}"
        case "escalation":
            return f"Not answered: {about}"
        case "deadline passed":
            return f"The day to answer has passed: {about}"
        case "variation":
            ends = "ended" if planned.on > planned.due else "ends"
            return f"A local variation {ends} on {day_in_words(planned.due)}: {about}"
    due = "was due" if planned.on > planned.due else "is due"
    return f"A condition {due} by {day_in_words(planned.due)}: {about}"


def text_of(case: Case, body: DecidingBody | None, planned: Planned, question: str, to: Recipient, url: str) -> str:
    """The whole text; `url` is where the service is found."""
    lines = [f"Dear {to.name},", ""]
    address = url.rstrip("/")
    if is_private(case):
        what = "A private matter" if body is None else f"A private matter of {body.short_name}"
        lines += [f"{what} needs you: {day_in_words(planned.due)} is the day that counts.", ""]
        lines += ["What it is about stands only where you sign in:", f"{address}/"]
    else:
        lines += [planned.why, ""]
        if planned.kind in ("reminder", "escalation", "deadline passed"):
            lines += [f"What is asked in “{case.title}”: {question}", ""]
        page = f"/{body.code}" if body is not None and planned.kind != "deadline passed" else ""
        lines += ["Read it, and see where it stands:", f"{address}/sign-offs/{case.code}{page}"]
    lines += ["", f"You are told this as {to.role}, {planned.step}. It is sent once and stands on record."]
    if case.demonstration:
        lines += ["", "This is demonstration content."]
    return "\n".join(lines) + "\n"


def is_private(case: Case) -> bool:
    """Whether a mail must not say what the case is about."""
    return case.part != 1


def _named(case: Case, body: DecidingBody | None) -> str:
    if is_private(case):
        return f"a private matter of {body.short_name}" if body else "a private matter"
    return f"{case.title} ({body.short_name})" if body else case.title
