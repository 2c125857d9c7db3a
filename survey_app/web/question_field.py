"""A question as a WTForms field, whatever its kind; each kind reads its own inputs."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.form import BaseForm

from survey_app.core.evaluation import Blank, Given
from survey_app.core.kinds import KINDS
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question

FormData = MultiDict[str, str]


class QuestionField(Field):  # type: ignore[misc]
    """One question. ``data`` is a raw value for ``core`` to parse; ``held`` is what is stored, and
    ``held_version`` its version, if that is known."""

    def __init__(
        self, question: Question, held: Given, held_version: int | None = None, **options: Any
    ) -> None:
        super().__init__(question.text.sv, **options)
        self.question = question
        self.held = held
        self.held_version = held_version
        self.present = False
        self.version = 0
        self.blank: Blank | None = held.blank

    def process(
        self, formdata: FormData | None, data: Any = None, extra_filters: Any = None
    ) -> None:
        """Take the value from a posted form, if the form has this question at all."""
        self.process_errors: list[str] = []
        self.data = self.held.value
        version = formdata.get(f"{self.name}.version") if formdata else None
        if formdata is None or version is None or not version.isdecimal():
            return
        self.present = True
        self.version = int(version[:10])
        self.data = self.read(formdata, self.name)
        self.blank = self._read_blank(formdata)

    def _read_blank(self, formdata: FormData) -> Blank | None:
        if formdata.get(f"{self.name}.blank") == "cannot_be_stated":
            text = self.held.blank["text"] if self.held.blank else ""
            return {"code": "cannot_be_stated", "text": text}
        if self.question.cannot_be_stated is None:
            return self.held.blank
        if self.held.blank and self.held.blank["code"] == "reason":
            return self.held.blank
        return None

    def read(self, formdata: FormData, name: str) -> Any:
        """The raw value under a name; each kind has its own."""
        raise NotImplementedError

    def given(self) -> Given:
        """What the form gives, parsed. Raises Malformed."""
        value = KINDS[self.question.kind].parse(self.question, self.data)
        return Given(value, self.blank)

    def changed(self) -> bool:
        """Whether the form gives something else than what is stored."""
        try:
            return self.given() != self.held
        except Malformed:
            return True

    def pre_validate(self, form: BaseForm) -> None:
        """Put core's problems where WTForms keeps errors."""
        try:
            value = self.given().value
        except Malformed as error:
            self.process_errors.append(error.code)
            return
        if value is not None:
            found = KINDS[self.question.kind].check(self.question, value)
            self.process_errors += [item.code for item in found if item.severity == "error"]


class UntypedField(QuestionField):
    """Nothing is ever typed."""

    def process(
        self, formdata: FormData | None, data: Any = None, extra_filters: Any = None
    ) -> None:
        """Take nothing from the form."""
        self.process_errors = []
        self.data = None
