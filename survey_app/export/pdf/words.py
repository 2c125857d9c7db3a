"""The words of a PDF that ``export.pdf`` drew, in the order of its stream.

Artifacts are left out, and the labels within figures: a figure is heard by its alternative text.

No general reader: it knows one-byte fonts with a ToUnicode map, as ReportLab embeds them. What it
reads may come from anyone, so nothing is inflated beyond a limit.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

from survey_app.export.pdf.limits import pikepdf

_MAPPED = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4})>")
MOST_OF_A_STREAM = 1_000_000
"""Bytes; a full page of ours has some 30,000. Read, they take some 140 times as much memory."""
MOST_PAGES = 5_000

Encoding = dict[int, str]


class UnreadablePdf(ValueError):
    """Bytes that are no PDF, or none of ours."""


def squeezed(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def read_words(data: bytes, *, skip_others: bool = False) -> str:
    """The text of all pages as one line, words parted by single spaces.

    skip_others  pages that are not ours (they came from an enclosure) count as empty

    Raises UnreadablePdf.
    """
    pages = _read_pages(data, skip_others=skip_others)
    return squeezed("".join(text for page in pages for _, text in page))


def read_marked(data: bytes) -> list[dict[int, str]]:
    """Per page the words of each marked content by its MCID: what a structure tree points at.

    Words outside any have the MCID -1. Raises UnreadablePdf.
    """
    pages: list[dict[int, str]] = []
    for said in _read_pages(data):
        pages.append({})
        for mcid, text in said:
            pages[-1][mcid] = pages[-1].get(mcid, "") + text
    return pages


def _read_pages(data: bytes, *, skip_others: bool = False) -> list[list[tuple[int, str]]]:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise UnreadablePdf("too_many_pages")
            encodings: dict[tuple[int, int], Encoding] = {}
            return [_page_words(pdf, page, encodings, skip_others) for page in pdf.pages]
    except UnreadablePdf:
        raise
    # A damaged file can fail anywhere below; pikepdf raises what C++ and Python's types give it.
    except Exception as error:
        raise UnreadablePdf(type(error).__name__) from error


def _page_words(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    encodings: dict[tuple[int, int], Encoding],
    skip_others: bool,
) -> list[tuple[int, str]]:
    try:
        stream = pikepdf.Stream(pdf, _inflated(page.obj["/Contents"]))
        fonts = page.obj["/Resources"]["/Font"]
        return list(_words(pikepdf.parse_content_stream(stream), fonts, encodings))
    except Exception:
        if skip_others:
            return []
        raise


def _words(
    instructions: Any, fonts: Any, encodings: dict[tuple[int, int], Encoding]
) -> Iterator[tuple[int, str]]:
    """Texts in the order of the stream, each with the MCID of its marked content, or -1."""
    marks: list[tuple[str, int]] = []
    encoding: Encoding = {}
    for instruction in instructions:
        operator = str(instruction.operator)
        operands = instruction.operands
        if operator in ("BMC", "BDC"):
            marks.append((str(operands[0]), _mcid(operands)))
        elif operator == "EMC":
            marks.pop()
        elif operator == "Tf":
            encoding = _encoding(fonts[str(operands[0])], encodings)
        elif operator == "Tj" and not any(role == "/Artifact" for role, _ in marks):
            text = "".join(encoding.get(code, "\ufffd") for code in bytes(operands[0]))
            role, mcid = marks[-1] if marks else ("", -1)
            yield mcid, "" if role == "/Figure" else text


def _mcid(operands: Any) -> int:
    properties = operands[1] if len(operands) > 1 else None
    return int(properties.get("/MCID", -1)) if isinstance(properties, pikepdf.Dictionary) else -1


def _encoding(font: Any, known: dict[tuple[int, int], Encoding]) -> Encoding:
    if font.objgen not in known or font.objgen == (0, 0):
        mapped = _MAPPED.findall(_inflated(font["/ToUnicode"]))
        known[font.objgen] = {int(code, 16): chr(int(sign, 16)) for code, sign in mapped}
    return known[font.objgen]


def _inflated(stream: Any) -> bytes:
    """The bytes of a stream. Raises UnreadablePdf for other filters than ours and for too much."""
    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters or [])
    raw = bytes(stream.read_raw_bytes())
    if len(raw) > MOST_OF_A_STREAM or len(names) > 1:
        raise UnreadablePdf("unexpected_stream")
    if not names:
        return raw
    if str(names[0]) != "/FlateDecode":
        raise UnreadablePdf("unexpected_stream")
    inflater = zlib.decompressobj()
    data = inflater.decompress(raw, MOST_OF_A_STREAM)
    if inflater.unconsumed_tail:
        raise UnreadablePdf("stream_too_large")
    return data
