"""Another key signs from now on: nothing signed is lost, nothing else is taken for ours."""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from survey_app import create_app
from survey_app.config import UnsafeSettings
from survey_app.core.workflow import Role
from survey_app.services.audit import read_heads
from survey_app.services.doctor.soundness import find_flaws
from survey_app.services.keys.change import NEXT_HEADS, NEXT_KEY
from survey_app.services.keys.installation import EarlierKey
from survey_app.services.keys.key import make_key, signing_key
from survey_app.services.refusal import Refused
from survey_app.store.tables import AuditEntry, SecurityHead
from tests.command import command
from tests.conftest import Installation, open_installation
from tests.security.key_changes import (
    change,
    change_roles,
    is_sound,
    keys_before,
    state_of,
)
from tests.stage import Stage

pytestmark = pytest.mark.both_databases


def test_all_heads_are_signed_by_the_new_key_alone(served: Stage) -> None:
    old, state = signing_key(served.settings), state_of(served)
    heads = {**state["heads"], **state["own"]}
    assert len(heads) > 3
    changed = change(served)
    new = signing_key(served.settings)
    assert (changed.after, changed.heads) == (new.public_key, len(heads))
    assert new.public_key != old.public_key
    assert is_sound(served)
    assert keys_before(served) == [EarlierKey(old.public_key, served.now, exposed=False)]
    kept = read_heads(new.kept(), new)
    assert sum(map(len, kept.values())) == len(heads) + 1, "all of them, and the change itself"
    assert read_heads(new.kept(), old) == {}, "what the old key signs is no head of ours"
    with served.database.reading() as session:
        assert {flaw.code for flaw in find_flaws(session, old, ())} == {"broken_chain"}
    assert changed.before is not None
    assert signing_key(served.settings).heads.stat().st_mode & 0o077 == 0
    for path in (changed.before, served.settings.signing_key):
        assert path.stat().st_mode & 0o077 == 0
    change_roles(served, {Role.STRATEGIST}, new)
    assert is_sound(served)


def test_a_second_change_remembers_both(served: Stage) -> None:
    first = signing_key(served.settings).public_key
    second = change(served, exposed=True).after
    third = change(served).after
    assert [(item.public_key, item.exposed) for item in keys_before(served)] == [
        (first, True), (second, False),
    ]  # fmt: skip
    assert signing_key(served.settings).public_key == third
    assert is_sound(served)


def test_what_was_done_behind_its_back_is_not_signed_anew(served: Stage) -> None:
    with served.database.writing() as session:
        session.execute(update(AuditEntry).where(col(AuditEntry.number) == 1).values(kind="other"))
    state = state_of(served)
    with pytest.raises(Refused, match="key_chains_broken"):
        change(served)
    assert state_of(served) == state


def test_a_cut_tail_is_found_by_the_heads_that_were_kept_before(served: Stage) -> None:
    change(served)
    with served.database.writing() as session:
        last = session.execute(select(SecurityHead).order_by(col(SecurityHead.number).desc()))
        newest = last.scalars().first()
        assert newest is not None
        session.delete(newest)
    assert is_sound(served), "one signature less in the database is no harm: it is kept outside"
    kept = served.settings.instance / "audit-heads.jsonl"
    assert f'"number": {newest.number}' in kept.read_text("ascii")


STEPS = ("os.replace", "os.replace 2", "os.replace 3", "os.open")
"""Where a change can be cut off once the database knows the new key."""


