"""An XLSX as one ZIP that anyone may have made: opened, measured and never trusted.

Whatever is unpacked is counted first, so a small file cannot become a large one.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator

from survey_app.core.problem import Fact
from survey_app.export.etree import etree
from survey_app.export.xml_text import UnreadableXml, read
from survey_app.export.zip_entries import count_entries

MOST_FILES = 2_000
MOST_BYTES = 60_000_000
"""Bytes of all parts together when inflated."""
MOST_TAGS = 3_000_000
"""Tags of all parts together; 200,000 cells with formulas have 1,200,000."""
MOST_CELLS = 200_000
MOST_ROWS, MOST_COLUMNS = 20_000, 2_000
MOST_SHEETS = 500

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1_000_000


class NotRead(ValueError):
    """A file that is not read. ``code`` says why, ``facts`` where:

    sheet_unreadable, sheet_encrypted, sheet_macros, sheet_too_large (``cells``, ``rows``,
    ``columns``: the limits), sheet_formula_unread (``sheet``, ``cell``), csv_unreadable
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def too_large() -> NotRead:
    """The refusal of what is above the limits, which it names."""
    return NotRead("sheet_too_large", cells=MOST_CELLS, rows=MOST_ROWS, columns=MOST_COLUMNS)


class Workbook:
    """The parts of a workbook, all within the limits."""

    def __init__(self, data: bytes) -> None:
        """Raises NotRead."""
        if data.startswith(_OLD):  # an old .xls, or one with a password
            raise NotRead("sheet_encrypted")
        file = io.BytesIO(data)
        if count_entries(file) > MOST_FILES:
            raise too_large()
        try:
            archive = zipfile.ZipFile(file)
            entries = archive.infolist()
        # Beside BadZipFile, odd headers make zipfile raise many things; all mean the same here.
        except Exception as error:
            raise NotRead("sheet_unreadable") from error
        names = [entry.filename.lower() for entry in entries]
        if len(set(names)) != len(names):
            raise NotRead("sheet_unreadable")  # which of two is meant, Excel might judge unlike us
        if any(name.endswith("vbaproject.bin") for name in names):
            raise NotRead("sheet_macros")
        self._parts = _inflated(archive)
        if b"macroEnabled" in self.part("[Content_Types].xml"):
            raise NotRead("sheet_macros")
        self._main = self._find_main()
        self._related = self._relations(self._main)

    def part(self, name: str) -> bytes:
        """The bytes of a part. Raises NotRead."""
        try:
            return self._parts[name.lower()]
        except KeyError as error:
            raise NotRead("sheet_unreadable") from error

    def tree(self, name: str) -> etree._Element:
        """The root of a part, in one namespace. Raises NotRead."""
        try:
            return read(self.part(name).replace(_STRICT_MAIN.encode(), MAIN.encode()))
        except UnreadableXml as error:
            raise NotRead("sheet_unreadable") from error

    def _find_main(self) -> str:
        for kind, target in self._relations("").values():
            if kind == "officeDocument":
                return target
        raise NotRead("sheet_unreadable")

    def _relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to within the file: kind and name, by id."""
        folder, file = posixpath.split(name)
        path = posixpath.join(folder, "_rels", f"{file}.rels")
        if path.lower() not in self._parts:
            return {}
        found = {}
        for relation in self.tree(path):
            kind, target = relation.get("Type") or "", relation.get("Target") or ""
            if kind.startswith((_OFFICE, _STRICT)) and relation.get("TargetMode") != "External":
                whole = target[1:] if target.startswith("/") else posixpath.join(folder, target)
                found[relation.get("Id") or ""] = (
                    kind.rpartition("/")[2], posixpath.normpath(whole),
                )  # fmt: skip
        return found

    def related(self, kind: str) -> str | None:
        """The name of the part that is the workbook's ``styles``, say; None if it has none."""
        return next((name for found, name in self._related.values() if found == kind), None)

    def book(self) -> etree._Element:
        """The workbook's own part."""
        return self.tree(self._main)

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """Name, part and whether it is hidden, of each sheet in order. Charts' sheets are none."""
        found = self.book().iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
        for number, sheet in enumerate(found):
            if number >= MOST_SHEETS:
                raise too_large()
            key = sheet.get(f"{{{_OFFICE}}}id") or sheet.get(f"{{{_STRICT}}}id") or ""
            kind, name = self._related.get(key, ("", ""))
            if kind == "worksheet":
                yield sheet.get("name") or "", name, sheet.get("state", "visible") != "visible"


def _inflated(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The XML parts by their names in small letters, which are all the same to spreadsheets; read
    until they are too much. Pictures and the like are left alone."""
    parts, size, tags = {}, 0, 0
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        pieces = []
        try:
            with archive.open(entry) as member:
                while piece := member.read(_CHUNK):
                    size += len(piece)
                    tags += piece.count(b"<")
                    if size > MOST_BYTES or tags > MOST_TAGS:
                        raise too_large()
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError,
                NotImplementedError) as error:  # fmt: skip
            raise NotRead("sheet_unreadable") from error
        parts[entry.filename.lower()] = b"".join(pieces)
    return parts
