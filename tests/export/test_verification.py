"""What verification finds: honest packages are intact, whatever is changed is named."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.record import build_record
from survey_app.export import container, verification
from survey_app.export.manifest import FILE, FileEntry, Manifest, written
from survey_app.export.package import Part, build_package, write_zip
from survey_app.export.verdict import WORDS, Verdict
from survey_app.export.verification import verify_package

from .samples import MADE_AT, draft_content, package, real, sheet_files

Files = dict[str, bytes]


def files_of(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def codes(verdict: Verdict) -> set[str]:
    assert verdict.intact is (not verdict.findings)
    for finding in verdict.findings:
        assert finding.in_words()
    return {finding.code for finding in verdict.findings}


def repacked(files: Files) -> bytes:
    """The files with a manifest that agrees with them in size and hash: a careful forger's work."""
    manifest = json.loads(files[FILE])
    for entry in manifest["files"]:
        data = files[entry["path"]]
        entry |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    files[FILE] = written(Manifest.model_validate(manifest))
    return write_zip(files)


def test_honest_packages_are_intact(tmp_path: Path) -> None:
    verdict = verify_package(package())
    assert (verdict.intact, verdict.draft, verdict.case) == (True, False, "RS259999")
    draft = verify_package(package(draft=True))
    assert (draft.intact, draft.draft) == (True, True)
    path = tmp_path / "paket.zip"
    path.write_bytes(package())
    assert verify_package(path) == verify_package(str(path)) == verdict


def test_the_real_case_is_intact() -> None:
    parts = [Part(*real(name)) for name in ("gnv-2025", "statsbidrag-2025")]
    case = parts[0].document["content"]["case"]
    verdict = verify_package(build_package(case, parts, sheet_files(), MADE_AT))
    assert verdict.findings == ()


def test_any_one_byte_changed_is_found() -> None:
    data = package()
    places = random.Random(7).sample(range(len(data)), 120)
    for place in [*places, 0, len(data) - 1, len(data) - 20]:
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        assert codes(verify_package(bytes(changed))), place


@pytest.mark.parametrize("length", [0, 10, 1_000, -1, -30, -500])
def test_a_file_cut_off_is_found(length: int) -> None:
    data = package()
    assert codes(verify_package(data[: length if length >= 0 else len(data) + length]))


def test_bytes_before_and_after_are_found() -> None:
    assert "container_changed" in codes(verify_package(b"x" + package()))
    assert codes(verify_package(package() + b"x"))


def change_answer(files: Files) -> None:
    path = "alla-slag/record.json"
    files[path] = files[path].replace(b"Ruta ett", b"Ruta tio")


def change_answer_and_approval(files: Files) -> None:
    made: Any = json.loads(files["alla-slag/record.json"])
    made["content"]["sections"][0]["questions"][1]["value"][0] = "Något annat"
    approval = {key: item for key, item in made["approval"].items() if key != "content_sha256"}
    again = build_record(made["content"], approval)
    files["alla-slag/record.json"] = canonical_json(again)
    manifest = json.loads(files[FILE])
    manifest["records"][0] |= {
        "record_sha256": sha256_of(again),
        "content_sha256": sha256_of(again["content"]),
    }
    files[FILE] = json.dumps(manifest).encode()


def indent_record(files: Files) -> None:
    path = "alla-slag/record.json"
    files[path] = json.dumps(json.loads(files[path]), indent=1).encode()


def other_questionnaire(files: Files) -> None:
    files["alla-slag/questionnaire.json"] += b"\n"


def other_pdf(files: Files) -> None:
    files["alla-slag/answers.pdf"] = files[next(name for name in files if "Planen" in name)]


def no_pdf(files: Files) -> None:
    files["case.pdf"] = b"no PDF"


def other_enclosure(files: Files) -> None:
    files[next(name for name in files if "Not.txt" in name)] = b"Annat"


def not_a_record(files: Files) -> None:
    files["alla-slag/record.json"] = b"[" * 100_000


def odd_record(files: Files) -> None:
    made = json.loads(files["alla-slag/record.json"])
    del made["content"]["unit"]
    files["alla-slag/record.json"] = canonical_json(made)


def unknown_option(files: Files) -> None:
    made = json.loads(files["alla-slag/record.json"])
    made["content"]["sections"][1]["questions"][1]["value"]["x"] = "kanske"
    files["alla-slag/record.json"] = canonical_json(made)


def other_case(files: Files) -> None:
    files[FILE] = files[FILE].replace(b"RS259999", b"RS250393")


