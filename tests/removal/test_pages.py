"""Removing a case at the screen: what is said before, what is refused, and what is said after."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey_app.cli.main import main
from survey_app.services.audit import read_heads, verify_chain
from survey_app.services.doctor.soundness import find_flaws, find_unused_files
from tests.conftest import GNV_DONE, Installation
from tests.databases import database_environment

NUMBER, HERE = "RS259999", "/cases/RS259999/removal"


def form(installation: Installation, **told: str) -> dict[str, str]:
    page = installation.person("arkivarie").get(HERE).text
    shown = page.partition('name="shown_sha256" value="')[2][:64]
    return {"decision": "Arkivbeslut 2026 § 7", "ground": "Planen 4.2", "day": "2026-01-15",
            "keeping": "package", "confirmed": "1", "shown_sha256": shown, **told}  # fmt: skip


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


@pytest.mark.both_databases
def test_a_case_is_removed_and_says_so_wherever_one_asks(
    installation: Installation, tmp_path: Path
) -> None:
    archivist, strategist = (installation.person(name) for name in ("arkivarie", "strateg"))
    case = archivist.get(f"/cases/{NUMBER}").text
    assert HERE in case
    title = re.search(rf"<h1>{NUMBER} (.+?)</h1>", case)
    assert title
    assert "Det har inte hämtats." in archivist.get(HERE).text
    refused = archivist.post(HERE, form(installation))
    assert refused.status_code == 422
    assert "Arkivpaketet har inte hämtats" in plain(refused.text)
    assert 'value="Arkivbeslut 2026 § 7"' in refused.text
    assert 'id="keeping-error"' in refused.text
    package = archivist.get(f"/cases/{NUMBER}/package.zip").data
    assert archivist.post(HERE, form(installation)).status_code == 302
    page = plain(archivist.get(HERE).text)
    for said in ("Arkivbeslut 2026 § 7", "Planen 4.2", "15 januari 2026", "SHA-256"):
        assert said in page
    assert title[1] not in page
    again = archivist.post(HERE, form(installation))
    assert (again.status_code, "är redan gallrat" in again.text) == (409, True)
    for who in (archivist, strategist):
        for place in ("cases/{n}", "cases/{n}/registry", "cases/{n}/package.zip",
                      "submissions/{s}", "submissions/{s}/export.pdf"):  # fmt: skip
            reply = who.get("/" + place.format(n=NUMBER, s=GNV_DONE))
            assert (place, reply.status_code) == (place, 410)
            assert "gallrades" in reply.text
            assert "Arkivbeslut 2026 § 7" in reply.text
            assert (HERE in reply.text) == (who is archivist)
        assert NUMBER in who.get("/").text
        assert title[1] not in who.get("/").text
    reply = strategist.get(f"/api/v1/submissions/{GNV_DONE}")
    assert (reply.status_code, reply.get_json()["error"]) == (410, "case_removed")
    assert strategist.get(HERE).status_code == 403
    key = installation.app.extensions["redogor"].key
    with installation.database.reading() as session:
        assert list(find_flaws(session, key, key.kept())) == []
        assert list(find_unused_files(session)) == []
    # What was fetched before is whole by itself, and says which records were here.
    file = tmp_path / "paket.zip"
    file.write_bytes(package)
    told = CliRunner().invoke(main, ["verify", str(file)])
    assert told.exit_code == 0, told.output
    hashes = re.findall(r'<code class="hash">([0-9a-f]{64})</code>', page)
    assert len(hashes) == 3  # the package and two records


def test_what_stands_in_the_way_is_said_and_the_form_is_not_there(
    installation: Installation,
) -> None:
    archivist = installation.person("arkivarie")
    page = archivist.get("/cases/RS250393/removal").text
    assert "Svar som inte är arkiverade: 2." in plain(page)
    assert 'name="decision"' not in page
    assert "Gallra ärendet" not in installation.person("strateg").get("/cases/RS250393").text


def test_an_open_round_and_a_report_in_draft_stand_in_the_way(
    rounds_installation: Installation,
) -> None:
    archivist = rounds_installation.person("arkivarie")
    found = {}
    for number in re.findall(r"/cases/([A-Z]+[0-9]+)\"", archivist.get("/").text):
        page = plain(archivist.get(f"/cases/{number}/removal").text)
        found[number] = "En omgång eller en enkät är öppen" in page
    assert any(found.values())


@pytest.mark.both_databases
def test_by_the_command_it_is_shown_first_and_removed_when_it_is_said_so(
    instance: Path, installation: Installation
) -> None:
    def run(*words: str) -> tuple[int, str]:
        told = CliRunner(env=database_environment(instance)).invoke(
            main, ["--instance", str(instance), "case", *words]
        )
        return told.exit_code, plain(told.output)

    by = installation.accounts["arkivarie"]["email"]
    said = ["remove", NUMBER, "--by", by, "--decision", "Beslut 7", "--ground", "Planen",
            "--day", "2026-01-15", "--kept-nowhere"]  # fmt: skip
    code, shown = run(*said)
    assert (code, "Ingenting är borttaget" in shown) == (1, True)
    sha256 = re.search(r"--shown ([0-9a-f]{64})", shown)
    assert sha256, shown
    assert run(*said, "--shown", "0" * 64)[0] == 1
    code, told = run("remove", NUMBER, *said[2:-1], "--shown", sha256[1])
    assert (code, "Arkivpaketet har inte hämtats" in told) == (1, True)
    stranger = [*said, "--shown", sha256[1]]
    stranger[3] = installation.accounts["strateg"]["email"]
    assert run(*stranger)[0] == 1
    assert run(*said, "--shown", sha256[1])[0] == 0
    code, told = run(*said, "--shown", sha256[1])
    assert (code, "redan gallrat" in told) == (1, True)
    key = installation.app.extensions["redogor"].key
    kept = read_heads(key.kept(), key)
    with installation.database.reading() as session:
        for case_id in kept:
            assert not case_id or verify_chain(session, case_id, key, kept[case_id]) == []
    assert run("sweep")[0] == 0
