"""The life of a submission: who decides, upon what, and what can never change afterwards."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.workflow import Role, State
from survey_app.export.verification import verify_package
from survey_app.services import account as accounts
from survey_app.services.answer import Saved, Stale
from survey_app.services.approval import CONFIRMED_FOR, prepare_approval
from survey_app.services.archive import case_package, export_json, export_pdf
from survey_app.services.audit import verify_chain
from survey_app.services.case import correct_submission
from survey_app.services.delegation import grant_delegation, revoke_delegation
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, Refused, WrongState
from survey_app.services.submission import list_submissions
from survey_app.store.tables import Answer, Event, FrozenRecord, StoredCopy

from .conftest import GNV_DONE, GRANT, Installation, Person
from .stage import OTHER, OWN, PASSWORD, Stage, build_stage

DAY = datetime.timedelta(days=1)
DIRECTOR = "approver_with_delegation"
SECOND = "approver_without_delegation"
AREAS = ("kontinuitet", "tillganglighet", "forebyggande", "habiliterande", "personcentrering",
         "planering", "kompetens", "landsbygd")  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def sent(stage: Stage) -> int:
    """A submission that awaits approval, written by the strategist."""
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    return submission


def state_of(stage: Stage, submission: int) -> State:
    return stage.read(submission).state


def approvals(stage: Stage) -> int:
    """How many approvals the database holds, by records and by events."""
    with stage.database.reading() as session:
        records = session.execute(select(func.count()).select_from(FrozenRecord)).scalar_one()
        events = session.execute(
            select(func.count()).select_from(Event).where(col(Event.kind) == "approved")
        ).scalar_one()
    assert records == events
    return int(records)


def refused_approval(stage: Stage, submission: int, code: str, **how: Any) -> Refused:
    """Approve, be refused with a code, and find nothing approved."""
    with pytest.raises(Refused) as caught:
        stage.approve(submission, **how)
    assert caught.value.code == code
    assert approvals(stage) == 0
    assert state_of(stage, submission) == State.AWAITING_APPROVAL
    return caught.value


# --- the whole life ----------------------------------------------------------------------


def test_whole_life(stage: Stage) -> None:
    first, second = stage.open("RS2501", count=2)
    for submission in (first, second):
        stage.bring(submission, State.HANDED_IN)
    stage.archive(first)
    with stage.database.reading() as session:
        copies = session.execute(select(col(StoredCopy.kind))).scalars().all()
        assert sorted(copies) == ["json", "pdf"], "the package waits for the last submission"
    stage.archive(second)
    with stage.database.reading() as session:
        kinds = session.execute(select(col(StoredCopy.kind))).scalars().all()
        assert sorted(kinds) == ["json", "json", "pdf", "pdf", "zip"]
        events = session.execute(
            select(col(Event.kind)).where(col(Event.submission_id) == first).order_by(Event.id)
        ).scalars()
        assert list(events) == ["sent", "approved", "handed_in", "archived"]
        assert verify_chain(session, 1, stage.key) == []


def test_whole_life_by_http(installation: Installation, tmp_path: Path) -> None:
    """The grant's own form: strategist, director, strategist, archivist; then what was kept."""
    strateg, director = installation.person("strateg"), installation.person("direktor")
    for question, value in (
        ("rekvirerat", "90 296 880"), ("glesbygdsbidrag", "0"),
        ("utvecklingsomraden", dict.fromkeys(AREAS, "nej")),
        ("glesbygd", "nej"), ("bedomning-syfte", "varken"),
    ):  # fmt: skip
        version = strateg.version(GRANT, question)
        reply = strateg.save(GRANT, question, value, version)
        assert reply.status_code == 200, reply.text
    page = strateg.post(f"/submissions/{GRANT}/sending")
    if page.status_code == 422:
        _answer_what_is_left(strateg)
        page = strateg.post(f"/submissions/{GRANT}/sending")
    assert page.status_code == 302, page.text
    shown = director.submission(GRANT)["content_sha256"]
    reply = _attest(installation, shown)
    assert reply.status_code == 302, reply.text
    assert strateg.submission(GRANT)["content_sha256"] == shown
    form = {"day": datetime.date.today().isoformat(), "receipt_number": "A-17"}
    assert strateg.post(f"/submissions/{GRANT}/handing-in", form).status_code == 302
    archivist = installation.person("arkivarie")
    assert archivist.post(f"/submissions/{GRANT}/archiving").status_code == 302
    record = archivist.get(f"/submissions/{GRANT}/export.json")
    document = json.loads(record.data)
    assert sha256_of(document["content"]) == document["approval"]["content_sha256"] == shown
    assert document["approval"]["fields"]["godkannande-befattning"] == "Direktör"


