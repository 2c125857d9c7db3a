"""A table in a posted form."""

from __future__ import annotations

from survey_app.web.question_field import UntypedField


class TableField(UntypedField):
    """Cells are read here, not yet written: they come by the API."""
