"""Archiving with a seal: what is kept, what the package proves, what happens when it cannot be."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from sqlmodel import col

from survey_app.cli import main
from survey_app.core.workflow import State
from survey_app.export.package.zip_file import write_zip
from survey_app.export.pdf.words import read_words
from survey_app.export.seal import check_seal
from survey_app.export.verification.look import verify_package
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import StoredCopy

from .conftest import Person
from .sealing import DAY, HOLDER, PASSPHRASE, Issuer, key_file, stamp_service
from .stage import Stage, build_stage
from .test_packages import drop, said


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@contextmanager
def sealing_stage(folder: Path, issuer: Issuer, **more: str) -> Iterator[tuple[Stage, Person]]:
    """A stage that seals, with its archivist signed in."""
    today = datetime.datetime.now(datetime.UTC)
    holder = issuer.issue(start=today - 9 * DAY, end=today + 99 * DAY)
    said = {"PKCS12": str(key_file(folder, holder)), "PASSPHRASE": PASSPHRASE, **more}
    stage = build_stage(folder, {f"SURVEY_APP_SEAL_{name}": said[name] for name in said})
    app = stage.app()
    yield stage, stage.sign_in(app, "archivist")
    app.extensions["redogor"].database.close()
    stage.database.close()


def handed_in(stage: Stage) -> int:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.HANDED_IN)
    return submission


def kept(stage: Stage) -> dict[str, bytes]:
    """The kept copies by their kind."""
    with stage.database.reading() as session:
        rows = session.execute(select(col(StoredCopy.kind), col(StoredCopy.sha256))).all()
        return {row.kind: blob_bytes(session, row.sha256) for row in rows}


def verify(package: Path, *trust: Path) -> Result:
    options = [word for path in trust for word in ("--trust", str(path))]
    return CliRunner().invoke(main, ["verify", str(package), *options])


def test_what_is_archived_is_sealed_and_its_package_authentic(
    issuer: Issuer, tmp_path: Path
) -> None:
    with sealing_stage(tmp_path, issuer) as (stage, archivist):
        submission = handed_in(stage)
        reply = archivist.post(f"/submissions/{submission}/archiving")
        assert reply.status_code == 302, reply.text
        copies = kept(stage)
        assert archivist.get(f"/submissions/{submission}/export.pdf").data == copies["pdf"]
    with zipfile.ZipFile(io.BytesIO(copies["zip"])) as package:
        pdfs = [package.read(name) for name in package.namelist() if name.endswith(".pdf")]
    sealed = [data for data in pdfs if (seal := check_seal(data, [issuer.der])) and seal.trusted]
    assert copies["pdf"] in sealed, "the kept copy is in the package, not another one"
    assert len(sealed) == 2, "the answers and the case document"
    assert all(f"Förseglas av {HOLDER}" in read_words(data, skip_others=True) for data in sealed)
    verdict = verify_package(copies["zip"], trust=[issuer.der])
    assert (verdict.intact, verdict.authentic_by_seal) == (True, True), verdict.findings
    assert not verify_package(copies["zip"]).authentic_by_seal
    assert not verify_package(copies["zip"], trust=[Issuer(place=9).der]).authentic_by_seal


def test_the_command_says_authentic_by_the_seal(issuer: Issuer, tmp_path: Path) -> None:
    with sealing_stage(tmp_path, issuer) as (stage, archivist):
        archivist.post(f"/submissions/{handed_in(stage)}/archiving")
        package = tmp_path / "RS2501.zip"
        package.write_bytes(kept(stage)["zip"])
    known, unknown = tmp_path / "known.pem", tmp_path / "unknown.der"
    known.write_bytes(issuer.certificate.public_bytes(Encoding.PEM))
    unknown.write_bytes(Issuer(place=9).der)
    done = verify(package, unknown, known)
    assert done.exit_code == 0, done.output
    assert f"{package}: äkta enligt förseglingen." in done.output
    assert f"Förseglad av ”{HOLDER}”" in done.output
    stranger = verify(package, unknown)
    assert stranger.exit_code == 1
    assert "inte äkta enligt förseglingen" in stranger.output
    none = verify(package, package)
    assert none.exit_code == 1
    assert "inget certifikat" in none.output


def test_the_page_says_authentic_by_the_seal(issuer: Issuer, tmp_path: Path) -> None:
    with sealing_stage(tmp_path, issuer) as (stage, archivist):
        archivist.post(f"/submissions/{handed_in(stage)}/archiving")
        package = kept(stage)["zip"]
        told = {
            name: said(drop(archivist, package, certificate=certificate))
            for name, certificate in (
                ("known", issuer.der), ("unknown", Issuer(place=9).der), ("none", b""),
            )
        }  # fmt: skip
        refused = drop(archivist, package, certificate=b"inget certifikat")
    assert "Paketet är äkta enligt förseglingen" in told["known"]
    assert "Paketet är inte äkta enligt förseglingen" in told["unknown"]
    assert "enligt förseglingen" not in told["none"]
    assert all("Paketet är helt" in words for words in told.values())
    assert refused.status_code == 422
    assert "Det är inget certifikat: en PEM- eller DER-fil." in said(refused)


def test_a_broken_seal_is_found_in_a_package_that_is_packed_again(
    issuer: Issuer, tmp_path: Path
) -> None:
    with sealing_stage(tmp_path, issuer) as (stage, archivist):
        archivist.post(f"/submissions/{handed_in(stage)}/archiving")
        package = kept(stage)["zip"]
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    [answers] = [name for name in files if name.endswith("answers.pdf")]
    files[answers] += b"\n"
    verdict = verify_package(write_zip(files), trust=[issuer.der])
    assert (verdict.intact, verdict.authentic_by_seal) == (False, False)
    said = [finding.in_words() for finding in verdict.findings if finding.code == "seal_unsound"]
    assert len(said) == 1
    assert "fått tillägg efter förseglingen" in said[0]


def test_archiving_waits_while_no_time_stamp_can_be_had(issuer: Issuer, tmp_path: Path) -> None:
    stamper = issuer.issue("Prov AB", "Stämplare", usage=("digital_signature",), stamps=True)
    with stamp_service(stamper) as address:
        pass  # its address is free again, and nobody answers there
    with sealing_stage(tmp_path, issuer, TIMESTAMP=address) as (stage, archivist):
        submission = handed_in(stage)
        reply = archivist.post(f"/submissions/{submission}/archiving")
        assert reply.status_code == 503
        assert "tidsstämplar arkivkopior svarar inte" in reply.text
        assert "Ingenting är arkiverat" in reply.text
        assert kept(stage) == {}
        assert stage.read(submission).state == State.HANDED_IN


def test_others_save_while_a_time_stamp_is_waited_for(issuer: Issuer, tmp_path: Path) -> None:
    stamper = issuer.issue("Prov AB", "Stämplare", usage=("digital_signature",), stamps=True)
    saved: list[object] = []
    with (
        stamp_service(stamper, meanwhile=lambda: saved.append(save())) as address,
        sealing_stage(tmp_path, issuer, TIMESTAMP=address) as (stage, archivist),
    ):
        submission = handed_in(stage)
        [other] = stage.open("RS2502")

        def save() -> object:
            return stage.save(other, "1", f"Skrivet {len(saved)}", len(saved))

        reply = archivist.post(f"/submissions/{submission}/archiving")
        assert reply.status_code == 302, reply.text
        assert set(kept(stage)) == {"pdf", "json", "zip"}
        assert len(saved) >= 2, "at least once for each sealed PDF"
        assert stage.read(other).version_of("1") == len(saved)


def test_archiving_waits_while_the_certificate_has_run_out(issuer: Issuer, tmp_path: Path) -> None:
    with sealing_stage(tmp_path, issuer) as (stage, archivist):
        submission = handed_in(stage)
        stage.now = stage.now.replace(year=stage.now.year + 1)
        archivist = stage.sign_in(archivist.client.application, "archivist")
        reply = archivist.post(f"/submissions/{submission}/archiving")
        assert reply.status_code == 503
        assert "gick ut 20" in reply.text
        assert kept(stage) == {}


def test_a_server_with_a_wrong_passphrase_says_so_and_does_not_start(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_APP_SEAL_PKCS12", str(key_file(tmp_path, issuer.issue())))
    monkeypatch.setenv("SURVEY_APP_SEAL_PASSPHRASE", "fel")
    done = CliRunner().invoke(main, ["--instance", str(tmp_path / "instance"), "run"])
    assert done.exit_code == 1
    assert "SURVEY_APP_SEAL_PASSPHRASE belongs to it" in done.output
