"""Workbooks for tests: made by openpyxl, which is not what reads them, and taken apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

FIRST = "xl/worksheets/sheet1.xml"


def workbook(rows: Sequence[Sequence[Any]], name: str = "Blad1", **more: Any) -> bytes:
    """A workbook of one sheet, or of more: name by rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for title, cells in more.items():
        other = book.create_sheet(title)
        for row in cells:
            other.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def with_part(data: bytes, name: str, body: bytes) -> bytes:
    return zipped({**parts(data), name: body})
