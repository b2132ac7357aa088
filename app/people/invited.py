"""What may be said of a person who is invited from a terminal: only what every other door of the service takes too."""

import re
import unicodedata

NAME_LIMIT = 200
EMAIL_LIMIT = 320
LOCAL_LIMIT = 64
ODS_LIMIT = 10
"""The format of the exchange's organisations, whose codes are matched with this one."""

_ODS = re.compile(r"[A-Z0-9]+")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?P<local>[\w.!#$%&'*+/=?^`{{|}}~-]+)@{_LABEL}(?:\.{_LABEL})+")
_NO_TEXT = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of control characters, halves of characters, and separators of lines and paragraphs."""


def is_address(email: str) -> bool:
    """Whether this is one plausible email address."""
    found = _EMAIL.fullmatch(email)
    return found is not None and len(email) <= EMAIL_LIMIT and len(found["local"]) <= LOCAL_LIMIT


def problem_with(name: str, email: str, organisation: str) -> str | None:
    """Why this person cannot be invited for this organisation (an ODS code), as a sentence; None where they can."""
    if not name:
        return "The name is empty: give the administrator’s name, for example Ada Example."
    if len(name) > NAME_LIMIT:
        return f"The name has {len(name):,} characters: a name has at most {NAME_LIMIT}."
    if any(unicodedata.category(one) in _NO_TEXT for one in name):
        return "The name holds a line break or another character that cannot be shown: give it on one line."
    if not is_address(email):
        return f"“{_short(email)}” is not an email address; expected one such as name@nhs.example."
    if not _ODS.fullmatch(organisation) or len(organisation) > ODS_LIMIT:
        return (
            f"“{_short(organisation)}” is not an organisation’s ODS code: expected 1 to {ODS_LIMIT} letters and "
            "digits, for example 08X."
        )
    return None


def _short(text: str) -> str:
    """At most 80 characters of what was typed, on one line."""
    shown = "".join("�" if unicodedata.category(one) in _NO_TEXT else one for one in text)
    return shown if len(shown) <= 80 else shown[:79] + "…"
