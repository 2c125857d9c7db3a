"""What the doctor finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: a code, where, and whether it is grave.

    What is not grave is worth knowing, and no hindrance.
    """

    code: str
    where: str = ""
    grave: bool = True
