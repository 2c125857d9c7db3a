"""The second factor: the vectors of RFC 6238, each code once, in two tabs, and lost telephones."""

from __future__ import annotations

import base64
import datetime
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from survey_app.config import UnsafeSettings, read_settings
from survey_app.core.workflow import State
from survey_app.services.accounts.account import set_active
from survey_app.services.accounts.factor import RECOVERY_CODES, STEP, step_of, use_code
from survey_app.services.accounts.sign_in import MOST_FAILURES
from survey_app.services.accounts.vault import Vault
from survey_app.store.tables import Login, RecoveryCode, Totp
from tests.accounts.at_screen import (
    enrol,
    enter,
    half_in,
    letters,
    link_in,
    show_code,
    vault_of,
)
from tests.conftest import csrf_of
from tests.mail.post_office import PostOffice
from tests.stage import PASSWORD, Stage, address, build_stage
from tests.test_approve_races import race

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
     (2000000000, "279037"), (20000000000, "353130")],
)  # fmt: skip
def test_the_vectors_of_the_standard(second: int, code: str) -> None:
    """Appendix B of RFC 6238, its last six digits; a step before and after, and no further."""
    at = datetime.datetime.fromtimestamp(second, datetime.UTC)
    step = second // STEP
    assert step_of(SECRET, code, at) == step
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", at) == step
    for late, found in ((STEP, step), (-STEP, step), (3 * STEP, None), (-2 * STEP, None)):
        assert step_of(SECRET, code, at + datetime.timedelta(seconds=late)) == found
    for wrong in ("", "12345", "28708२", code[::-1] + "0", "\ud800"):
        assert step_of(SECRET, wrong, at) is None


def test_signing_in_asks_for_the_code_once_it_is_there(stage: Stage, app: Any) -> None:
    person = stage.sign_in(app, "strategist")
    other = stage.sign_in(app, "strategist")
    secret, codes = enrol(stage, person)
    assert len(set(codes)) == RECOVERY_CODES
    assert person.get("/").status_code == 200
    assert other.get("/").status_code == 302, "who was in without it, is out"
    client = half_in(app, "strategist")
    assert client.get("/").status_code == 302, "the password alone opens nothing"
    stage.now += datetime.timedelta(seconds=STEP)
    assert show_code(client, "000000").status_code == 401
    assert show_code(client, pyotp.TOTP(secret).at(stage.now)).status_code == 302
    assert client.get("/").status_code == 200
    with stage.database.reading() as session:
        [row] = session.execute(select(Totp)).scalars()
        hashes = set(session.execute(select(RecoveryCode.code_sha256)).scalars())
        how = set(session.execute(select(Login.how)).scalars())
    assert secret not in row.secret
    assert not hashes & set(codes)
    assert how == {"password", "totp"}


def test_a_code_works_once(stage: Stage, app: Any) -> None:
    secret, _ = enrol(stage, stage.sign_in(app, "strategist"))
    code = pyotp.TOTP(secret).at(stage.now)
    assert show_code(half_in(app, "strategist"), code).status_code == 401, "it enrolled with it"
    stage.now += datetime.timedelta(seconds=STEP)
    code = pyotp.TOTP(secret).at(stage.now)
    one, other = half_in(app, "strategist"), half_in(app, "strategist")
    assert show_code(one, code).status_code == 302
    told = show_code(other, code)
    assert told.status_code == 401
    assert "redan använd" in told.text


@pytest.mark.both_databases
def test_a_code_works_once_at_the_same_moment_too(stage: Stage, app: Any) -> None:
    secret, codes = enrol(stage, stage.sign_in(app, "strategist"))
    stage.now += datetime.timedelta(seconds=STEP)
    vault, taken = vault_of(stage), []

    def use(code: str) -> None:
        with stage.database.writing() as session:
            taken.append(use_code(session, stage.accounts["strategist"], code, stage.now, vault))

    for code, kind in ((pyotp.TOTP(secret).at(stage.now), "totp"), (codes[0].upper(), "recovery")):
        taken.clear()
        race(*[lambda code=code: use(code)] * 8)
        assert sorted(taken) == ["", "", "", "", "", "", "", kind]


