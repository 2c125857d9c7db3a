"""The seal of archive copies: set, looked at, broken; keys in files and in a token; time stamps."""

from __future__ import annotations

import asyncio
import io
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner

from survey_app.config import SealSettings, UnsafeSettings, read_settings
from survey_app.export.case_document import case_document
from survey_app.export.outline import record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from survey_app.export.seal import Seal, check_seal, is_sealed, read_certificates
from survey_app.services.refusal import Unavailable
from survey_app.services.seal import Sealer, open_sealer

from .export.samples import FILES, record
from .sealing import (
    DAY,
    HOLDER,
    NOW,
    PASSPHRASE,
    STAMPED,
    Holder,
    Issuer,
    beside,
    key_file,
    sealer_of,
    stamp_service,
)

SOFTHSM = os.environ.get("SOFTHSM", "/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def stamper(issuer: Issuer) -> Holder:
    return issuer.issue("Prov AB", "Provstämplare", usage=("digital_signature",), stamps=True)


@pytest.fixture(scope="module")
def unsealed() -> bytes:
    return render(record_outline(record(), sealed_by=HOLDER))


@pytest.fixture(scope="module")
def sealed(issuer: Issuer, unsealed: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return seal_now(tmp_path_factory.mktemp("key"), issuer.issue()).apply(unsealed)


def seal_now(folder: Path, holder: Holder, timestamp: str = "") -> Seal:
    return sealer_of(folder, holder, timestamp).at(NOW)


def refused(code: str, doing: Any, *given: Any) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        doing(*given)
    assert caught.value.code == code
    return caught.value


# --- set and looked at -------------------------------------------------------------------


def test_a_sealed_document_says_who_sealed_it_and_proves_it(
    sealed: bytes, unsealed: bytes, issuer: Issuer
) -> None:
    verdict = check_seal(sealed, [issuer.der])
    assert verdict is not None
    assert (verdict.sound, verdict.trusted) == (True, True)
    assert (verdict.holder, verdict.trusted_by) == (HOLDER, "Prov AB (Provutfärdare)")
    assert (verdict.sealed_at, verdict.stamped_by) == (NOW.isoformat(), "")
    words = read_words(sealed)
    assert words == read_words(unsealed)
    assert f"Förseglas av {HOLDER} (elektronisk försegling" in words
    assert sealed.startswith(unsealed), "the document itself stays byte for byte"
    said = verdict.in_words()
    assert f"”{HOLDER}” 22 november 2026 kl. 14.05.09" in said.replace("\u00a0", " ")
    assert "förseglarens egen uppgift" in said


def test_the_seal_is_pades_certifies_and_is_seen_nowhere(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        assert (str(field.FT), str(field.V.SubFilter)) == ("/Sig", "/ETSI.CAdES.detached")
        assert pdf.Root.Perms.DocMDP.objgen == field.V.objgen
        assert int(field.V.Reference[0].TransformParams.P) == 1, "no change is allowed"
        assert [int(side) for side in field.Rect] == [-9999] * 4
        assert int(field.F) & 0b100110 == 0b100, "printed, neither hidden nor without view"
        assert str(pdf.pages[0].Tabs) == "/S"


def test_without_a_certificate_that_is_trusted_it_is_sound_and_proves_nobody(
    sealed: bytes,
) -> None:
    other = Issuer(place=9)
    for trust in ([], [other.der]):
        verdict = check_seal(sealed, trust)
        assert verdict is not None
        assert (verdict.sound, verdict.trusted, verdict.trusted_by) == (True, False, "")
        assert "Inget angivet certifikat" in verdict.in_words()


def test_the_holders_own_certificate_can_be_trusted(unsealed: bytes, tmp_path: Path) -> None:
    holder = Issuer().issue()
    sealed = seal_now(tmp_path, holder).apply(unsealed)
    verdict = check_seal(sealed, [holder.der])
    assert verdict is not None
    assert (verdict.trusted, verdict.trusted_by) == (True, HOLDER)


def test_a_certificate_is_held_to_the_time_of_sealing(
    issuer: Issuer, unsealed: bytes, tmp_path: Path
) -> None:
    """One that was valid then proves it still, although it has run out since."""
    holder = issuer.issue(start=NOW - 300 * DAY, end=NOW - 200 * DAY)
    sealed = sealer_of(tmp_path, holder).at(NOW - 201 * DAY).apply(unsealed)
    assert holds(sealed, issuer)


def test_a_case_document_with_pages_of_others_can_be_sealed(issuer: Issuer, tmp_path: Path) -> None:
    seal = seal_now(tmp_path, issuer.issue())
    document = case_document([record()], FILES.__getitem__, sealed_by=seal.holder)
    sealed = seal.apply(document)
    verdict = check_seal(sealed, [issuer.der])
    assert verdict is not None
    assert verdict.trusted
    assert f"Förseglas av {HOLDER}" in read_words(sealed, skip_others=True)


def test_what_is_no_sealed_pdf_has_no_seal(unsealed: bytes) -> None:
    for data in (unsealed, b"", b"%PDF-1.7\n", b"PK\x03\x04"):
        assert not is_sealed(data)
        assert check_seal(data) is None


def test_a_document_that_does_not_name_its_sealer_is_not_sealed(
    issuer: Issuer, tmp_path: Path
) -> None:
    nameless = render(record_outline(record()))
    refused("seal_failed", seal_now(tmp_path, issuer.issue()).apply, nameless)


# --- broken ------------------------------------------------------------------------------


def test_every_changed_byte_is_found(sealed: bytes, issuer: Issuer) -> None:
    """In the document, in what sealing added, and in the room of the seal that it did not fill."""
    start, end = seal_room(sealed)
    draw = random.Random(1)
    tail = [*range(sealed.rindex(b"startxref", 0, start), start), *range(end, len(sealed))]
    places = draw.sample(range(start), 40) + draw.sample(tail, 10)
    for place in places:
        assert not holds(changed(sealed, place, sealed[place] ^ 1), issuer), place
    digits = draw.sample(range(end - 400, end - 1), 10)
    for place in digits:
        assert not holds(changed(sealed, place, ord("1")), issuer), "what is left of the room"


def seal_room(data: bytes) -> tuple[int, int]:
    """From where to where the signature's hexadecimal digits stand."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\s*\]", data)
    assert found
    return int(found[1]), int(found[2])


def changed(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes([value]) + data[place + 1 :]


def holds(data: bytes, issuer: Issuer) -> bool:
    verdict = check_seal(data, [issuer.der])
    return verdict is not None and verdict.trusted


def test_a_changed_answer_is_named_as_a_broken_seal(sealed: bytes, unsealed: bytes) -> None:
    place = len(unsealed) // 2
    verdict = check_seal(changed(sealed, place, sealed[place] ^ 1))
    assert verdict is not None
    assert (verdict.code, verdict.sound) == ("seal_broken", False)
    assert "bruten" in verdict.in_words()


def test_what_is_added_after_sealing_is_found(sealed: bytes, issuer: Issuer) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root[pdf_name("/Added")] = pdf_string("efteråt")
    writer.update_root()
    target = io.BytesIO()
    writer.write(target)
    for more in (target.getvalue(), sealed + b"\n% later"):
        verdict = check_seal(more, [issuer.der])
        assert verdict is not None
        assert (verdict.code, verdict.trusted) == ("changed_after_seal", False)


class Lawless(PdfSigner):
    """Signs also what a seal before it forbids to change."""

    def _enforce_certification_constraints(self, reader: Any) -> None:
        pass


def test_a_seal_upon_the_seal_is_found(sealed: bytes, issuer: Issuer, tmp_path: Path) -> None:
    path = key_file(tmp_path, issuer.issue("Någon annan", "Främling"))
    key = SimpleSigner.load_pkcs12_data(path.read_bytes(), (), PASSPHRASE.encode())
    second = Lawless(PdfSignatureMetadata(field_name="Second"), key)
    twice = beside(second.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(sealed))).getvalue()
    verdict = check_seal(twice, [issuer.der])
    assert verdict is not None
    assert verdict.code == "changed_after_seal"


# --- time stamps -------------------------------------------------------------------------


def test_a_time_stamp_proves_the_time(
    issuer: Issuer, stamper: Holder, unsealed: bytes, tmp_path: Path
) -> None:
    with stamp_service(stamper) as address:
        sealed = seal_now(tmp_path, issuer.issue(), address).apply(unsealed)
    verdict = check_seal(sealed, [issuer.der])
    assert verdict is not None
    assert verdict.trusted
    assert verdict.sealed_at == STAMPED.isoformat()
    assert verdict.stamped_by == "Prov AB (Provstämplare)"
    assert verdict.stamp_trusted_by == verdict.trusted_by == "Prov AB (Provutfärdare)"
    assert "tidsstämplad av ”Prov AB (Provstämplare)”" in verdict.in_words()
    unknown = check_seal(sealed)
    assert unknown is not None
    assert unknown.sound
    assert unknown.stamp_trusted_by == ""


@pytest.mark.parametrize("fault", ["status", "garbage", "replay", "rejection", "down"])
def test_without_a_time_stamp_nothing_is_sealed(
    fault: str, issuer: Issuer, stamper: Holder, unsealed: bytes, tmp_path: Path
) -> None:
    with stamp_service(stamper, fault) as address:
        seal = seal_now(tmp_path, issuer.issue(), address)
        if fault != "down":
            refused("seal_stamp_unreachable", seal.apply, unsealed)
    if fault == "down":
        refused("seal_stamp_unreachable", seal.apply, unsealed)


# --- keys --------------------------------------------------------------------------------


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


# --- settings ----------------------------------------------------------------------------


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


def test_certificates_are_read_from_pem_and_der(issuer: Issuer) -> None:
    other = Issuer(place=9)
    both = [issuer.certificate, other.certificate]
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in both)
    assert read_certificates(pem) == [issuer.der, other.der]
    assert read_certificates(issuer.der) == [issuer.der]
    with pytest.raises(ValueError):  # noqa: PT011 - in whatever words
        read_certificates(b"no certificate")


# --- without the extra -------------------------------------------------------------------

WITHOUT = """
import sys
class NoExtra:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pyhanko", "pyhanko_certvalidator", "pkcs11", "asn1crypto"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoExtra())
"""


def test_without_the_extra_all_runs_and_sealing_says_what_to_install(
    sealed: bytes, issuer: Issuer, tmp_path: Path
) -> None:
    file, key = tmp_path / "sealed.pdf", key_file(tmp_path, issuer.issue())
    file.write_bytes(sealed)
    program = f"""{WITHOUT}
from pathlib import Path
import survey_app.cli
from survey_app.config import SealSettings, UnsafeSettings
from survey_app.export.seal import check_seal
from survey_app.services.seal import open_sealer
print(check_seal(Path({str(file)!r}).read_bytes()).in_words())
try:
    open_sealer(SealSettings(pkcs12=Path({str(key)!r}), secret="x"))
except UnsafeSettings as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    checked, opened = done.stdout.splitlines()
    assert "inte prövad" in checked
    assert "survey-app[seal]" in checked
    assert "extra is missing" in opened
    assert "survey-app[seal]" in opened


def test_a_seal_is_checked_where_an_event_loop_runs(sealed: bytes, issuer: Issuer) -> None:
    """pyHanko starts a loop of its own; a thread that has one already must not stop it."""

    async def within() -> None:
        verdict = check_seal(sealed, [issuer.der])
        assert verdict is not None
        assert verdict.sound

    beside(asyncio.run, within())
