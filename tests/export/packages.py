"""Packages for tests: signed by a key of the tests' own, opened, forged and packed again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lxml import etree

from survey_app.export.package import bag, eark, mets, premis, signature
from survey_app.export.package.contents import Received
from survey_app.export.package.event import Event, Person
from survey_app.export.package.manifest import Format, Manifest, written
from survey_app.export.package.signature import AuditHead, Signing
from survey_app.export.package.zip_file import Part, build_package, write_zip
from survey_app.export.verification.verdict import Verdict

from .samples import CASE, FILES, MADE_AT, SPEC_BYTES, draft_content, record

Files = dict[str, bytes]
FORMATS: tuple[Format, ...] = ("eark", "bagit")
DATA = "representations/rep1/data/"
KEY = Ed25519PrivateKey.from_private_bytes(b"a key of the tests, kept by none")
PUBLIC = KEY.public_key().public_bytes_raw().hex()
OTHER = Ed25519PrivateKey.from_private_bytes(b"another key, of somebody unknown")
OTHER_PUBLIC = OTHER.public_key().public_bytes_raw().hex()
EVENTS = (
    Event("written", "2026-11-20T08:00:00+00:00", (Person("Ada", "Strateg"), Person("Bo"))),
    Event("sent", "2026-11-20T09:00:00+00:00", (Person("Ada", "Strateg"),)),
    Event("returned", "2026-11-20T10:00:00+00:00", (Person("Direktören", "Direktör"),)),
    Event("withdrawn", "2026-11-20T11:00:00+00:00", (Person("Ada", "Strateg"),)),
    Event(
        "handed_in",
        "2026-11-22T13:30:00+00:00",
        (Person("Ada", "Strateg"),),
        {"Inlämnat": "2026-11-22", "Kvittonummer": "K-1"},
    ),
)
RECEIPT_BYTES = b"%PDF-1.4 no PDF/A"
RECEIPT = Received("Kvitto å.pdf", hashlib.sha256(RECEIPT_BYTES).hexdigest(), "application/pdf")
ALL_FILES = {**FILES, RECEIPT.sha256: RECEIPT_BYTES}


def signing(key: Ed25519PrivateKey = KEY) -> Signing:
    """What signs: a key, and an audit head."""
    public = key.public_key().public_bytes_raw().hex()
    head = AuditHead(case=1, number=7, sha256="ab" * 32)
    return Signing(head, public, lambda message: key.sign(message).hex())


@cache
def signed(packed_as: Format = "eark", *, draft: bool = False) -> bytes:
    """A signed package of one submission, with events and receipt."""
    document = draft_content() if draft else record()
    part = Part(document, SPEC_BYTES, EVENTS, RECEIPT)
    return build_package(
        CASE, [part], ALL_FILES, MADE_AT, draft, packed_as=packed_as, signing=signing()
    )


def opened(data: bytes) -> Files:
    """The files of a package by their path below its folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def folder_of(data: bytes) -> str:
    """The folder of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()[0].partition("/")[0]


def closed(files: Files, folder: str = "") -> bytes:
    """The files as a package again, without any care for what they say of each other."""
    name = folder or json.loads(files[manifest_of(files)])["identifier"]
    return write_zip({f"{name}/{path}": data for path, data in files.items()})


def manifest_of(files: Files) -> str:
    """Where the manifest stands."""
    return eark.MANIFEST if eark.MANIFEST in files else bag.MANIFEST


def change(path: str, old: str, new: str) -> Callable[[Files], None]:
    """What puts other words into a file that has the old ones."""

    def changed(files: Files) -> None:
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode())

    return changed


def codes(verdict: Verdict) -> set[str]:
    """The codes of what was found, each of which has its words."""
    assert verdict.intact is (not verdict.findings)
    for finding in verdict.findings:
        assert finding.in_words()
    return {finding.code for finding in verdict.findings}


def xml(data: bytes) -> Any:
    """The root of an XML file."""
    return etree.fromstring(data)


def forged(files: Files, key: Ed25519PrivateKey | None = None) -> bytes:
    """The files with every checksum made to agree, inside out: a careful forger's work.

    key  signs again; without it the old signature stays
    """
    if eark.ROOT in files:
        _premis(files, eark.HOLDINGS)
        _references(files, eark.STRUCTURE, f"{eark.REPRESENTATION}/")
    else:
        _premis(files, bag.HISTORY)
        _lines(files, bag.PAYLOAD)
    _manifest(files)
    if eark.ROOT in files:
        _root(files, key)
    else:
        _sign(files, bag.MANIFEST, bag.SIGNATURE, key)
        _lines(files, bag.TAGS)
    return closed(files)


def _premis(files: Files, path: str) -> None:
    root = xml(files[path])
    for made in root.iterfind("p:object", premis.NAMES):
        place = made.findtext("p:objectIdentifier/p:objectIdentifierValue", "", premis.NAMES)
        digest = made.find("p:objectCharacteristics/p:fixity/p:messageDigest", premis.NAMES)
        if digest is not None and place in files:
            digest.text = hashlib.sha256(files[place]).hexdigest()
            size = made.find("p:objectCharacteristics/p:size", premis.NAMES)
            size.text = str(len(files[place]))
    files[path] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _references(files: Files, path: str, folder: str) -> None:
    root = xml(files[path])
    for found in root.iter(f"{{{mets.METS}}}mdRef", f"{{{mets.METS}}}file"):
        href = f"{{{mets.XLINK}}}href"
        place = found.get(href) or found.find(f"{{{mets.METS}}}FLocat").get(href)
        data = files[folder + place]
        found.set("SIZE", str(len(data)))
        found.set("CHECKSUM", hashlib.sha256(data).hexdigest())
    files[path] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _lines(files: Files, path: str) -> None:
    places = [line.split(" ", 1)[1].strip() for line in files[path].decode().splitlines()]
    files[path] = "".join(
        f"{hashlib.sha256(files[place]).hexdigest()}  {place}\n" for place in places
    ).encode()


def _manifest(files: Files) -> None:
    path = manifest_of(files)
    told = json.loads(files[path])
    for entry in told["files"]:
        data = files[entry["path"]]
        entry |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    files[path] = written(Manifest.model_validate(told))


def _root(files: Files, key: Ed25519PrivateKey | None) -> None:
    """The METS with zeros, its hash into the manifest, the signature, the METS once more."""
    for _ in range(2):
        _references(files, eark.ROOT, "")
        outer = [files[eark.MANIFEST], files[eark.SIGNATURE]]
        told = json.loads(files[eark.MANIFEST])
        told["mets_sha256"] = eark.blanked(files[eark.ROOT], outer)
        files[eark.MANIFEST] = written(Manifest.model_validate(told))
        _sign(files, eark.MANIFEST, eark.SIGNATURE, key)
    _references(files, eark.ROOT, "")


def _sign(files: Files, manifest: str, place: str, key: Ed25519PrivateKey | None) -> None:
    if key is not None:
        files[place] = signature.sign(files[manifest], signing(key))