def test_wrong_codes_lock_as_wrong_passwords_do(stage: Stage, app: Any) -> None:
    """And showing the right password in between begins nothing anew."""
    secret, _ = enrol(stage, stage.sign_in(app, "strategist"))
    stage.now += datetime.timedelta(seconds=STEP)
    for _ in range(MOST_FAILURES):
        assert show_code(half_in(app, "strategist"), "000000").status_code == 401
    assert enter(app.test_client(), address("strategist"), PASSWORD).status_code == 401
    stage.now += datetime.timedelta(minutes=15, seconds=1)
    client = half_in(app, "strategist")
    assert show_code(client, pyotp.TOTP(secret).at(stage.now)).status_code == 302


def test_who_is_closed_between_the_two_factors_stays_out(stage: Stage, app: Any) -> None:
    secret, codes = enrol(stage, stage.sign_in(app, "strategist"))
    client = half_in(app, "strategist")
    with stage.database.writing() as session:
        set_active(
            session, stage.actor("administrator"), stage.accounts["strategist"], active=False
        )
    stage.now += datetime.timedelta(seconds=STEP)
    for code in (pyotp.TOTP(secret).at(stage.now), codes[0]):
        assert show_code(client, code).status_code == 401
    assert client.get("/").status_code == 302


def test_a_recovery_code_works_once(stage: Stage, app: Any) -> None:
    _, codes = enrol(stage, stage.sign_in(app, "strategist"))
    assert show_code(half_in(app, "strategist"), codes[0]).status_code == 302
    assert show_code(half_in(app, "strategist"), codes[0]).status_code == 401
    client = half_in(app, "strategist")
    assert show_code(client, codes[1].replace("-", " ").upper()).status_code == 302
    assert "8 reservkoder är kvar" in client.get("/account").text


def test_the_secret_key_can_be_changed(stage: Stage, app: Any) -> None:
    """Who has shown a code since no longer needs the key before."""
    enrol(stage, stage.sign_in(app, "strategist"))
    account, keys = stage.accounts["strategist"], (stage.settings.secret_key, "n" * 40)

    def show(*known: str) -> str:
        vault = Vault(known)
        stage.now += datetime.timedelta(seconds=STEP)
        with stage.database.writing() as session:
            secret = vault.open(session.get_one(Totp, account).secret)
            code = pyotp.TOTP(secret).at(stage.now) if secret else "000000"
            return use_code(session, account, code, stage.now, vault)

    assert show(keys[1]) == ""
    assert show(keys[1], keys[0]) == "totp"
    assert show(keys[1]) == "totp"


def test_recovery_codes_are_long_enough_for_a_plain_hash(stage: Stage, app: Any) -> None:
    """128 bits or more of five each (ASVS 5.0, 6.5.2, 11.5.1); none has another's beginning."""
    _, codes = enrol(stage, stage.sign_in(app, "strategist"))
    plain = [code.replace("-", "") for code in codes]
    assert all(len(code) * 5 >= 128 for code in plain)
    assert len({code[:4] for code in plain}) == len({code[-4:] for code in plain}) == 10


def test_who_must_have_one_gets_nothing_before(stage: Stage, app: Any, tmp_path: Any) -> None:
    """Of all, or of those who approve and administrate."""
    for policy, held in (
        ("all", {"strategist", "administrator"}),
        ("approvers", {"administrator"}),
    ):
        made = build_stage(tmp_path / policy, {"SURVEY_APP_SECOND_FACTOR": policy})
        guarded = made.app()
        for name in ("strategist", "administrator"):
            client = guarded.test_client()
            reply = enter(client, address(name), PASSWORD)
            if name not in held:
                assert reply.status_code == 302
                assert client.get("/messages").status_code == 200
                continue
            assert "Ditt konto behöver en andra faktor" in reply.text
            assert client.get("/account").location.startswith("/account/factor")
            assert client.get("/api/v1/submissions").status_code == 403
            assert client.get("/api/v1/submissions").get_json()["error"] == "factor_missing"
        made.database.close()
        guarded.extensions["redogor"].database.close()


def test_what_was_typed_comes_along_through_the_code(stage: Stage, app: Any) -> None:
    [submission] = stage.open("RS2501")
    person = stage.sign_in(app, "strategist")
    secret, _ = enrol(stage, person)
    stage.now += datetime.timedelta(hours=21)
    form = {"q.1": "Skrivet före utgången", "q.1.version": "0", "whole": "1"}
    page = person.post(f"/submissions/{submission}/sections/a", form)
    assert page.status_code == 401
    told = {"csrf_token": csrf_of(page.text), "next": f"/submissions/{submission}/sections/a",
            "held.q.1": "Skrivet före utgången", "held.q.1.version": "0",
            "email": address("strategist"), "password": PASSWORD}  # fmt: skip
    asked = person.client.post("/sign-in", data=told)
    assert 'name="held.q.1" value="Skrivet före utgången"' in asked.text
    told |= {"csrf_token": csrf_of(asked.text), "code": pyotp.TOTP(secret).at(stage.now)}
    back = person.client.post("/sign-in/factor", data=told)
    assert "Det du skrev är inte sparat än" in back.text
    assert "Skrivet före utgången" in back.text


