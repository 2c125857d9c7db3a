"""What verification finds: honest packages are intact and authentic, each change is named."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.record import build_record
from survey_app.export.package import eark
from survey_app.export.package.manifest import FileEntry, Format, Manifest, written
from survey_app.export.package.zip_file import Part, build_package
from survey_app.export.verification import agreement, container, inventory, look, surroundings
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import (
    AUTHENTICITY_WORDS,
    WORDS,
    Authenticity,
    Finding,
    Verdict,
)

from .packages import (
    KEY,
    OTHER,
    OTHER_PUBLIC,
    PUBLIC,
    Files,
    closed,
    forged,
    manifest_of,
    opened,
    signed,
    signing,
)
from .samples import CASE, FILES, MADE_AT, SPEC_BYTES, draft_content, real, record, sheet_files

FORMATS: tuple[Format, ...] = ("eark", "bagit")
DATA = "representations/rep1/data/"
RECORD, ANSWERS = f"{DATA}alla-slag/record.json", f"{DATA}alla-slag/answers.pdf"
PLACES = int(os.environ.get("DAMAGED_PLACES", "60"))
"""Bytes that are damaged, one at a time; ``DAMAGED_PLACES=300`` for a long look."""


def codes(verdict: Verdict) -> set[str]:
    assert verdict.intact is (not verdict.findings)
    for finding in verdict.findings:
        assert finding.in_words()
    return {finding.code for finding in verdict.findings}


@pytest.mark.parametrize("packed_as", FORMATS)
def test_honest_packages_are_intact_and_authentic(packed_as: Format, tmp_path: Path) -> None:
    verdict = verify_package(signed(packed_as), PUBLIC)
    assert verdict.findings == ()
    assert (verdict.intact, verdict.draft, verdict.case) == (True, False, "RS259999")
    assert verdict.authenticity is Authenticity.AUTHENTIC
    assert verdict.audit is not None
    assert verdict.audit.number == 7
    assert (verdict.checked.records, verdict.checked.pdfs) == (1, 2)
    assert verdict.checked.files == len(opened(signed(packed_as)))
    draft = verify_package(signed(packed_as, draft=True), PUBLIC)
    assert (draft.intact, draft.draft, draft.reason) == (True, True, "authentic")
    path = tmp_path / "paket.zip"
    path.write_bytes(signed(packed_as))
    assert verify_package(path, PUBLIC) == verify_package(str(path), PUBLIC) == verdict


def test_without_a_key_or_a_signature_authenticity_is_not_claimed() -> None:
    verdict = verify_package(signed())
    assert (verdict.intact, verdict.reason) == (True, "no_key")
    assert verdict.authenticity is Authenticity.NOT_CHECKED
    unsigned = build_package(CASE, [Part(record(), SPEC_BYTES)], FILES, MADE_AT)
    verdict = verify_package(unsigned, PUBLIC)
    assert (verdict.intact, verdict.reason) == (True, "unsigned")
    assert verdict.authenticity is Authenticity.FOREIGN


def test_a_signature_by_another_key_is_told() -> None:
    verdict = verify_package(signed(), OTHER_PUBLIC)
    assert (verdict.intact, verdict.reason) == (True, "other_key")
    assert verdict.authenticity is Authenticity.FOREIGN


@pytest.mark.parametrize("packed_as", FORMATS)
def test_the_real_case_is_intact(packed_as: Format) -> None:
    parts = [Part(*real(name)) for name in ("gnv-2025", "statsbidrag-2025")]
    case = parts[0].document["content"]["case"]
    data = build_package(
        case, parts, sheet_files(), MADE_AT, packed_as=packed_as, signing=signing()
    )
    verdict = verify_package(data, PUBLIC)
    assert verdict.findings == ()
    assert verdict.reason == "authentic"


@pytest.mark.parametrize("packed_as", FORMATS)
def test_any_one_byte_changed_is_found(packed_as: Format) -> None:
    data = signed(packed_as)
    places = random.Random(7).sample(range(len(data)), PLACES)
    refused = 0
    for place in [*places[3:], 0, len(data) - 1, len(data) - 20]:
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        verdict = verify_package(bytes(changed), PUBLIC)
        assert codes(verdict), place
        assert verdict.authenticity is not Authenticity.AUTHENTIC
        refused += 1
    assert refused == PLACES


@pytest.mark.parametrize("length", [0, 10, 1_000, -1, -30, -500])
def test_a_file_cut_off_is_found(length: int) -> None:
    data = signed()
    assert codes(verify_package(data[: length if length >= 0 else len(data) + length]))


def test_bytes_before_and_after_are_found() -> None:
    assert "container_changed" in codes(verify_package(b"x" + signed()))
    assert codes(verify_package(signed() + b"x"))


def change_answer(files: Files) -> None:
    files[RECORD] = files[RECORD].replace(b"Ruta ett", b"Ruta tio")


def change_answer_and_approval(files: Files) -> None:
    made: Any = json.loads(files[RECORD])
    made["content"]["sections"][0]["questions"][1]["value"][0] = "Något annat"
    approval = {key: item for key, item in made["approval"].items() if key != "content_sha256"}
    again = build_record(made["content"], approval)
    files[RECORD] = canonical_json(again)
    manifest = json.loads(files[eark.MANIFEST])
    manifest["records"][0] |= {
        "record_sha256": sha256_of(again),
        "content_sha256": sha256_of(again["content"]),
    }
    files[eark.MANIFEST] = json.dumps(manifest).encode()


def indent_record(files: Files) -> None:
    files[RECORD] = json.dumps(json.loads(files[RECORD]), indent=1).encode()


def other_questionnaire(files: Files) -> None:
    files[f"{DATA}alla-slag/questionnaire.json"] += b"\n"


def other_pdf(files: Files) -> None:
    files[ANSWERS] = files[next(name for name in files if "Planen" in name)]


def no_pdf(files: Files) -> None:
    files[f"{DATA}case.pdf"] = b"no PDF"


def other_enclosure(files: Files) -> None:
    files[next(name for name in files if "Not.txt" in name)] = b"Annat"


def not_a_record(files: Files) -> None:
    files[RECORD] = b"[" * 100_000


def odd_record(files: Files) -> None:
    made = json.loads(files[RECORD])
    del made["content"]["unit"]
    files[RECORD] = canonical_json(made)


def unknown_option(files: Files) -> None:
    made = json.loads(files[RECORD])
    made["content"]["sections"][1]["questions"][1]["value"]["x"] = "kanske"
    files[RECORD] = canonical_json(made)


def other_case(files: Files) -> None:
    files[eark.MANIFEST] = files[eark.MANIFEST].replace(b'"RS259999"', b'"RS250393"')


def as_draft(files: Files) -> None:
    files[eark.MANIFEST] = files[eark.MANIFEST].replace(b'"draft": false', b'"draft": true')


def change(path: str, old: str, new: str) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        assert old.encode() in files[path]
        files[path] = files[path].replace(old.encode(), new.encode())

    return changed


def no_approval(files: Files) -> None:
    files[eark.HISTORY] = files[eark.HISTORY].replace(b">approval<", b">creation<")


def another_approval(files: Files) -> None:
    text = files[eark.HISTORY].decode()
    event = next(
        event for event in re.findall(r"<event>.*?</event>", text, re.S) if ">approval<" in event
    )
    files[eark.HISTORY] = text.replace(event, event + event, 1).encode()


FORGERIES = [
    (change_answer, "content_changed"),
    (change_answer_and_approval, "pdf_text_differs"),
    (change_answer_and_approval, "pdf_hash_missing"),
    (change_answer_and_approval, "premis_approval"),
    (indent_record, "not_canonical"),
    (other_questionnaire, "questionnaire_differs"),
    (other_pdf, "pdf_text_differs"),
    (no_pdf, "pdf_unreadable"),
    (other_enclosure, "enclosure_missing"),
    (other_enclosure, "enclosure_unknown"),
    (not_a_record, "json_unreadable"),
    (odd_record, "record_shape"),
    (unknown_option, "pdf_text_differs"),
    (other_case, "other_case"),
    (as_draft, "draft_differs"),
    (change(eark.HISTORY, "2026-11-22T13:05:09", "2026-11-21T13:05:09"), "premis_approval"),
    (change(eark.HISTORY, "RS 2025-11-05", "RS 2025-11-06"), "premis_approval"),
    (change(eark.HISTORY, "Direktören, Hälso", "Någon, Hälso"), "premis_approval"),
    (change(eark.HISTORY, "inlämning/7", "inlämning/8"), "premis_approval"),
    (no_approval, "premis_approval"),
    (another_approval, "premis_approval"),
    (change(eark.DESCRIPTION, "RS259999", "RS250393"), "dublin_core_differs"),
    (change(eark.HOLDINGS, "alla-slag/record.json", "alla-slag/annat.json"), "premis_missing"),
    (change(eark.HOLDINGS, "alla-slag/record.json", "alla-slag/annat.json"), "premis_unknown"),
    (change(eark.ROOT, "<structMap", "<structMap<"), "xml_unreadable"),
    (change(eark.STRUCTURE, 'OBJID="rep1"', 'OBJID="rep2"'), "mets_identifier"),
]


@pytest.mark.parametrize(("forge", "code"), FORGERIES)
def test_a_forger_with_right_checksums_is_found(forge: Callable[[Files], None], code: str) -> None:
    files = opened(signed())
    forge(files)
    data = closed(files) if code == "xml_unreadable" else forged(files)
    verdict = verify_package(data, PUBLIC)
    assert code in codes(verdict)
    assert verdict.authenticity is not Authenticity.AUTHENTIC


@pytest.mark.parametrize("packed_as", FORMATS)
def test_a_perfect_forgery_is_intact_and_not_authentic(packed_as: Format) -> None:
    """Everything agrees, since all of it was made anew; only the key is missing."""
    other = {"text": "Något helt annat"}
    made = build_package(
        CASE, [Part(record(other), SPEC_BYTES)], FILES, MADE_AT,
        packed_as=packed_as, signing=signing(OTHER),
    )  # fmt: skip
    verdict = verify_package(made, PUBLIC)
    assert (verdict.intact, verdict.reason) == (True, "other_key")
    files = opened(made)
    honest = opened(signed(packed_as))
    place = next(path for path in files if path.endswith("signature.json"))
    files[place] = honest[place]
    assert verify_package(forged(files), PUBLIC).reason == "other_manifest"


def test_what_a_record_does_not_show_is_guarded_by_the_signature() -> None:
    """Who handed it in is told in PREMIS only: changed with all checksums, it is not authentic."""
    files = opened(signed())
    change(eark.HISTORY, "Kvittonummer: K-1", "Kvittonummer: K-2")(files)
    verdict = verify_package(forged(files), PUBLIC)
    assert (verdict.findings, verdict.reason) == ((), "other_manifest")
    again = verify_package(forged(files, OTHER), PUBLIC)
    assert (again.findings, again.reason) == ((), "other_key")
    ours = verify_package(forged(files, KEY), PUBLIC)
    assert (ours.findings, ours.reason) == ((), "authentic")


def test_a_changed_heading_of_the_outermost_mets_is_found() -> None:
    files = opened(signed())
    change(eark.ROOT, ">RS259999</altRecordID>", ">RS250393</altRecordID>")(files)
    assert codes(verify_package(closed(files))) == {"mets_changed"}


def test_a_signature_that_cannot_be_read_is_found() -> None:
    files = opened(signed())
    files[eark.SIGNATURE] = b"{}"
    verdict = verify_package(closed(files), PUBLIC)
    assert {"signature_unreadable", "mets_hash"} <= codes(verdict)
    assert verdict.reason == "unreadable"


@pytest.mark.parametrize(
    ("packed_as", "path", "old", "new", "code"),
    [
        ("eark", eark.ROOT, "CHECKSUM=\"", "CHECKSUM=\"0", "mets_hash"),
        ("eark", eark.STRUCTURE, "SIZE=\"", "SIZE=\"1", "mets_size"),
        ("eark", eark.STRUCTURE, "data/case.pdf", "data/borta.pdf", "mets_missing"),
        ("eark", eark.STRUCTURE, "data/case.pdf", "data/borta.pdf", "not_in_mets"),
        ("eark", eark.ROOT, "schemas/xlink.xsd\"/>", "schemas/mets.xsd\"/>", "mets_twice"),
        ("eark", eark.ROOT, 'rep1/METS.xml" xlink:title', 'METS.xml" xlink:title', "mets_pointer"),
        ("eark", eark.HOLDINGS, "<messageDigest>", "<messageDigest>0", "premis_hash"),
        ("eark", eark.HOLDINGS, "<size>", "<size>1", "premis_size"),
        ("eark", eark.HOLDINGS, "<premis ", "<!DOCTYPE a><premis ", "xml_unreadable"),
        ("bagit", "bagit.txt", "0.97", "1.0", "bag_declaration"),
        ("bagit", "bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 1", "bag_sum"),
        ("bagit", "bag-info.txt", "RS259999", "RS250393", "bag_other_case"),
        ("bagit", "manifest-sha256.txt", "data/case.pdf", "data/borta.pdf", "bag_missing"),
        ("bagit", "manifest-sha256.txt", "data/case.pdf", "data/borta.pdf", "bag_unlisted"),
        ("bagit", "manifest-sha256.txt", "  data/case.pdf", "data/case.pdf", "bag_line"),
        ("bagit", "tagmanifest-sha256.txt", "metadata/dc.xml", "metadata/premis.xml", "bag_twice"),
        ("bagit", "tagmanifest-sha256.txt", "metadata/dc.xml", "metadata/premis.xml", "bag_hash"),
    ],
)  # fmt: skip
def test_wrong_metadata_is_named(
    packed_as: Format, path: str, old: str, new: str, code: str
) -> None:
    files = opened(signed(packed_as))
    change(path, old, new)(files)
    found = verify_package(closed(files)).findings
    assert (code, path) in {(finding.code, finding.path) for finding in found}


def test_files_that_are_missing_unknown_or_changed_are_named() -> None:
    files = opened(signed())
    files["extra.txt"] = b"x"
    files["schemas/record.schema.json"] += b" "
    del files[f"{DATA}alla-slag/questionnaire.json"]
    found = verify_package(closed(files)).findings
    assert {(finding.code, finding.path) for finding in found} >= {
        ("file_unknown", "extra.txt"),
        ("size_differs", "schemas/record.schema.json"),
        ("hash_differs", "schemas/record.schema.json"),
        ("file_missing", f"{DATA}alla-slag/questionnaire.json"),
    }
    assert "other_folder" in codes(verify_package(closed(opened(signed()), "annan")))


def zip_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return target.getvalue()


AT = f"p/{eark.MANIFEST}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_zip"),
        (b"PK\x05\x06" + b"\xff" * 18, "not_a_zip"),
        (zip_of(), "no_single_folder"),
        (zip_of(("a", b"x")), "no_single_folder"),
        (zip_of(("a/b", b"x"), ("c/d", b"x")), "no_single_folder"),
        (zip_of(("a/b", b"x")), "manifest_missing"),
        (zip_of((AT, b"{}")), "manifest_unreadable"),
        (zip_of((AT, b'{"a": NaN')), "manifest_unreadable"),
        (zip_of((AT, b"[" * 200_000)), "manifest_unreadable"),
        (zip_of(("../manifest.json", b"{}")), "unsafe_name"),
        (zip_of(("/etc/passwd", b"{}")), "unsafe_name"),
        (zip_of(("a\\b", b"{}")), "unsafe_name"),
        (zip_of(("a", b"x"), ("A", b"y")), "duplicate_name"),
        (zip_of(("b", b"0" * 1_000_000), method=zipfile.ZIP_DEFLATED), "compressed"),
    ],
)
def test_a_hostile_file_is_refused_not_raised(data: bytes, code: str) -> None:
    assert code in codes(verify_package(data, PUBLIC))


def test_encrypted_entries_and_false_sizes_are_refused() -> None:
    data = bytearray(zip_of(("a", b"x")))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    assert codes(verify_package(bytes(data))) == {"encrypted"}
    data = bytearray(zip_of(("a", b"x")))
    struct.pack_into("<II", data, central + 20, 4_000_000_000, 4_000_000_000)
    assert codes(verify_package(bytes(data))) == {"overlapping"}


def test_a_path_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    assert codes(verify_package(tmp_path / "saknas.zip")) == {"unreadable_file"}


@pytest.mark.parametrize("packed_as", FORMATS)
def test_a_manifest_that_names_a_file_twice_is_found(packed_as: Format) -> None:
    files = opened(signed(packed_as))
    path = manifest_of(files)
    manifest = Manifest.model_validate_json(files[path])
    twice: list[FileEntry] = [*manifest.files, manifest.files[0]]
    files[path] = written(manifest.model_copy(update={"files": twice}))
    assert "file_twice" in codes(verify_package(closed(files)))
    files[path] = json.dumps(json.loads(files[path])).encode()
    assert "manifest_changed" in codes(verify_package(closed(files)))


def test_what_cannot_be_tried_is_a_finding() -> None:
    def trying() -> Iterator[Finding]:
        yield Finding("not_a_record", "a")
        raise KeyError("odd")

    found = list(agreement.guarded("a", trying()))
    assert [finding.code for finding in found] == ["not_a_record", "unverifiable"]
    assert "KeyError" in found[1].in_words()


def test_half_a_surrogate_in_a_record_is_a_finding() -> None:
    files = opened(signed())
    files[RECORD] = files[RECORD].replace(b"Ruta ett", b"\\ud800")
    assert not verify_package(forged(files)).intact


def test_draft_content_passed_as_record_is_found() -> None:
    files = opened(signed())
    files[RECORD] = canonical_json(draft_content())
    assert "draft_differs" in codes(verify_package(forged(files)))


def test_every_finding_has_a_sentence() -> None:
    sources = "".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (container, look, inventory, surroundings, agreement)
    )
    used = set(re.findall(r'(?:Finding|_same)\(\s*"(\w+)"', sources))
    assert used | {"not_a_record", "content_changed"} == set(WORDS)
    assert all(sentence.endswith((".", ")s")) for sentence in WORDS.values())
    told = set(re.findall(r'(?:return|else) "(\w+)"', Path(look.__file__).read_text()))
    told |= set(re.findall(r'return "(\w+)" if', Path(look.__file__).read_text()))
    assert told == set(AUTHENTICITY_WORDS)


@pytest.mark.parametrize(
    "role",
    ["case_document", "schema", "answers", "questionnaire", "record", "descriptive", "structure",
     "preservation"],
)  # fmt: skip
def test_what_is_left_out_of_manifest_and_archive_alike_is_found(role: str) -> None:
    files = opened(signed())
    manifest = Manifest.model_validate_json(files[eark.MANIFEST])
    for entry in manifest.files:
        if entry.role == role:
            del files[entry.path]
    kept = [entry for entry in manifest.files if entry.role != role]
    files[eark.MANIFEST] = written(manifest.model_copy(update={"files": kept}))
    assert "role_missing" in codes(verify_package(closed(files)))


def test_the_package_says_what_it_was_signed_over() -> None:
    files = opened(signed())
    told = json.loads(files[eark.SIGNATURE])
    assert told["statement"]["manifest_sha256"] == hashlib.sha256(files[eark.MANIFEST]).hexdigest()
    assert told["statement"]["audit"] == {"case": 1, "number": 7, "sha256": "ab" * 32}
    KEY.public_key().verify(bytes.fromhex(told["signature"]), canonical_json(told["statement"]))
