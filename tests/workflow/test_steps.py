"""Approving in steps: whose turn it is, what makes a step void, four eyes at each of them."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.core.record import check_record
from survey_app.core.workflow import Role, State
from survey_app.export.pdf.words import read_words
from survey_app.export.verification.look import verify_package
from survey_app.services.approvals.approval import prepare_approval
from survey_app.services.approvals.delegation import grant_delegation, revoke_delegation
from survey_app.services.approvals.order import end_order, set_order
from survey_app.services.archives.archive import case_package, export_pdf
from survey_app.services.audit import verify_chain
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound
from survey_app.services.register.registry import list_entries
from survey_app.store.tables import Event
from tests.stage import OWN, Stage, build_stage
from tests.workflow.decisions import DAY, DIRECTOR, SECOND, approval_form, give_role, state_of

HEAD = SECOND
"""The unit head: takes the first step."""


@pytest.fixture
def in_steps(stage: Stage, sent: int) -> int:
    """The submission that awaits approval, in a unit where the head endorses first."""
    stage.in_steps(2)
    stage.delegate(HEAD, step=1, decision="Delegation till enhetschef")
    return sent


def turn_of(stage: Stage, submission: int, who: str = DIRECTOR) -> tuple[int, int]:
    with stage.database.reading() as session:
        turn = prepare_approval(session, stage.actor(who), submission, stage.today).turn
    return turn.step, turn.steps


def test_only_the_last_step_freezes_and_the_record_names_both(stage: Stage, in_steps: int) -> None:
    stage.endorse(in_steps, HEAD)
    assert state_of(stage, in_steps) == State.AWAITING_APPROVAL
    first = stage.now
    stage.now += datetime.timedelta(hours=3)
    record = json.loads(stage.approve(in_steps, turn=(2, 2)).body)
    [step] = record["approval"]["earlier_steps"]
    assert step["approver"]["name"] == HEAD
    assert step["delegation"]["decision"] == "Delegation till enhetschef"
    assert step["approved_at"] == first.isoformat(timespec="seconds")
    assert step["content_sha256"] == record["approval"]["content_sha256"]
    assert step["identified"] == {"by": "password", "at": first.isoformat(timespec="seconds")}
    assert record["approval"]["identified"]["at"] == stage.now.isoformat(timespec="seconds")
    assert record["approval"]["approver"]["name"] == DIRECTOR
    assert check_record(record) == record
    with stage.database.reading() as session:
        assert verify_chain(session, 1, stage.key) == []


def test_documents_and_package_name_every_step(stage: Stage, in_steps: int) -> None:
    stage.endorse(in_steps, HEAD)
    stage.withdraw(in_steps)
    stage.now += datetime.timedelta(hours=1)
    stage.send(in_steps)
    stage.endorse(in_steps, HEAD)
    stage.approve(in_steps, turn=(2, 2))
    archivist = stage.actor("archivist")
    with stage.database.reading() as session:
        pdf = export_pdf(session, archivist, in_steps, stage.now).data
        package = case_package(session, archivist, "RS2501", stage.now, draft=False).data
        entries = list_entries(session, archivist, "RS2501")
    words = read_words(pdf, skip_others=True)
    for said in ("1 av 2, som tillstyrker", f"Tillstyrkt av{HEAD}", "2 av 2, som beslutar",
                 "Delegation till enhetschef"):  # fmt: skip
        assert said.replace(" ", "") in words.replace(" ", "")
    assert verify_package(package).findings == ()
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        [premis] = [archive.read(name).decode() for name in archive.namelist()
                    if name.endswith("/metadata/preservation/premis.xml")
                    and "representations" not in name]  # fmt: skip
    assert premis.count(">endorsement<") == 2, "the void one happened, too"
    assert "Delegation till enhetschef" in premis
    [approval] = [entry for entry in entries if entry.kind == "approval"]
    assert f"tillstyrkt i steg 1: {HEAD}" in approval.subject


def test_a_package_that_hides_a_step_is_not_intact(stage: Stage, in_steps: int) -> None:
    stage.endorse(in_steps, HEAD)
    record = json.loads(stage.approve(in_steps, turn=(2, 2)).body)
    record["approval"]["earlier_steps"][0]["content_sha256"] = "0" * 64
    with pytest.raises(ValueError, match="step_of_other_content"):
        check_record(record)
    record["approval"]["earlier_steps"][0] = {"step": 2}
    with pytest.raises(ValueError, match="step_of_other_content"):
        check_record(record)


@pytest.mark.parametrize("forged", ["name", "actor", "gone", "made up"])
def test_the_chain_vouches_for_a_step(stage: Stage, in_steps: int, forged: str) -> None:
    """Whoever edits an event puts words into somebody's mouth; the chain tells."""
    stage.endorse(in_steps, HEAD)
    of_step = col(Event.kind) == "endorsed"
    with stage.database.writing() as session:
        event = session.execute(select(Event).where(of_step)).scalars().one()
        if forged == "name":
            event.facts = event.facts.replace(HEAD, "Någon annan")
        elif forged == "actor":
            event.actor_id = stage.accounts["strategist"]
        elif forged == "made up":
            session.add(Event(submission_id=in_steps, kind="endorsed", at=stage.now, facts=
                              event.facts, actor_id=stage.accounts["archivist"],
                              content_sha256=event.content_sha256))  # fmt: skip
        else:
            session.delete(event)
    with stage.database.reading() as session:
        codes = [item.code for item in verify_chain(session, 1, stage.key)]
    assert codes == ["unlinked_step" if forged == "made up" else "changed_step"]


