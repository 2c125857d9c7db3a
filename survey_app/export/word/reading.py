"""A Word document that comes back: what stands in its controls, beside them and in comments.

Nothing here judges what it means; whatever was typed is told, with where it stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from survey_app.core.characters import tidy
from survey_app.export.etree import etree
from survey_app.export.word.container import Opened
from survey_app.export.word.markup import TICKED, W14_URI, W_URI

_WORD = {W_URI, "http://purl.oclc.org/ooxml/wordprocessingml/main"}
_OUT = {"del", "moveFrom", "delText", "instrText", "rPr", "pPr", "sdtPr", "tblPr", "tcPr", "trPr",
        "sectPr"}  # fmt: skip
"""What is no text of the document as it stands: deleted by a tracked change, or a property."""
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_THINGS = {"drawing", "pict", "object", "control"}
_TICKS = {TICKED, "\u2611", "\u2612", "\u2713", "\u2714", "\u2717", "\u2718", "x", "X"}
_PLACEHOLDER = "placeholder text"
MOST_TOLD = 500
"""Stray texts, comments and boxes of others that are told one by one; the file is kept whole."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What one control holds. ``tag`` and ``title`` as they stand there.

    ticked  None where it is no box to tick
    things  whether pictures or the like stand in it, which cannot be read
    """

    tag: str
    title: str
    text: str
    ticked: bool | None
    things: bool


class Remark(NamedTuple):
    """A comment of Word's: who wrote what, and the title of the control at which it stands."""

    author: str
    text: str
    at: str


@dataclass(slots=True)
class Returned:
    """A document that came back. ``strays``: paragraphs outside of all controls with a tag."""

    filled: list[Filled] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def read_document(data: bytes) -> Returned:
    """What a DOCX holds. Raises NotOpened."""
    opened = Opened(data)
    root = opened.tree(opened.main)
    found = Returned()
    places: dict[str, str] = {}
    _walk(root, found, places, _placeholder_styles(opened))
    found.strays = [text for text in found.strays if text.strip()][:MOST_TOLD]
    if comments := opened.related("comments"):
        for item in opened.tree(comments):
            if _name(item) == "comment":
                said = tidy(_text(item)).strip()
                author = item.get(f"{{{etree.QName(item).namespace}}}author") or ""
                number = item.get(f"{{{etree.QName(item).namespace}}}id") or ""
                found.remarks.append(Remark(tidy(author)[:200], said, places.get(number, "")))
    found.remarks = found.remarks[:MOST_TOLD]
    return found


def _name(element: etree._Element) -> str:
    """The local name of an element of WordprocessingML; empty for any other."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace in _WORD else ""


def _placeholder_styles(opened: Opened) -> set[str]:
    """The ids of the style of hints. Its name is the same everywhere, its id is not: a Swedish Word
    saves it as ``Platshllartext``."""
    part = opened.related("styles")
    found = set()
    for style in opened.tree(part) if part else ():
        name = _part(style, "name") if _name(style) == "style" else None
        if name is not None and _attribute(name, "val").lower() == _PLACEHOLDER:
            found.add(_attribute(style, "styleId"))
    return found


def _walk(root: etree._Element, found: Returned, places: dict[str, str], hints: set[str]) -> None:
    """All controls with a tag, and the paragraphs beside them, in the order of the document."""
    last = ""
    stack = [root]
    while stack:
        element = stack.pop()
        name = _name(element)
        if name == "sdt" and (tag := _property(element, "tag")):
            filled = _read(element, tag, hints)
            found.filled.append(filled)
            last = filled.title
            for mark in element.iter():
                if _name(mark) in ("commentReference", "commentRangeStart"):
                    places[_attribute(mark, "id")] = last
            continue
        if name == "p":
            found.strays.append(tidy(_beside(element)).strip())
        if name in ("commentReference", "commentRangeStart"):
            places.setdefault(_attribute(element, "id"), last)
        if name not in _OUT:
            stack.extend(reversed(_children(element)))


def _children(element: etree._Element) -> list[etree._Element]:
    """The children to read: of alternatives for newer and older programs the newer ones only."""
    if _local_name(element) == "AlternateContent":
        return [item for item in element if _local_name(item) == "Choice"][:1]
    return list(element)


def _local_name(element: etree._Element) -> str:
    """The name of an element whatever its namespace; of a comment, say, none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _attribute(element: etree._Element, name: str) -> str:
    return element.get(f"{{{etree.QName(element).namespace}}}{name}") or ""


