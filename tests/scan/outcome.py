"""What a scanner found: on the target that is planted for it, and on the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

ROLES = ("strateg", "direktor", "arkivarie", "admin", "kommun")
"""Who the scanners sign in as: one of the demo's accounts for each role."""


@dataclass(frozen=True)
class Bounds:
    """How long and how much.

    minutes   for each tool, shared by the roles; a tool that needs less takes less
    examples  requests that are made up for an operation of the API
    roles     who signs in
    template  an instance folder of the demo at rest, copied for each role
    folder    where everything is written that is thrown away afterwards
    """

    minutes: float
    examples: int
    roles: tuple[str, ...]
    template: Path
    folder: Path


@dataclass(frozen=True)
class Finding:
    """One thing that a scanner says is wrong: what, where, and what to do about it."""

    what: str
    where: str
    advice: str
    code: str = ""

    def __str__(self) -> str:
        code = f"\n      {self.code}" if self.code else ""
        return f"{self.what}: {self.where}{code}\n      → {self.advice}"


@dataclass
class Outcome:
    """What a run of one scanner gave.

    planted   each defect planted for it, and whether it was found: a scanner that missed one has
              shown nothing
    measured  what was counted
    findings  on the product; those that are kept on purpose are in ``kept``, with why
    not_run   why it could not look at all
    unfinished  what the clock left unlooked at, in words
    """

    tool: str
    planted: dict[str, bool] = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    kept: list[tuple[Finding, str]] = field(default_factory=list)
    not_run: str = ""
    unfinished: str = ""

    @property
    def found_planted(self) -> bool:
        """Whether everything planted was found, and something was."""
        return bool(self.planted) and all(self.planted.values())

    @property
    def holds(self) -> bool:
        """Whether the scanner looked at everything, could see, and found nothing."""
        looked = not self.not_run and not self.unfinished
        return looked and self.found_planted and not self.findings

    def count(self, name: str, more: float = 1) -> None:
        """Add to what was counted."""
        self.measured[name] = self.measured.get(name, 0) + more
