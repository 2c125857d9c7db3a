"""The XML of a Word document, piece by piece (ISO/IEC 29500, transitional)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from survey_app.export.etree import etree
from survey_app.export.xml_text import possible

W_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14_URI = "http://schemas.microsoft.com/office/word/2010/wordml"
R_URI = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING_URI = "http://schemas.openxmlformats.org/drawingml/2006"
MC_URI = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMES = {"w": W_URI, "w14": W14_URI, "r": R_URI, "mc": MC_URI}
W, W14, MC = f"{{{W_URI}}}", f"{{{W14_URI}}}", f"{{{MC_URI}}}"
IGNORABLE = {f"{MC}Ignorable": "w14"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TICKED, UNTICKED, TICK_FONT = "\u2612", "\u2610", "MS Gothic"

if TYPE_CHECKING:
    Element: TypeAlias = etree._Element
else:
    Element = Any  # lxml's own is not read in for a name


def w(tag: str, *children: Element, space: str = W, **attributes: str) -> Element:
    """An element of WordprocessingML with its children; attributes have its namespace, too."""
    made = etree.Element(f"{space}{tag}", nsmap=NAMES)
    for name, value in attributes.items():
        made.set(f"{space}{name}", possible(value))
    made.extend(children)
    return made


def run(text: str, *, style: str = "", bold: bool = False, font: str = "") -> Element:
    """A run of text; its line breaks and tabs become Word's own."""
    made = w("r")
    properties = w("rPr")
    if style:
        properties.append(w("rStyle", val=style))
    if font:
        properties.append(w("rFonts", hint="eastAsia", ascii=font, hAnsi=font, eastAsia=font))
    if bold:
        properties.append(w("b"))
    if len(properties):
        made.append(properties)
    made.extend(_pieces(possible(text)))
    return made


def _pieces(text: str) -> Iterator[Element]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield w("br")
        for place, piece in enumerate(line.split("\t")):
            if place:
                yield w("tab")
            if piece:
                said = w("t")
                said.text = piece
                said.set(_SPACE, "preserve")
                yield said


def paragraph(style: str, *content: Element, list_level: bool = False) -> Element:
    """A paragraph in a style of ``parts/styles.xml``; ``list_level`` makes it a point of a list."""
    properties = w("pPr", w("pStyle", val=style))
    if list_level:
        properties.append(w("numPr", w("ilvl", val="0"), w("numId", val="1")))
    return w("p", properties, *content)


def bookmarked(name: str, number: int, *content: Element) -> list[Element]:
    """Content to which a link in the document can lead."""
    return [w("bookmarkStart", id=str(number), name=name), *content,
            w("bookmarkEnd", id=str(number))]  # fmt: skip


def link_to(bookmark: str, text: str) -> Element:
    """A link to a bookmark."""
    return w("hyperlink", run(text, style="Hyperlink"), anchor=bookmark)


def field(instruction: str) -> Element:
    """A field that Word reckons, such as ``PAGE``."""
    return w("fldSimple", run("1"), instr=f" {instruction} ")


def picture(number: int, relation: str, alt: str, size: tuple[int, int]) -> Element:
    """A picture in the line, with what it shows in words.

    relation  the id by which the document names the picture's file
    size      width and height in English metric units, 36 000 to a millimetre
    """
    wp, a, pic = (f"{DRAWING_URI}/{name}" for name in ("wordprocessingDrawing", "main", "picture"))

    def at(space: str, tag: str, *children: Element, **told: str) -> Element:
        made = etree.Element(f"{{{space}}}{tag}", nsmap={"wp": wp, "a": a, "pic": pic, "r": R_URI})
        for name, value in told.items():
            made.set(f"{{{R_URI}}}embed" if name == "embed" else name, possible(value))
        made.extend(children)
        return made

    wide, high = map(str, size)
    name = {"id": str(number), "name": f"Bild {number}", "descr": alt}
    extent = at(a, "xfrm", at(a, "off", x="0", y="0"), at(a, "ext", cx=wide, cy=high))
    shape = at(pic, "spPr", extent, at(a, "prstGeom", at(a, "avLst"), prst="rect"))
    fill = at(pic, "blipFill", at(a, "blip", embed=relation), at(a, "stretch", at(a, "fillRect")))
    told = at(pic, "nvPicPr", at(pic, "cNvPr", **name), at(pic, "cNvPicPr"))
    graphic = at(a, "graphic", at(a, "graphicData", at(pic, "pic", told, fill, shape), uri=pic))
    inline = at(wp, "inline", at(wp, "extent", cx=wide, cy=high), at(wp, "docPr", **name), graphic,
                distT="0", distB="0", distL="0", distR="0")  # fmt: skip
    return w("r", w("drawing", inline))


def text_control(
    number: int, tag: str, title: str, text: str, hint: str, *, multiline: bool
) -> Element:
    """A plain text control that cannot be taken away; line breaks stay where it has many lines."""
    properties = _properties(number, tag, title)
    if not text:
        properties.append(w("showingPlcHdr"))
    kind = w("text")
    if multiline:
        kind.set(f"{W}multiLine", "1")
    properties.append(kind)
    shown = run(text) if text else run(hint, style="PlaceholderText")
    return w("sdt", properties, w("sdtContent", shown))


def tick_control(number: int, tag: str, title: str, *, ticked: bool) -> Element:
    """A box to tick, as Word 2010 and later have it; older ones show the sign."""
    properties = _properties(number, tag, title)
    properties.append(
        w(
            "checkbox",
            w("checked", space=W14, val="1" if ticked else "0"),
            w("checkedState", space=W14, val=f"{ord(TICKED):04X}", font=TICK_FONT),
            w("uncheckedState", space=W14, val=f"{ord(UNTICKED):04X}", font=TICK_FONT),
            space=W14,
        )
    )
    shown = run(TICKED if ticked else UNTICKED, font=TICK_FONT)
    return w("sdt", properties, w("sdtContent", shown))


def group(number: int, content: list[Element]) -> Element:
    """Content of which only the controls can be changed."""
    properties = w("sdtPr", w("id", val=str(number)), w("lock", val="contentLocked"), w("group"))
    return w("sdt", properties, w("sdtContent", *content))


def _properties(number: int, tag: str, title: str) -> Element:
    return w(
        "sdtPr",
        w("alias", val=title),
        w("tag", val=tag),
        w("id", val=str(number)),
        w("lock", val="sdtLocked"),
    )
