"""The case document and the package."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile

import pikepdf
import pypdf
import pytest

from survey_app.core.content import canonical_json, sha256_of
from survey_app.export.appendix import look_at
from survey_app.export.case_document import case_document
from survey_app.export.package import PackageError, Part, build_package, safe_name
from survey_app.export.record_schema import record_schema, schema_bytes, shape_errors

from .samples import (
    CASE,
    FILES,
    MADE_AT,
    NOTE,
    PLAN,
    SPEC_BYTES,
    draft_content,
    package,
    real,
    record,
    sheet_files,
)

NAMES = ("gnv-2025", "statsbidrag-2025")


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def test_a_package_holds_everything_and_says_so() -> None:
    files = opened(package())
    made = record()
    plan, note = (hashlib.sha256(data).hexdigest() for data in (PLAN, NOTE))
    assert list(files) == [
        "manifest.json",
        "case.pdf",
        "record.schema.json",
        "alla-slag/record.json",
        "alla-slag/answers.pdf",
        "alla-slag/questionnaire.json",
        f"enclosures/{plan[:12]}-Planen_aao.pdf",
        f"enclosures/{note[:12]}-Not.txt",
    ]
    assert files["alla-slag/record.json"] == canonical_json(made)
    assert files["alla-slag/questionnaire.json"] == SPEC_BYTES
    manifest = json.loads(files["manifest.json"])
    assert manifest["format"] == "redogor/package/1"
    assert manifest["created_at"] == MADE_AT
    assert manifest["case"]["diary_number"] == "RS259999"
    assert manifest["records"][0]["record_sha256"] == sha256_of(made)
    assert manifest["records"][0]["content_sha256"] == made["approval"]["content_sha256"]
    assert {entry["path"] for entry in manifest["files"]} == set(files) - {"manifest.json"}
    for entry in manifest["files"]:
        assert entry["size"] == len(files[entry["path"]])
        assert entry["sha256"] == hashlib.sha256(files[entry["path"]]).hexdigest()


def test_the_same_input_gives_the_same_bytes() -> None:
    again = build_package(CASE, [Part(record(), SPEC_BYTES)], FILES.__getitem__, MADE_AT)
    assert again == package()


def test_a_draft_is_named_utkast_and_has_no_record() -> None:
    names = set(opened(package(draft=True)))
    assert "alla-slag/UTKAST-content.json" in names
    assert "alla-slag/UTKAST-answers.pdf" in names
    assert "UTKAST-case.pdf" in names
    assert not any(name.endswith("record.json") for name in names)


def test_two_answers_to_one_questionnaire_get_folders_of_their_own() -> None:
    parts = [Part(record(), SPEC_BYTES), Part(record({"text": "Rättat"}), SPEC_BYTES)]
    names = opened(build_package(CASE, parts, FILES, MADE_AT))
    assert {"alla-slag/record.json", "alla-slag-2/record.json"} <= set(names)


@pytest.mark.parametrize(
    ("parts", "files", "code"),
    [
        ([], FILES, "nothing_to_pack"),
        ([Part(record(), SPEC_BYTES)], {}, "enclosure_missing"),
        ([Part(record(), SPEC_BYTES)], dict.fromkeys(FILES, b"other"), "enclosure_changed"),
        ([Part(record(), b"{}")], FILES, "questionnaire_changed"),
    ],
)
def test_what_does_not_agree_is_not_packed(
    parts: list[Part], files: dict[str, bytes], code: str
) -> None:
    with pytest.raises(PackageError) as caught:
        build_package(CASE, parts, files, MADE_AT)
    assert caught.value.code == code


def test_the_case_in_one_document() -> None:
    documents = [real(name)[0] for name in NAMES]
    data = case_document(documents, sheet_files().__getitem__)
    assert data == case_document(documents, sheet_files().__getitem__)
    reader = pypdf.PdfReader(io.BytesIO(data))
    cover = text_of(reader.pages[0])
    assert (
        "Underlag med svar från Region Exempel för två digitala enkäter till Socialstyrelsen:"
        in cover
    )
    assert "alternativt Region Exempel, diarienummer RS259999." in cover
    for document in documents:
        assert document["content"]["questionnaire"]["title"] in cover
    total = len(reader.pages)
    texts = [text_of(page) for page in reader.pages]
    sheets = [n for n, text in enumerate(texts) if "Filens sidor följer efter denna sida" in text]
    assert len(sheets) == 3
    for number in sheets:
        assert f"Sida {number + 1} av {total}" in texts[number]
        own = next(iter(pypdf.PdfReader(io.BytesIO(data)).pages[number + 1 : number + 2]))
        assert "RS259999" not in text_of(own)
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        below = [item.title for item in outline.root[-1].children]
    assert titles[-1] == "BILAGOR"
    assert [title[:9] for title in below] == ["Bilaga 1:", "Bilaga 2:", "Bilaga 3:"]


def test_enclosures_that_cannot_follow_are_listed_with_the_reason() -> None:
    reader = pypdf.PdfReader(io.BytesIO(case_document([record()], FILES.__getitem__)))
    text = " ".join(text_of(page) for page in reader.pages)
    assert "Bara förtecknad här: filen är ingen PDF." in text
    assert "Vad som ska göras." in text_of(reader.pages[-1])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4 nothing", "filen kan inte läsas som PDF"),
        (b"", "filen kan inte läsas som PDF"),
    ],
)
def test_a_broken_pdf_is_no_appendix(data: bytes, reason: str) -> None:
    assert look_at(data, "application/pdf").reason == reason


def test_a_locked_pdf_is_no_appendix() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAN)) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert look_at(target.getvalue(), "application/pdf").reason == "filen är skyddad med lösenord"


def test_nothing_acts_in_an_appendix() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAN)) as pdf:
        page = pdf.pages[0]
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        page.obj.AA = pikepdf.Dictionary(O=action)
        page.obj.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)]
        )
        pdf.save(target)
    armed = target.getvalue()
    assert b"JavaScript" in armed
    made = record({"fil": {"files": [
        {"name": "a.pdf", "size": len(armed), "sha256": hashlib.sha256(armed).hexdigest(),
         "media_type": "application/pdf"}]}})  # fmt: skip
    data = case_document([made], lambda sha256: armed)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert all("/AA" not in page.obj for page in pdf.pages)
        assert all(len(page.obj.get("/Annots", [])) == 0 for page in pdf.pages)
        assert b"JavaScript" not in pdf.pages[-1].obj.unparse()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("RS221016 §164 ST-tjänster.pdf", "RS221016_164_ST-tjanster.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fil.pdf", "fil.pdf"),
        ("😀", "fil"),
        ("中.pdf", "fil.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
        ("", "fil"),
    ],
)
def test_names_of_files_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_schema_is_current() -> None:
    assert json.loads(schema_bytes()) == record_schema()


def test_real_records_have_the_shape_and_others_do_not() -> None:
    for name in NAMES:
        assert shape_errors(real(name)[0]) == []
        assert shape_errors(real(name, practice=False)[0]) == []
    assert shape_errors(record()) == []
    assert shape_errors(draft_content()) == []
    broken = record()
    broken["content"]["extra"] = 1
    assert shape_errors(broken) == ["content.extra: extra_forbidden"]
    assert shape_errors([]) != []


def test_a_package_takes_little_time() -> None:
    parts = [Part(*real(name)) for name in NAMES]
    began = time.perf_counter()
    build_package(parts[0].document["content"]["case"], parts, sheet_files(), MADE_AT)
    assert time.perf_counter() - began < 2
