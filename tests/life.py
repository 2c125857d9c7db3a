"""The life of a submission in plain words: what must be true, and who tries what.

``test_state_machine`` holds the product to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from survey_app.core.workflow import State

from .stage import PEOPLE

DIRECTOR = "approver_with_delegation"  # here also a strategist: four eyes are at stake
WRITERS = {"strategist", "strategist_2", DIRECTOR}
HEAD = "approver_without_delegation"  # takes the first of two steps
DEPUTIES = st.sampled_from(["strategist_2", "archivist", None])  # who stands in for the director
PERSONS = st.sampled_from(sorted(PEOPLE))
LIKELY = st.sampled_from(["strategist", "strategist_2", DIRECTOR, HEAD, "archivist"])
WHO = LIKELY | LIKELY | PERSONS
HANDS = st.sampled_from(["strategist"] * 8 + ["strategist_2"] * 8 + [DIRECTOR] + sorted(PEOPLE))
LOOKS = st.sampled_from(["now", "now", "before", "never"])  # by which page somebody approves
TEXTS = st.sampled_from(["", " ", "Vi har gjort mycket.", "Mer.", "x" * 41, "å😀\ud800", "Nej"])
CHOICES = st.sampled_from(["ja", "nej", None])


@dataclass
class Model:
    """What must be true, kept beside the database in plain words."""

    state: State = State.DRAFT
    values: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    acknowledged: list[tuple[str, Any]] = field(default_factory=list)
    open_only: set[str] | None = None
    last_returned: set[str] | None = None
    steps: int = 1
    endorsed: list[str] = field(default_factory=list)
    deputy: str | None = None
    record: str | None = None
    shown: str | None = None
    copy: bytes | None = None

    def may_write(self, question: str) -> bool:
        return self.open_only is None or question in self.open_only

    def own_work(self, who: str) -> bool:
        """Whether somebody wrote any current answer that is shown."""
        chosen = self.values.get("2")
        shown = {"1", "2", "3"} | ({"2a"} if chosen and chosen["chosen"] == "ja" else set())
        return any(self.authors.get(question) == who for question in shown)

    @property
    def turn(self) -> tuple[int, int]:
        """Which step of how many is to be taken."""
        step = len(self.endorsed) + 1
        return step, max(step, self.steps)

    def entitled(self) -> set[str]:
        """Who has a right to the step whose turn it is, if they are not in their own way."""
        step, steps = self.turn
        return {HEAD} if step < steps else {DIRECTOR, *filter(None, [self.deputy])}

    def approvers(self) -> set[str]:
        """Who may take it: nobody who wrote, nobody twice."""
        return {who for who in self.entitled()
                if not self.own_work(who) and who not in self.endorsed}  # fmt: skip

    def ready(self) -> bool:
        """The form of the stage asks for a text of at most 40 characters in question 1."""
        text = self.values.get("1")
        return text is not None and len(text) <= 40


def kept(text: str) -> str | None:
    """A text as it is kept: half a character is replaced, nothing but spaces is no answer."""
    return text.replace("\ud800", "\ufffd") if text.strip() else None