def _answer_what_is_left(strateg: Person) -> None:
    """Give a reason for whatever the form still asks for."""
    for problem in strateg.submission(GRANT)["problems"]:
        if problem["severity"] != "warning":
            question = problem["question"]
            version = strateg.version(GRANT, question)
            blank = {"code": "reason", "text": "Inte aktuellt"}
            reply = strateg.save(GRANT, question, None, version, blank=blank)
            assert reply.status_code == 200, reply.text


def _attest(installation: Installation, shown: str, **changed: str) -> TestResponse:
    password = installation.accounts["direktor"]["password"]
    fields = {"intyg": "1", "namn": "Direktören", "befattning": "Direktör",
              "telefon": "035-000 00 00", "epost": "direktor@demo.example"}  # fmt: skip
    form = {f"q.godkannande-{key}": value for key, value in fields.items()}
    form |= {f"q.godkannande-{key}.version": "0" for key in fields}
    form |= {"password": password, "content_sha256": shown, **changed}
    form = {key: value for key, value in form.items() if value != "-"}
    return installation.person("direktor").post(f"/submissions/{GRANT}/approval", form)


# --- four eyes ---------------------------------------------------------------------------


def test_who_wrote_a_current_answer_may_not_approve(stage: Stage, sent: int) -> None:
    stage.withdraw(sent)
    _give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    stage.save(sent, "3", "Av direktören själv", 0, DIRECTOR)
    stage.send(sent)
    refused_approval(stage, sent, "own_work")
    refused_approval(stage, sent, "own_work", reason="Jag vill")


def test_own_work_may_be_approved_by_a_delegation_that_says_so_with_a_reason(
    stage: Stage, sent: int
) -> None:
    stage.withdraw(sent)
    _give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    stage.save(sent, "3", "Av direktören själv", 0, DIRECTOR)
    stage.send(sent)
    stage.delegate(DIRECTOR, own_work=True, decision="Beslut om eget arbete")
    refused_approval(stage, sent, "own_work_reason_missing", reason="  \n ")
    frozen = stage.approve(sent, reason="Ingen annan i tjänst")
    approval = json.loads(frozen.body)["approval"]
    assert approval["own_work_reason"] == "Ingen annan i tjänst"
    assert approval["delegation"]["decision"] == "Beslut om eget arbete"


def test_an_answer_that_somebody_else_has_rewritten_is_no_longer_own_work(
    stage: Stage, sent: int
) -> None:
    stage.withdraw(sent)
    _give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    stage.save(sent, "3", "Av direktören själv", 0, DIRECTOR)
    stage.save(sent, "3", "Av strategen", 1)
    stage.send(sent)
    assert json.loads(stage.approve(sent).body)["approval"]["own_work_reason"] is None


def _give_role(stage: Stage, name: str, roles: set[Role]) -> None:
    with stage.database.writing() as session:
        accounts.set_roles(
            session, stage.actor("administrator"), stage.accounts[name], stage.units[OWN], roles
        )


# --- delegations -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({"valid_from": +1, "valid_to": +9}, id="not yet valid"),
        pytest.param({"valid_from": -9, "valid_to": -1}, id="expired"),
        pytest.param({"questionnaire": "annan-2025"}, id="another questionnaire"),
        pytest.param({"revoked": True}, id="revoked"),
    ],
)
def test_a_delegation_that_does_not_hold_today(
    stage: Stage, sent: int, terms: dict[str, Any]
) -> None:
    revoked = terms.pop("revoked", False)
    days = {key: stage.today + value * DAY for key, value in terms.items() if key[:5] == "valid"}
    delegation = stage.delegate(SECOND, **(terms | days))
    if revoked:
        with stage.database.writing() as session:
            revoke_delegation(session, stage.actor("administrator"), delegation, stage.now)
    refused_approval(stage, sent, "no_delegation_today", by=SECOND)
    with pytest.raises(Forbidden, match="no_delegation_today"):
        stage.send_back(sent, {"1": "Skriv mer"}, SECOND)
    stage.delegate(SECOND, questionnaire="prov-2025")
    stage.approve(sent, SECOND)
    assert approvals(stage) == 1


