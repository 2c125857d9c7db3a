"""Texts of a questionnaire, in Swedish and, where it exists, in English."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

Language = Literal["sv", "en"]
IDENTIFIER = r"^[a-z0-9][a-z0-9_-]{0,63}$"
PERIOD = r"^[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]


class Part(BaseModel):
    """The ground of every part of a questionnaire: unchangeable, and no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Bilingual(Part):
    """One text; ``en`` falls back to ``sv``, since the authority's Swedish is what counts."""

    sv: str = Field(min_length=1)
    en: str | None = None

    def within(self, language: str) -> str:
        """The text in a language."""
        return self.en if language == "en" and self.en else self.sv


def _from_plain(value: object) -> object:
    return {"sv": value} if isinstance(value, str) else value


Words = Annotated[
    Bilingual,
    BeforeValidator(_from_plain),
    WithJsonSchema(
        {
            "description": "A text in Swedish, or in Swedish and English.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "properties": {
                        "sv": {"type": "string", "minLength": 1},
                        "en": {"type": "string"},
                    },
                    "required": ["sv"],
                    "additionalProperties": False,
                },
            ],
        }
    ),
]
