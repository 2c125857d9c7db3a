"""The administrator's page of the security log: words, own units only, and what is taken away."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from html import unescape

import pytest
from flask import Flask

from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.security.log import KINDS, Context, attend, note
from survey_app.store.tables import Account
from survey_app.web.wording import security as wording
from tests.command import command
from tests.conftest import GNV, GNV_DONE, Installation, Person
from tests.security.test_chain import entries
from tests.stage import Stage


@pytest.fixture
def administrator(stage: Stage, app: Flask) -> Person:
    """The administrator, after a role was given and an account without a home tried to sign in."""
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        own = stage.actor("administrator")
        unit = stage.units["Region Egen"]
        roles = {Role.STRATEGIST, Role.ARCHIVIST}
        accounts.set_roles(session, own, stage.accounts["strategist"], unit, roles)
        note(session, "sign_in_failed")
        note(session, "backup_made", sha256="ab" * 32)
        note(session, "locked", account=stage.accounts["other_strategist"])
        row = session.get_one(Account, stage.accounts["strategist"])
        row.name = "=HYPERLINK(1)"
    return stage.sign_in(app, "administrator")


def _page(person: Person, query: str = "") -> str:
    reply = person.get(f"/security{query}")
    assert reply.status_code == 200, reply.text
    return unescape(reply.text)


def test_entries_are_told_in_words_and_of_own_units_only(administrator: Person) -> None:
    page = _page(administrator)
    assert "Roll tilldelad: arkivarie" in page
    assert "Inloggning: lösenord" in page
    assert "Säkerhetskopia tagen" in page, "what concerns all is told to all"
    assert "role_given" not in page.replace('value="role_given"', "")
    listed = page.partition("<tbody>")[2]
    assert "Misslyckad inloggning" not in listed, "nobody knows whose that was"
    assert "Region Annan" not in listed
    assert "Kontot låst" not in listed, "another unit's account"


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?kind=role_given", "Roll tilldelad", "Säkerhetskopia tagen"),
        ("?kind=backup_made", "Säkerhetskopia tagen", "Roll tilldelad: "),
        ("?who=1", "Roll tilldelad: arkivarie", "Säkerhetskopia tagen"),
        ("?from=2030-01-01", "Inga händelser", "Säkerhetskopia tagen"),
        ("?to=2001-01-01", "Inga händelser", "Säkerhetskopia tagen"),
        ("?before=1", "Inga händelser", "Säkerhetskopia tagen"),
        ("?kind=nonsense&who=x&before=-1", "Säkerhetskopia tagen", "Inga händelser"),
    ],
)
def test_the_list_can_be_narrowed(administrator: Person, query: str, there: str, gone: str) -> None:
    shown = _page(administrator, query).partition('id="list"')[2]
    assert there in shown
    assert gone not in shown


def test_a_day_that_cannot_be_read_is_said_where_it_stands(administrator: Person) -> None:
    reply = administrator.get("/security?from=i+går")
    assert reply.status_code == 422
    assert 'id="period-error"' in reply.text
    assert 'value="i går"' in reply.text
    assert administrator.get("/security.csv?from=i+går").status_code == 422


def test_a_day_counts_from_midnight_to_midnight_in_sweden(
    administrator: Person, stage: Stage
) -> None:
    day = stage.today.isoformat()
    assert "Säkerhetskopia tagen" in _page(administrator, f"?kind=backup_made&from={day}&to={day}")


def test_taking_it_away_is_an_entry_itself_and_no_cell_is_a_formula(
    administrator: Person, stage: Stage
) -> None:
    data = administrator.get("/security.csv").data.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(data), delimiter=";")
    assert head[2] == "Händelse"
    assert len(rows) > 8
    names = {row[3] for row in rows}
    assert "Text: =HYPERLINK(1)" in names
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]
    last = entries(stage)[-1]
    assert (last["kind"], last["by_account"]) == ("exported", stage.accounts["administrator"])
    assert last["facts"]["entries"] == len(rows)
    lines = administrator.get("/security.jsonl").text.splitlines()
    told = [json.loads(line) for line in lines]
    assert told[0]["kind"] == "exported"
    assert told[0]["facts"]["what"] == "security_csv"
    assert len(told) == len(rows) + 1


def test_older_entries_are_a_page_further(administrator: Person, stage: Stage) -> None:
    with stage.database.writing() as session:
        for _ in range(210):
            note(session, "backup_made")
    first = _page(administrator)
    assert first.count('<th scope="row">') == 200
    address = first.partition('href="/security?before=')[2].partition('"')[0]
    assert "Roll tilldelad: arkivarie" in _page(administrator, f"?before={address}")


def test_every_kind_has_its_words() -> None:
    assert set(wording.KINDS) == set(KINDS)


def test_what_leaves_the_house_is_noted(installation: Installation) -> None:
    archivist, before = installation.person("arkivarie"), len(entries(installation))
    for path in (f"/submissions/{GNV_DONE}/export.json", "/cases/RS259999/case.pdf"):
        assert archivist.get(path).status_code == 200
    told = entries(installation)[before:]
    assert [(item["kind"], item["facts"]["what"], item["unit_id"]) for item in told] == [
        ("exported", "record_json", 1), ("exported", "case_pdf", 1)]  # fmt: skip
    page = unescape(installation.person("admin").get("/security?kind=exported").text)
    assert "Uppgifter hämtade ut: ett ärende som PDF" in page


def test_registry_and_word_leave_the_house_too(installation: Installation) -> None:
    strategist, before = installation.person("strateg"), len(entries(installation))
    paths = ("/cases/RS259999/registry.pdf", "/cases/RS259999/registry.csv",
             f"/submissions/{GNV}/export.docx")  # fmt: skip
    replies = [strategist.get(path) for path in paths]
    told = [item["facts"] for item in entries(installation)[before:] if item["kind"] == "exported"]
    assert [item["what"] for item in told] == ["registry_pdf", "registry_csv", "word"]
    assert [item["sha256"] for item in told] == [
        hashlib.sha256(reply.data).hexdigest() for reply in replies
    ]  # fmt: skip


def test_the_command_prints_all_and_notes_it(installation: Installation) -> None:
    for day, there in (("2001-01-01", True), ("2999-01-01", False)):
        result = command(installation.settings, "audit", "export", "--since", day)
        assert result.exit_code == 0, result.output
        lines = [json.loads(line) for line in result.output.splitlines()]
        assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
        assert bool(lines) is there
    last = entries(installation)[-1]
    assert (last["kind"], last["facts"]["what"]) == ("exported", "security_jsonl")
    assert command(installation.settings, "audit", "verify").exit_code == 0