@pytest.mark.parametrize("day", [-30, 30], ids=["first day", "last day"])
def test_a_delegation_holds_on_its_first_and_its_last_day(
    stage: Stage, sent: int, day: int
) -> None:
    refused_approval(stage, sent, "no_delegation_today",
                     today=stage.today + (day + (1 if day > 0 else -1)) * DAY)  # fmt: skip
    stage.approve(sent, today=stage.today + day * DAY)
    assert approvals(stage) == 1


def test_a_delegation_for_another_unit_does_not_count(stage: Stage, sent: int) -> None:
    """Approver in both units, delegated in the other one only."""
    with stage.database.writing() as session:
        accounts.add_membership(
            session, stage.accounts["other_approver"], stage.units[OWN], Role.APPROVER
        )
    refused_approval(stage, sent, "no_delegation_today", by="other_approver")


def test_a_role_that_is_taken_away_stops_at_once(stage: Stage, sent: int) -> None:
    app = stage.app()
    director = stage.sign_in(app, DIRECTOR)
    assert director.get(f"/submissions/{sent}/approval").status_code == 200
    _give_role(stage, DIRECTOR, set())
    reply = director.post(f"/submissions/{sent}/approval", _form(stage, stage.shown(sent, SECOND)))
    assert reply.status_code == 404
    assert approvals(stage) == 0
    app.extensions["redogor"].database.close()


# --- approval: signing in again, attesting, and exactly what was shown -------------------


def _form(stage: Stage, shown: str, **more: str) -> dict[str, str]:
    return {"password": PASSWORD, "q.intyg": "1", "q.intyg.version": "0",
            "content_sha256": shown, **more}  # fmt: skip


@pytest.fixture
def app(stage: Stage) -> Iterator[Any]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


def test_a_wrong_password_approves_nothing(stage: Stage, sent: int, app: Any) -> None:
    director = stage.sign_in(app, DIRECTOR)
    form = _form(stage, stage.shown(sent), password="fel-lösenord-här")
    reply = director.post(f"/submissions/{sent}/approval", form)
    assert reply.status_code == 403
    assert "Lösenordet stämmer inte. Ingenting är godkänt." in reply.text
    assert approvals(stage) == 0
    right = director.post(f"/submissions/{sent}/approval", _form(stage, stage.shown(sent)))
    assert right.status_code == 302
    assert approvals(stage) == 1


def test_somebody_elses_confirmation_and_an_old_one_do_not_count(stage: Stage, sent: int) -> None:
    refused_approval(stage, sent, "sign_in_again", confirmed_by=SECOND)
    old = stage.now - CONFIRMED_FOR - datetime.timedelta(seconds=1)
    refused_approval(stage, sent, "sign_in_again", confirmed=old)


@pytest.mark.parametrize("fields", [{}, {"intyg": None}], ids=["absent", "not ticked"])
def test_without_attestation_nothing_is_approved(
    stage: Stage, sent: int, fields: dict[str, object]
) -> None:
    refused = refused_approval(stage, sent, "not_attested_fully", fields=fields)
    assert [problem.code for problem in refused.problems] == ["not_attested"]


def test_without_attestation_the_page_says_what_is_missing(
    stage: Stage, sent: int, app: Any
) -> None:
    form = _form(stage, stage.shown(sent))
    del form["q.intyg"]
    reply = stage.sign_in(app, DIRECTOR).post(f"/submissions/{sent}/approval", form)
    assert reply.status_code == 422
    assert "Kryssa i rutan för att intyga uppgifterna." in reply.text
    assert approvals(stage) == 0


def test_what_changed_meanwhile_is_not_approved(stage: Stage, sent: int, app: Any) -> None:
    director = stage.sign_in(app, DIRECTOR)
    page = director.get(f"/submissions/{sent}/approval").text
    shown = stage.shown(sent)
    assert page.count(shown) == 2, "the page says the hash, and its form carries it"
    stage.withdraw(sent)
    stage.save(sent, "1", "Något helt annat", 1)
    stage.send(sent)
    reply = director.post(f"/submissions/{sent}/approval", _form(stage, shown))
    assert reply.status_code == 409
    assert "Svaren har ändrats sedan du läste dem. Inget är godkänt." in reply.text
    assert approvals(stage) == 0
    assert state_of(stage, sent) == State.AWAITING_APPROVAL


