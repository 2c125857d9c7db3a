"""The wording of codes in the reader's language, inside a request."""

from __future__ import annotations

from survey_app.core.problem import Problem
from survey_app.services.refusal import Refused
from survey_app.web import wording
from survey_app.web.catalogue import gettext
from survey_app.web.wording.labels import CONTRIBUTIONS, ROUND_ANSWERS


def describe_problem(problem: Problem) -> str:
    """What is wrong with an answer."""
    return wording.describe_problem(problem, gettext)


def describe_refusal(refused: Refused) -> str:
    """Why something was not done, and what to do instead."""
    return wording.describe_refusal(refused.code, refused.facts, gettext)


def state_label(state: str) -> str:
    """The state of a submission."""
    return wording.state_label(state, gettext)


def contribution_label(state: str, sort: str = "contribution") -> str:
    """Where a contribution is, or what a unit answers in a round."""
    return gettext((ROUND_ANSWERS if sort == "round" else CONTRIBUTIONS)[state])


def role_label(role: str) -> str:
    """A role."""
    return wording.role_label(role, gettext)


def event_label(kind: str) -> str:
    """A step of a submission's life."""
    return wording.event_label(kind, gettext)
