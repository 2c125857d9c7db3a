"""The sentences behind the codes, in Swedish; English stands in the catalogue.

``survey_app/web/translations/en/LC_MESSAGES/messages.po`` translates them. Each function takes the
``gettext`` of the place where it is used: ``flask_babel.gettext`` in a page, nothing in a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from survey_app.core.finding import Finding
from survey_app.core.problem import Fact, Problem
from survey_app.web.wording.findings import CHAINS, FINDINGS, KEYS, KNOWN_KEYS, MEANT, PLACES, TYPES
from survey_app.web.wording.labels import EVENTS, ROLES, STATES
from survey_app.web.wording.mark import N_
from survey_app.web.wording.problems import MALFORMED, PROBLEMS
from survey_app.web.wording.refusals import REFUSALS

Gettext = Callable[..., str]
"""``gettext(message, **facts)``: the message in the reader's language, facts put in."""

_UNKNOWN = N_("Något är fel här (%(code)s). Kontakta den som sköter systemet.")
_STEP = re.compile(r'([^.\[\]]+)(?:\[(?:"(.*?)"|(\d+))\])?(?:\.|$)')


def plain(message: str, **facts: Fact) -> str:
    """The Swedish message itself, facts put in."""
    return message % facts if facts else message


def number(value: int) -> str:
    """A whole number as Swedes write it: ``1 000`` with hard spaces, a true minus sign."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


def describe_problem(problem: Problem, gettext: Gettext = plain) -> str:
    """What is wrong with an answer, and what to do about it."""
    return _said(PROBLEMS, problem.code, problem.facts, gettext)


def describe_refusal(
    code: str, facts: Mapping[str, Fact] | None = None, gettext: Gettext = plain
) -> str:
    """Why something was not done, and what to do instead."""
    return _said({**MALFORMED, **PROBLEMS, **REFUSALS}, code, facts or {}, gettext)


def describe_finding(finding: Finding, gettext: Gettext = plain) -> str:
    """What is wrong with a questionnaire file: where, what and what to do, on one line."""
    facts = dict(finding.facts)
    if "expected" in facts:
        wanted = [gettext(TYPES[word]) for word in str(facts["expected"]).split(", ")]
        facts["expected"] = gettext(N_(" eller ")).join(wanted)
    if finding.code == "repeated_id":
        facts["of"] = gettext(PLACES[f"{facts['of']}s"])
    if finding.code == "mapped_to_nothing":
        facts["of"] = gettext(PLACES[str(facts["of"])])
    sentence = _said({**CHAINS, **FINDINGS}, finding.code, facts, gettext)
    sentence += _hint(facts, gettext)
    where = [gettext(N_("rad %(line)s"), line=facts["line"])] if "line" in facts else []
    if finding.path:
        where.append(describe_place(finding.path, gettext))
    place = ", ".join(where)
    return f"{place[:1].upper()}{place[1:]}: {sentence}" if place else sentence


def _hint(facts: Mapping[str, Fact], gettext: Gettext) -> str:
    """What was probably meant, or all that could have been."""
    if "nearest" in facts:
        return " " + gettext(MEANT, nearest=facts["nearest"])
    return " " + gettext(KNOWN_KEYS, keys=facts["keys"]) if facts.get("keys") else ""


def describe_place(path: str, gettext: Gettext = plain) -> str:
    """The path of a finding in words: ``avsnittet ”styrning”, frågan ”6a”, villkor 1``."""
    return ", ".join(_step(gettext, *found) for found in _STEP.findall(path))


def state_label(state: str, gettext: Gettext = plain) -> str:
    """The state of a submission as the screen says it."""
    return gettext(STATES[state])


def role_label(role: str, gettext: Gettext = plain) -> str:
    """A role as the screen says it."""
    return gettext(ROLES[role])


def event_label(kind: str, gettext: Gettext = plain) -> str:
    """A step of a submission's life as the screen says it."""
    return gettext(EVENTS[kind])


def _said(
    sentences: Mapping[str, str], code: str, facts: Mapping[str, Fact], gettext: Gettext
) -> str:
    written = {key: number(fact) if isinstance(fact, int) else fact for key, fact in facts.items()}
    if code not in sentences:
        return gettext(_UNKNOWN, code=code)
    return gettext(sentences[code], **written) if written else gettext(sentences[code])


def _step(gettext: Gettext, key: str, name: str, position: str) -> str:
    said = gettext(PLACES.get(key) or KEYS.get(key) or f"”{key}”")
    if name:
        return f"{said} ”{name}”"
    return f"{said} {int(position) + 1}" if position else said


__all__ = [
    "Gettext",
    "describe_finding",
    "describe_place",
    "describe_problem",
    "describe_refusal",
    "event_label",
    "number",
    "plain",
    "role_label",
    "state_label",
]