@pytest.mark.parametrize("shown", ["", "0" * 64], ids=["no hash", "another hash"])
def test_the_hash_of_what_was_shown_must_be_right(stage: Stage, sent: int, shown: str) -> None:
    refused_approval(stage, sent, "content_changed", shown_sha256=shown)


def test_approving_twice_approves_once(stage: Stage, sent: int, app: Any) -> None:
    director = stage.sign_in(app, DIRECTOR)
    form = _form(stage, stage.shown(sent))
    assert director.post(f"/submissions/{sent}/approval", form).status_code == 302
    again = director.post(f"/submissions/{sent}/approval", form)
    assert again.status_code == 409
    assert approvals(stage) == 1
    with pytest.raises(WrongState):
        stage.approve(sent)
    assert approvals(stage) == 1


def test_the_record_is_what_was_shown(stage: Stage, sent: int) -> None:
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), sent, stage.today)
    frozen = stage.approve(sent, shown_sha256=proposal.content_sha256)
    record = json.loads(frozen.body)
    assert record["content"] == proposal.content
    assert frozen.content_sha256 == record["approval"]["content_sha256"] == sha256_of(
        record["content"])  # fmt: skip
    assert frozen.sha256 == sha256_of(record)
    assert frozen.body.encode() == canonical_json(record)


# --- return, withdraw, after approval ----------------------------------------------------


def test_a_return_opens_only_what_was_named_and_its_follow_ups(stage: Stage, sent: int) -> None:
    stage.send_back(sent, {"2": "Har ni verkligen underlag?"})
    assert stage.read(sent).returned == {"2": "Har ni verkligen underlag?"}
    for question in ("1", "3"):
        with pytest.raises(Forbidden, match="not_returned"):
            stage.save(sent, question, "Mer", stage.read(sent).version_of(question))
    saved = stage.save(sent, "2", {"chosen": "nej", "details": {}}, 1)
    assert isinstance(saved, Saved)
    assert saved.closed == ["2a"]
    followed = stage.save(sent, "2a", {"files": [], "text": "Länk"}, 1)
    assert isinstance(followed, Saved), "a follow-up of what was returned is open too"
    stage.send(sent)
    assert stage.read(sent).returned == {}


def test_a_question_that_was_not_returned_cannot_be_changed_on_the_page_either(
    stage: Stage, sent: int, app: Any
) -> None:
    stage.send_back(sent, {"2": "Har ni verkligen underlag?"})
    strategist = stage.sign_in(app, "strategist")
    page = strategist.get(f"/submissions/{sent}/sections/a").text
    assert "Har ni verkligen underlag?" in page
    form = {"whole": "1", "q.1": "Smyg", "q.1.version": "1"}
    reply = strategist.post(f"/submissions/{sent}/sections/a", form)
    assert reply.status_code == 422
    assert "Bara de frågor som skickades tillbaka kan ändras." in reply.text
    assert stage.read(sent).answers["1"].value == "Vi har gjort mycket."


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        ({}, "nothing_returned"),
        ({"1": "  "}, "return_reason_missing"),
        ({"9": "Finns inte"}, "no_question"),
        ({"intyg": "Approver's own"}, "no_question"),
    ],
)
def test_a_return_needs_questions_and_reasons(
    stage: Stage, sent: int, reasons: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        stage.send_back(sent, reasons)
    assert state_of(stage, sent) == State.AWAITING_APPROVAL


def test_the_approver_sees_what_changed_since_the_return(stage: Stage, sent: int) -> None:
    stage.send_back(sent, {"1": "Skriv mer"})
    stage.save(sent, "1", "Vi har gjort ännu mer.", 1)
    stage.send(sent)
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), sent, stage.today)
    [change] = proposal.changes
    assert change.question == "1"
    assert change.before is not None
    assert change.after is not None
    assert (change.before["value"], change.after["value"]) == (
        "Vi har gjort mycket.", "Vi har gjort ännu mer.")  # fmt: skip


