"""Showing who one is at the identity provider before attesting: the way there and back."""

from __future__ import annotations

import datetime
import json

from survey_app.core.workflow import State
from survey_app.export.pdf.words import read_words
from survey_app.services.archives.archive import export_pdf
from survey_app.store.tables import FrozenRecord
from tests.oidc.provider import LOA3
from tests.oidc.trips import DIRECTOR, Region


def test_the_whole_way(region: Region) -> None:
    """There, back with what was typed, and the record says who vouches for it, and how surely."""
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    where = region.begin(director, submission, shown, **{"reason.1": "Skriv om det här"})
    assert "max_age=0" in where
    assert "acr_values=http%3A%2F%2Fid.demo.example%2Floa3" in where
    reply = director.get(region.provider.agree(where, f"sub-{DIRECTOR}"))
    assert reply.status_code == 302
    assert reply.headers["Location"].endswith(f"/submissions/{submission}/approval#identity")
    page = director.get(reply.headers["Location"]).text
    assert "Skriv om det här" in page
    assert "Du har legitimerat dig" in page
    assert LOA3 in page
    assert region.attest(director, submission, shown).status_code == 302
    with region.stage.database.reading() as session:
        frozen = session.get(FrozenRecord, submission)
        assert frozen is not None
        identified = json.loads(frozen.body)["approval"]["identified"]
        pdf = export_pdf(session, region.stage.actor(DIRECTOR), submission, region.stage.now).data
    at = region.stage.now.isoformat(timespec="seconds")
    assert identified == {"by": "oidc", "at": at, "issuer": region.provider.issuer, "acr": LOA3}
    assert f"hos{region.provider.issuer}({LOA3})" in read_words(pdf, skip_others=True).replace(
        " ", ""
    )


def test_back_from_the_provider_the_browser_has_a_new_secret(region: Region) -> None:
    """What the cookie held before opens nothing (ASVS 5.0, 7.2.4); the login is the same."""
    director = region.person(DIRECTOR)
    before = director.client.get_cookie("redogor")
    assert before is not None
    submission, shown = region.sent()
    assert region.show(director, submission, shown).status_code == 302
    assert director.get("/").status_code == 200  # the browser shows what it was given
    thief = region.app.test_client()
    thief.set_cookie("redogor", before.value)
    assert thief.get("/").status_code == 302
    assert region.attest(director, submission, shown).status_code == 302


def test_a_password_does_not_do(region: Region) -> None:
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    assert "password" not in director.get(f"/submissions/{submission}/approval").text
    form = {"content_sha256": shown, "q.intyg": "1", "password": "lösenord-för-prov"}
    reply = director.post(f"/submissions/{submission}/approval", form)
    assert reply.status_code == 403
    assert "Legitimera dig för att bekräfta" in reply.text
    assert region.stage.read(submission).state == State.AWAITING_APPROVAL


def test_it_is_used_once(region: Region) -> None:
    director = region.person(DIRECTOR)
    first, shown = region.sent()
    region.show(director, first, shown)
    assert region.attest(director, first, shown).status_code == 302
    region.stage.correct(first)
    second = first + 1
    region.stage.save(second, "1", "Annan text", 1)
    region.stage.send(second)
    again = region.stage.shown(second)
    assert region.attest(director, second, again).status_code == 403


def test_it_holds_for_one_submission_one_content_and_one_login(region: Region) -> None:
    director = region.person(DIRECTOR)
    one, shown = region.sent()
    other, shown_other = region.sent("RS2502")
    region.show(director, one, shown)
    assert region.attest(director, other, shown_other).status_code == 403, "another submission"
    elsewhere = region.person(DIRECTOR)
    assert region.attest(elsewhere, one, shown).status_code == 403, "another login"
    region.stage.withdraw(one)
    region.stage.save(one, "1", "Ändrat sedan", 1)
    region.stage.send(one)
    assert region.attest(director, one, shown).status_code == 409, "the content has changed"
    changed = region.stage.shown(one)
    assert region.attest(director, one, changed).status_code == 403, "another content"
    page = director.get(f"/submissions/{one}/approval").text
    assert "gäller det inte längre" in page
    assert "Du har legitimerat dig" not in page
    assert region.stage.read(one).state == State.AWAITING_APPROVAL


def test_it_holds_for_five_minutes(region: Region) -> None:
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    region.show(director, submission, shown)
    region.stage.now += datetime.timedelta(minutes=5, seconds=1)
    late = region.attest(director, submission, shown)
    assert late.status_code == 403
    assert "Legitimera dig hos Regionens inloggning" in late.text
    assert region.stage.read(submission).state == State.AWAITING_APPROVAL


def test_who_turns_back_finds_what_was_typed(region: Region) -> None:
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    where = region.begin(director, submission, shown, **{"reason.1": "Skriv om det här"})
    back = region.provider.agree(where, f"sub-{DIRECTOR}")
    state = back.partition("state=")[2]
    reply = director.get(f"/sign-in/oidc/return?error=access_denied&state={state}")
    page = director.get(reply.headers["Location"]).text
    assert "Du legitimerade dig inte" in page
    assert "Skriv om det här" in page
    assert director.get(back).status_code == 403, "the state is used up"


def test_it_cannot_be_ended_in_another_browser(region: Region) -> None:
    """Nobody is led to confirm what somebody else began."""
    director, elsewhere = region.person(DIRECTOR), region.person(DIRECTOR)
    submission, shown = region.sent()
    where = region.begin(director, submission, shown)
    reply = elsewhere.get(region.provider.agree(where, f"sub-{DIRECTOR}"))
    assert reply.status_code == 403
    assert region.attest(director, submission, shown).status_code == 403


def test_a_provider_that_is_down_stops_nothing_else(region: Region) -> None:
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    region.app.extensions["redogor"].provider._since = -1e9
    region.provider.down = True
    reply = director.post(f"/submissions/{submission}/approval/identity",
                          {"content_sha256": shown, "reason.1": "Kvar"})  # fmt: skip
    page = director.get(reply.headers["Location"]).text
    assert "Inloggningstjänsten svarar inte" in page
    assert "Kvar" in page
    assert director.get("/").status_code in (200, 302)
    refused = region.app.test_client().get("/sign-in/oidc")
    assert refused.status_code == 503
    assert "Inloggningstjänsten svarar inte" in refused.text


def test_an_old_proof_at_sign_in_is_none_at_attesting(region: Region) -> None:
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    reply = region.show(
        director, submission, shown, auth_time=int(region.stage.now.timestamp()) - 600
    )
    assert "utan svarade med en äldre inloggning" in director.get(reply.headers["Location"]).text
    assert region.attest(director, submission, shown).status_code == 403
