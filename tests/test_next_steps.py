"""The next step on a page is one that can be taken, and stands where it is looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import GNV, GNV_DONE, Installation, Person, open_installation
from tests.databases import copy_installation

CORRECTION, ASKED = 9, 7
RETURNED = {"18a": "Nämn kommunerna.", "24": "Säg vilket år."}
PRIMARY = re.compile(r'<(?:a|button) class="button button-primary"[^>]*>([^<]+)<')


@pytest.fixture
def returned(installation: Installation) -> Installation:
    """A correction of the practice case, of which the director has sent two questions back."""
    strategist, director = installation.person("strateg"), installation.person("direktor")
    reply = strategist.post(f"/submissions/{GNV_DONE}/correction")
    assert reply.location.endswith(f"/{CORRECTION}")
    assert strategist.post(f"/submissions/{CORRECTION}/sending").status_code == 302
    reasons = {f"reason.{question}": reason for question, reason in RETURNED.items()}
    page = director.get(f"/submissions/{CORRECTION}/approval").text
    shown = re.search(r'name="content_sha256" value="(\w+)"', page)
    assert shown
    form = {"content_sha256": shown[1], **reasons}
    reply = director.post(f"/submissions/{CORRECTION}/return", form)
    assert reply.status_code == 302
    return installation


def primary(person: Person, submission: int) -> list[str]:
    """The main buttons of a submission's page."""
    return PRIMARY.findall(person.get(f"/submissions/{submission}").text)


def test_after_a_return_the_way_leads_to_what_is_open(returned: Installation) -> None:
    strategist = returned.person("strateg")
    page = strategist.get(f"/submissions/{CORRECTION}").text
    assert "Fyll i avsnitten nedan" not in page, "all else is locked"
    assert primary(strategist, CORRECTION) == ["Till fråga 18a"]
    answers = strategist.submission(CORRECTION)["answers"]
    for question, following in (("18a", "Till fråga 24"), ("24", "Kontrollera och skicka")):
        text, version = answers[question]["value"], answers[question]["version"]
        assert strategist.save(CORRECTION, question, f"{text} Så.", version).status_code == 200
        assert primary(strategist, CORRECTION) == [following]


def test_a_unit_is_led_to_what_was_sent_back(installation: Installation) -> None:
    unit, strategist = installation.person("kommun"), installation.person("strateg")
    assert unit.save(ASKED, "18a", "Vi har gjort mycket.", 0).status_code == 200
    assert primary(unit, ASKED) == ["Lämna över till Region Halland"]
    assert unit.post(f"/submissions/{ASKED}/hand-over").status_code == 302
    reply = strategist.post(f"/submissions/{ASKED}/send-back", {"reason.18a": "Hur mycket?"})
    assert reply.status_code == 302
    assert "Inte ändrad än." in unit.get(f"/submissions/{ASKED}").text
    assert primary(unit, ASKED) == ["Skriv svaren"]
    assert unit.save(ASKED, "18a", "Vi har gjort allt.", 1).status_code == 200
    assert primary(unit, ASKED) == ["Lämna över till Region Halland"]


def test_the_approver_finds_the_way_down(returned: Installation) -> None:
    """The page is long: what is new stands at its top, the decision at its end."""
    strategist, director = returned.person("strateg"), returned.person("direktor")
    assert strategist.post(f"/submissions/{CORRECTION}/sending").status_code == 302
    page = director.get(f"/submissions/{CORRECTION}/approval").text
    assert page.index('href="#attestation"') < page.index('<section aria-labelledby="section-')


def test_who_has_no_step_is_asked_to_read_only(returned: Installation) -> None:
    strategist, director = returned.person("strateg"), returned.person("direktor")
    assert strategist.post(f"/submissions/{CORRECTION}/sending").status_code == 302
    assert primary(director, CORRECTION) == ["Läs och godkänn"]
    order = {"unit": "1", "questionnaire": "", "steps": "2", "order_decision": "RS 2026/41"}
    assert returned.person("admin").post("/delegations/orders", order).status_code == 302
    assert primary(director, CORRECTION) == ["Läs svaret"]


@pytest.fixture
def newer(demo_template: Path, tmp_path: Path) -> Iterator[Installation]:
    """The demo, where the authority has come with another version of the questionnaire."""
    folder, forms = tmp_path / "instance", tmp_path / "forms"
    copy_installation(demo_template, folder)
    forms.mkdir()
    own = open_installation(folder)
    form = json.loads((own.settings.questionnaires / "gnv-2025.json").read_text("utf-8"))
    own.database.close()
    (forms / "ny.json").write_text(json.dumps({**form, "version": "9.0.0"}), "utf-8")
    opened = open_installation(folder, {"SURVEY_APP_QUESTIONNAIRES": str(forms)})
    yield opened
    opened.database.close()


def test_another_version_is_offered_where_it_can_be_taken(newer: Installation) -> None:
    strategist = newer.person("strateg")
    page = strategist.get(f"/submissions/{GNV}").text
    assert page.index("en ny version av formuläret") < page.index("Nästa steg")
    strategist.post(f"/submissions/{GNV_DONE}/correction")
    page = strategist.get(f"/submissions/{CORRECTION}").text
    assert "en ny version av formuläret" not in page, "a correction keeps its form"


def test_standing_in_tells_what_is_lacking_in_either_language(installation: Installation) -> None:
    director = installation.person("direktor")
    page = director.get("/stand-ins").text
    assert "Ingen annan på enheten är godkännare" in page
    assert "In English" in page