def test_the_director_waits_for_the_head(stage: Stage, in_steps: int) -> None:
    for attempt in ((2, 2), (1, 1), (1, 2)):
        with pytest.raises(Forbidden, match="not_your_step"):
            stage.approve(in_steps, turn=attempt)
    with pytest.raises(Forbidden, match="not_your_step"):
        stage.endorse(in_steps, DIRECTOR)
    with pytest.raises(Forbidden, match="not_your_step"):
        stage.send_back(in_steps, {"1": "Mer"}, DIRECTOR)


def test_the_head_cannot_decide(stage: Stage, in_steps: int) -> None:
    with pytest.raises(ChangedMeanwhile, match="steps_changed"):
        stage.approve(in_steps, HEAD, turn=(1, 2))
    stage.endorse(in_steps, HEAD)
    for attempt in ((2, 2), (1, 2)):
        with pytest.raises(Forbidden, match="not_your_step"):
            stage.approve(in_steps, HEAD, turn=attempt)
    with pytest.raises(Forbidden, match="not_your_step"):
        stage.endorse(in_steps, HEAD)


def test_nobody_takes_two_steps(stage: Stage, in_steps: int) -> None:
    stage.delegate(HEAD, decision="Också direktör")
    stage.endorse(in_steps, HEAD)
    with pytest.raises(Forbidden, match="both_steps"):
        stage.approve(in_steps, HEAD, turn=(2, 2))
    stage.approve(in_steps, turn=(2, 2))


@pytest.mark.parametrize("who", [HEAD, DIRECTOR])
def test_who_wrote_takes_no_step_even_with_an_exception(
    stage: Stage, in_steps: int, who: str
) -> None:
    stage.withdraw(in_steps)
    give_role(stage, who, {Role.STRATEGIST, Role.APPROVER})
    stage.save(in_steps, "3", "Själv skrivet", 0, who)
    stage.send(in_steps)
    if who == HEAD:
        with pytest.raises(Forbidden, match="own_work"):
            stage.endorse(in_steps, HEAD)
        return
    stage.delegate(DIRECTOR, own_work=True)
    stage.endorse(in_steps, HEAD)
    with pytest.raises(Forbidden, match="own_work"):
        stage.approve(in_steps, turn=(2, 2), reason="Ingen annan")


def _withdrawn(stage: Stage, submission: int) -> None:
    stage.withdraw(submission)
    stage.send(submission)


def _returned(stage: Stage, submission: int) -> None:
    stage.send_back(submission, {"1": "Skriv mer"})
    stage.send(submission)


