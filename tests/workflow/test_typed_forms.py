"""After an error the forms of delegations, orders and stand-ins hold what was typed and ticked, and
the error leads to its own field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import Person
from tests.stage import OWN, Stage
from tests.workflow.decisions import DIRECTOR, SECOND


@pytest.fixture
def person(stage: Stage, app: Any) -> Person:
    return stage.sign_in(app, "administrator")


def shown(page: str) -> tuple[set[str], set[str], str]:
    """What stands in the fields, what is ticked, and the field that the error leads to."""
    fields = set(re.findall(r'name="(?!csrf)\w+" value="([^"]+)"(?! checked)', page))
    fields |= set(re.findall(r'<option value="([^"]+)" selected', page))
    [link] = re.findall(r'<ul><li><a href="#(\w+)"', page)
    assert re.search(rf'id="{link}"[^>]*aria-describedby="[^"]*{link}-error"', page), link
    return fields, set(re.findall(r'name="(\w+)" value="1" checked', page)), link


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision": " "}, "decision"),
        ({"valid_from": "i går"}, "valid_from"),
        ({"valid_to": "i morgon"}, "valid_to"),
        ({"valid_to": "2025-01-01"}, "valid_to"),
        ({"step": "1"}, "own_work"),
        ({"step": "99"}, "step"),
        ({"account": "0"}, "account"),
    ],
)
def test_a_delegation(stage: Stage, person: Person, wrong: dict[str, str], field: str) -> None:
    form = {"account": str(stage.accounts[SECOND]), "unit": str(stage.units[OWN]),
            "decision": "RS 2026/77", "questionnaire": "prov-2025", "step": "", "own_work": "1",
            "valid_from": "2026-02-03", "valid_to": "2026-04-05"} | wrong  # fmt: skip
    reply = person.post("/delegations", form)
    assert reply.status_code == 422
    fields, ticked, link = shown(reply.text)
    kept = {value for key, value in form.items() if key not in ("own_work", "unit")} - {"", " "}
    assert kept - {"0", "99"} <= fields
    assert (ticked, link) == ({"own_work"}, field)
    order = reply.text[reply.text.index('id="order_questionnaire"') :]
    assert 'prov-2025" selected' not in order, "the other form is another form"


def test_an_order(stage: Stage, person: Person) -> None:
    form = {"unit": str(stage.units[OWN]), "questionnaire": "prov-2025", "steps": "3",
            "order_decision": ""}  # fmt: skip
    page = person.post("/delegations/orders", form).text
    assert shown(page)[2] == "order_decision"
    order = page[page.index('id="order_questionnaire"') :]
    assert '"prov-2025" selected' in order
    assert "<option selected>3</option>" in order
    assert '"prov-2025" selected' not in page[: page.index('id="order_questionnaire"')]
    page = person.post("/delegations/orders", form | {"steps": "99"}).text
    assert shown(page)[2] == "steps"


def test_a_stand_in(stage: Stage, person: Person) -> None:
    form = {"delegation": str(stage.delegate(DIRECTOR)), "account": str(stage.accounts[SECOND]),
            "decision": "RS 2026/78", "valid_from": stage.today.isoformat(),
            "valid_to": "snart"}  # fmt: skip
    fields, _ticked, link = shown(person.post("/stand-ins", form).text)
    assert {*form.values()} <= fields
    assert link == "valid_to"