def as_draft(files: Files) -> None:
    files[FILE] = files[FILE].replace(b'"draft": false', b'"draft": true')


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (change_answer, "content_changed"),
        (change_answer_and_approval, "pdf_text_differs"),
        (change_answer_and_approval, "pdf_hash_missing"),
        (indent_record, "not_canonical"),
        (other_questionnaire, "questionnaire_differs"),
        (other_pdf, "pdf_text_differs"),
        (no_pdf, "pdf_unreadable"),
        (other_enclosure, "enclosure_missing"),
        (other_enclosure, "enclosure_unknown"),
        (not_a_record, "json_unreadable"),
        (odd_record, "record_shape"),
        (unknown_option, "unverifiable"),
        (other_case, "other_case"),
        (as_draft, "draft_differs"),
    ],
)
def test_a_forger_with_right_checksums_is_found(change: Callable[[Files], None], code: str) -> None:
    files = files_of(package())
    change(files)
    assert code in codes(verify_package(repacked(files)))


def test_files_that_are_missing_unknown_or_changed_are_named() -> None:
    files = files_of(package())
    files["extra.txt"] = b"x"
    files["record.schema.json"] += b" "
    del files["alla-slag/questionnaire.json"]
    found = verify_package(write_zip(files)).findings
    assert {(finding.code, finding.path) for finding in found} >= {
        ("file_unknown", "extra.txt"),
        ("size_differs", "record.schema.json"),
        ("hash_differs", "record.schema.json"),
        ("file_missing", "alla-slag/questionnaire.json"),
    }


def zip_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return target.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_zip"),
        (b"PK\x05\x06" + b"\xff" * 18, "not_a_zip"),
        (zip_of(), "manifest_missing"),
        (zip_of(("a", b"x")), "manifest_missing"),
        (zip_of(("manifest.json", b"{}")), "manifest_unreadable"),
        (zip_of(("manifest.json", b'{"a": NaN')), "manifest_unreadable"),
        (zip_of(("manifest.json", b"[" * 200_000)), "manifest_unreadable"),
        (zip_of(("../manifest.json", b"{}")), "unsafe_name"),
        (zip_of(("/etc/passwd", b"{}")), "unsafe_name"),
        (zip_of(("a\\b", b"{}")), "unsafe_name"),
        (zip_of(("a", b"x"), ("A", b"y")), "duplicate_name"),
        (zip_of(("b", b"0" * 1_000_000), method=zipfile.ZIP_DEFLATED), "compressed"),
    ],
)
def test_a_hostile_file_is_refused_not_raised(data: bytes, code: str) -> None:
    assert code in codes(verify_package(data))


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


def test_a_manifest_that_names_a_file_twice_is_found() -> None:
    files = files_of(package())
    manifest = Manifest.model_validate_json(files[FILE])
    twice: list[FileEntry] = [*manifest.files, manifest.files[0]]
    files[FILE] = written(manifest.model_copy(update={"files": twice}))
    assert "file_twice" in codes(verify_package(write_zip(files)))


def test_half_a_surrogate_in_a_record_is_a_finding() -> None:
    files = files_of(package())
    path = "alla-slag/record.json"
    files[path] = files[path].replace(b"Ruta ett", b"\\ud800")
    assert not verify_package(repacked(files)).intact


def test_draft_content_passed_as_record_is_found() -> None:
    files = files_of(package())
    files["alla-slag/record.json"] = canonical_json(draft_content())
    assert "draft_differs" in codes(verify_package(repacked(files)))


def test_every_finding_has_a_sentence() -> None:
    sources = "".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (container, verification)
    )
    used = set(re.findall(r'(?:Finding|_same)\(\s*"(\w+)"', sources))
    assert used | {"not_a_record", "content_changed"} == set(WORDS)
    assert all(sentence.endswith(".") for sentence in WORDS.values())


@pytest.mark.parametrize("role", ["case_document", "schema", "answers", "questionnaire", "record"])
def test_what_is_left_out_of_manifest_and_archive_alike_is_found(role: str) -> None:
    files = files_of(package())
    manifest = Manifest.model_validate_json(files[FILE])
    for entry in manifest.files:
        if entry.role == role:
            del files[entry.path]
    kept = [entry for entry in manifest.files if entry.role != role]
    files[FILE] = written(manifest.model_copy(update={"files": kept}))
    assert "role_missing" in codes(verify_package(write_zip(files)))
