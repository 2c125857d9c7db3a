"""Why a service does not do what it was asked. Codes and facts; the edges find the words.

Refused
├── NotFound        there is no such thing, or none that this person may know of
├── Gone            it was removed by decision; ``number``, ``day`` and ``decision`` tell which
├── Forbidden       the person may not
├── WrongState      the submission is past, or before, the state in which it can be done
├── Invalid         what was given cannot be taken
├── ChangedMeanwhile  what was shown is no longer what is there
├── TooMany         tried too often; ``seconds`` says when to try again
└── Unavailable     something outside, such as a key or a service, does not answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

from survey_app.core.problem import Fact, Malformed, Problem


class Refused(Exception):
    """The ground of all refusals. ``status`` is the HTTP status that says the same."""

    status = 400

    def __init__(self, code: str, *, problems: Sequence[Problem] = (), **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Fact] = facts
        self.problems = tuple(problems)

    @classmethod
    def of(cls, error: Malformed) -> Self:
        """The refusal of a value whose shape cannot be taken."""
        refused = cls(error.code)
        refused.facts = error.facts
        return refused


class NotFound(Refused):
    status = 404


class Gone(Refused):
    status = 410


class Forbidden(Refused):
    status = 403


class WrongState(Refused):
    status = 409


class Invalid(Refused):
    status = 422


class ChangedMeanwhile(Refused):
    status = 409


class TooMany(Refused):
    status = 429


class Unavailable(Refused):
    status = 503