@pytest.mark.parametrize("step", STEPS)
def test_one_that_was_cut_off_is_finished(
    served: Stage, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (served.settings.instance / "audit_key.pem").read_bytes()
    _cut_off(served, step, monkeypatch)
    if step != "os.open":  # then both files have their names
        with pytest.raises(UnsafeSettings, match="survey-app change-key"):
            served.app()
        told = command(served.settings, "doctor")
        assert "survey-app change-key" in told.output
        changed = change(served)
        assert changed.heads is None
    assert not list(served.settings.instance.glob("*.next.*"))
    assert not list(served.settings.instance.glob("*.copied.*"))
    [kept] = served.settings.instance.glob("audit_key-*.pem")
    assert kept.read_bytes() == before
    assert len(keys_before(served)) == 1
    assert is_sound(served)
    served.app().extensions["redogor"].database.close()


def _cut_off(stage: Stage, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the key on a machine whose power fails at a step."""
    name, _, turn = step.partition(" ")
    left, real = int(turn or 1), getattr(os, name.removeprefix("os."))

    def fails(path: object, *more: object, **options: object) -> object:
        nonlocal left
        if name == "os.open" and path != stage.settings.instance:
            return real(path, *more, **options)
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return real(path, *more, **options)

    with monkeypatch.context() as patched:
        patched.setattr(name, fails)
        with pytest.raises(KeyboardInterrupt):
            change(stage)


def test_one_that_failed_before_has_changed_nothing(
    served: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full as the heads are written beside."""
    state, real = state_of(served), os.open

    def full(path: object, *more: object, **options: object) -> int:
        if str(path).endswith(NEXT_HEADS):
            raise OSError(28, "No space left on device")
        return real(path, *more, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("os.open", full)
        with pytest.raises(OSError, match="No space"):
            change(served)
    assert state_of(served) == state
    assert is_sound(served)
    assert change(served).heads


def test_one_that_died_before_begins_anew(served: Stage) -> None:
    """Its key lies there, and the database has never heard of it."""
    folder = served.settings.instance
    make_key(folder / NEXT_KEY)
    left = (folder / NEXT_KEY).read_bytes()
    assert change(served).heads
    assert (folder / "audit_key.pem").read_bytes() != left
    assert is_sound(served)


# --- a key that is kept elsewhere; the command; the page ---


@pytest.fixture
def elsewhere(served: Stage, tmp_path: Path) -> Stage:
    """The same world, whose key lies in a place for keys."""
    path = tmp_path / "keys.pem"
    shutil.move(served.settings.signing_key, path)
    path.chmod(0o600)
    served.settings = dataclasses.replace(served.settings, signing_key_file=path)
    return served


def test_a_key_that_is_kept_elsewhere_is_made_there(elsewhere: Stage, tmp_path: Path) -> None:
    old, new = signing_key(elsewhere.settings), tmp_path / "new.pem"
    make_key(new)
    with pytest.raises(Refused, match="key_kept_elsewhere"):
        change(elsewhere)
    with pytest.raises(Refused, match="key_in_use"):
        change(elsewhere, to=elsewhere.settings.signing_key)
    changed = change(elsewhere, to=new)
    assert changed.before is None
    with pytest.raises(UnsafeSettings, match="another key"):
        create_app(elsewhere.settings)
    assert change(elsewhere, to=new).heads is None, "what is done is done"
    elsewhere.settings = dataclasses.replace(elsewhere.settings, signing_key_file=new)
    assert signing_key(elsewhere.settings).public_key == changed.after != old.public_key
    assert is_sound(elsewhere)


def test_a_file_that_holds_no_key(
    elsewhere: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "brev.pem"
    file.write_text("ingen nyckel")
    file.chmod(0o600)
    monkeypatch.setenv("SURVEY_APP_SIGNING_KEY_FILE", str(elsewhere.settings.signing_key))
    told = command(elsewhere.settings, "change-key", "--to", str(file))
    assert (told.exit_code, told.output) == (
        1, f"Error: {file} är ingen Ed25519-nyckel i PEM.\n"
    )  # fmt: skip


def test_a_key_that_is_kept_here_is_made_here(served: Stage, tmp_path: Path) -> None:
    make_key(tmp_path / "new.pem")
    with pytest.raises(Refused, match="key_kept_here"):
        change(served, to=tmp_path / "new.pem")


def test_the_command_tells_what_to_do_next(installation: Installation) -> None:
    invoke = functools.partial(command, installation.settings)
    first = invoke("key").output.strip()
    done = invoke("change-key", "--exposed")
    assert done.exit_code == 0, done.output
    assert (key := invoke("key").output.strip()) != first
    assert key in done.output
    assert "Starta servrarna" in done.output
    assert f"audit_key-{first[:8]}.pem" in done.output
    assert invoke("audit", "verify").exit_code == 0
    wrong = invoke("change-key", "--to", "saknas.pem")
    assert wrong.exit_code == 1
    assert "saknas.pem" in wrong.output
    page = open_installation(installation.settings.instance)
    log = page.person("admin").get("/security?kind=key_changed").text
    assert "Signeringsnyckel bytt: kan vara känd av andra" in log
    page.database.close()
