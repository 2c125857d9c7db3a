"""Enclosures in the case's document: read aloud as the rest, or listed with the reason."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from survey_app.core.record import Record
from survey_app.export.case_document import case_document
from survey_app.export.enclosure_sheet import render_sheet
from survey_app.export.pdf.appendix import look_at
from survey_app.export.pdf.words import UnreadablePdf, read_words
from survey_app.export.record_pdf import record_pdf

from .samples import FILES, PLAN, record, sheet_files
from .samples import real as real_record
from .test_tagging_file import findings
from .tree import Reader


def case_with(*files: tuple[str, bytes, str]) -> tuple[Record, dict[str, bytes]]:
    """A record that encloses files, and their bytes."""
    store = {hashlib.sha256(data).hexdigest(): data for _, data, _ in files}
    values = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
         "media_type": media_type}
        for name, data, media_type in files
    ]  # fmt: skip
    return record({"fil": {"files": values, "text": ""}}), store


def picture(mode: str = "RGB", form: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 0).save(target, form)
    return target.getvalue()


def changed(change: Callable[[pikepdf.Pdf], None], data: bytes = PLAN) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(target)
    return target.getvalue()


def test_our_own_sheets_stand_in_the_tree_below_their_headings() -> None:
    records = [real_record(name)[0] for name in ("gnv-2025", "statsbidrag-2025")]
    data = case_document(records, sheet_files().__getitem__)
    assert findings(data, "2b") == []
    reader = Reader(data)
    assert reader.text.count("Filens sidor följer efter denna sida.") == 3
    told = {
        heard.kids[0].text[:9]: heard
        for heard in reader.root.all("Sect")
        if heard.kids[0].role == "H2" and heard.kids[0].text.startswith("Bilaga ")
    }
    assert len(told) == 3
    for sheet in sheet_files().values():
        (section,) = [
            heard for heard in told.values() if read_words(sheet) in " ".join(heard.text.split())
        ]
        assert {"Part", "H1"} <= {heard.role for heard in section.walk()}
    numbers = dict(pikepdf.NumberTree(reader.pdf.Root.StructTreeRoot.ParentTree).items())
    for number, page in enumerate(reader.pdf.pages):
        owners = numbers[int(page.obj.StructParents)]
        assert len(owners) == len(reader.marked[number])
        for mcid, owner in enumerate(owners):
            assert (number, mcid) in reader.used, owner
    assert data == case_document(records, sheet_files().__getitem__)


def test_links_of_a_sheet_lead_where_they_led() -> None:
    blocks = [{"text": "Se https://a.example/b."}]
    made, store = case_with(
        ("a.pdf", render_sheet({"title": "A", "blocks": blocks}), "application/pdf")
    )
    reader = Reader(case_document([made], store.__getitem__))
    numbers = dict(pikepdf.NumberTree(reader.pdf.Root.StructTreeRoot.ParentTree).items())
    (annotation,) = reader.pdf.pages[-1].obj.Annots
    assert str(annotation.A.URI) == "https://a.example/b"
    assert str(numbers[int(annotation.StructParent)].S) == "/Link"


def test_links_within_an_enclosure_lead_to_its_own_pages() -> None:
    inner = record_pdf(record())
    made, store = case_with(("svar.pdf", inner, "application/pdf"))
    whole, alone = Reader(case_document([made], store.__getitem__)), Reader(inner)
    first = len(whole.pdf.pages) - len(alone.pdf.pages)

    def targets(reader: Reader, start: int) -> list[int]:
        return [
            reader.numbers[note.Dest[0].objgen] - start
            for note in reader.pdf.pages[start].obj.Annots
            if "/Dest" in note
        ]

    assert targets(alone, 0)
    assert targets(whole, first) == targets(alone, 0)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rgb.png", picture()),
        ("alpha.png", picture("RGBA")),
        ("palette.png", picture("P")),
        ("grey.png", picture("L")),
        ("bit.png", picture("1")),
        ("photo.jpg", picture("RGB", "JPEG", (4_000, 200))),
        ("print.jpg", picture("CMYK", "JPEG", (200, 4_000))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_picture_stands_as_a_figure_with_words_in_its_stead(name: str, data: bytes) -> None:
    kind = "image/png" if name.endswith("png") else "image/jpeg"
    made, store = case_with((name, data, kind))
    whole = case_document([made], store.__getitem__)
    assert findings(whole, "2b") == []
    reader = Reader(whole)
    (figure,) = reader.root.all("Figure")
    assert name in str(figure.element.Alt)
    assert len(figure.pages) == 1
    resources = reader.pdf.pages[figure.pages[0]].obj.Resources
    (image,) = resources.XObject.as_dict().values()
    assert str(image.ColorSpace) in ("/DeviceRGB", "/DeviceGray")
    assert "/SMask" not in image
    assert "Bilden följer längre fram i dokumentet." in reader.text


def _untag(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def _no_claim(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def _no_font(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].obj.Resources.Font.as_dict().values():
        if "/FontFile2" in font.FontDescriptor:
            del font.FontDescriptor.FontFile2


def _loose_words(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"BT (x) Tj ET")


def _script(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


def _other_colours(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.N = 4


def _mute_figure(pdf: pikepdf.Pdf) -> None:
    top = pdf.Root.StructTreeRoot.K[0]
    while "/K" in top and isinstance(top.K, pikepdf.Array):
        top = top.K[0]
    top.S = pikepdf.Name.Figure


def _swollen(size: int) -> bytes:
    """White space that takes a thousandth of its room."""
    packer = zlib.compressobj()
    parts = [packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)]
    return b"".join([*parts, packer.flush()])


def _swollen_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b" " * 2_000_000)


def _bomb(pdf: pikepdf.Pdf) -> None:
    content = pdf.make_stream(b"")
    content.write(_swollen(201_000_000), filter=pikepdf.Name.FlateDecode)
    pdf.pages[0].Contents = content


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_swollen_page, "filen har en sida med för mycket på"),
        (_bomb, "filen kan inte läsas som PDF"),
        (_untag, "filens struktur kan inte föras över"),
        (_no_claim, "filen är inte arkivformatet PDF/A-2 eller PDF/A-3"),
        (_no_font, "filen bär inte med sig sina teckensnitt"),
        (_loose_words, "filen har sidor som inte kan läsas upp"),
        (_script, "filen har något på sidorna som gör något eller som inte kan läsas upp"),
        (_other_colours, "filen har andra färger än sRGB"),
        (_mute_figure, "filen har en bild utan alternativtext"),
    ],
)
def test_what_would_break_the_promise_is_listed_with_the_reason(
    change: Callable[[pikepdf.Pdf], None], reason: str
) -> None:
    data = changed(change)
    assert look_at(data, "application/pdf").reason == reason
    made, store = case_with(("plan.pdf", data, "application/pdf"))
    whole = case_document([made], store.__getitem__)
    assert f"Bara förtecknad här: {reason}." in read_words(whole)
    assert "Vad som ska göras." not in read_words(whole)
    assert findings(whole, "2b") == []


def test_no_page_is_read_that_would_fill_the_memory() -> None:
    with pytest.raises(UnreadablePdf, match="stream_too_large"):
        read_words(changed(_bomb))


def test_roles_of_other_names_are_told_by_their_standard_ones() -> None:
    def rename(pdf: pikepdf.Pdf) -> None:
        tree = pdf.Root.StructTreeRoot
        tree.RoleMap = pikepdf.Dictionary(
            {"/Rubrik": pikepdf.Name.Titel, "/Titel": pikepdf.Name.H1}
        )
        tree.K[0].K.K[0].S = pikepdf.Name.Rubrik

    made, store = case_with(("plan.pdf", changed(rename), "application/pdf"))
    reader = Reader(case_document([made], store.__getitem__))
    assert "/RoleMap" not in reader.pdf.Root.StructTreeRoot
    assert reader.root.all("Rubrik", "Titel") == []
    assert [heard.text.strip() for heard in reader.root.all("H1")][-1] == "Planen"


def test_no_file_of_any_kind_makes_the_case_fail() -> None:
    kinds = ("application/pdf", "image/png", "image/jpeg", "text/plain")
    for data in (b"", b"%PDF-1.7", PLAN[:2_000], picture()[:40], *FILES.values()):
        for kind in kinds:
            looked = look_at(data, kind)
            assert looked.pages or looked.picture or looked.reason
