"""What the scripts of a page need to open and close follow-ups as one answers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import url_for

from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Passage, Question, Section
from survey_app.core.same import Same
from survey_app.services.submission import Dossier


def plan_of(dossier: Dossier, sections: list[Section]) -> dict[str, Any]:
    """What the scripts need to open and close follow-ups: conditions, and of the answers here and
    elsewhere those that the conditions look at."""
    here = {question.id for section in sections for question in section.questions}
    looked_at = frozenset[str]().union(*(_looked_at(Same(section)) for section in sections))
    elsewhere: dict[str, list[Any]] = {}
    here_atoms: dict[str, dict[str, list[Any]]] = {}
    for key, atoms in dossier.evaluation.atoms.items() if looked_at else ():
        question_id = key.partition(".")[0]
        if question_id in looked_at:
            into = here_atoms.setdefault(question_id, {}) if question_id in here else elsewhere
            into[key] = list(atoms)
    return {
        "elsewhere": elsewhere,
        "here": here_atoms,
        **follow_ups(sections),
        **_addresses(dossier.id),
        "cursor": dossier.chain[1],
        "questionnaire_sha256": dossier.specification,
    }


@lru_cache(maxsize=256)
def _addresses(submission_id: int) -> dict[str, str]:
    save = url_for("api.save", submission_id=submission_id, question_id="{question}")
    return {
        "save_url": save.replace("%7B", "{").replace("%7D", "}"),
        "session_url": url_for("api.enter"),
        "changes_url": url_for("together.changes", submission_id=submission_id),
        "presence_url": url_for("together.arrive", submission_id=submission_id),
    }


def follow_ups(sections: Iterable[Section]) -> dict[str, Any]:
    """The conditions under which questions, rows and passages are shown."""
    held = [Same(section) for section in sections]
    return {
        "items": [item for section in held for item in _items(section)],
        "passages": {key: when for section in held for key, when in _passages(section).items()},
    }


@lru_cache(maxsize=256)
def _looked_at(same: Same[Section]) -> frozenset[str]:
    """The questions whose answers a section's conditions look at."""
    section = same.thing
    rules = [section.shown_when]
    rules += [passage.shown_when for _, group in _passage_groups(section) for passage in group]
    for question in section.questions:
        rules.append(question.shown_when)
        rules += [row.shown_when for row in KINDS[question.kind].rows(question)]
    return frozenset(condition.question for rule in rules if rule for condition in rule.conditions)


@lru_cache(maxsize=256)
def _items(same: Same[Section]) -> list[dict[str, Any]]:
    """The questions of a section, and the rows of those that have any."""
    section = same.thing
    items: list[dict[str, Any]] = []
    for question in section.questions:
        items.append(
            {
                "id": question.id,
                "kind": question.kind,
                "section": section.id,
                "when": _when(question.shown_when),
                "section_when": _when(section.shown_when),
            }
        )
        items += _row_items(section, question)
    return items


@lru_cache(maxsize=256)
def _passages(same: Same[Section]) -> dict[str, Any]:
    """The conditions of the passages of a section that come and go."""
    return {
        f"{owner}.{number}": _when(passage.shown_when)
        for owner, group in _passage_groups(same.thing)
        for number, passage in enumerate(group)
        if passage.shown_when is not None
    }


def _row_items(section: Section, question: Question) -> list[dict[str, Any]]:
    """The rows of a question, as the scripts follow them: ``39.psykolog``."""
    return [
        {
            "id": f"{question.id}.{row.id}",
            "kind": "row",
            "section": section.id,
            "when": _when(row.shown_when),
            "section_when": _when(section.shown_when),
        }
        for row in KINDS[question.kind].rows(question)
    ]


def _passage_groups(section: Section) -> Iterable[tuple[str, list[Passage]]]:
    yield f"{section.id}.intro", section.intro
    for question in section.questions:
        yield f"{question.id}.before", question.before
        yield f"{question.id}.help", question.help
        yield f"{question.id}.after", question.after


def _when(shown_when: Any) -> dict[str, Any] | None:
    if shown_when is None:
        return None
    join = "all" if shown_when.all else "any"
    return {join: [condition.model_dump(exclude_none=True) for condition in shown_when.conditions]}