def _extended(stage: Stage, submission: int) -> None:
    stage.extend(submission, stage.today + 90 * DAY)


@pytest.mark.parametrize("void", [_withdrawn, _returned, _extended])
def test_what_makes_the_first_step_void(
    stage: Stage, in_steps: int, void: Callable[[Stage, int], None]
) -> None:
    """Also where the text is the very same: somebody could have changed it and changed it back."""
    stage.endorse(in_steps, HEAD)
    assert turn_of(stage, in_steps) == (2, 2)
    void(stage, in_steps)
    assert turn_of(stage, in_steps) == (1, 2)
    with pytest.raises(Forbidden, match="not_your_step"):
        stage.approve(in_steps, turn=(2, 2))
    stage.endorse(in_steps, HEAD)
    record = json.loads(stage.approve(in_steps, turn=(2, 2)).body)
    assert len(record["approval"]["earlier_steps"]) == 1


def test_revoking_after_a_step_leaves_it_and_stops_the_next(stage: Stage, in_steps: int) -> None:
    """A step is taken by what held then; what is revoked takes none."""
    head = stage.delegate(HEAD, step=1, questionnaire="prov-2025")
    stage.endorse(in_steps, HEAD)
    director = _delegation_of(stage, DIRECTOR)
    with stage.database.writing() as session:
        for delegation in (head, director):
            revoke_delegation(session, stage.actor("administrator"), delegation, stage.now)
    assert turn_of(stage, in_steps) == (2, 2)
    with pytest.raises(Forbidden, match="no_delegation_today"):
        stage.approve(in_steps, turn=(2, 2))
    stage.delegate(DIRECTOR)
    stage.approve(in_steps, turn=(2, 2))


def _delegation_of(stage: Stage, who: str) -> int:
    with stage.database.reading() as session:
        sent = prepare_approval(session, stage.actor(who), 1, stage.today)
        assert sent.authority is not None
        assert sent.authority.delegation.id is not None
        return sent.authority.delegation.id


def test_the_order_of_a_questionnaire_goes_before_that_of_all(stage: Stage, in_steps: int) -> None:
    assert turn_of(stage, in_steps) == (1, 2)
    order = stage.in_steps(1, "prov-2025")
    assert turn_of(stage, in_steps) == (1, 1)
    with stage.database.writing() as session:
        end_order(session, stage.actor("administrator"), order, stage.now)
    assert turn_of(stage, in_steps) == (1, 2)
    stage.in_steps(3)
    stage.endorse(in_steps, HEAD, turn=(1, 3))
    stage.in_steps(2)
    assert turn_of(stage, in_steps) == (2, 2), "what was taken stays taken"


def test_an_order_that_changes_under_the_page_approves_nothing(stage: Stage, in_steps: int) -> None:
    """The page said that this decides; meanwhile the unit has decided otherwise."""
    stage.in_steps(1)
    shown = turn_of(stage, in_steps)
    stage.in_steps(2)
    stage.delegate(DIRECTOR, step=1)
    with pytest.raises(ChangedMeanwhile, match="steps_changed"):
        stage.approve(in_steps, turn=shown)
    assert state_of(stage, in_steps) == State.AWAITING_APPROVAL


def test_a_page_that_said_first_of_two_steps_does_not_decide(stage: Stage, in_steps: int) -> None:
    shown = turn_of(stage, in_steps)
    stage.in_steps(1)
    assert (shown, turn_of(stage, in_steps)) == ((1, 2), (1, 1))
    with pytest.raises(ChangedMeanwhile, match="steps_changed"):
        stage.approve(in_steps, turn=shown)
    stage.approve(in_steps, turn=(1, 1))


def test_only_the_administrator_of_the_unit_sets_and_ends_orders(stage: Stage) -> None:
    terms: dict[str, Any] = {
        "unit_id": stage.units[OWN], "questionnaire": None, "steps": 2, "decision": "B",
        "now": stage.now,
    }  # fmt: skip
    for who in (DIRECTOR, "strategist", "other_administrator"):
        with stage.database.writing() as session, pytest.raises(Forbidden):
            set_order(session, stage.actor(who), **terms)
    with stage.database.writing() as session, pytest.raises(Invalid, match="out_of_range"):
        set_order(session, stage.actor("administrator"), **{**terms, "steps": 9})
    order = stage.in_steps(2)
    with stage.database.writing() as session, pytest.raises(NotFound):
        end_order(session, stage.actor("other_administrator"), order, stage.now)


