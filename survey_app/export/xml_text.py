"""Writing XML, and reading XML that may come from anyone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey_app.export.etree import etree

MOST_BYTES = 20_000_000
# XML 1.0 can hold neither these nor a reference to them.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnreadableXml(ValueError):
    """Bytes that are no XML, or XML that we do not read."""


def possible(text: str) -> str:
    """The text with U+FFFD for every character that XML cannot hold."""
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text)


def add(
    parent: etree._Element, tag: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """A child element; ``tag`` in Clark notation or of the parent's namespace."""
    if not tag.startswith("{"):
        tag = f"{{{etree.QName(parent).namespace}}}{tag}"
    made = etree.SubElement(parent, tag)
    if text is not None:
        made.text = possible(text)
    for name, value in attributes.items():
        made.set(name, possible(value))
    return made


def written(root: etree._Element) -> bytes:
    """An XML file: UTF-8, indented."""
    etree.indent(root)
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made + b"\n"


def read(data: bytes) -> etree._Element:
    """The root of an XML file. Raises UnreadableXml, for document type declarations too."""
    if len(data) > MOST_BYTES:
        raise UnreadableXml("too_large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableXml("syntax") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableXml("document_type")
    return root


def texts(root: etree._Element, path: str, names: dict[str, str]) -> Iterator[str]:
    """The texts of the elements at a path."""
    for found in root.iterfind(path, names):
        yield found.text or ""
