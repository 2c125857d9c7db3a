"""The results of a round: read from what was handed over, on pages, with what is missing named."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from survey_app.core.pooling import Result
from survey_app.core.workflow import ContributionState
from survey_app.services.refusal import NotFound
from survey_app.services.rounds.results import read_results
from survey_app.services.rounds.view import find_round
from survey_app.store.tables import RoundUnit, RoundValue, Submission, Unit
from tests.rounds.asking import NUMBER, TOWN, VILLAGE, Table
from tests.rounds.results import BY, HOSTILE, answered_about_everything, open_about_everything
from tests.stage import OTHER


def result_of(table: Table, question: str) -> Result:
    with table.stage.database.reading() as session:
        view = find_round(session, table.stage.actor("strategist"), NUMBER, table.id)
        [found] = read_results(session, view, question).questions
        return found


def test_only_what_was_handed_over_counts(table: Table) -> None:
    answered_about_everything(table)
    found = result_of(table, "antal")
    assert found.figures is not None
    assert (found.figures.n, found.figures.total, found.figures.median) == (2, 11, "5.5")
    assert [reply.unit for reply in found.of("missing")] == [VILLAGE]
    table.send_back(TOWN, antal="Räkna om")
    again = result_of(table, "antal")
    assert [reply.unit for reply in again.of("missing")] == [TOWN, VILLAGE]
    assert [reply.value for reply in again.of("answered")] == [3]
    table.recall(VILLAGE)
    assert [reply.unit for reply in result_of(table, "antal").of("missing")] == [TOWN]


def test_every_reason_for_no_answer_is_told_apart(table: Table) -> None:
    answered_about_everything(table)
    told = {reply.unit: reply.why for reply in result_of(table, "text").replies}
    assert told == {OTHER: "answered", TOWN: "stated", VILLAGE: "missing"}
    assert result_of(table, "varfor").replies[0].why == "not_asked"
    assert result_of(table, "flera").replies[1].why == "left"


def test_the_share_of_all_together(table: Table) -> None:
    answered_about_everything(table)
    found = result_of(table, "andel")
    assert found.share == (2, 3, "66.7", ())
    assert [reply.value for reply in found.of("answered")] == [50, 100]


def test_no_such_question(table: Table) -> None:
    open_about_everything(table)
    with pytest.raises(NotFound):
        result_of(table, "inget")


def test_pages(table: Table, app: Any) -> None:
    answered_about_everything(table)
    reader = table.stage.sign_in(app, "archivist")
    here = f"/cases/{NUMBER}/rounds/{table.id}/results"
    assert here in reader.get(f"/cases/{NUMBER}/rounds/{table.id}").text
    page = reader.get(here).text
    for said in ("2 av 3 enheter har lämnat sitt svar", "Ja 1 (50 %)", "median 5,5, summa 11",
                 "tillsammans 66,7 %", "Process: 3", VILLAGE):  # fmt: skip
        assert said in page.replace("\u00a0", " "), said
    page = reader.get(f"{here}/val").text.replace("\u00a0", " ")
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "style=" not in page
    assert '<td class="number">50 %</td>' in page
    assert f'Har inte lämnat svar (1)</h3>\n<ul class="names"><li>{VILLAGE}</li>' in page
    page = reader.get(f"{here}/text").text
    assert "&lt;b&gt;&amp;&lt;/b&gt; @SUM(A1)" in page
    assert "<b>&</b>" not in page
    assert "Kan inte berättas. =hemligt" in page
    page = reader.get(f"{here}/andel").text
    assert "2 av 3" in page
    page = reader.get(f"{here}/tal").text
    assert "4 celler ifyllda" not in page
    assert "3 celler ifyllda" in page
    assert '1 <span class="quiet">(2)</span>' in page
    assert reader.get(f"{here}/inget").status_code == 404
    assert "Fråga för fråga" in reader.get(f"/cases/{NUMBER}/rounds/{table.id}").text


def test_who_may_not_see_results(table: Table, app: Any) -> None:
    answered_about_everything(table)
    for path in ("", "/val"):
        url = f"/cases/{NUMBER}/rounds/{table.id}/results{path}"
        assert table.stage.sign_in(app, BY[OTHER]).get(url).status_code == 404
        assert table.stage.sign_in(app, "administrator").get(url).status_code == 403
    assert HOSTILE in str(result_of(table, "text").replies[0].value)


def fill_many(table: Table, count: int) -> None:
    """A round to many units that have handed over, straight into the tables."""
    open_about_everything(table)
    with table.stage.database.writing() as session:
        units = [Unit(name=f"Enhet {number:03}") for number in range(count)]
        session.add_all(units)
        session.flush()
        answers = [
            Submission(round_id=table.id, unit_id=unit.id or 0, created=table.stage.now)
            for unit in units
        ]
        session.add_all(answers)
        session.flush()
        for place, (unit, answer) in enumerate(zip(units, answers, strict=True)):
            session.add(RoundUnit(
                round_id=table.id, unit_id=unit.id or 0, submission_id=answer.id or 0,
                position=10 + place, state=ContributionState.HANDED_OVER,
                handed_over_at=table.stage.now,
            ))  # fmt: skip
            for question, value in (("text", f"Text {place:03}"), ("antal", place)):
                session.add(RoundValue(
                    round_id=table.id, submission_id=answer.id or 0, question=question,
                    value=json.dumps(value), shown=True,
                ))  # fmt: skip


def test_many_texts_stand_on_pages_of_fifty(table: Table, app: Any) -> None:
    fill_many(table, 120)
    reader = table.stage.sign_in(app, "archivist")
    here = f"/cases/{NUMBER}/rounds/{table.id}/results"
    shown = [re.findall(r"Text \d{3}", reader.get(f"{here}/text?page={page}").text)
             for page in (1, 2, 3, 99)]  # fmt: skip
    assert [len(found) for found in shown] == [50, 50, 20, 20]
    assert len({text for found in shown for text in found}) == 120
    assert f'href="{here}/text?page=2#replies"' in reader.get(f"{here}/text").text
    page = reader.get(f"{here}/antal").text
    assert re.search(r'<th scope="row">0–20</th><td class="number">20</td>', page)
    assert re.search(r'<th scope="row">100–120</th><td class="number">20</td>', page)
    assert page.count("<svg") == 1


def test_numbers_of_few_units_have_a_bar_each(table: Table, app: Any) -> None:
    answered_about_everything(table)
    reader = table.stage.sign_in(app, "archivist")
    page = reader.get(f"/cases/{NUMBER}/rounds/{table.id}/results/antal").text
    assert page.count('class="chart-series-1"') >= 2
    assert "Hur svaren fördelar sig" not in page
