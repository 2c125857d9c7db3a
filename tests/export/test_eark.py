"""An E-ARK package: METS by its schema, and what METS and PREMIS say. A judge by others is
``make conformance``."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

import survey_app.export.package
from survey_app.export.package import eark, mets, premis
from survey_app.export.package.contents import Part
from survey_app.export.package.delivery import Delivery
from survey_app.export.package.zip_file import build_package
from survey_app.export.xml_text import UnreadableXml, add, possible, read

from .packages import folder_of, opened, signed, xml
from .samples import CASE, FILES, MADE_AT, SPEC_BYTES, record

SCHEMAS = Path(survey_app.export.package.__file__).parent / "schemas"
M = {"m": mets.METS}


@pytest.fixture(scope="module")
def mets_schema() -> etree.XMLSchema:
    """METS, with its neighbour read from beside it instead of from its address."""
    text = (SCHEMAS / "mets.xsd").read_text(encoding="utf-8")
    address = "http://www.loc.gov/standards/xlink/xlink.xsd"
    assert address in text
    local = text.replace(address, (SCHEMAS / "xlink.xsd").as_uri())
    return etree.XMLSchema(etree.fromstring(local.encode()))


@pytest.mark.parametrize("draft", [False, True])
@pytest.mark.parametrize("path", [eark.ROOT, eark.STRUCTURE])
def test_mets_is_valid(mets_schema: etree.XMLSchema, path: str, draft: bool) -> None:
    root = xml(opened(signed(draft=draft))[path])
    assert mets_schema.validate(root), mets_schema.error_log
    root.find("m:fileSec/m:fileGrp/m:file", M).set("SIZE", "stor")
    assert not mets_schema.validate(root)


def test_mets_names_every_file_and_ids_are_unique() -> None:
    files = opened(signed())
    root, below = xml(files[eark.ROOT]), xml(files[eark.STRUCTURE])
    named = [reference.path for reference in mets.references(root)]
    inside = [f"representations/rep1/{item.path}" for item in mets.references(below)]
    assert sorted([*named, *inside, eark.ROOT]) == sorted(files)
    ids = [found.get("ID") for tree in (root, below) for found in tree.iter() if found.get("ID")]
    assert len(ids) == len(set(ids))
    told = {found.get("FILEID") for found in root.iter(f"{{{mets.METS}}}fptr")}
    assert told <= set(ids)


def test_the_heading_is_that_of_a_submission_to_an_archive() -> None:
    root = xml(opened(signed())[eark.ROOT])
    assert root.get("OBJID") == folder_of(signed())
    assert root.get("PROFILE") == "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-1-0.xml"
    assert root.get("LABEL") == "RS259999 Uppföljning av vården"
    header = root.find("m:metsHdr", M)
    assert (header.get("CREATEDATE"), header.get("RECORDSTATUS")) == (MADE_AT, "NEW")
    agents = [(a.get("ROLE"), a.get("TYPE"), a.findtext("m:name", "", M)) for a in header
              if a.tag.endswith("agent")]  # fmt: skip
    assert agents == [
        ("CREATOR", "OTHER", "Redogör"),
        ("ARCHIVIST", "ORGANIZATION", "Region Exempel"),
        ("CREATOR", "ORGANIZATION", "Region Exempel"),
    ]
    ids = [(item.get("TYPE"), item.text) for item in header.iterfind("m:altRecordID", M)]
    assert ids == [("REFERENCECODE", "RS259999")]
    assert xml(opened(signed(draft=True))[eark.ROOT]).find("m:metsHdr", M).get(
        "RECORDSTATUS"
    ) == "TEST"  # fmt: skip


def test_the_archive_decides_profile_reference_code_and_agreement() -> None:
    delivery = Delivery("https://arkiv.example/profil.xml", "RH/{diary_number}/1", "RA 13-2011")
    part = Part(record(), SPEC_BYTES)
    root = xml(opened(build_package(CASE, [part], FILES, MADE_AT, delivery=delivery))[eark.ROOT])
    assert root.get("PROFILE") == "https://arkiv.example/profil.xml"
    ids = {item.get("TYPE"): item.text for item in root.iterfind("m:metsHdr/m:altRecordID", M)}
    assert ids == {"REFERENCECODE": "RH/RS259999/1", "SUBMISSIONAGREEMENT": "RA 13-2011"}


def test_dublin_core_tells_the_case() -> None:
    root = xml(opened(signed())[eark.DESCRIPTION])
    told = [(etree.QName(item).localname, item.text) for item in root]
    assert told[:3] == [
        ("identifier", "RS259999"),
        ("title", "Uppföljning av vården"),
        ("creator", "Region Exempel"),
    ]
    assert {("language", "sv"), ("date", MADE_AT), ("subject", "Enkät med alla slag")} <= set(told)


def test_premis_tells_what_happened_in_order_by_whom() -> None:
    root = xml(opened(signed())[eark.HISTORY])
    events = [
        (item.findtext("p:eventType", "", premis.NAMES),
         item.findtext("p:eventDateTime", "", premis.NAMES))
        for item in root.iterfind("p:event", premis.NAMES)
    ]  # fmt: skip
    assert [kind for kind, _ in events] == [
        "creation",
        "submission for approval",
        "return",
        "withdrawal",
        "approval",
        "transfer",
        "information package creation",
    ]
    assert [at for _, at in events] == sorted(at for _, at in events)
    words = "\n".join(item.text or "" for item in root.iter(f"{{{premis.PREMIS}}}eventDetail"))
    assert "Delegationsbeslut: RS 2025-11-05 § 12." in words
    assert f"Innehållets SHA-256: {record()['approval']['content_sha256']}." in words
    assert "Inlämnat: 2026-11-22. Kvittonummer: K-1." in words
    agents = [item.text for item in root.iter(f"{{{premis.PREMIS}}}agentName")]
    assert agents == [
        "Ada, Strateg",
        "Bo",
        "Direktören, Direktör",
        "Direktören, Hälso- och sjukvårdsdirektör",
        "Redogör",
    ]
    assert "@" not in "".join(item.text or "" for item in root.iter())
    linked = {item.text for item in root.iter(f"{{{premis.PREMIS}}}linkingAgentIdentifierValue")}
    assert linked == {item.text for item in root.iter(f"{{{premis.PREMIS}}}agentIdentifierValue")}


def test_premis_tells_the_files_with_their_formats() -> None:
    root = xml(opened(signed())[eark.HOLDINGS])
    notes = [item.text for item in root.iter(f"{{{premis.PREMIS}}}formatNote")]
    assert notes == [
        "Inget bevarandeformat: PDF som inte säger sig vara PDF/A. Bevarad som den mottogs."
    ]
    names = [item.text for item in root.iter(f"{{{premis.PREMIS}}}originalName")]
    assert names == ["Planen åäö.pdf", "Not.txt", "Kvitto å.pdf"]


def test_xml_holds_no_character_that_it_cannot() -> None:
    assert possible("a\x00b\ud800c\ufffed\x0be") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    root = etree.Element("{x}a")
    add(root, "b", "å\x01", c="\x02")
    assert read(etree.tostring(root))[0].text == "å\ufffd"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<a",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<a>" * 400 + b"</a>" * 400,
    ],
)
def test_xml_from_strangers_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableXml):
        read(data)
