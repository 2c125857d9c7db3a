"""What a rule has to say: codes and facts, which the edges turn into Swedish or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "blank", "warning"]
Fact = str | int
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one answer, or with a part of it.

    code      a word of the catalogue in ``survey_app.web.wording``, such as ``too_long``
    part      ``""``, or the place within the answer: ``box:2``, ``option:ja``, ``row:psykolog``
    severity  ``error`` refuses sending, ``blank`` refuses it until a reason is given,
              ``warning`` never refuses
    facts     numbers and words for the sentence, such as ``{"limit": 1000, "count": 1012}``
    """

    code: str
    question: str = ""
    part: str = ""
    severity: Severity = "error"
    facts: Mapping[str, Fact] = field(default_factory=lambda: NO_FACTS)

    def at(self, question: str) -> Problem:
        """The same problem, placed at a question."""
        return Problem(self.code, question, self.part, self.severity, self.facts)

    def within(self, part: str) -> Problem:
        """The same problem, placed in a part of the answer."""
        return replace(self, part=part)


class Malformed(ValueError):
    """A value whose shape no answer of its kind can have: a program's mistake, not a person's.

    A person's odd text is kept and gets a Problem; a list where a text belongs is refused.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Fact] = facts
