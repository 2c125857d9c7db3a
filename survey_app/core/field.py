"""One thing to write or click in the authority's own form, and its text as it is copied there."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from survey_app.core.characters import count_characters, tidy

FieldKind = Literal["text", "number", "choice", "row", "file", "computed", "entry", "cell"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to write or click in the authority's form.

    key    its name, the same in a correction: ``24``, ``24/box/2``, ``9/option/ja``
    label  what it is within its question: an option, a row, a file's name; may be empty
    box    which box it is and of how many, where a question has several
    limit  the most characters that the authority takes, or None
    sha256 of the file, where it is one
    """

    key: str
    kind: FieldKind
    text: str
    label: str = ""
    box: tuple[int, int] | None = None
    limit: int | None = None
    sha256: str = ""

    @property
    def count(self) -> int:
        """Characters as the limit counts them."""
        return count_characters(self.text)

    @property
    def digest(self) -> str:
        """What a tick names: SHA-256 of what was typed over."""
        return hashlib.sha256(f"{self.label}\n{self.text}\n{self.sha256}".encode()).hexdigest()


def as_typed(text: str) -> str:
    """A text as it is copied: composed (NFC), its line breaks single characters."""
    return unicodedata.normalize("NFC", tidy(text))


def as_digits(value: int | str) -> str:
    """Digits and a decimal comma: a form for numbers takes neither spaces nor a unit."""
    return str(value).replace(".", ",")


def limit_of(spec: Any) -> int | None:
    """How many characters may be written in a box; None where no limit is."""
    found = getattr(spec, "max_characters", None)
    return found if isinstance(found, int) else None
