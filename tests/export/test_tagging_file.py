"""The file around the tree: fonts, colours, metadata, what is carried inside; a second opinion."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf.pdfa import validate_written

from survey_app.config import UnsafeSettings, read_settings
from survey_app.core.content import canonical_json
from survey_app.export.blocks import LabelledAnswer, Outline
from survey_app.export.outline import draft_outline, record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.words import read_words, squeezed
from survey_app.export.record_pdf import record_pdf

from .samples import ANSWERS, MADE_AT, draft_content, real, record
from .test_pdf import document

# What ``pikepdf.pdfa`` says of every file of level A: it knows level B only, and no PDF/UA.
KNOWN = (
    r"pdfaid:conformance is 'A', expected 'B'",
    r"XMP property pdfuaid:part is not permitted",
    r"XMP property pdfaExtension:schemas is not permitted",
    r"XMP namespace pdfa(Extension|Schema|Property)=http://www\.aiim\.org/pdfa/ns/\w+[/#] is not "
    r"permitted",
)


def findings(data: bytes, flavour: str) -> list[str]:
    report = validate_written(io.BytesIO(data), flavour)
    told = [finding.message for finding in report.findings]
    assert any("expected 'B'" in message for message in told), "the validator looked at nothing"
    return [text for text in told if not any(re.fullmatch(known, text) for known in KNOWN)]


def nasty() -> Outline:
    """What breaks PDF/A elsewhere: emoji, controls, zero width, above U+FFFF, no character."""
    signs = (
        "😀 \x00\x07\x1b\x7f \u200b\u200d\u2060\ufeff \U0001d518\U0010ffff \ue000\ufffe \u202eabc"
    )
    return document(LabelledAnswer(signs, signs + "\n☒ ✓ → שלום 漢字 e\u0301"))


FILES = {
    "short": lambda: render(record_outline(record())),
    "empty": lambda: render(record_outline(record({}))),
    "draft": lambda: render(draft_outline(draft_content(), MADE_AT)),
    "gnv": lambda: render(record_outline(real("gnv-2025")[0])),
    "statsbidrag": lambda: render(record_outline(real("statsbidrag-2025")[0])),
    "nasty": lambda: render(nasty()),
    "nothing": lambda: render(document()),
}


@pytest.mark.parametrize("name", FILES)
def test_a_validator_by_others_finds_nothing_new(name: str) -> None:
    assert findings(FILES[name](), "2b") == []


def test_that_validator_finds_planted_mistakes() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(FILES["short"]())) as pdf:
        for font in pdf.pages[0].obj.Resources.Font.as_dict().values():
            if "/FontFile2" in font.FontDescriptor:
                del font.FontDescriptor.FontFile2
        pdf.save(target)
    assert any("embedded" in message for message in findings(target.getvalue(), "2b"))


@pytest.mark.parametrize("name", FILES)
def test_every_font_of_a_page_is_embedded_and_says_its_characters(name: str) -> None:
    data = FILES[name]()
    assert b"Helvetica" not in data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = [font for page in pdf.pages for _, font in page.obj.Resources.Font.items()]
        assert fonts
        for font in fonts:
            assert "/FontFile2" in font.FontDescriptor
            assert "/ToUnicode" in font


def test_signs_without_a_shape_in_our_fonts_are_spelt_out() -> None:
    words = read_words(render(nasty()))
    assert "[U+1F600 GRINNING FACE]" in words
    assert "[U+1D518 MATHEMATICAL FRAKTUR CAPITAL U]" in words
    assert "[U+10FFFF]" in words
    assert not re.search("[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff\ufffd]", words)
    said = [text for block in nasty().blocks for text in (block.label, block.text)]
    assert words == squeezed(printable("\n".join(said)))


def test_the_file_says_what_it_is() -> None:
    with pikepdf.open(io.BytesIO(FILES["short"]())) as pdf:
        root = pdf.Root
        assert str(root.Lang) == "sv-SE"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1
        assert bytes(root.OutputIntents[0].DestOutputProfile.read_bytes())[36:40] == b"acsp"
        assert len(pdf.trailer.ID) == 2
        assert "/Encrypt" not in pdf.trailer
        xmp = root.Metadata.read_bytes().decode()
        information = {key: str(value) for key, value in pdf.docinfo.items()}
    ElementTree.fromstring(xmp[xmp.index("<x:xmpmeta") : xmp.rindex("<?xpacket")])
    for name, value in (
        ("pdfaid:part", "2"),
        ("pdfaid:conformance", "A"),
        ("pdfuaid:part", "1"),
        ("xmp:CreateDate", "2026-11-22T14:05:09+01:00"),
        ("xmp:ModifyDate", "2026-11-22T14:05:09+01:00"),
        ("xmp:CreatorTool", information["/Creator"]),
        ("pdf:Producer", information["/Producer"]),
    ):
        assert f"<{name}>{value}</{name}>" in xmp
    for name in ("/Title", "/Author", "/Subject"):
        assert f">{information[name]}</rdf:li>" in xmp
    assert information["/CreationDate"] == information["/ModDate"] == "D:20261122140509+01'00'"


def test_a_title_of_any_signs_stands_in_the_metadata() -> None:
    outline = Outline(title="<a> & \x00\n😀 ]]>", running="r", mark="m", author="&", blocks=())
    with pikepdf.open(io.BytesIO(render(outline))) as pdf:
        xmp = pdf.Root.Metadata.read_bytes().decode()
        tree = ElementTree.fromstring(xmp[xmp.index("<x:xmpmeta") : xmp.rindex("<?xpacket")])
        assert str(pdf.docinfo["/Title"]) == "<a> & [U+1F600 GRINNING FACE] ]]>"
    texts = [element.text for element in tree.iter() if element.text]
    assert "<a> & [U+1F600 GRINNING FACE] ]]>" in texts


def test_the_same_record_gives_the_same_bytes() -> None:
    assert FILES["short"]() == FILES["short"]()
    made = record()
    assert record_pdf(made, with_json=True) == record_pdf(made, with_json=True)


def test_the_record_can_be_carried_inside() -> None:
    made = record()
    data = record_pdf(made, with_json=True)
    assert findings(data, "3b") == []
    assert read_words(data) == read_words(record_pdf(made))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (file,) = pdf.Root.AF
        assert file.AFRelationship == pikepdf.Name.Source
        assert file.EF.F.Subtype == pikepdf.Name("/application/json")
        assert str(file.EF.F.Params.ModDate) == "D:20261122140509+01'00'"
        inside = file.EF.F.read_bytes()
        assert int(file.EF.F.Params.Size) == len(inside)
        md5 = hashlib.md5(inside, usedforsecurity=False).digest()
        assert bytes(file.EF.F.Params.CheckSum) == md5
        assert "<pdfaid:part>3</pdfaid:part>" in pdf.Root.Metadata.read_bytes().decode()
        assert list(pdf.attachments) == ["record.json"]
        assert "/AF" not in pikepdf.open(io.BytesIO(record_pdf(made))).Root
    assert inside == canonical_json(made)
    assert json.loads(inside) == made


def test_a_setting_decides_whether_it_is(tmp_path: Path) -> None:
    said = {"SURVEY_APP_PDFA": "3a"}
    assert read_settings(said, instance=tmp_path, testing=True).pdfa == "3a"
    assert read_settings({}, instance=tmp_path, testing=True).pdfa == "2a"
    with pytest.raises(UnsafeSettings, match="SURVEY_APP_PDFA"):
        read_settings({"SURVEY_APP_PDFA": "1b"}, instance=tmp_path, testing=True)


def test_a_hash_stays_on_its_line_and_words_do_not_glue() -> None:
    text = " ".join(f"ord{number}" for number in range(400))
    data = render(record_outline(record({**ANSWERS, "text": text})))
    assert text in read_words(data)
    assert re.search(r"\b[0-9a-f]{64}\b", read_words(data))
