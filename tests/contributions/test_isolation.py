"""Two sides of a contribution: neither sees, nor changes, more of the other than what was said."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from survey_app.core.workflow import Role
from survey_app.services.accounts.account import add_membership
from survey_app.services.refusal import NotFound
from survey_app.services.specification import add_specification, form_of
from survey_app.services.version import find_next, hash_plan, take_version
from tests.contributions.asking import DAY, THEIRS, Desk
from tests.short_form import QUESTIONNAIRE
from tests.test_version import next_form

ASKING = ("strategist", "approver_with_delegation", "archivist")


def test_the_unit_cannot_change_the_questionnaire_of_who_asked(desk: Desk, app: Any) -> None:
    (desk.stage.settings.questionnaires / "prov-2025-ny.json").write_text(next_form(), "utf-8")
    made = desk.ask("2a")
    person = desk.stage.sign_in(app, "other_strategist")
    assert person.get(f"/submissions/{made}/version").status_code == 404
    dossier = desk.stage.read(made, "other_strategist")
    target = find_next(dossier, [form_of(next_form())])
    assert target is not None
    shown = hash_plan(dossier, target)
    reply = person.post(f"/submissions/{made}/version", {"shown_sha256": shown})
    assert reply.status_code == 404
    with pytest.raises(NotFound), desk.stage.database.writing() as session:
        take_version(
            session, desk.stage.actor("other_strategist"), made, target, shown, desk.stage.now,
            desk.stage.key,
        )  # fmt: skip
    assert desk.stage.read(desk.main).questionnaire.version == "1.0.0"


def test_the_unit_hears_nothing_of_what_the_authority_says(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    desk.stage.extend(desk.main, desk.stage.today + 21 * DAY, reason="Personalbrist")
    ours, theirs = (desk.stage.sign_in(app, who) for who in ("strategist", "other_strategist"))
    assert "Personalbrist" in ours.get(f"/submissions/{desk.main}").text
    page = theirs.get(f"/submissions/{made}").text
    assert "Personalbrist" not in page
    assert "Anstånd" not in page


def test_what_led_to_it_stays_in_the_unit(desk: Desk, app: Any) -> None:
    """Its Word files, what they propose, and files that were taken away again."""
    made = desk.ask("2a", "3")
    desk.stage.attach(made, "2a", 0, "other_strategist")
    [file] = desk.stage.read(made, "other_strategist").answers["2a"].value["files"]
    desk.stage.save(made, "2a", None, 1, "other_strategist")
    taken = desk.stage.circulate(made, "other_strategist", answer="Bara ett förslag")
    desk.write(made)
    desk.hand_over(made)
    here = f"/submissions/{made}"
    inside = {f"{here}/proposals": 200, f"{here}/word/{taken}": 200,
              f"{here}/word/{taken}/file": 200, f"{here}/history/3": 200,
              f"{here}/attachments/{file['sha256']}": 200}  # fmt: skip
    theirs = desk.stage.sign_in(app, "other_strategist")
    assert {url: theirs.get(url).status_code for url in inside} == inside
    for who in ASKING:
        person = desk.stage.sign_in(app, who)
        for url in inside:
            reply = person.get(url)
            assert reply.status_code in (403, 404), (who, url)
        for url in (here, f"{here}/questions", f"{here}/sections/a", f"/api/v1{here}",
                    f"{here}/export.json"):  # fmt: skip
            reply = person.get(url)
            assert reply.status_code == 200, (who, url)
            assert THEIRS in reply.text, (who, url)
            assert "Bara ett förslag" not in reply.text, (who, url)


def test_files_that_were_handed_over_can_be_had(desk: Desk, app: Any) -> None:
    made = desk.ask("2a")
    desk.stage.attach(made, "2a", 0, "other_strategist")
    desk.hand_over(made)
    [file] = desk.stage.read(made).answers["2a"].value["files"]
    url = f"/submissions/{made}/attachments/{file['sha256']}"
    for who in ASKING:
        assert desk.stage.sign_in(app, who).get(url).status_code == 200
    desk.send_back(made, {"2a": "En annan"})
    assert desk.stage.sign_in(app, "strategist").get(url).status_code == 409


def test_the_units_own_last_year_is_its_own(desk: Desk, app: Any) -> None:
    """It stands beside for the unit; who asked reads the page without it."""
    [old] = desk.stage.open("RS2301", "other_strategist")
    desk.stage.save(old, "1", "Klart", 0, "other_strategist")
    desk.stage.save(old, "3", "Hemligt i fjol", 0, "other_strategist")
    desk.stage.send(old, "other_strategist")
    desk.stage.approve(old, "other_approver")
    form = {**QUESTIONNAIRE, "id": "prov-2026", "continues": "prov-2025"}
    with desk.stage.database.writing() as session:
        desk.stage.specification = add_specification(session, json.dumps(form), desk.stage.now)
    [main] = desk.stage.open("RS2601")
    this_year = Desk(desk.stage, main)
    made = this_year.handed_over("3")
    page = desk.stage.sign_in(app, "other_strategist").get(f"/submissions/{made}/questions")
    assert "Hemligt i fjol" in page.text
    for who in ASKING:
        for url in (f"/submissions/{made}/questions", f"/submissions/{made}/sections/a"):
            page = desk.stage.sign_in(app, who).get(url)
            assert page.status_code == 200, who
            assert THEIRS in page.text
            assert "Hemligt i fjol" not in page.text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ARCHIVIST, Role.APPROVER])
def test_another_role_in_the_unit_opens_none_of_it(desk: Desk, app: Any, role: Role) -> None:
    """Who asks, and handles accounts or signs in the other unit, is none who answers there."""
    made = desk.ask("3")
    desk.write(made, text="Ett tidigt utkast")
    with desk.stage.database.writing() as session:
        add_membership(
            session, desk.stage.accounts["strategist"], desk.stage.units["Region Annan"], role
        )
    person = desk.stage.sign_in(app, "strategist")
    assert person.get(f"/submissions/{made}").status_code == 409
    desk.write(made, text=THEIRS, version=1)
    desk.hand_over(made)
    assert person.get(f"/submissions/{made}/history/3").status_code == 403
    page = person.get(f"/submissions/{made}/questions").text
    assert THEIRS in page
    assert "/history/" not in page


def test_every_link_that_the_unit_sees_leads_somewhere_of_its_own(desk: Desk, app: Any) -> None:
    """From its first page on: no dead end, and nowhere a word of the answer that it is for."""
    secret = "Det här skrev bara vi."
    desk.stage.save(desk.main, "1", secret, 0)
    made = desk.ask("2", "3", until=desk.stage.today + 7 * DAY)
    desk.write(made)
    person = desk.stage.sign_in(app, "other_strategist")
    seen, left = set[str](), ["/"]
    while left:
        url = left.pop()
        seen.add(url)
        reply = person.get(url)
        assert reply.status_code == 200, url
        assert secret not in reply.text, url
        if reply.mimetype == "text/html":
            found = re.findall(r'href="(/(?!static/)[^"#]*)', reply.text)
            left += {item.replace("&amp;", "&") for item in found} - seen - set(left)
    assert f"/submissions/{made}/questions" in seen
    assert not [url for url in seen if f"/submissions/{desk.main}" in url]
