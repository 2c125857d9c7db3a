"""What is sealed: opened by us only, not longer than it may be, and after the key was changed."""

from __future__ import annotations

import base64
import time

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey_app.services.accounts.vault import Vault

OLD, NEW = "a" * 32, "b" * 32


def test_what_one_seals_another_does_not_open() -> None:
    sealed = Vault((OLD, "")).seal("hemligt åäö")
    assert "hemligt" not in sealed
    assert sealed != Vault((OLD, "")).seal("hemligt åäö"), "never twice the same"
    assert Vault((OLD, "")).open(sealed) == "hemligt åäö"
    assert Vault((NEW, OLD)).open(sealed) == "hemligt åäö", "the key before opens"
    assert Vault((NEW, "")).open(sealed) is None


def test_any_one_bit_changed_opens_nothing() -> None:
    vault = Vault((OLD, ""))
    sealed = vault.seal("1\nJBSWY3DPEHPK3PXP")
    data = bytearray(base64.urlsafe_b64decode(sealed.removeprefix("2.")))
    for place in range(len(data)):
        data[place] ^= 1
        assert vault.open("2." + base64.urlsafe_b64encode(data).decode()) is None
        data[place] ^= 1
    for odd in ("", "2.", "2.AAAA", "2.å", "3." + sealed[2:], sealed[2:], sealed[:-4], "inte så"):
        assert vault.open(odd) is None


@pytest.mark.parametrize(("later", "opens"), [(599, True), (601, False), (-59, True), (-61, False)])
def test_it_opens_for_a_while(monkeypatch: pytest.MonkeyPatch, later: int, opens: bool) -> None:
    vault, at = Vault((OLD, "")), int(time.time())
    monkeypatch.setattr(time, "time", lambda: at)
    sealed = vault.seal("x")
    monkeypatch.setattr(time, "time", lambda: at + later)
    assert (vault.open(sealed, 600) == "x") is opens
    assert vault.open(sealed) == "x"


def test_what_was_sealed_before_still_opens() -> None:
    """The secrets of one-time codes in a database from before AES-256-GCM."""
    key = HKDF(SHA256(), 32, None, b"redogor/vault/1").derive(OLD.encode())
    kept = Fernet(base64.urlsafe_b64encode(key)).encrypt(b"JBSWY3DPEHPK3PXP").decode()
    assert Vault((NEW, OLD)).open(kept) == "JBSWY3DPEHPK3PXP"
    assert Vault((NEW, "")).open(kept) is None
