"""Questions as WTForms fields: they read what a browser sent; ``core`` says what it means.

Names are ``q.<question>`` and, within it, ``.box.1``, ``.option.ja``, ``.detail.ja``, ``.row.a``,
``.text``, ``.file``, ``.remove``, ``.blank``, ``.clear``, ``.version``; those of a list are told in
``web/list_form.py``, of a table in ``web/table_form.py``. An identifier has no dots, so no two
names collide. Templates draw (widgets take twenty times as long); fields parse and check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.form import BaseForm

from survey_app.core.evaluation import Given
from survey_app.core.kinds.choice import Choice, OptionField
from survey_app.core.questionnaire import Question
from survey_app.web.list_form import ListField
from survey_app.web.question_field import FormData as FormData
from survey_app.web.question_field import QuestionField as QuestionField
from survey_app.web.question_field import UntypedField
from survey_app.web.table_form import TableField


class LineField(QuestionField):
    """Anything that is typed into one input."""

    def read(self, formdata: FormData, name: str) -> Any:
        return formdata.get(name, "")


class TextField(QuestionField):
    """One box or several."""

    def read(self, formdata: FormData, name: str) -> Any:
        boxes = self.question.boxes  # type: ignore[union-attr]
        if boxes == 1:
            return formdata.get(name, "")
        return [formdata.get(f"{name}.box.{number}", "") for number in range(1, boxes + 1)]


class AttachmentField(QuestionField):
    """Text in a file's stead, and which of the files to remove; new files are taken apart."""

    def read(self, formdata: FormData, name: str) -> Any:
        return read_attachment(formdata, name, self.held.value)


class ChoiceField(QuestionField):
    """Options, and what stands after them."""

    def read(self, formdata: FormData, name: str) -> Any:
        spec: Choice = self.question  # type: ignore[assignment]
        held = (self.held.value or {}).get("details", {})
        details = {
            option.id: read_detail(option.field, formdata, f"{name}.detail.{option.id}",
                                   held.get(option.id))
            for option in spec.options
            if option.field is not None
        }  # fmt: skip
        return {"chosen": self.read_chosen(formdata, name), "details": details}

    def read_chosen(self, formdata: FormData, name: str) -> Any:
        raise NotImplementedError


class SingleField(ChoiceField):
    """One option; ``.clear`` takes the choice back where there is no JavaScript."""

    def read_chosen(self, formdata: FormData, name: str) -> Any:
        return None if formdata.get(f"{name}.clear") else formdata.get(name) or None


class MultipleField(ChoiceField):
    """Any of the options."""

    def read_chosen(self, formdata: FormData, name: str) -> Any:
        return formdata.getlist(name)


class MatrixField(QuestionField):
    """One option a row."""

    def read(self, formdata: FormData, name: str) -> Any:
        rows = self.question.rows  # type: ignore[union-attr]
        if formdata.get(f"{name}.clear"):
            return {}
        return {row.id: formdata.get(f"{name}.row.{row.id}") or None for row in rows}


class AttestationField(QuestionField):
    """A box that is ticked or not; only on the approver's page."""

    def read(self, formdata: FormData, name: str) -> Any:
        return True if formdata.get(name) else None


def read_attachment(formdata: FormData, name: str, held: Any) -> Any:
    """The files that stay, and the text."""
    removed = set(formdata.getlist(f"{name}.remove"))
    files = [file for file in (held or {}).get("files", []) if file["sha256"] not in removed]
    return {"files": files, "text": formdata.get(f"{name}.text", "")}


def read_detail(field: OptionField, formdata: FormData, name: str, held: Any) -> Any:
    """What stands after an option; boxes as in a question of its own."""
    if field.kind == "attachment":
        return read_attachment(formdata, name, held)
    if field.kind == "text" and field.boxes > 1:
        return [formdata.get(f"{name}.box.{number}", "") for number in range(1, field.boxes + 1)]
    return formdata.get(name, "")


FIELDS: dict[str, type[QuestionField]] = {
    "text": TextField,
    "single": SingleField,
    "multiple": MultipleField,
    "integer": LineField,
    "percent": LineField,
    "money": LineField,
    "date": LineField,
    "link": LineField,
    "attachment": AttachmentField,
    "matrix": MatrixField,
    "list": ListField,
    "table": TableField,
    "computed": UntypedField,
    "email": LineField,
    "telephone": LineField,
    "postal_code": LineField,
    "organisation_number": LineField,
    "attestation": AttestationField,
}
"""The field of each kind of question, by the kind's name."""


def build_form(
    questions: Sequence[tuple[Question, Given]], versions: Mapping[str, int] | None = None
) -> BaseForm:
    """A WTForms form of some questions with what is stored; fields by question id.

    versions  of what is stored, by question id; none is 0
    """
    fields = {
        question.id: FIELDS[question.kind](
            question, held, None if versions is None else versions.get(question.id, 0)
        )
        for question, held in questions
    }
    return BaseForm(fields, prefix="q.")
