"""An outline as DOCX that can be read by everybody: heading styles, header rows, language, title.

The same outline gives the same bytes: python-docx writes the hour into the ZIP, so it is packed
anew.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from survey_app.export.blocks import (
    Bullets,
    Facts,
    Heading,
    Notice,
    Outline,
    Paragraph,
    Table,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LANGUAGE = "sv-SE"
_PACKED = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_docx(outline: Outline, *, landscape: bool = False) -> bytes:
    """The document as DOCX, A4. Takes headings, paragraphs, bullets, facts, notices and tables;
    raises TypeError for any other block, so that nothing is left out in silence."""
    document: Any = Document()
    _page(document, landscape=landscape)
    _language(document)
    _properties(document, outline)
    _furniture(document, outline)
    if outline.warning:
        document.add_paragraph(_said(outline.warning)).runs[0].bold = True
    for block in outline.blocks:
        draw = _DRAW.get(type(block))
        if draw is None:
            raise TypeError(f"{type(block).__name__} is not drawn as DOCX yet.")
        draw(document, block)
    target = io.BytesIO()
    document.save(target)
    return _packed_anew(target.getvalue())


def _said(text: str) -> str:
    """What XML can hold of a text."""
    return _NOT_IN_XML.sub("\ufffd", text)


def _page(document: Any, *, landscape: bool) -> None:
    section = document.sections[0]
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(20))


def _language(document: Any) -> None:
    """Swedish is read out as Swedish: the default of all runs."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
    properties = defaults.find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    for kind in ("w:val", "w:eastAsia"):
        language.set(qn(kind), LANGUAGE)
    document.styles["Normal"].font.size = Pt(10.5)


def _properties(document: Any, outline: Outline) -> None:
    properties = document.core_properties
    properties.title, properties.author = _said(outline.title), _said(outline.author)
    properties.language, properties.comments = LANGUAGE, ""
    properties.last_modified_by = _said(outline.author)
    if outline.created is not None:
        made = datetime.datetime.fromisoformat(outline.created).astimezone(datetime.UTC)
        properties.created = properties.modified = made.replace(tzinfo=None)


def _furniture(document: Any, outline: Outline) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = _said(f"{outline.running} {outline.mark}")
    foot = section.footer.paragraphs[0]
    foot.add_run("Sida ")
    _field(foot.add_run(), "PAGE")
    foot.add_run(" av ")
    _field(foot.add_run(), "NUMPAGES")


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        made = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            made.set(qn("w:fldCharType"), kind)
        else:
            made.text = text
        run._r.append(made)


def _heading(document: Any, block: Heading) -> None:
    document.add_heading(_said(block.text), level=block.level)


def _paragraph(document: Any, block: Paragraph | Notice) -> None:
    document.add_paragraph(_said(block.text))


def _bullets(document: Any, block: Bullets) -> None:
    for item in block.items:
        document.add_paragraph(_said(item), style="List Bullet")


def _facts(document: Any, block: Facts) -> None:
    for name, value in block.rows:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        line.add_run(_said(f"{name}: ")).bold = True
        line.add_run(_said(value))


def _table(document: Any, block: Table) -> None:
    table = document.add_table(rows=1, cols=len(block.header), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(_said(text)).bold = True
    head = OxmlElement("w:tblHeader")  # read out with each cell, and printed on each page
    table.rows[0]._tr.get_or_add_trPr().append(head)
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _said(text)
    section = document.sections[0]
    line = section.page_width - section.left_margin - section.right_margin
    shares = block.widths or (1 / len(block.header),) * len(block.header)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().insert(0, whole)
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = int(line * share)


_DRAW: dict[type, Callable[[Any, Any], None]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Notice: _paragraph,
    Bullets: _bullets,
    Facts: _facts,
    Table: _table,
}


def _packed_anew(data: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _PACKED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(name))
    return target.getvalue()
