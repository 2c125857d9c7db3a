"""Keys that seal: in files and in a token."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

from survey_app.config import SealSettings, UnsafeSettings
from survey_app.services.archives.seal import Sealer, open_sealer
from tests.sealing import DAY, HOLDER, NOW, PASSPHRASE, Holder, Issuer, key_file, sealer_of

from .seals import holds, refused, seal_now

SOFTHSM = os.environ.get("SOFTHSM", "/usr/lib/softhsm/libsofthsm2.so")


def test_a_wrong_passphrase_or_no_key_file_is_told_at_the_start(
    issuer: Issuer, tmp_path: Path
) -> None:
    path = key_file(tmp_path, issuer.issue())
    with pytest.raises(UnsafeSettings, match="PASSPHRASE belongs to it"):
        open_sealer(SealSettings(pkcs12=path, secret="fel"))
    path.write_bytes(b"not a key")
    with pytest.raises(UnsafeSettings, match="cannot be opened"):
        open_sealer(SealSettings(pkcs12=path, secret=PASSPHRASE))
    assert open_sealer(None) is None


@pytest.mark.parametrize("usage", [None, ("key_encipherment",)])
def test_a_certificate_for_something_else_is_refused(
    usage: tuple[str, ...] | None, issuer: Issuer, tmp_path: Path
) -> None:
    path = key_file(tmp_path, issuer.issue(usage=usage))
    with pytest.raises(UnsafeSettings, match="is not for signatures"):
        open_sealer(SealSettings(pkcs12=path, secret=PASSPHRASE))
    refused("seal_key_usage", Sealer(SealSettings(pkcs12=path, secret=PASSPHRASE)).at, NOW)


def test_a_certificate_seals_only_while_it_is_valid(issuer: Issuer, tmp_path: Path) -> None:
    sealer = sealer_of(tmp_path, issuer.issue(start=NOW - DAY, end=NOW + DAY))
    assert sealer.at(NOW).holder == HOLDER
    ended = refused("seal_certificate_expired", sealer.at, NOW + 2 * DAY)
    assert ended.facts == {"day": "2026-11-23"}
    refused("seal_certificate_not_yet_valid", sealer.at, NOW - 2 * DAY)


def test_a_key_file_that_is_gone_is_refused_when_it_is_needed(
    issuer: Issuer, tmp_path: Path, unsealed: bytes
) -> None:
    sealer = sealer_of(tmp_path, issuer.issue())
    seal = sealer.at(NOW)
    (tmp_path / "seal.p12").unlink()
    refused("seal_key_unreachable", seal.apply, unsealed)
    refused("seal_key_unreachable", sealer.at, NOW)


def test_an_elliptic_key_seals_too(issuer: Issuer, tmp_path: Path, unsealed: bytes) -> None:
    sealed = seal_now(tmp_path, issuer.issue(elliptic=True)).apply(unsealed)
    assert holds(sealed, issuer)


@pytest.fixture(scope="module")
def token(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A SoftHSM token "arkiv" with an RSA key "rsa" and an elliptic one "ec"; PIN 1234."""
    assert shutil.which("softhsm2-util"), "make test installs it: .ci/tools.py"
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "arkiv",
                        "--pin", "1234", "--so-pin", "5678"],
                       check=True, capture_output=True)  # fmt: skip
        found = pkcs11.lib(SOFTHSM).get_token(token_label="arkiv")
        with found.open(rw=True, user_pin="1234") as session:
            put(session, "rsa", issuer.issue())
            put(session, "ec", issuer.issue(elliptic=True))
        yield


def put(session: Any, label: str, holder: Holder) -> None:
    """A key and its certificate into a token."""
    decode = decode_ec_private_key if label == "ec" else decode_rsa_private_key
    der = holder.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    stored = {Attribute.TOKEN: True, Attribute.LABEL: label}
    session.create_object({**decode(der), **stored, Attribute.SIGN: True})
    session.create_object({**decode_x509_certificate(holder.der), **stored})


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_key_in_a_token_seals(key: str, issuer: Issuer, unsealed: bytes) -> None:
    seal = in_token(key).at(NOW)
    assert seal.holder == HOLDER
    assert holds(seal.apply(unsealed), issuer)


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "wrong", [{"secret": "4321"}, {"token": "annan"}, {"key": "saknas"},
              {"module": Path("/nowhere/module.so")}],
    ids=lambda wrong: next(iter(wrong)),
)  # fmt: skip
def test_a_token_that_does_not_answer_is_refused(wrong: dict[str, Any]) -> None:
    sealer = in_token("rsa", **wrong)
    refused("seal_key_unreachable", sealer.at, NOW)
    assert in_token("rsa").at(NOW).holder == HOLDER, "the token is not left locked"


def in_token(label: str, **other: Any) -> Sealer:
    given = {"module": Path(SOFTHSM), "token": "arkiv", "key": label, "secret": "1234"}
    sealer = open_sealer(SealSettings(**{**given, **other}))
    assert sealer is not None
    return sealer
