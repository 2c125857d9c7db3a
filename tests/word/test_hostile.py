"""Files that are no Word files, or are made to harm: refused, quickly and with words."""

from __future__ import annotations

import contextlib
import io
import random
import time
import tracemalloc
import zipfile

import pytest

from survey_app.export.word.container import LARGEST_PART, MOST_FILES, MOST_TAGS, NotOpened
from survey_app.export.word.draft import draft_document
from survey_app.export.word.reading import read_document
from survey_app.web.wording.refusals import REFUSALS
from tests.export.samples import MADE_AT
from tests.stage import PDF_BYTES
from tests.word.filling import parts, zipped
from tests.word.test_draft import specimen

DATA = draft_document(specimen(), MADE_AT)
MAIN = "word/document.xml"
W_URI = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def with_part(name: str, body: bytes) -> bytes:
    return zipped({**parts(DATA), name: body})


def document(body: str, doctype: str = "") -> bytes:
    return with_part(MAIN, f'{doctype}<w:document xmlns:w="{W_URI}">{body}</w:document>'.encode())


def bomb() -> bytes:
    """A part of 40 MB in 40 kB."""
    return with_part(MAIN, b"<a>" + b" " * 40_000_000 + b"</a>")


def lying_bomb() -> bytes:
    """The same, with a heading that says that it is small."""
    data = bytearray(bomb())
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        if data[place + 46 : place + 46 + len(MAIN)] == MAIN.encode():
            data[place + 24 : place + 28] = (100).to_bytes(4, "little")
        place += 4
    return bytes(data)


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
XXE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


def _renamed(old: str, new: str) -> bytes:
    return zipped({new if name == old else name: body for name, body in parts(DATA).items()})


def _doubled() -> bytes:
    target = io.BytesIO(DATA)
    with zipfile.ZipFile(target, "a") as archive, contextlib.suppress(UserWarning):
        archive.writestr("word/Document.xml", b"<x/>")
    return target.getvalue()


def _many() -> bytes:
    return zipped({**parts(DATA), **{f"x{number}": b"" for number in range(MOST_FILES)}})


HOSTILE = {
    "nothing": (b"", "not_docx"),
    "text": (b"Kara kollega, har kommer mina svar.", "not_docx"),
    "pdf": (PDF_BYTES, "not_docx"),
    "another zip": (zipped({"a.txt": b"a"}), "not_docx"),
    "old doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "encrypted"),
    "no document": (zipped({k: v for k, v in parts(DATA).items() if k != MAIN}), "not_docx"),
    "no relations": (_renamed("_rels/.rels", "_rels/x"), "not_docx"),
    "macros": (with_part("word/vbaProject.bin", b"x"), "macros"),
    "macros by type": (with_part("[Content_Types].xml", parts(DATA)["[Content_Types].xml"].replace(
        b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")), "macros"),
    "entities": (document("<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body>", LAUGHS),
                 "not_read"),
    "a file of the server": (document("<w:t>&secret;</w:t>", XXE), "not_read"),
    "a document type alone": (document("", "<!DOCTYPE x>"), "not_read"),
    "no XML": (with_part(MAIN, b"\x00\x01<<<"), "not_read"),
    "nested deeply": (document("<w:p>" * 5_000 + "</w:p>" * 5_000), "not_read"),
    "one name twice": (_doubled(), "not_read"),
    "too many files": (_many(), "too_large"),
    "bomb": (bomb(), "too_large"),
    "lying bomb": (lying_bomb(), "not_read"),
    "a part in many pieces": (document("<w:p/>" * MOST_TAGS), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_words(name: str) -> None:
    data, code = HOSTILE[name]
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(NotOpened) as refused:
        read_document(data)
    taken = time.monotonic() - began
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == code
    assert REFUSALS[f"word_{code}"]
    assert taken < 2
    assert most < 4 * LARGEST_PART


def test_a_damaged_file_is_refused_or_read_never_anything_else() -> None:
    chance = random.Random(4)
    read = 0
    for _attempt in range(150):
        data = bytearray(DATA)
        if chance.random() < 0.3:
            data = data[: chance.randrange(len(data))]
        for _byte in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(NotOpened):
            read_document(bytes(data))
            read += 1
    assert read < 150


def test_parts_without_sense_are_read_as_far_as_they_go() -> None:
    for body in ("", "<w:body/>", "<w:sdt/>", "<w:sdt><w:sdtPr/></w:sdt>", "<!-- x --><?x y?>",
                 '<w:sdt><w:sdtPr><w:tag w:val="rg1.7.9af3c1d2.text.v3.t"/></w:sdtPr></w:sdt>',
                 "<AlternateContent><!-- x --><Choice/></AlternateContent>",
                 "<w:p><w:r><w:t/></w:r></w:p>"):  # fmt: skip
        assert read_document(document(body)).strays == []