def test_a_delegation_for_a_step_has_no_exception_for_own_work(stage: Stage) -> None:
    with stage.database.writing() as session, pytest.raises(Invalid, match="own_work_at_a_step"):
        grant_delegation(
            session, stage.actor("administrator"), account_id=stage.accounts[HEAD],
            unit_id=stage.units[OWN], decision="B", valid_from=stage.today, valid_to=stage.today,
            step=1, own_work=True,
        )  # fmt: skip


def test_the_pages_say_whose_step_it_is(stage: Stage, in_steps: int, app: Any) -> None:
    url = f"/submissions/{in_steps}/approval"
    head, director = stage.sign_in(app, HEAD), stage.sign_in(app, DIRECTOR)
    page = head.get(url).text
    assert "Steg 1 av 2 står på tur: tillstyrkan." in page
    assert 'name="q.intyg"' not in page, "what the form wants attested waits for the last step"
    assert "Du kan läsa men inte godkänna" in director.get(url).text
    form = approval_form(stage, stage.shown(in_steps, HEAD), step="1", steps="2")
    assert head.post(url, form).status_code == 302
    again = head.post(url, form)
    assert again.status_code == 403
    assert "Du har tagit ditt steg" in head.get(url).text
    page = director.get(url).text
    assert f"Steg 1: tillstyrkt av {HEAD}" in page
    assert "Steg 2 av 2 står på tur: beslutet." in page
    overview = stage.sign_in(app, "strategist").get(f"/submissions/{in_steps}").text
    assert "Steg 1 av 2" in overview
    assert "Tillstyrkt" in overview
    done = director.post(url, approval_form(stage, stage.shown(in_steps), step="2", steps="2"))
    assert done.status_code == 302
    assert state_of(stage, in_steps) == State.APPROVED


def test_the_administrator_is_told_of_a_step_that_nobody_can_take(stage: Stage, app: Any) -> None:
    administrator = stage.sign_in(app, "administrator")
    form = {"unit": str(stage.units[OWN]), "steps": "2", "order_decision": "Nu två"}
    assert administrator.post("/delegations/orders", form).status_code == 302
    warning = "Ingen har i dag en delegation för steg 1 av 2 (alla formulär)."
    assert warning in administrator.get("/delegations").text
    terms = {"account": str(stage.accounts[HEAD]), "unit": str(stage.units[OWN]), "step": "1",
             "decision": "D", "valid_from": "2026-01-01", "valid_to": "2099-01-01"}  # fmt: skip
    assert administrator.post("/delegations", terms).status_code == 302
    page = administrator.get("/delegations").text
    assert warning not in page
    assert "steg 1, tillstyrker" in page
    assert administrator.post("/delegations/orders", {**form, "steps": "7"}).status_code == 422
    assert administrator.post("/delegations/orders/1").status_code == 302
    assert "Nu två" not in administrator.get("/delegations").text


def test_in_two_steps_by_a_stand_in_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    """Its rows are locked otherwise: the delegation, and who stands in for its holder."""
    stage = build_stage(tmp_path, {"DATABASE_URL": postgresql_url})
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    stage.in_steps(2)
    stage.delegate(HEAD, step=1)
    delegation = stage.delegate(DIRECTOR, decision="Delegation 4.2", questionnaire="prov-2025")
    give_role(stage, "archivist", {Role.APPROVER, Role.ARCHIVIST})
    stage.stand_in("archivist", delegation, by=DIRECTOR)
    stage.endorse(submission, HEAD)
    record = json.loads(stage.approve(submission, "archivist", turn=(2, 2)).body)
    assert record["approval"]["stands_in_for"]["name"] == DIRECTOR
    assert [step["approver"]["name"] for step in record["approval"]["earlier_steps"]] == [HEAD]
    stage.database.close()