def test_the_dialog_in_place_asks_for_the_code(stage: Stage, app: Any) -> None:
    secret, _ = enrol(stage, stage.sign_in(app, "strategist"))
    stage.now += datetime.timedelta(seconds=STEP)
    client, given = app.test_client(), {"email": address("strategist"), "password": PASSWORD}
    asked = client.post("/api/v1/session", json=given)
    assert (asked.status_code, asked.get_json()["error"]) == (401, "factor_needed")
    wrong = client.post("/api/v1/session", json={**given, "code": "000000"})
    assert (wrong.status_code, wrong.get_json()["error"]) == (401, "factor_wrong")
    code = pyotp.TOTP(secret).at(stage.now)
    assert client.post("/api/v1/session", json={**given, "code": code}).status_code == 200


def test_attesting_asks_for_it_and_says_so(stage: Stage, app: Any) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    director = stage.sign_in(app, "approver_with_delegation")
    url, field = f"/submissions/{submission}/approval", 'name="code"'
    assert field not in director.get(url).text, "nobody is asked for what they do not have"
    secret, _ = enrol(stage, director)
    assert field in director.get(url).text
    stage.now += datetime.timedelta(seconds=STEP)
    form = {"q.intyg": "1", "q.intyg.version": "0", "content_sha256": stage.shown(submission),
            "password": PASSWORD}  # fmt: skip
    refused = director.post(url, form)
    assert refused.status_code == 403
    assert "Lösenordet eller engångskoden stämmer inte" in refused.text
    assert field in refused.text
    assert stage.read(submission).state == State.AWAITING_APPROVAL
    code = pyotp.TOTP(secret).at(stage.now)
    reply = director.post(url, {**form, "code": code})
    assert reply.status_code == 302, reply.text
    assert stage.read(submission).state == State.APPROVED


def test_the_telephone_is_lost(stage: Stage, app: Any, office: PostOffice) -> None:
    """The administrator says why; the owner begins anew by a link, and nobody else can."""
    person = stage.sign_in(app, "strategist")
    enrol(stage, person)
    administrator = stage.sign_in(app, "administrator")
    url = f"/accounts/{stage.accounts['strategist']}/factor"
    assert administrator.post(url).status_code == 422
    assert administrator.post(url, {"reason": "Borta"}).status_code == 302
    assert person.get("/").status_code == 302
    again = enter(app.test_client(), address("strategist"), PASSWORD)
    assert again.status_code == 401, "the password alone does not begin anew"
    assert sum("har tagit bort engångskoderna" in text for text in letters(stage, office)) == 1
    path = link_in(stage, office)
    chosen = {"password": "åska över slätten"}
    assert app.test_client().post(path, data=chosen).status_code == 303
    assert enter(app.test_client(), address("strategist"), chosen["password"]).status_code == 302
    other = f"/accounts/{stage.accounts['other_strategist']}/factor"
    assert administrator.post(other, {"reason": "Borta"}).status_code == 403


def test_enrolment_left_half_way_or_with_another_code_changes_nothing(
    stage: Stage, app: Any
) -> None:
    person = stage.sign_in(app, "strategist")
    page = person.get("/account/factor").text
    assert "otpauth://totp/" in page
    sealed = {"sealed": "gAAAAA", "code": "123456"}
    assert person.post("/account/factor", sealed).status_code == 422
    stage.now += datetime.timedelta(minutes=11)
    page = person.get("/account/factor").text
    assert 'id="password"' in page, "who has been in for a while says once more who it is"
    with stage.database.reading() as session:
        assert session.execute(select(Totp)).first() is None


def test_none_is_refused_outside_the_demo(tmp_path: Any) -> None:
    with pytest.raises(UnsafeSettings, match="SURVEY_APP_SECOND_FACTOR"):
        read_settings({"SURVEY_APP_SECOND_FACTOR": "none"}, instance=tmp_path)
    assert read_settings({}, instance=tmp_path).sign_in.second_factor == "all"
    assert read_settings({}, instance=tmp_path, demo=True).sign_in.second_factor == "none"
