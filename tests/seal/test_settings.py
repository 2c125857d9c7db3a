"""The settings of the seal: one key, its secret, and who may read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from survey_app.config import SealSettings, UnsafeSettings, read_settings
from survey_app.services.archives.seal import open_sealer
from tests.sealing import PASSPHRASE, Issuer, key_file


def seal_settings(folder: Path, **said: str) -> SealSettings | None:
    environment = {f"SURVEY_APP_SEAL_{name}": value for name, value in said.items()}
    return read_settings(environment, instance=folder, testing=True).seal


def test_settings_name_one_key_and_its_secret(issuer: Issuer, tmp_path: Path) -> None:
    path = key_file(tmp_path, issuer.issue())
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    secret.chmod(0o600)
    assert seal_settings(tmp_path) is None
    found = seal_settings(tmp_path, PKCS12=str(path), PASSPHRASE_FILE=str(secret))
    assert found == SealSettings(pkcs12=path, secret=PASSPHRASE)
    assert PASSPHRASE not in repr(found)
    assert open_sealer(found) is not None
    in_token = seal_settings(tmp_path, PKCS11="/m.so", TOKEN="arkiv", KEY="k", PIN="1234",
                             TIMESTAMP="https://stamp.example/")  # fmt: skip
    assert in_token == SealSettings(module=Path("/m.so"), token="arkiv", key="k", secret="1234",
                                    timestamp="https://stamp.example/")  # fmt: skip


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"TIMESTAMP": "https://stamp.example/"}, "needs one key"),
        ({"PKCS12": "KEY", "PKCS11": "/m.so", "PASSPHRASE": "x"}, "needs one key"),
        ({"PKCS12": "KEY"}, "PASSPHRASE is missing"),
        ({"PKCS11": "/m.so", "TOKEN": "a", "KEY": "k"}, "PIN is missing"),
        ({"PKCS11": "/m.so", "PIN": "1"}, "labels of the token"),
        ({"PKCS12": "KEY", "PASSPHRASE": "x", "TIMESTAMP": "file:///etc"}, "no http address"),
        ({"PKCS12": "/nowhere.p12", "PASSPHRASE": "x"}, "there is no file"),
        ({"PKCS12": "OPEN", "PASSPHRASE": "x"}, "chmod 600"),
        ({"PKCS12": "KEY", "PASSPHRASE_FILE": "OPEN"}, "chmod 600"),
    ],
)
def test_unsafe_settings_are_refused(said: dict[str, str], message: str, tmp_path: Path) -> None:
    for name, mode in (("KEY", 0o600), ("OPEN", 0o640)):
        (tmp_path / name).write_bytes(b"x")
        os.chmod(tmp_path / name, mode)
    files = {"KEY": str(tmp_path / "KEY"), "OPEN": str(tmp_path / "OPEN")}
    with pytest.raises(UnsafeSettings, match=message):
        seal_settings(tmp_path, **{name: files.get(value, value) for name, value in said.items()})
