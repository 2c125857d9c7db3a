"""Packages of an installation: made, kept, verified on the page and on the command line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey_app.export.verification.look import verify_package
from survey_app.services.keys.key import open_key
from survey_app.store.tables import Blob
from survey_app.web.pages import verification
from tests.command import command
from tests.conftest import GNV, Installation, Person

OTHER_KEY = "ab" * 32
FILES = {"package": b"paket.zip", "certificate": b"utfardare.der"}


def package_of(installation: Installation, url: str = "/cases/RS259999/package.zip") -> bytes:
    reply = installation.person("arkivarie").get(url)
    assert reply.status_code == 200
    return reply.data


def form_of(fields: dict[str, bytes]) -> tuple[bytes, str]:
    """A form with a package as a browser sends it, and its content type. Made by hand: the test
    client would leave the file for a large one open."""
    edge = b"----edge"
    parts = [
        b"--" + edge + b'\r\nContent-Disposition: form-data; name="' + name.encode() + b'"'
        + (b'; filename="' + FILES[name] + b'"' if name in FILES else b"")
        + b"\r\n\r\n" + data + b"\r\n"
        for name, data in fields.items()
    ]  # fmt: skip
    return b"".join(parts) + b"--" + edge + b"--\r\n", "multipart/form-data; boundary=----edge"


def drop(person: Person, data: bytes, key: bytes = b"", certificate: bytes = b"") -> TestResponse:
    """Send a package to the page as its form does."""
    fields = {"csrf_token": person.token.encode(), "key": key, "package": data}
    if certificate:
        fields["certificate"] = certificate
    body, content_type = form_of(fields)
    return person.client.post("/verification", data=body, content_type=content_type)


def said(reply: TestResponse) -> str:
    """The words of the page."""
    page = reply.text[reply.text.index("<main") : reply.text.index("</main")]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_archived_package_is_intact_and_authentic(installation: Installation) -> None:
    key = open_key(installation.settings.instance).public_key
    data = package_of(installation)
    verdict = verify_package(data, key)
    assert (verdict.findings, verdict.reason) == ((), "authentic")
    draft = verify_package(package_of(installation, "/cases/RS250393/draft.zip"), key)
    assert (draft.findings, draft.reason, draft.draft) == ((), "authentic", True)


def test_the_package_tells_the_life_of_the_case(installation: Installation) -> None:
    with zipfile.ZipFile(io.BytesIO(package_of(installation))) as archive:
        path = next(name for name in archive.namelist() if name.endswith("vation/premis.xml"))
        text = archive.read(path).decode()
    for kind in ("creation", "submission for approval", "approval", "transfer", "archiving"):
        assert text.count(f"<eventType>{kind}</eventType>") == 2
    assert "Kvittonummer: EXEMPEL-" in text
    assert "<agentName>Hälso- och sjukvårdsdirektör</agentName>" in text
    assert "@demo.example" not in text


@pytest.mark.parametrize("name", ["strateg", "direktor", "arkivarie", "admin"])
def test_anyone_signed_in_can_try_a_package(installation: Installation, name: str) -> None:
    reply = drop(installation.person(name), package_of(installation))
    assert reply.status_code == 200
    text = said(reply)
    assert "Paketet är helt" in text
    assert "Paketet är äkta" in text
    assert "RS259999" in text
    assert "2 handlingar mot schema" in text


def test_trying_a_package_keeps_nothing(installation: Installation) -> None:
    def blobs() -> int:
        with installation.database.reading() as session:
            return session.execute(select(func.count()).select_from(Blob)).scalar_one()

    data = package_of(installation)
    before = blobs()
    drop(installation.person("admin"), data)
    assert blobs() == before


def test_the_page_says_what_is_wrong_and_where(installation: Installation) -> None:
    data = bytearray(package_of(installation))
    data[data.index(b'"format":"redogor/content/1"') + 3] ^= 1
    text = said(drop(installation.person("arkivarie"), bytes(data)))
    assert "Paketet är inte helt" in text
    assert "Paketet är äkta" not in text
    assert "/record.json Filen är skadad" in text
    cut = said(drop(installation.person("arkivarie"), bytes(data[:1000])))
    assert "Hela paketet Filen är inget ZIP-arkiv" in cut


def test_another_key_and_what_is_no_key(installation: Installation) -> None:
    person, data = installation.person("arkivarie"), package_of(installation)
    text = said(drop(person, data, key=OTHER_KEY.encode()))
    assert "Paketet är helt" in text
    assert "Paketet är inte äkta" in text
    own = open_key(installation.settings.instance)
    assert own.public_key in person.get("/verification").text
    assert "Paketet är äkta" in said(drop(person, data, key=own.public_pem().encode()))
    for wrong in (b"inte en nyckel", "å".encode(), b"\xff", b"a" * 63 + b"g"):
        reply = drop(person, data, key=wrong)
        assert reply.status_code == 422
        assert "Det är ingen öppen Ed25519-nyckel" in reply.text
    assert person.post("/verification").status_code == 422


def test_a_draft_is_told_to_be_one(installation: Installation) -> None:
    data = package_of(installation, "/cases/RS250393/draft.zip")
    assert "Paketet är ett utkast" in said(drop(installation.person("strateg"), data))


def test_a_package_may_be_larger_than_other_requests_but_not_by_any_size(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = bytes(30 * 1024 * 1024)
    reply = drop(installation.person("arkivarie"), large)
    assert (reply.status_code, "Filen är inget ZIP-arkiv" in reply.text) == (200, True)
    body, content_type = form_of({"package": large})
    stranger = installation.stranger().post("/verification", data=body, content_type=content_type)
    assert stranger.status_code == 413, "whoever is not signed in may send as much as elsewhere"
    monkeypatch.setattr(verification, "LARGEST_REQUEST", 28 * 1024 * 1024)
    reply = drop(installation.person("arkivarie"), large)
    assert reply.status_code == 413
    assert "En fil får vara högst 26 MB" in reply.text


def test_packages_take_turns(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PATIENCE", 0.01)
    with verification._turn:
        reply = drop(installation.person("arkivarie"), b"x")
    assert reply.status_code == 503
    assert "Andra paket prövas just nu" in reply.text
    assert drop(installation.person("arkivarie"), b"x").status_code == 200


def test_the_archivist_is_told_of_formats_that_are_not_for_preservation(
    installation: Installation,
) -> None:
    strateg, archivist = installation.person("strateg"), installation.person("arkivarie")
    url = f"/api/v1/submissions/{GNV}/answers/7a/files"
    form = {"file": (io.BytesIO(b"%PDF-1.4 plan"), "Plan.pdf")}
    form["version"] = str(strateg.version(GNV, "7a"))  # type: ignore[assignment]
    reply = strateg.client.post(url, data=form, headers={"X-CSRFToken": strateg.token})
    assert reply.status_code == 200, reply.text
    page = archivist.get("/cases/RS250393").text
    assert "Format att se över" in page
    assert 'Plan.pdf: <span lang="sv">PDF som inte säger sig vara PDF/A' in page
    assert "Format att se över" not in strateg.get("/cases/RS250393").text
    assert "Format att se över" not in archivist.get("/cases/RS259999").text


@pytest.mark.parametrize(("packed_as", "ending"), [("eark", ""), ("bagit", "-bagit")])
def test_the_commands_write_and_verify_packages(
    installation: Installation, tmp_path: Path, packed_as: str, ending: str
) -> None:
    done = command(
        installation.settings, "export", "RS259999", "--out", str(tmp_path), "--format", packed_as
    )
    assert done.exit_code == 0, done.output
    path = tmp_path / f"RS259999{ending}.zip"
    key = command(installation.settings, "key").output.strip()
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    (tmp_path / "key.pem").write_text(command(installation.settings, "key", "--pem").output)
    for given in (key, str(tmp_path / "key.pem")):
        verdict = command(installation.settings, "verify", str(path), "--key", given)
        assert (verdict.exit_code, ": hel." in verdict.output) == (0, True)
        assert ": äkta. Underskriften är gjord med den angivna nyckeln" in verdict.output
    unchecked = command(installation.settings, "verify", str(path))
    assert (unchecked.exit_code, "äktheten är inte prövad" in unchecked.output) == (0, True)
    foreign = command(installation.settings, "verify", str(path), "--key", OTHER_KEY)
    assert (foreign.exit_code, "inte äkta" in foreign.output) == (1, True)
    nonsense = command(installation.settings, "verify", str(path), "--key", "nyckel")
    assert (nonsense.exit_code, "ingen öppen Ed25519-nyckel" in nonsense.output) == (1, True)


def test_the_settings_reach_the_package(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_APP_SIP_PROFILE", "https://arkiv.example/profil.xml")
    monkeypatch.setenv("SURVEY_APP_REFERENCE_CODE", "RH/{diary_number}")
    monkeypatch.setenv("SURVEY_APP_SUBMISSION_AGREEMENT", "RA 13-2011")
    done = command(installation.settings, "export", "RS250393", "--draft", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "UTKAST-RS250393.zip") as archive:
        text = archive.read(archive.namelist()[0]).decode()
        manifest = json.loads(archive.read(archive.namelist()[1]))
    assert manifest["draft"] is True
    assert 'PROFILE="https://arkiv.example/profil.xml"' in text
    assert '<altRecordID TYPE="REFERENCECODE">RH/RS250393</altRecordID>' in text
    assert '<altRecordID TYPE="SUBMISSIONAGREEMENT">RA 13-2011</altRecordID>' in text
