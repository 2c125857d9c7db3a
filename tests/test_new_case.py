"""A new case: what it is offered to be opened with, and what becomes of a form that is refused."""

from __future__ import annotations

import re

from survey_app.services.specification import questionnaire_files
from tests.conftest import Installation


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
