"""A ZIP that is nothing but a list of files is refused before it is opened."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest

from survey_app.export.sheet.workbook import NotRead, Workbook
from survey_app.export.verification.container import read_container
from survey_app.export.word.container import NotOpened, Opened
from survey_app.export.zip_entries import MOST, count_entries
from survey_app.services.refusal import Invalid
from survey_app.services.upload import judge_content


def list_of(number: int) -> bytes:
    """A ZIP64 whose list names so many empty files, the parts of a DOCX among them."""
    names = [b"[Content_Types].xml", b"word/a", *[b"a"] * (number - 2)]
    fixed = (20, 20, 0, 0, 0, 0, 0, 0, 0)
    entries = b"".join(
        b"PK\x01\x02" + struct.pack("<6H3L5H2L", *fixed, len(name), 0, 0, 0, 0, 0, 0) + name
        for name in names
    )
    end = struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, number, number, len(entries), 0)
    where = struct.pack("<LQL", 0, len(entries), 1)
    last = struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return entries + b"PK\x06\x06" + end + b"PK\x06\x07" + where + b"PK\x05\x06" + last


def test_entries_are_counted_wherever_they_stand() -> None:
    for number in (2, 40_000):  # the second over several pieces
        assert count_entries(BytesIO(list_of(number))) == number
    assert count_entries(BytesIO(b"")) == 0


def test_an_upload_of_too_many_files_is_not_opened() -> None:
    name = "rapport.docx"
    assert judge_content(BytesIO(list_of(MOST)), name).endswith("wordprocessingml.document")
    with pytest.raises(Invalid):
        judge_content(BytesIO(list_of(MOST + 1)), name)


def test_nor_by_any_other_that_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_args: object, **_more: object) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr("zipfile.ZipFile", opened)
    data = list_of(60_000)
    with pytest.raises(NotOpened, match="too_large"):
        Opened(data)
    with pytest.raises(NotRead, match="sheet_too_large"):
        Workbook(data)
    assert [item.code for item in read_container(data)[1]] == ["too_many_files"]
