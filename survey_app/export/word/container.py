"""A DOCX as one ZIP: written, and opened without trusting it."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from survey_app.export.etree import etree
from survey_app.export.xml_text import UnreadableXml, possible, read
from survey_app.export.zip_entries import count_entries

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PARTS = Path(__file__).parent / "parts"
_TYPES_URI = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_URI = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

MOST_FILES = 2_000
LARGEST_PART = 10_000_000
"""Bytes of a part when inflated. A draft with every answer at its limit has under a million."""
MOST_TAGS = 400_000
"""Tags of a part. A draft of fifty questions has 8,000; Word cuts it in more pieces."""

Unopened = Literal["not_docx", "encrypted", "macros", "too_large", "not_read"]


class NotOpened(ValueError):
    """A file that is not read; ``code`` says why."""

    def __init__(self, code: Unopened) -> None:
        super().__init__(code)
        self.code: Unopened = code


def pack(
    parts: Mapping[str, bytes], title: str, author: str, created: str,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """The DOCX of parts below ``word/``: ``document``, ``header1``, ``footer1``.

    pictures  PNG files, by the id that the document names them by
    created  ISO time in UTC, for the file's properties. Same input, same bytes.
    """
    fixed = {name: (_PARTS / f"{name}.xml").read_bytes() for name in _RELATED[:3]}
    files = {
        "[Content_Types].xml": _content_types(pictured=bool(pictures)),
        "_rels/.rels": _relations(
            {
                "rId1": (f"{_OFFICE}/officeDocument", "word/document.xml"),
                "rId2": (f"{_RELATIONS_URI}/metadata/core-properties", "docProps/core.xml"),
            }
        ),
        "docProps/core.xml": _properties(title, author, created),
        "word/_rels/document.xml.rels": _relations(
            {
                f"rId{place}": (f"{_OFFICE}/{name.rstrip('1')}", f"{name}.xml")
                for place, name in enumerate(_RELATED, start=1)
            }
            | {key: (f"{_OFFICE}/image", f"media/{key}.png") for key in pictures or {}}
        ),
        **{f"word/{name}.xml": data for name, data in {**parts, **fixed}.items()},
        **{f"word/media/{key}.png": data for key, data in (pictures or {}).items()},
    }
    return _zip(files)


_RELATED = ("styles", "numbering", "settings", "header1", "footer1")
HEADER_ID, FOOTER_ID = "rId4", "rId5"


def _content_types(*, pictured: bool) -> bytes:
    root = etree.Element(f"{{{_TYPES_URI}}}Types", nsmap={None: _TYPES_URI})
    for ending, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        *((("png", "image/png"),) if pictured else ()),
    ):
        etree.SubElement(root, f"{{{_TYPES_URI}}}Default", Extension=ending, ContentType=kind)
    parts = {"word/document": f"{_WORD}.document.main+xml", "docProps/core": _CORE}
    parts |= {f"word/{name}": f"{_WORD}.{name.rstrip('1')}+xml" for name in _RELATED}
    for name, kind in parts.items():
        etree.SubElement(
            root, f"{{{_TYPES_URI}}}Override", PartName=f"/{name}.xml", ContentType=kind
        )
    return to_bytes(root)


def _relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    root = etree.Element(f"{{{_RELATIONS_URI}}}Relationships", nsmap={None: _RELATIONS_URI})
    for key, (kind, target) in targets.items():
        etree.SubElement(
            root, f"{{{_RELATIONS_URI}}}Relationship", Id=key, Type=kind, Target=target
        )
    return to_bytes(root)


def _properties(title: str, author: str, created: str) -> bytes:
    names = {
        "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }
    root = etree.Element(f"{{{names['cp']}}}coreProperties", nsmap=names)
    for space, tag, text in (
        ("dc", "title", title),
        ("dc", "creator", author),
        ("dc", "language", "sv-SE"),
        ("dcterms", "created", created),
    ):
        made = etree.SubElement(root, f"{{{names[space]}}}{tag}")
        made.text = possible(text)
        if space == "dcterms":
            made.set(f"{{{names['xsi']}}}type", "dcterms:W3CDTF")
    return to_bytes(root)


def to_bytes(root: etree._Element) -> bytes:
    """A part. Never indented: space between runs would be text."""
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return made


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


class Opened:
    """The parts of a stranger's DOCX, each inflated only when asked for, and only so far."""

    def __init__(self, data: bytes) -> None:
        """Raises NotOpened."""
        if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # an old .doc, or one with a password
            raise NotOpened("encrypted")
        file = io.BytesIO(data)
        if count_entries(file) > MOST_FILES:
            raise NotOpened("too_large")
        try:
            self._archive = zipfile.ZipFile(file)
            entries = self._archive.infolist()
        # Beside BadZipFile, odd headers make zipfile raise many things; all mean the same here.
        except Exception as error:
            raise NotOpened("not_docx") from error
        names = [entry.filename for entry in entries]
        if len({name.lower() for name in names}) != len(names):
            raise NotOpened("not_read")  # which of two is meant, Word and we might judge unlike
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise NotOpened("macros")
        if b"macroEnabled" in self.part("[Content_Types].xml"):
            raise NotOpened("macros")
        self.main = self._main()

    def part(self, name: str) -> bytes:
        """The bytes of a part. Raises NotOpened."""
        try:
            with self._archive.open(name) as member:
                data = member.read(LARGEST_PART + 1)
        except KeyError as error:
            raise NotOpened("not_docx") from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError,
                NotImplementedError, ValueError) as error:  # fmt: skip
            raise NotOpened("not_read") from error
        if len(data) > LARGEST_PART:
            raise NotOpened("too_large")
        return data

    def tree(self, name: str) -> etree._Element:
        """The root of a part. Raises NotOpened; for a document type, or entities, too."""
        data = self.part(name)
        if data.count(b"<") > MOST_TAGS:
            raise NotOpened("too_large")
        try:
            return read(data)
        except UnreadableXml as error:
            raise NotOpened("not_read") from error

    def _main(self) -> str:
        for relation in self.tree("_rels/.rels"):
            if relation.get("Type") in (f"{_OFFICE}/officeDocument", f"{_STRICT}/officeDocument"):
                return posixpath.normpath((relation.get("Target") or "").lstrip("/"))
        raise NotOpened("not_docx")

    def related(self, kind: str) -> str | None:
        """The name of the part that the document refers to as ``comments``, say; None if none."""
        folder, _slash, name = self.main.rpartition("/")
        path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if path not in self._archive.namelist():
            return None
        for relation in self.tree(path):
            if (relation.get("Type") or "").endswith(f"/{kind}"):
                target = relation.get("Target") or ""
                return posixpath.normpath(
                    target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                )
        return None
