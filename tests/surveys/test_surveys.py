"""Surveys through the services: opening, links, answering, closing, weeding, and who may."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.content import canonical_json
from survey_app.export.sheet import XLSX_TYPE
from survey_app.services.refusal import Forbidden, Invalid, NotFound, Refused, WrongState
from survey_app.services.surveys.ballot import find_asked, hash_of
from survey_app.services.surveys.survey import find_survey
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import AuditEntry, Ballot, CaseDocument
from tests.short_form import ROUND_FORM
from tests.surveys.asking import ANSWERS, GOOD, NUMBER, Poll

DAY = datetime.timedelta(days=1)


def test_what_is_answered_is_kept_and_nothing_else(poll: Poll) -> None:
    poll.open()
    poll.cast()
    assert poll.ballots() == [ANSWERS]
    with poll.stage.database.reading() as session:
        [row] = session.execute(select(Ballot)).scalars()
        assert set(type(row).model_fields) == {"id", "round_id", "answers"}
        assert json.loads(row.answers) == ANSWERS


def test_the_number_is_told_in_steps_of_five_until_it_is_closed(poll: Poll) -> None:
    poll.open()
    seen = []
    for _ in range(11):
        seen.append(poll.view().at_least)
        poll.cast()
    assert seen == [0] * 5 + [5] * 5 + [10]
    assert poll.close().at_least == 11


def test_nothing_is_shown_before_it_is_closed(poll: Poll) -> None:
    poll.open()
    poll.cast_many(12)
    assert poll.result() is None
    poll.close()
    assert poll.told("roll")["tally"]["counts"]["patient"] == 12
    assert poll.told("bra")["texts"] == [GOOD] * 12


def test_in_fives_the_last_are_never_told_by_a_difference(poll: Poll) -> None:
    poll.open(shown="in_fives")
    poll.cast_many(4)
    assert poll.result() is None
    poll.cast_many(1)
    assert poll.told("roll")["tally"]["answered"] == 5
    assert "texts" not in poll.told("bra"), "texts wait until it is closed"
    poll.cast_many(3, roll={"chosen": "annan", "details": {}})
    assert poll.told("roll")["tally"]["counts"]["annan"] == 0
    poll.close()
    assert poll.told("roll")["tally"]["counts"]["annan"] == 0
    result = poll.result()
    assert result is not None
    assert (result["ballots"], result["left_out"]) == (8, 3)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_of_fewer_than_five_nothing_is_told_for_good(poll: Poll, n: int) -> None:
    poll.open()
    poll.cast_many(n)
    poll.close()
    result = poll.result()
    assert result is not None
    assert all(
        item["tally"] == {"withheld": True} and not item.get("texts")
        for section in result["sections"] for item in section["questions"]
    )  # fmt: skip
    assert GOOD.encode() not in canonical_json(result)


def test_a_single_link_answers_once(poll: Poll) -> None:
    poll.open()
    [link] = poll.singles(1)
    poll.cast(link=link, once="a")
    with pytest.raises(WrongState) as refused:
        poll.cast(link=link, once="b")
    assert refused.value.code == "link_used"
    assert len(poll.ballots()) == 1


def test_sent_twice_it_is_one_answer(poll: Poll) -> None:
    poll.open()
    [link] = poll.singles(1)
    for _ in range(2):
        poll.cast(link=link, once="a")
        poll.cast(once="c")
    assert len(poll.ballots()) == 2
    poll.cast({**ANSWERS, "bra": "Något annat."}, once="c")
    assert len(poll.ballots()) == 3, "corrected after going back, it is an answer more, not lost"


def test_days(poll: Poll) -> None:
    poll.open(opens=poll.stage.today + DAY, closes=poll.stage.today + 2 * DAY)
    with pytest.raises(WrongState, match="link_not_open"):
        poll.cast()
    poll.stage.now += DAY
    poll.cast()
    poll.stage.now += DAY
    poll.cast()
    poll.stage.now += DAY
    with pytest.raises(WrongState, match="link_closed"):
        poll.cast()
    assert len(poll.ballots()) == 2


def test_closed_for_good(poll: Poll) -> None:
    poll.open()
    poll.cast_many(5)
    poll.close()
    with pytest.raises(WrongState, match="link_closed"):
        poll.cast()
    with pytest.raises(WrongState, match="round_closed"):
        poll.close()
    with pytest.raises(WrongState, match="round_closed"):
        poll.share()


def test_guessed_and_revoked_are_the_same(poll: Poll) -> None:
    poll.open()
    poll.cast()
    assert poll.revoke(hash_of(poll.link)) == 1
    said = []
    for token in (poll.link, "x" * 22, "", "å" * 3000):
        with poll.stage.database.reading() as session, pytest.raises(NotFound) as refused:
            find_asked(session, token, poll.stage.today)
        said.append((refused.value.code, dict(refused.value.facts)))
    assert said == [("link_unknown", {})] * 4
    assert len(poll.ballots()) == 1, "what was answered by it stays"


def test_unused_single_links_are_taken_back_together(poll: Poll) -> None:
    poll.open()
    first, second = poll.singles(2)
    poll.cast(link=first)
    assert poll.revoke() == 1
    with pytest.raises(NotFound):
        poll.cast(link=second)
    poll.cast()


@pytest.mark.parametrize(
    ("answers", "code"),
    [({}, "nothing_answered"), ({"bra": "x" * 1001}, "too_long")],
    ids=["empty", "too long"],
)
def test_what_is_wrong_is_not_kept(poll: Poll, answers: dict[str, Any], code: str) -> None:
    poll.open()
    with pytest.raises(Invalid, match="ballot_refused") as refused:
        poll.cast(answers)
    assert code in {problem.code for problem in refused.value.problems}
    assert poll.ballots() == []


def test_a_form_with_names_is_no_survey(poll: Poll) -> None:
    body = json.dumps(ROUND_FORM, ensure_ascii=False)
    with pytest.raises(Invalid, match="form_not_anonymous"):
        poll.open(body=body)


def test_who_may(poll: Poll) -> None:
    poll.open()
    poll.cast_many(5)
    for name in ("approver_with_delegation", "archivist"):
        assert poll.view(name).at_least == 5
        with pytest.raises(Forbidden):
            poll.close(name)
    for name in ("other_strategist", "administrator"):
        with pytest.raises(NotFound):
            poll.view(name)
        with pytest.raises(NotFound):
            poll.close(name)
    poll.close()
    with pytest.raises(Forbidden):
        poll.weed(by="strategist")


def test_the_result_is_a_document_of_the_case(poll: Poll) -> None:
    poll.open()
    poll.cast_many(6)
    poll.close()
    with poll.stage.database.reading() as session:
        rows = session.execute(
            select(CaseDocument).where(col(CaseDocument.made) == "result")
        ).scalars().all()  # fmt: skip
        names = [row.name for row in rows]
        assert names == [
            f"{NUMBER}-enkat-medverkan-resultat-{poll.id}.{end}" for end in ("pdf", "json")
        ]
        [pdf, data] = [blob_bytes(session, row.sha256 or "") for row in rows]
    assert pdf.startswith(b"%PDF-1.7")
    told = json.loads(data)
    assert told == poll.result()
    assert canonical_json(told) == data


def sheets_of(poll: Poll, app: Flask) -> dict[str, list[list[Any]]]:
    """The result as its page gives it as XLSX: the cells by the names of the sheets."""
    person = poll.stage.sign_in(app, "strategist")
    reply = person.get(f"/cases/{NUMBER}/surveys/{poll.id}/result.xlsx")
    assert (reply.status_code, reply.mimetype) == (200, XLSX_TYPE)
    assert b"<f>" not in b"".join(unzipped(reply.data))
    found = load_workbook(io.BytesIO(reply.data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in found}


def unzipped(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return [held.read(name) for name in held.namelist()]


def test_the_result_as_a_workbook_tells_what_its_document_tells(poll: Poll, app: Flask) -> None:
    hostile = "=1+1 är två"
    poll.open()
    poll.cast_many(4, bra=hostile)
    poll.cast_many(2, pastaenden={"tydligt": "helt"})
    person = poll.stage.sign_in(app, "strategist")
    page = f"/cases/{NUMBER}/surveys/{poll.id}"
    assert person.get(f"{page}/result.xlsx").status_code == 404, "it is open still"
    assert "result.xlsx" not in person.get(page).text
    poll.close()
    assert f"{page}/result.xlsx" in person.get(page).text
    sheets = sheets_of(poll, app)
    found = {(row[2], row[3], row[4]): row[5:] for row in sheets["Resultat"][1:]}
    role = poll.told("roll")
    for option in role["options"]:
        n = role["tally"]["counts"][option["id"]]
        assert found[role["text"], None, option["text"]] == [n, n / 6, 6]
    claims = poll.told("pastaenden")
    lines = {line["id"]: line["text"] for line in claims["rows"]}
    assert found[claims["text"], lines["lyssnad"], "visas inte"] == [None, None, "färre än 5"]
    assert sorted(row[2] for row in sheets["Texter"][1:]) == sorted(poll.told("bra")["texts"])
    assert hostile in [row[2] for row in sheets["Texter"]]


def test_the_workbook_of_fewer_than_five_has_no_answers(poll: Poll, app: Flask) -> None:
    poll.open()
    poll.cast_many(4)
    poll.close()
    sheets = sheets_of(poll, app)
    assert (len(sheets["Resultat"]), len(sheets["Texter"])) == (1, 1)


def test_weeding_takes_the_answers_and_leaves_the_result(poll: Poll) -> None:
    poll.open()
    poll.cast_many(6)
    with pytest.raises(WrongState, match="round_not_closed"):
        poll.weed()
    poll.close()
    for said in ("", "   "):
        with pytest.raises(Invalid, match="weeding_decision_missing"):
            poll.weed(said)
    assert poll.weed() == 6
    assert poll.ballots() == []
    assert poll.view().links == []
    assert poll.told("roll")["tally"]["answered"] == 6
    assert poll.told("bra")["texts"] == []
    with pytest.raises(Refused, match="ballots_weeded_already"):
        poll.weed()


class TestTheChain:
    """What it vouches for, and what it must not tell."""

    def test_holds_through_a_survey_s_life(self, poll: Poll) -> None:
        poll.open()
        poll.cast_many(6)
        assert poll.breaks() == []
        poll.close()
        assert poll.breaks() == []
        poll.weed()
        assert poll.breaks() == []

    def test_finds_a_ballot_that_was_changed_or_put_in(self, poll: Poll) -> None:
        poll.open()
        poll.cast_many(6)
        poll.close()
        with poll.stage.database.writing() as session:
            row = session.execute(select(Ballot)).scalars().first()
            assert row
            was, of = row.answers, col(Ballot.id) == row.id
            session.execute(update(Ballot).where(of).values(answers='{"bra":"Nej"}'))
        assert poll.breaks() == ["changed_ballots"]
        with poll.stage.database.writing() as session:
            session.execute(update(Ballot).where(of).values(answers=was))
        assert poll.breaks() == []
        with poll.stage.database.writing() as session:
            session.add(Ballot(id="f" * 32, round_id=poll.id, answers="{}"))
        assert poll.breaks() == ["changed_ballots"]

    def test_an_answer_adds_no_link(self, poll: Poll) -> None:
        poll.open()

        def links() -> int:
            with poll.stage.database.reading() as session:
                return len(session.execute(select(AuditEntry)).scalars().all())

        before = links()
        poll.cast_many(5)
        assert links() == before


def test_a_survey_of_another_case_is_not_found_here(poll: Poll) -> None:
    poll.open()
    poll.stage.open("RS2502")
    with poll.stage.database.reading() as session, pytest.raises(NotFound):
        find_survey(session, poll.stage.actor("strategist"), "RS2502", poll.id)
