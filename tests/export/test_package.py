"""The case document and the package."""

from __future__ import annotations

import hashlib
import io
import json
import re

import pikepdf
import pypdf
import pytest

from survey_app.core.content import canonical_json, sha256_of
from survey_app.export.case_document import case_document
from survey_app.export.package.manifest import Format
from survey_app.export.package.preservation import problem
from survey_app.export.package.zip_file import (
    PackageError,
    Part,
    Received,
    build_package,
    safe_name,
)
from survey_app.export.pdf.appendix import look_at
from survey_app.export.pdf.words import read_words
from survey_app.export.record_schema import record_schema, schema_bytes, shape_errors

from .packages import ALL_FILES, EVENTS, RECEIPT, folder_of, opened, signed, signing
from .samples import (
    CASE,
    FILES,
    MADE_AT,
    NOTE,
    PLAN,
    SPEC_BYTES,
    draft_content,
    real,
    record,
    sheet_files,
)

NAMES = ("gnv-2025", "statsbidrag-2025")
DATA = "representations/rep1/data"
ALL_FORMATS: tuple[Format, ...] = ("eark", "bagit")


def text_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def test_a_package_holds_everything_and_says_so() -> None:
    files = opened(signed())
    made = record()
    plan, note = (hashlib.sha256(data).hexdigest() for data in (PLAN, NOTE))
    assert list(files) == [
        "METS.xml",
        "metadata/other/manifest.json",
        "metadata/other/signature.json",
        f"{DATA}/case.pdf",
        f"{DATA}/alla-slag/record.json",
        f"{DATA}/alla-slag/answers.pdf",
        f"{DATA}/alla-slag/questionnaire.json",
        f"{DATA}/enclosures/{plan[:12]}-Planen_aao.pdf",
        f"{DATA}/enclosures/{note[:12]}-Not.txt",
        f"{DATA}/alla-slag/receipt-{RECEIPT.sha256[:12]}-Kvitto_a.pdf",
        "schemas/record.schema.json",
        "schemas/questionnaire.schema.json",
        "schemas/DILCISExtensionMETS.xsd",
        "schemas/DILCISExtensionSIPMETS.xsd",
        "schemas/mets.xsd",
        "schemas/xlink.xsd",
        "documentation/LASMIG.txt",
        "metadata/descriptive/dc.xml",
        "metadata/preservation/premis.xml",
        "representations/rep1/metadata/preservation/premis.xml",
        "representations/rep1/METS.xml",
    ]
    assert files[f"{DATA}/alla-slag/record.json"] == canonical_json(made)
    assert files[f"{DATA}/alla-slag/questionnaire.json"] == SPEC_BYTES
    manifest = json.loads(files["metadata/other/manifest.json"])
    assert (manifest["format"], manifest["packed_as"]) == ("redogor/package/2", "eark")
    assert manifest["created_at"] == MADE_AT
    assert manifest["identifier"] == folder_of(signed())
    assert re.fullmatch(r"RS259999-[0-9a-f]{12}", manifest["identifier"])
    assert manifest["case"]["diary_number"] == "RS259999"
    assert manifest["records"][0]["record_sha256"] == sha256_of(made)
    assert manifest["records"][0]["content_sha256"] == made["approval"]["content_sha256"]
    outside = {"METS.xml", "metadata/other/manifest.json", "metadata/other/signature.json"}
    assert {entry["path"] for entry in manifest["files"]} == set(files) - outside
    for entry in manifest["files"]:
        assert entry["size"] == len(files[entry["path"]])
        assert entry["sha256"] == hashlib.sha256(files[entry["path"]]).hexdigest()


@pytest.mark.parametrize("packed_as", ALL_FORMATS)
def test_the_same_input_gives_the_same_bytes(packed_as: Format) -> None:
    again = build_package(
        CASE, [Part(record(), SPEC_BYTES, EVENTS, RECEIPT)], ALL_FILES.__getitem__, MADE_AT,
        packed_as=packed_as, signing=signing(),
    )  # fmt: skip
    assert again == signed(packed_as)


