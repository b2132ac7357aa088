"""The form that chooses two versions to compare; it is sent by GET, so that a comparison has an address."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict
from wtforms import SelectField, ValidationError

from app.documents.models import DocumentVersion
from app.web.forms import BaseForm


class CompareForm(BaseForm):
    """An older and a newer version of one document."""

    class Meta(BaseForm.Meta):
        csrf = False  # it changes nothing

    labels: frozenset[str] = frozenset()
    older = SelectField("From version", name="from", validate_choice=False)
    newer = SelectField("To version", name="to", validate_choice=False)

    @classmethod
    def of(cls, versions: Sequence[DocumentVersion], chosen: Mapping[str, str]) -> "CompareForm":
        """The form over these versions with two labels chosen."""
        form = cls(formdata=MultiDict(chosen))
        form.labels = frozenset(one.label for one in versions)
        form.older.choices = form.newer.choices = [
            (one.label, f"{one.label}{'' if one.issued_at else ' (draft)'}, {one.title}") for one in versions
        ]
        return form

    def validate_older(self, field: SelectField) -> None:
        """A label that exists."""
        self._known(field)

    def validate_newer(self, field: SelectField) -> None:
        """A label that exists, and another one."""
        self._known(field)
        if len(self.labels) > 1 and field.data == self.older.data:
            raise ValidationError("Choose two different versions")

    def _known(self, field: SelectField) -> None:
        if field.data not in self.labels:
            raise ValidationError(f"There is no version “{field.data}”: choose one from the list")
