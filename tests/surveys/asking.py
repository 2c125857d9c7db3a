"""A survey in a case, through the services: opened, spread by links, answered, closed."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.services.audit import verify_chain
from survey_app.services.specification import add_specification, find_questionnaire
from survey_app.services.surveys import answer_link, survey
from survey_app.services.surveys import result as survey_result
from survey_app.services.surveys.ballot import cast_ballot, read_ballots
from survey_app.services.surveys.survey import SurveyView, find_survey
from survey_app.store.engine import Database
from tests.stage import Stage

FORM = Path(__file__).parents[2] / "questionnaires" / "enkat-medverkan.json"
NUMBER = "RS2501"

GOOD = "Vi blev lyssnade på, och fick fika."
ANSWERS: dict[str, Any] = {
    "roll": {"chosen": "patient", "details": {}},
    "pastaenden": {"tydligt": "helt", "lyssnad": "delvis"},
    "bra": GOOD,
}


@dataclass
class Poll:
    """A survey of the stage's own unit. ``link`` is one that many use."""

    stage: Stage
    id: int = 0
    link: str = ""
    specification: str = ""

    def open(self, **told: Any) -> int:
        """Open it, with a link that many use; its id."""
        body = told.pop("body", FORM.read_text(encoding="utf-8"))
        with self.stage.database.writing() as session:
            self.specification = add_specification(session, body, self.stage.now)
        said = {"title": "Hur var det?", "opens": self.stage.today, "closes": None,
                "shown": "after_closing", "note": "Om vårdplanen.", **told}  # fmt: skip
        with self.stage.database.writing() as session:
            made = survey.open_survey(
                session, self.stage.actor("strategist"), NUMBER, now=self.stage.now,
                specification=self.specification, today=self.stage.today, signer=self.stage.key,
                **said,
            )  # fmt: skip
            self.id = made.id or 0
        self.link = self.share()
        return self.id

    def share(self) -> str:
        with self.stage.database.writing() as session:
            made = answer_link.make_shared_link(
                session, self.stage.actor("strategist"), NUMBER, self.id, "Väntrummet",
                self.stage.now, self.stage.key,
            )  # fmt: skip
        assert made.token
        return made.token

    def singles(self, n: int) -> list[str]:
        with self.stage.database.writing() as session:
            return answer_link.make_single_links(
                session, self.stage.actor("strategist"), NUMBER, self.id, n, self.stage.now,
                self.stage.key,
            )  # fmt: skip

    def revoke(self, token_sha256: str = "") -> int:
        with self.stage.database.writing() as session:
            return answer_link.revoke_links(
                session, self.stage.actor("strategist"), NUMBER, self.id, token_sha256,
                self.stage.now, self.stage.key,
            )  # fmt: skip

    def cast(
        self, answers: dict[str, Any] | None = None, link: str = "", once: str = "",
        database: Database | None = None,
    ) -> None:  # fmt: skip
        """Answer once by a link."""
        with (database or self.stage.database).writing() as session:
            form = find_questionnaire(session, self.specification)
            given = {
                key: Given(KINDS[form.by_id[key].kind].parse(form.by_id[key], value))
                for key, value in (ANSWERS if answers is None else answers).items()
            }
            cast_ballot(session, link or self.link, given, once or secrets.token_hex(16),
                        self.stage.today)  # fmt: skip

    def cast_many(self, n: int, **answers: Any) -> None:
        for _ in range(n):
            self.cast({**ANSWERS, **answers})

    def close(self, by: str = "strategist") -> SurveyView:
        with self.stage.database.writing() as session:
            return survey_result.close_with_result(
                session, self.stage.actor(by), NUMBER, self.id, self.stage.now, self.stage.key
            )

    def weed(self, decision: str = "Dokumenthanteringsplan 4.2", by: str = "archivist") -> int:
        with self.stage.database.writing() as session:
            return survey.weed_ballots(
                session, self.stage.actor(by), NUMBER, self.id, decision, self.stage.now,
                self.stage.key,
            )  # fmt: skip

    def view(self, by: str = "strategist") -> SurveyView:
        with self.stage.database.reading() as session:
            return find_survey(session, self.stage.actor(by), NUMBER, self.id)

    def result(self) -> dict[str, Any] | None:
        with self.stage.database.reading() as session:
            view = find_survey(session, self.stage.actor("strategist"), NUMBER, self.id)
            return survey_result.read_result(session, view)

    def told(self, question: str) -> dict[str, Any]:
        """What the result tells of a question."""
        result = self.result()
        assert result is not None
        [found] = [item for section in result["sections"] for item in section["questions"]
                   if item["id"] == question]  # fmt: skip
        return dict(found)

    def ballots(self) -> list[dict[str, Any]]:
        with self.stage.database.reading() as session:
            return read_ballots(session, self.id)

    def breaks(self) -> list[str]:
        with self.stage.database.reading() as session:
            return [item.code for item in verify_chain(session, 1, self.stage.key)]


def without(form: dict[str, Any], *questions: str) -> str:
    """The questionnaire without some of its questions, as JSON."""
    for section in form["sections"]:
        section["questions"] = [one for one in section["questions"] if one["id"] not in questions]
    return json.dumps(form, ensure_ascii=False)
