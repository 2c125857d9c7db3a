"""What verification finds: honest packages are intact and authentic, wrong metadata is named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.core.content import canonical_json
from survey_app.export.package import eark
from survey_app.export.package.manifest import FileEntry, Format, Manifest, written
from survey_app.export.package.zip_file import Part, build_package
from survey_app.export.verification import agreement, container, inventory, look, surroundings
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import AUTHENTICITY_WORDS, WORDS, Authenticity, Finding

from .packages import (
    DATA,
    FORMATS,
    KEY,
    OTHER_PUBLIC,
    PUBLIC,
    change,
    closed,
    codes,
    manifest_of,
    opened,
    signed,
    signing,
)
from .samples import CASE, FILES, MADE_AT, SPEC_BYTES, real, record, sheet_files


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


def test_every_finding_has_a_sentence() -> None:
    sources = "".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (container, look, inventory, surroundings, agreement)
    )
    used = set(re.findall(r'(?:Finding|_same)\(\s*"(\w+)"', sources))
    assert used | {"not_a_record", "content_changed", "step_of_other_content"} == set(WORDS)
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
