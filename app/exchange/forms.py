"""The form by which a workbook is sent."""

from flask_wtf.file import FileField
from wtforms import ValidationError
from wtforms.fields import Field

from app.web.forms import BaseForm


class UploadForm(BaseForm):
    """One workbook."""

    workbook = FileField("Workbook", description="An Excel workbook (.xlsx), for example an export that you edited.")

    def validate_workbook(self, field: Field) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError("Choose a workbook: no file came with the form")