@pytest.mark.parametrize("packed_as", ALL_FORMATS)
def test_a_draft_is_named_utkast_and_has_no_record(packed_as: Format) -> None:
    data = signed(packed_as, draft=True)
    names = {path.rpartition("data/")[2] for path in opened(data)}
    assert folder_of(data).startswith("UTKAST-RS259999-")
    assert "alla-slag/UTKAST-content.json" in names
    assert "alla-slag/UTKAST-answers.pdf" in names
    assert "UTKAST-case.pdf" in names
    assert not any(name.endswith("record.json") for name in names)
    assert "UTKAST: inte godkänt" in opened(data)["documentation/LASMIG.txt"].decode()


def test_two_answers_to_one_questionnaire_get_folders_of_their_own() -> None:
    parts = [Part(record(), SPEC_BYTES), Part(record({"text": "Rättat"}), SPEC_BYTES)]
    names = opened(build_package(CASE, parts, FILES, MADE_AT))
    assert {f"{DATA}/alla-slag/record.json", f"{DATA}/alla-slag-2/record.json"} <= set(names)


def test_a_kept_pdf_is_packed_as_it_was_kept_and_other_documents_follow() -> None:
    paper = Received("Begäran.txt", hashlib.sha256(NOTE).hexdigest(), "text/plain")
    part = Part(record(), SPEC_BYTES, pdf=PLAN)
    files = opened(build_package(CASE, [part], FILES, MADE_AT, papers=[paper, paper]))
    assert files[f"{DATA}/alla-slag/answers.pdf"] == PLAN
    assert files[f"{DATA}/documents/{paper.sha256[:12]}-Begaran.txt"] == NOTE


def test_a_case_document_that_was_made_is_packed_as_it_was_made() -> None:
    part = Part(record(), SPEC_BYTES)
    files = opened(build_package(CASE, [part], FILES, MADE_AT, case_pdf=PLAN))
    assert files[f"{DATA}/case.pdf"] == PLAN


@pytest.mark.parametrize("packed_as", ALL_FORMATS)
def test_whoever_opens_it_in_thirty_years_is_told_what_it_is(packed_as: Format) -> None:
    files = opened(signed(packed_as))
    text = files["documentation/LASMIG.txt"].decode()
    assert text.startswith("RS259999 Uppföljning av vården\n")
    for path, data in files.items():
        if path.startswith("data/") or "/data/" in path:
            assert path in text
            assert hashlib.sha256(data).hexdigest() in text
    for path in re.findall(r"^(?:metadata|schemas|representations)/\S+", text, re.M):
        assert any(name.startswith(path) for name in files), path
    assert "Kvitto_a.pdf: PDF som inte säger sig vara PDF/A" in text
    assert "Not.txt:" not in text


@pytest.mark.parametrize(
    ("media_type", "data", "why"),
    [
        ("text/plain", b"", ""),
        ("image/png", b"", ""),
        ("application/pdf", b"%PDF <pdfaid:part>2</pdfaid:part>", ""),
        ("application/pdf", b"%PDF <x pdfaid:part='1' />", ""),
        ("application/pdf", b"%PDF-1.7", "PDF som inte säger sig vara PDF/A"),
        ("application/vnd.oasis.opendocument.text", b"", "redigerbart dokument (ODF)"),
        ("video/mp4", b"", "okänt för listan (video/mp4)"),
    ],
)
def test_formats_that_are_no_preservation_formats_are_told(
    media_type: str, data: bytes, why: str
) -> None:
    assert problem(media_type, data) == why


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
    assert "Bara förtecknad här: filen är varken PDF eller bild." in text
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
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    armed = target.getvalue()
    assert b"JavaScript" in armed
    made = record({"fil": {"files": [
        {"name": "a.pdf", "size": len(armed), "sha256": hashlib.sha256(armed).hexdigest(),
         "media_type": "application/pdf"}]}})  # fmt: skip
    data = case_document([made], lambda sha256: armed)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert all("/AA" not in page.obj for page in pdf.pages)
        notes = [note for page in pdf.pages for note in page.obj.get("/Annots", [])]
        assert all(note.A.S == pikepdf.Name.URI for note in notes if "/A" in note)
    assert "filen har något på sidorna som gör något" in read_words(data)


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
