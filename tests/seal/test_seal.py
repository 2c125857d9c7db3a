"""A seal that is set and looked at: who sealed, when, and what stands behind it."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from survey_app.export.case_document import case_document
from survey_app.export.outline import record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from survey_app.export.seal import check_seal, is_sealed, read_certificates
from tests.export.samples import FILES, record
from tests.sealing import DAY, HOLDER, NOW, Issuer, beside, key_file, sealer_of

from .seals import holds, refused, seal_now


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


def test_certificates_are_read_from_pem_and_der(issuer: Issuer) -> None:
    other = Issuer(place=9)
    both = [issuer.certificate, other.certificate]
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in both)
    assert read_certificates(pem) == [issuer.der, other.der]
    assert read_certificates(issuer.der) == [issuer.der]
    with pytest.raises(ValueError):  # noqa: PT011 - in whatever words
        read_certificates(b"no certificate")


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
from survey_app.services.archives.seal import open_sealer
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
