"""After a change of keys: servers that were not started again, packages, calendars, backups."""

from __future__ import annotations

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select

from survey_app.core.workflow import Role
from survey_app.services.audit import append_signed
from survey_app.services.keys.key import InstallationKey, signing_key
from survey_app.services.refusal import Unavailable
from survey_app.store.tables import Case
from tests.conftest import GNV, Installation, open_installation
from tests.databases import url_of
from tests.durability.backups import back_up, restore_into
from tests.security.key_changes import change, is_sound, set_roles, state_of
from tests.stage import Stage
from tests.test_packages import drop, package_of, said

pytestmark = pytest.mark.both_databases


# --- servers that go on with the key before ---


def test_a_server_that_was_not_started_again_signs_nothing(installation: Installation) -> None:
    person, administrator = installation.person("strateg"), installation.person("admin")
    version = person.version(GNV, "10")
    change(installation)
    assert person.save(GNV, "10", "skrevs under tiden", version).status_code == 200
    state = state_of(installation)
    refused = administrator.post("/accounts/2", {"change": "close"})
    assert refused.status_code == 503
    assert "starta om servern" in refused.text
    assert state_of(installation) == state
    ready = installation.stranger().get("/readyz")
    assert (ready.status_code, ready.get_json()["lacks"]) == (503, ["key"])
    again = open_installation(installation.settings.instance)
    assert again.person("admin").post("/accounts/2", {"change": "close"}).status_code == 302
    assert again.person("strateg").version(GNV, "10") == version + 1
    assert is_sound(again)
    again.database.close()


def test_who_is_signing_at_the_moment_comes_before_or_is_refused(served: Stage) -> None:
    """Twenty times, one signs while another changes the key: no head is left of the old key."""
    roles = [{Role.STRATEGIST}, {Role.STRATEGIST, Role.ARCHIVIST}]
    signed, refused = 0, 0
    for turn in range(20):
        old = signing_key(served.settings)
        begun, errors = threading.Event(), list[str]()

        def sign(
            turn: int = turn, old: InstallationKey = old,
            begun: threading.Event = begun, errors: list[str] = errors,
        ) -> None:  # fmt: skip
            try:
                with served.database.writing() as session:
                    begun.set()
                    set_roles(session, served, roles[turn % 2], old)
            except Unavailable as error:
                errors.append(error.code)

        other = threading.Thread(target=sign)
        if turn % 2:
            other.start()
            assert begun.wait(30)
            change(served)
        else:
            change(served)
            other.start()
        other.join()
        assert errors in ([], ["key_replaced"])
        signed, refused = signed + (not errors), refused + bool(errors)
        assert is_sound(served), f"turn {turn}"
    assert refused >= 10
    assert signed + refused == 20


def test_who_signs_the_chain_of_a_case_first_and_the_log_then_is_not_stopped(
    served: Stage,
) -> None:
    """Both wait for rows that the other would hold, if the change held them in another order."""
    old, begun, changing = signing_key(served.settings), threading.Event(), threading.Event()

    def sign() -> None:
        with served.database.writing() as session:
            case = session.execute(select(Case)).scalars().first()
            assert case is not None
            assert case.id is not None
            append_signed(
                session, (case.id, case.audit_length, case.audit_head), old,
                at=served.now, actor=served.accounts["archivist"], kind="register", facts={},
            )  # fmt: skip
            begun.set()
            assert changing.wait(30)
            time.sleep(0.5)  # until the change waits for what this one holds
            set_roles(session, served, {Role.STRATEGIST}, old)

    with ThreadPoolExecutor(2) as both:
        signed = both.submit(sign)
        assert begun.wait(30)
        changed = both.submit(change, served)
        changing.set()
        signed.result(60)
        assert changed.result(60).heads
    assert is_sound(served)


# --- packages, calendars, backups ---


@pytest.mark.parametrize("exposed", [False, True], ids=["routine", "exposed"])
def test_a_package_from_before_is_known_again(installation: Installation, exposed: bool) -> None:
    old = package_of(installation)
    first = signing_key(installation.settings).public_key
    change(installation, exposed=exposed)
    again = open_installation(installation.settings.instance)
    person = again.person("arkivarie")
    words = said(drop(person, old))
    assert "Paketet är helt" in words
    assert "Underskriften är gjord med den nyckel som vi skrev under med till" in words
    assert ("Paketet är äkta" in words) is not exposed
    assert ("Underskriften är inget bevis" in words) is exposed
    assert "Äktheten är inte prövad" not in words
    assert ("någon annan kan ha kommit åt den" in words) is exposed
    assert first in words
    assert ("kan vara känd av andra" in words) is exposed
    assert "en arkivkopia som förvaras här sedan" in words
    assert package_of(again) == old, "what is kept is given out as it was kept"
    new = said(drop(person, package_of(again, "/cases/RS250393/draft.zip")))
    assert "Paketet är äkta" in new
    assert "som vi skrev under med till" not in new
    assert "förvaras här" not in new
    assert "Paketet är inte äkta" in said(drop(person, old, key=b"ab" * 32))
    again.database.close()


def test_a_calendar_does_not_get_everything_twice(installation: Installation) -> None:
    def names(place: Installation) -> set[str]:
        reply = place.person("strateg").get("/deadlines.ics")
        events = Calendar.from_ical(reply.data).walk("VEVENT")
        return {str(event["UID"]) for event in events}

    before = names(installation)
    assert before
    change(installation)
    again = open_installation(installation.settings.instance)
    assert names(again) == before
    again.database.close()


def test_backups_from_before_and_after_open(installation: Installation, tmp_path: Path) -> None:
    folder, url = installation.settings.instance, url_of(installation.settings.instance)
    old, keys = signing_key(installation.settings), tmp_path / "keys"
    back_up(folder, tmp_path / "before.zip", url=url)
    back_up(folder, tmp_path / "bare.zip", url=url, keys=False)
    changed = change(installation)
    back_up(folder, tmp_path / "after.zip", url=url)
    assert restore_into(tmp_path / "b", tmp_path / "before.zip").manifest.public_key == (
        old.public_key
    )
    assert restore_into(tmp_path / "a", tmp_path / "after.zip").manifest.public_key == changed.after
    keys.mkdir()
    assert changed.before is not None
    shutil.copy(changed.before, keys / "audit_key.pem")
    shutil.copy(folder / "secret_key", keys / "secret_key")
    restore_into(tmp_path / "c", tmp_path / "bare.zip", keys=keys)
