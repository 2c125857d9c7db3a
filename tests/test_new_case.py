"""A new case: what it is offered to be opened with, and what becomes of a form that is refused."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.services.specification import questionnaire_files
from survey_app.store.tables import Specification
from survey_app.web.forms_at_hand import forms_at_hand, newer_version
from tests.conftest import GNV, Installation, open_installation

FORMS = Path(__file__).parents[1] / "questionnaires"


@pytest.fixture
def own_forms(instance: Path) -> Iterator[Installation]:
    """The demo with a folder of questionnaires of its own, which a test may change."""
    folder = shutil.copytree(FORMS, instance.with_name("questionnaires"))
    opened = open_installation(instance, {"SURVEY_APP_QUESTIONNAIRES": str(folder)})
    yield opened
    opened.database.close()


def test_what_is_offered_opens_a_case_and_nothing_else_does(installation: Installation) -> None:
    """Rounds, surveys and memos are opened from the page of a case."""
    person = installation.person("strateg")
    page = person.get("/cases/new").text
    offered = re.findall(r'name="questionnaire" value="([^"]+)"', page)
    [unit] = re.findall(r'name="unit" value="(\d+)"', page)
    assert sorted(offered) == ["gnv-2025.json", "statsbidrag-2025.json"]
    at_hand = [path.name for path in questionnaire_files(installation.settings.questionnaires)]
    assert set(offered) < set(at_hand)
    for place, name in enumerate(at_hand):
        number = f"RS2698{place:02}"
        form = {"diary_number": number, "title": "Nytt", "unit": unit, "questionnaire": name}
        reply = person.post("/cases/new", form)
        assert (reply.status_code == 302) == (name in offered), name
        there = person.get(f"/cases/{number}")
        assert (there.status_code == 200) == (name in offered), name
        if name not in offered:
            assert "öppnas från ärendets sida" in reply.text


def test_a_refused_form_stands_there_as_it_was_filled_in(installation: Installation) -> None:
    form = {"diary_number": "fel nummer!", "title": "Min rubrik", "practice": "1",
            "questionnaire": "gnv-2025.json", "for_rounds": "1"}  # fmt: skip
    page = installation.person("strateg").get("/cases/new").text
    form["unit"] = re.findall(r'name="unit" value="(\d+)"', page)[0]
    reply = installation.person("strateg").post("/cases/new", form)
    assert reply.status_code == 422
    for told in (
        'value="fel nummer!"', 'value="Min rubrik"', 'name="practice" value="1" checked',
        'value="gnv-2025.json" checked', 'name="for_rounds" value="1" checked',
    ):  # fmt: skip
        assert told in reply.text


def test_a_damaged_questionnaire_hides_no_other(
    own_forms: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    """Who runs the installation may leave a broken file: only what it held must wait."""
    folder = own_forms.settings.questionnaires
    (folder / "gnv-2025.json").write_text('{"id": "gnv",', "utf-8")
    (folder / "rad-2026.json").write_bytes(b"\xff\xfe{}")
    (folder / "ratt-2026.json").mkdir()
    (folder / "tjansteskrivelse.json").unlink()
    (folder / "tjansteskrivelse.json").symlink_to(folder / "nowhere.json")
    damaged = "gnv-2025.json, rad-2026.json, ratt-2026.json, tjansteskrivelse.json. Säg till"
    person = own_forms.person("strateg")
    page = person.get("/cases/new").text
    [unit] = re.findall(r'name="unit" value="(\d+)"', page)
    assert re.findall(r'name="questionnaire" value="([^"]+)"', page) == ["statsbidrag-2025.json"]
    for place in (
        "/cases/new", "/cases/RS250393/rounds/new", "/cases/RS250393/surveys/new",
        f"/submissions/{GNV}/version",
    ):  # fmt: skip
        assert damaged in person.get(place).text, place
    assert person.get(f"/submissions/{GNV}").status_code == 200
    assert damaged in person.post("/cases/RS250393/memo").text
    form = {"diary_number": "RS269801", "title": "Nytt", "unit": unit}
    refused = person.post("/cases/new", {**form, "questionnaire": "gnv-2025.json"})
    assert refused.status_code == 422
    assert "finns inte längre att välja" in refused.text
    assert person.get("/cases/RS269801").status_code == 404
    opened = person.post("/cases/new", {**form, "questionnaire": "statsbidrag-2025.json"})
    assert opened.status_code == 302
    told = [line.getMessage() for line in caplog.records if "cannot be used" in line.getMessage()]
    assert len(told) == 4, "each once, however often one looks"


def test_a_questionnaire_is_read_again_when_its_file_has_changed(own_forms: Installation) -> None:
    """And not before: to read them all takes longer than the page that shows them."""
    path = own_forms.settings.questionnaires / "gnv-2025.json"
    with own_forms.app.test_request_context("/"):
        before = forms_at_hand().forms
        assert [form.questionnaire for form in before]
        assert all(one is other for one, other in zip(before, forms_at_hand().forms, strict=True))
        [own] = [form.questionnaire for form in before if form.name == path.name]
        assert newer_version(own) == ""
        # With a mark of its byte order, as some editors leave it.
        told = path.read_text("utf-8").replace(f'"version": "{own.version}"', '"version": "9.0.0"')
        path.with_name("gnv-2029.json").write_text("\ufeff" + told, "utf-8")
        assert newer_version(own) == "9.0.0"
        path.with_name("gnv-2029.json").write_text("{", "utf-8")
        assert newer_version(own) == ""


def test_looking_at_what_can_be_opened_keeps_nothing(own_forms: Installation) -> None:
    """A page that is read writes nothing: what nobody chose is not kept with the answers."""
    person = own_forms.person("strateg")
    spec = next(own_forms.settings.questionnaires.glob("gnv-2025.json"))
    told = spec.read_text("utf-8").replace('"version": "', '"version": "9.', 1)
    (spec.parent / "gnv-2029.json").write_text(told, "utf-8")
    assert "gnv-2029.json" in person.get("/cases/new").text
    person.get("/cases/RS250393/rounds/new")
    with own_forms.database.reading() as session:
        kept = session.execute(select(col(Specification.version))).scalars().all()
    assert kept
    assert not any(version.startswith("9.") for version in kept)