def _part(element: etree._Element, name: str) -> etree._Element | None:
    return next((item for item in element if _name(item) == name), None)


def _property(control: etree._Element, name: str) -> str:
    """The value of a control's property, such as its tag; empty where it has none."""
    properties = _part(control, "sdtPr")
    found = None if properties is None else _part(properties, name)
    return "" if found is None else _attribute(found, "val")


def _read(control: etree._Element, tag: str, hints: set[str]) -> Filled:
    content = _part(control, "sdtContent")
    text = "" if content is None else tidy(_text(content))
    things = content is not None and any(_name(item) in _THINGS for item in content.iter())
    ticked = _ticked(control, text)
    if ticked is None and content is not None and _shows_hint(control, content, hints):
        text = ""
    return Filled(tag, tidy(_property(control, "alias")), text, ticked, things)


def _ticked(control: etree._Element, text: str) -> bool | None:
    """Whether a box is ticked, by its state; a program that dropped that has left the sign."""
    properties = _part(control, "sdtPr")
    box = None if properties is None else properties.find(f"{{{W14_URI}}}checkbox")
    if box is None:
        return text.strip() in _TICKS if text.strip() in {*_TICKS, "\u2610"} else None
    state = box.find(f"{{{W14_URI}}}checked")
    if state is None:
        return False
    return (state.get(f"{{{W14_URI}}}val") or "1").lower() in ("1", "true", "on")


def _shows_hint(control: etree._Element, content: etree._Element, hints: set[str]) -> bool:
    """Whether nobody has written here: the control says so, and every word looks like a hint."""
    properties = _part(control, "sdtPr")
    if properties is None or _part(properties, "showingPlcHdr") is None:
        return False
    said = (item for item in content.iter() if _name(item) == "t" and (item.text or "").strip())
    return all(_style(item.getparent()) in hints for item in said)


def _style(run: etree._Element | None) -> str:
    properties = None if run is None else _part(run, "rPr")
    style = None if properties is None else _part(properties, "rStyle")
    return "" if style is None else _attribute(style, "val")


def _text(element: etree._Element) -> str:
    """The text within: line breaks between its paragraphs, none after the last."""
    paragraphs: list[str] = []
    pieces: list[str] = []
    for sort, piece in _pieces(element):
        if sort == "end":
            paragraphs.append("".join(pieces))
            pieces.clear()
        else:
            pieces.append(piece)
    if pieces:
        paragraphs.append("".join(pieces))
    return "\n".join(paragraphs)


def _beside(paragraph: etree._Element) -> str:
    """The text of a paragraph outside of the controls in it."""
    return "".join(piece for sort, piece in _pieces(paragraph, beside=True) if sort == "said")


def _pieces(element: etree._Element, *, beside: bool = False) -> Iterator[tuple[str, str]]:
    """What is said, and where paragraphs end; without recursion, since a stranger nests deeply."""
    stack: list[etree._Element | None] = [element]
    while stack:
        item = stack.pop()
        if item is None:
            yield "end", ""
            continue
        name = _name(item)
        if item is not element:
            if name in _OUT or (beside and name in ("p", "tbl")):
                continue
            if beside and name == "sdt" and _property(item, "tag"):
                continue
        if name == "t":
            yield "said", item.text or ""
        elif name in _SIGNS:
            yield "said", _SIGNS[name]
        else:
            if name == "p" and item is not element:
                stack.append(None)
            stack.extend(reversed(_children(item)))


__all__ = ["Filled", "Remark", "Returned", "read_document"]
