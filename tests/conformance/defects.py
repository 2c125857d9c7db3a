"""Planted defects: what a judge must find before its praise is worth anything.

Each takes a good file, spoils one thing, and names the rules one of which must be found broken.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Defect:
    """One thing spoilt.

    judge  the rules it is held to: a PDF profile, "sip", "bag", "qpdf", "verify" or "order"
    found  the beginnings of findings one of which must be made; any finding will do if empty
    """

    name: str
    judge: str
    found: tuple[str, ...]
    spoil: Callable[[bytes], bytes]


def _edited(change: Callable[[pikepdf.Pdf], bool]) -> Callable[[bytes], bytes]:
    """Spoil a PDF by a change that says whether it found something to spoil."""

    def spoil(data: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if not change(pdf):
                raise LookupError("the document has nothing of that sort to spoil")
            target = io.BytesIO()
            pdf.save(target, deterministic_id=True)
            return target.getvalue()

    return spoil


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The structure elements, in reading order."""
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if "/S" in node:
            yield node
        kids: Any = node.get("/K", [])
        kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        found = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        waiting += reversed(found)


def _untagged_line(pdf: pikepdf.Pdf) -> bool:
    pdf.pages[0].contents_add(b"\nq 0 0 m 100 100 l S Q\n")
    return True


def _untagged_words(pdf: pikepdf.Pdf) -> bool:
    """The marks around the first words of a page are taken away."""
    page = pdf.pages[0]
    kept, dropping = [], 0
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "BDC" and str(operands[0]) != "/Artifact" and not dropping:
            dropping = 1
        elif operator == "EMC" and dropping == 1:
            dropping = 2
        else:
            kept.append(instruction)
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
    return dropping == 2


def _no_alternative(pdf: pikepdf.Pdf) -> bool:
    figures = [element for element in elements(pdf) if element.S == "/Figure"]
    for figure in figures:
        del figure["/Alt"]
    return bool(figures)


def _unembedded_font(pdf: pikepdf.Pdf) -> bool:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing:
            del thing["/FontFile2"]
            return True
    return False


def _skipped_level(pdf: pikepdf.Pdf) -> bool:
    for element in elements(pdf):
        if element.S == "/H2":
            element.S = pikepdf.Name("/H4")
            return True
    return False


def _no_structure_title(pdf: pikepdf.Pdf) -> bool:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        del metadata["dc:title"]
    return True


def _no_language(pdf: pikepdf.Pdf) -> bool:
    del pdf.Root["/Lang"]
    return True


def _no_output_intent(pdf: pikepdf.Pdf) -> bool:
    del pdf.Root["/OutputIntents"]
    return True


def _no_scope(pdf: pikepdf.Pdf) -> bool:
    cells = [element for element in elements(pdf) if element.S == "/TH" and "/A" in element]
    for cell in cells:
        del cell["/A"]
    return bool(cells)


def _other_order(pdf: pikepdf.Pdf) -> bool:
    """Two paragraphs change places in the tree, and not on the page."""
    for element in elements(pdf):
        kids = element.get("/K")
        if isinstance(kids, pikepdf.Array) and len(kids) > 2 and "/S" in kids[1]:
            element.K = pikepdf.Array([kids[0], *reversed(list(kids)[1:])])
            return True
    return False


def _cut_off(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


PDF_DEFECTS = (
    Defect("an untagged line", "ua1", ("7.1-3",), _edited(_untagged_line)),
    Defect("untagged words", "ua1", ("7.1-3",), _edited(_untagged_words)),
    Defect("a missing alt text", "ua1", ("7.3-1",), _edited(_no_alternative)),
    Defect("an unembedded font", "2a", ("6.2.11.4.1-1",), _edited(_unembedded_font)),
    Defect("an unembedded font", "ua1", ("7.21.4.1-1",), _edited(_unembedded_font)),
    Defect("a skipped heading level", "ua1", ("7.4.2-1",), _edited(_skipped_level)),
    Defect("no title", "ua1", ("7.1-9",), _edited(_no_structure_title)),
    Defect("no language", "ua1", ("7.2-",), _edited(_no_language)),
    Defect("no output intent", "2a", ("6.2.4.3-",), _edited(_no_output_intent)),
    Defect("a file cut off", "qpdf", (), _cut_off),
    Defect("another order in the tree", "order", (), _edited(_other_order)),
)
TABLE_DEFECTS = (Defect("header cells without scope", "ua1", ("7.5-1",), _edited(_no_scope)),)


# --- packages -------------------------------------------------------------------------------------


def _rewritten(data: bytes, change: Callable[[dict[str, bytes]], bool]) -> bytes:
    """The ZIP written anew after a change of its files: the ZIP itself is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {entry.filename: (entry, archive.read(entry)) for entry in archive.infolist()}
    files = {name: content for name, (_, content) in entries.items()}
    if not change(files):
        raise LookupError("the package has nothing of that sort to spoil")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(entries[name][0], content)
    return target.getvalue()


def _change_record(files: dict[str, bytes]) -> bool:
    for name, data in files.items():
        if name.endswith("record.json"):
            files[name] = data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]
            return True
    return False


def _change_checksum(files: dict[str, bytes]) -> bool:
    name = min((name for name in files if name.endswith("METS.xml")), key=len)
    changed = re.sub(
        rb'CHECKSUM="([0-9a-fA-F])',
        lambda found: b'CHECKSUM="' + (b"0" if found[1] != b"0" else b"1"),
        files[name],
        count=1,
    )
    same = changed == files[name]
    files[name] = changed
    return not same


def changed_byte(data: bytes) -> bytes:
    """One byte of a record changed where it lies in the ZIP, nothing else."""
    place = data.index(b'{"approval":') + 40
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _changed_record(data: bytes) -> bytes:
    return _rewritten(data, _change_record)


PACKAGE_DEFECTS = (
    Defect("a changed byte in the ZIP", "sip", (), changed_byte),
    Defect("a changed byte in a file", "sip", (), _changed_record),
    Defect("a wrong checksum in METS", "sip", (), lambda data: _rewritten(data, _change_checksum)),
    Defect("a changed byte in the ZIP", "verify", (), changed_byte),
    Defect(
        "a wrong checksum in METS", "verify", (), lambda data: _rewritten(data, _change_checksum)
    ),
)
BAG_DEFECTS = (Defect("a changed byte in a file", "bag", (), _changed_record),)