def test_withdrawing_opens_the_draft_again(stage: Stage, sent: int) -> None:
    with pytest.raises(WrongState):
        stage.save(sent, "1", "Under tiden", 1)
    stage.withdraw(sent)
    assert state_of(stage, sent) == State.DRAFT
    assert isinstance(stage.save(sent, "1", "Efteråt", 1), Saved)


def test_a_save_to_what_is_approved_is_refused(stage: Stage, sent: int, app: Any) -> None:
    stage.approve(sent)
    strategist = stage.sign_in(app, "strategist")
    reply = strategist.save(sent, "1", "För sent", 1)
    assert reply.status_code == 409
    assert reply.get_json()["error"] == "wrong_state"
    assert "Ladda om sidan" in reply.get_json()["message"]
    assert stage.read(sent).answers["1"].value == "Vi har gjort mycket."


def test_what_cannot_be_sent(stage: Stage, app: Any) -> None:
    """An empty form, and one with an error; each is told."""
    [submission] = stage.open("RS2502")
    with pytest.raises(Invalid, match="not_ready") as caught:
        stage.send(submission)
    assert {problem.code for problem in caught.value.problems} == {"required", "nothing_answered"}
    stage.save(submission, "1", "x" * 41, 0)
    reply = stage.sign_in(app, "strategist").post(f"/submissions/{submission}/sending")
    assert reply.status_code == 422
    assert "Texten är 41 tecken; gränsen är 40." in reply.text
    assert state_of(stage, submission) == State.DRAFT


def test_a_correction_names_the_old_and_leaves_it_alone(stage: Stage, sent: int) -> None:
    old = stage.approve(sent)
    with stage.database.writing() as session:
        new = correct_submission(session, stage.actor("strategist"), sent, stage.now)
        assert new.id is not None
        new_id = new.id
    stage.save(new_id, "1", "Rättat", 1)
    stage.send(new_id)
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), new_id, stage.today)
    assert [change.question for change in proposal.changes] == ["1"]
    record = json.loads(stage.approve(new_id).body)
    assert record["content"]["submission"] == {"id": new_id, "corrects": sent}
    with stage.database.reading() as session:
        kept = session.get(FrozenRecord, sent)
        assert kept is not None
        assert kept.body == old.body
    with (
        stage.database.writing() as session,
        pytest.raises(Invalid, match="correction_exists"),
    ):
        correct_submission(session, stage.actor("strategist"), sent, stage.now)


# --- exports and the archive -------------------------------------------------------------


def _exports(stage: Stage, submission: int) -> tuple[bytes, bytes, bytes]:
    """PDF, JSON and the case's package, asked for on another day."""
    later = stage.now + 400 * DAY
    archivist = stage.actor("archivist")
    with stage.database.reading() as session:
        return (
            export_pdf(session, archivist, submission, later).data,
            export_json(session, archivist, submission).data,
            case_package(session, archivist, "RS2501", later, draft=False).data,
        )


def test_archived_copies_are_stored_once_and_given_out_byte_for_byte(
    stage: Stage, sent: int
) -> None:
    stage.approve(sent)
    stage.hand_in(sent)
    stage.archive(sent)
    first = _exports(stage, sent)
    with stage.database.reading() as session:
        kept = session.execute(select(col(StoredCopy.kind), col(StoredCopy.sha256))).all()
    hashes = {row.kind: row.sha256 for row in kept}
    assert len(kept) == 3
    assert [sha256(data).hexdigest() for data in first] == [
        hashes["pdf"], hashes["json"], hashes["zip"]]  # fmt: skip
    assert _exports(stage, sent) == first
    with pytest.raises(WrongState):
        stage.archive(sent)
    with stage.database.reading() as session:
        assert session.execute(select(func.count()).select_from(StoredCopy)).scalar_one() == 3


@pytest.mark.parametrize("state", [State.APPROVED, State.ARCHIVED])
def test_exports_come_from_the_record_even_if_somebody_edits_the_answers(
    stage: Stage, state: State, tmp_path: Path
) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, state)
    before = _exports(stage, submission)
    with stage.database.writing() as session:
        session.execute(update(Answer).values(value=json.dumps("FÖRFALSKAT")))
    after = _exports(stage, submission)
    assert after[1:] == before[1:]
    assert "FÖRFALSKAT" not in after[1].decode()
    package = tmp_path / "p.zip"
    package.write_bytes(after[2])
    assert verify_package(package).intact
    shown = stage.read(submission).answers["1"].value
    assert shown == "FÖRFALSKAT", "the forgery was really there"


