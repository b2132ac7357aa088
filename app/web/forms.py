"""The base of every form: CSRF, and text that is trimmed and bounded."""

from typing import Any

from flask import g, has_request_context
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import Length

LINE = 300
TEXT = 20_000


class BaseForm(FlaskForm):
    """A form with CSRF protection whose text fields are trimmed and free of control characters.

    A password is taken exactly as it was typed or pasted. Choices may be declared as pairs of value and label;
    those set later, on a form that exists, are given as `dict(pairs)`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_request_context():
            g.setdefault("forms", []).append(self)  # an error page gives back what was typed in the words of its form

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            kind = unbound_field.field_class
            pairs = unbound_field.kwargs.get("choices")
            if isinstance(pairs, (list, tuple)) and all(isinstance(pair, tuple) for pair in pairs):
                # WTForms 3.3 warns of pairs, and its stubs do not know what it wants instead
                options = {**options, "choices": dict(pairs)}
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                filters = [clean, *unbound_field.kwargs.get("filters", ())]
                return unbound_field.bind(form=form, **{**options, "filters": filters})
            return super().bind_field(form, unbound_field, options)


def clean(value: Any) -> Any:
    """Text without control characters, trimmed; what is no text as it is."""
    if not isinstance(value, str):
        return value
    kept = "".join(c for c in value if c in "\n\t" or (c >= " " and c != "\x7f" and not 0xD800 <= ord(c) <= 0xDFFF))
    return kept.replace("\r\n", "\n").strip()


class Line(StringField):
    """One line of text, at most 300 characters unless said otherwise."""

    def __init__(self, label: str, validators: Any = (), most: int = LINE, **kwargs: Any) -> None:
        shown = Length(max=most, message=f"{label} must be {most} characters or fewer")
        super().__init__(label, [*validators, shown], **kwargs)


class Text(TextAreaField):
    """Text of several lines, at most 20,000 characters unless said otherwise."""

    def __init__(self, label: str, validators: Any = (), most: int = TEXT, **kwargs: Any) -> None:
        shown = Length(max=most, message=f"{label} must be {most:,} characters or fewer")
        super().__init__(label, [*validators, shown], **kwargs)
