"""Who stands in: within dates, under a decision, named by the holder or the administrator."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from survey_app.core.workflow import Role
from survey_app.export.pdf.words import read_words
from survey_app.services.accounts.account import set_active
from survey_app.services.approvals.delegation import revoke_delegation
from survey_app.services.approvals.stand_in import revoke_stand_in
from survey_app.services.archives.archive import export_pdf
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.register.registry import list_entries
from tests.stage import Stage
from tests.workflow.decisions import DAY, DIRECTOR, SECOND, give_role, refused_approval


@pytest.fixture
def delegation(stage: Stage) -> int:
    """A delegation of the director's, the only one that holds."""
    return stage.delegate(DIRECTOR, decision="Delegation 4.2", questionnaire="prov-2025")


def test_the_record_and_the_documents_say_for_whom(
    stage: Stage, sent: int, delegation: int
) -> None:
    stage.stand_in(SECOND, delegation, by=DIRECTOR)
    approval = json.loads(stage.approve(sent, SECOND).body)["approval"]
    assert approval["approver"]["name"] == SECOND
    assert approval["delegation"]["decision"] == "Delegation 4.2"
    assert approval["stands_in_for"] == {
        "name": DIRECTOR, "title": "approver", "decision": "Beslut om ersättare",
        "valid_from": stage.today.isoformat(), "valid_to": (stage.today + DAY).isoformat(),
    }  # fmt: skip
    with stage.database.reading() as session:
        archivist = stage.actor("archivist")
        words = read_words(export_pdf(session, archivist, sent, stage.now).data, skip_others=True)
        [entry] = [item for item in list_entries(session, archivist, "RS2501")
                   if item.kind == "approval"]  # fmt: skip
    assert f"ersättare för {DIRECTOR}" in words
    assert "Beslut om ersättare" in words
    assert f"{SECOND}, approver, ersättare för {DIRECTOR}, approver" in entry.subject
    assert "ersättare enligt Beslut om ersättare" in entry.subject


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(0, 0, True), (-3, 0, True), (1, 2, False), (-3, -1, False)]
)
def test_only_within_the_dates(
    stage: Stage, sent: int, delegation: int, first: int, last: int, holds: bool
) -> None:
    stage.stand_in(SECOND, delegation, valid_from=stage.today + first * DAY,
                   valid_to=stage.today + last * DAY)  # fmt: skip
    if holds:
        stage.approve(sent, SECOND)
    else:
        refused_approval(stage, sent, "no_delegation_today", by=SECOND)


@pytest.mark.parametrize("how", ["stand-in", "delegation", "role of the holder", "account"])
def test_what_ends_it_ends_it_at_once(stage: Stage, sent: int, delegation: int, how: str) -> None:
    stand_in = stage.stand_in(SECOND, delegation)
    administrator = stage.actor("administrator")
    if how == "role of the holder":
        give_role(stage, DIRECTOR, set())
    else:
        with stage.database.writing() as session:
            if how == "stand-in":
                revoke_stand_in(session, stage.actor(DIRECTOR), stand_in, stage.now)
            elif how == "delegation":
                revoke_delegation(session, administrator, delegation, stage.now)
            else:
                set_active(session, administrator, stage.accounts[DIRECTOR], active=False)
    refused_approval(stage, sent, "no_delegation_today", by=SECOND)


def test_never_for_own_work_even_where_the_holder_may(stage: Stage, sent: int) -> None:
    delegation = stage.delegate(DIRECTOR, own_work=True)
    stage.stand_in(SECOND, delegation)
    stage.withdraw(sent)
    give_role(stage, SECOND, {Role.STRATEGIST, Role.APPROVER})
    stage.save(sent, "3", "Av ersättaren", 0, SECOND)
    stage.send(sent)
    refused_approval(stage, sent, "own_work", by=SECOND, reason="Ingen annan")


def test_standing_in_reaches_no_further_than_the_delegation(stage: Stage, sent: int) -> None:
    other = stage.delegate(DIRECTOR, questionnaire="annan-2025")
    head = stage.delegate(DIRECTOR, step=1)
    stage.stand_in(SECOND, other)
    stage.stand_in(SECOND, head)
    refused_approval(stage, sent, "not_your_step", by=SECOND)


def test_nobody_takes_both_steps_by_standing_in(stage: Stage, sent: int, delegation: int) -> None:
    """Head in the first, the director's stand-in in the second: the same person, so no."""
    stage.in_steps(2)
    stage.delegate(SECOND, step=1)
    stage.stand_in(SECOND, delegation)
    stage.endorse(sent, SECOND)
    refused_approval(stage, sent, "both_steps", by=SECOND, turn=(2, 2))
    stage.approve(sent, turn=(2, 2))


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"decision": " "}, "decision_missing"),
        ({"valid_to": -1}, "dates_reversed"),
        ({"valid_to": 31}, "stand_in_outside_delegation"),
        ({"valid_from": -31}, "stand_in_outside_delegation"),
    ],
)
def test_what_is_refused(stage: Stage, delegation: int, terms: dict[str, Any], code: str) -> None:
    given = {key: stage.today + value * DAY if isinstance(value, int) else value
             for key, value in terms.items()}  # fmt: skip
    with pytest.raises(Invalid, match=code):
        stage.stand_in(SECOND, delegation, **given)


def test_who_may_be_named(stage: Stage, delegation: int) -> None:
    with pytest.raises(Invalid, match="for_oneself"):
        stage.stand_in(DIRECTOR, delegation)
    for who in ("strategist", "administrator", "other_approver"):
        with pytest.raises(Invalid, match="no_approver"):
            stage.stand_in(who, delegation)


def test_who_may_name_and_revoke(stage: Stage, delegation: int) -> None:
    made = stage.stand_in(SECOND, delegation)
    for who in (SECOND, "strategist", "archivist", "other_administrator", "other_approver"):
        with pytest.raises(NotFound, match="no_delegation"):
            stage.stand_in(SECOND, delegation, by=who)
        with stage.database.writing() as session, pytest.raises(NotFound, match="no_stand_in"):
            revoke_stand_in(session, stage.actor(who), made, stage.now)
    with stage.database.writing() as session:
        revoke_delegation(session, stage.actor("administrator"), delegation, stage.now)
    with pytest.raises(Invalid, match="delegation_revoked"):
        stage.stand_in(SECOND, delegation)


def test_the_page(stage: Stage, sent: int, delegation: int, app: Any) -> None:
    director, second = stage.sign_in(app, DIRECTOR), stage.sign_in(app, SECOND)
    assert "Delegation 4.2" in director.get("/stand-ins").text
    form = {"delegation": str(delegation), "account": str(stage.accounts[SECOND]),
            "decision": "Beslut 7", "valid_from": stage.today.isoformat(),
            "valid_to": (stage.today - datetime.timedelta(days=1)).isoformat()}  # fmt: skip
    reply = director.post("/stand-ins", form)
    assert reply.status_code == 422
    assert "Tiden slutar innan den börjar." in reply.text
    assert 'value="Beslut 7"' in reply.text, "what was typed is still there"
    assert second.post("/stand-ins", form).status_code == 404, "not the holder"
    assert director.post("/stand-ins", form | {"valid_to": str(stage.today)}).status_code == 302
    page = second.get(f"/submissions/{sent}/approval").text
    assert f"Du är ersättare för {DIRECTOR}: Beslut 7" in page
    assert director.post("/stand-ins/1").status_code == 302
    assert "Du kan läsa men inte godkänna" in second.get(f"/submissions/{sent}/approval").text
    assert "återkallad" in director.get("/stand-ins").text
