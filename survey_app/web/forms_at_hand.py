"""The questionnaires in the installation's folder, and which of them is newer than a draft's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.succession import version_of
from survey_app.services.specification import AtHand, forms_in
from survey_app.web.language import words
from survey_app.web.place import place

log = logging.getLogger(__name__)


def forms_at_hand() -> AtHand:
    """The questionnaires of the folder. Of one that cannot be read the log tells once."""
    found = forms_in(place().settings.questionnaires)
    for name, why in found.damaged.items():
        _tell(name, why)
    return found


@lru_cache(maxsize=256)
def _tell(name: str, why: str) -> None:
    log.warning("the questionnaire %s cannot be used: %s", name, why)


def forms_offered(fits: Callable[[Questionnaire], bool]) -> dict[str, Any]:
    """The questionnaires at hand that fit, to choose from, and the files that cannot be used."""
    at_hand = forms_at_hand()
    offered = [
        {"name": form.name, "title": words(form.questionnaire.title),
         "period": form.questionnaire.period, "authority": form.questionnaire.authority.name,
         "deadline": form.questionnaire.deadline}
        for form in at_hand.forms if fits(form.questionnaire)
    ]  # fmt: skip
    return {"offered": offered, "damaged": at_hand.damaged}


def newer_version(questionnaire: Questionnaire) -> str:
    """The newest later version at hand; empty if there is none."""
    own = [form.questionnaire for form in forms_at_hand().forms
           if form.questionnaire.id == questionnaire.id]  # fmt: skip
    newest = max(own, key=version_of, default=questionnaire)
    return newest.version if version_of(newest) > version_of(questionnaire) else ""