def test_a_record_that_somebody_edits_is_not_exported(stage: Stage, sent: int) -> None:
    frozen = stage.approve(sent)
    forged = frozen.body.replace("Vi har gjort mycket.", "Vi har gjort allt.")
    with stage.database.writing() as session:
        session.execute(update(FrozenRecord).values(body=forged))
    with pytest.raises(ValueError, match="content_changed"):
        _exports(stage, sent)


def test_the_practice_case_is_what_was_approved(installation: Installation) -> None:
    told = installation.person("direktor").submission(GNV_DONE)
    record = json.loads(installation.person("arkivarie").get(
        f"/submissions/{GNV_DONE}/export.json").data)  # fmt: skip
    assert sha256_of(record) == told["record_sha256"]
    assert sha256_of(record["content"]) == told["content_sha256"]


# --- the administrator -------------------------------------------------------------------


def test_administrators_read_no_answers(stage: Stage, sent: int, app: Any) -> None:
    administrator = stage.sign_in(app, "administrator")
    for url in (f"/submissions/{sent}", f"/api/v1/submissions/{sent}",
                f"/submissions/{sent}/export.json", f"/submissions/{sent}/history/1"):  # fmt: skip
        assert administrator.get(url).status_code == 404
    assert administrator.get("/cases/RS2501").status_code == 403
    with stage.database.reading() as session:
        assert list_submissions(session, stage.actor("administrator")) == []


def test_administrators_do_not_delegate_to_themselves(stage: Stage, app: Any) -> None:
    me, unit = stage.accounts["administrator"], stage.units[OWN]
    with stage.database.writing() as session, pytest.raises(Forbidden, match="to_oneself"):
        grant_delegation(
            session, stage.actor("administrator"), account_id=me, unit_id=unit,
            decision="Mitt eget", valid_from=stage.today, valid_to=stage.today,
        )  # fmt: skip
    form = {"account": str(me), "unit": str(unit), "decision": "Mitt eget",
            "valid_from": "2026-01-01", "valid_to": "2026-12-31"}  # fmt: skip
    reply = stage.sign_in(app, "administrator").post("/delegations", form)
    assert reply.status_code == 403
    assert "Du kan inte delegera till dig själv." in reply.text


def test_administrators_do_not_change_their_own_roles(stage: Stage, app: Any) -> None:
    me, unit = stage.accounts["administrator"], stage.units[OWN]
    administrator = stage.sign_in(app, "administrator")
    for form in ({"unit": str(unit), "role": ["strategist", "administrator"]}, {"change": "close"}):
        reply = administrator.post(f"/accounts/{me}", form)
        assert reply.status_code == 403
        assert "Du kan inte ändra dina egna roller." in reply.text
    assert stage.actor("administrator").roles == {unit: {Role.ADMINISTRATOR}}


def test_nobody_is_administrator_and_reader_in_one_unit(stage: Stage) -> None:
    with pytest.raises(Invalid, match="administrator_alone"):
        _give_role(stage, "strategist", {Role.ADMINISTRATOR, Role.STRATEGIST})
    assert stage.actor("strategist").roles == {stage.units[OWN]: {Role.STRATEGIST}}


def test_administrators_hand_out_nothing_in_another_unit(stage: Stage) -> None:
    with stage.database.writing() as session, pytest.raises(Forbidden, match="not_your_role"):
        accounts.set_roles(session, stage.actor("administrator"), stage.accounts["strategist"],
                           stage.units[OTHER], {Role.APPROVER})  # fmt: skip


def test_a_stale_save_is_kept_and_told(stage: Stage) -> None:
    [submission] = stage.open("RS2503")
    stage.save(submission, "1", "Den första", 0)
    outcome = stage.save(submission, "1", "Den andra", 0, "strategist_2")
    assert isinstance(outcome, Stale)
    assert (outcome.yours.value, outcome.theirs.value) == ("Den andra", "Den första")
    assert ChangedMeanwhile.status == 409
