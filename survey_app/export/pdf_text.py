"""The words of a PDF that ``export.pdf`` drew, in the order of its stream, artifacts left out.

No general reader: it knows one-byte fonts with a ToUnicode map, as ReportLab embeds them. What it
reads may come from anyone, so nothing is inflated beyond a limit.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

_MAPPED = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4})>")
MOST_OF_A_STREAM = 8_000_000
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
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise UnreadablePdf("too_many_pages")
            encodings: dict[tuple[int, int], Encoding] = {}
            pages = [_page_words(pdf, page, encodings, skip_others) for page in pdf.pages]
            return squeezed("".join(pages))
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
) -> str:
    try:
        stream = pikepdf.Stream(pdf, _inflated(page.obj["/Contents"]))
        fonts = page.obj["/Resources"]["/Font"]
        return "".join(_words(pikepdf.parse_content_stream(stream), fonts, encodings))
    except Exception:
        if skip_others:
            return ""
        raise


def _words(
    instructions: Any, fonts: Any, encodings: dict[tuple[int, int], Encoding]
) -> Iterator[str]:
    artifacts: list[bool] = []
    encoding: Encoding = {}
    for instruction in instructions:
        operator = str(instruction.operator)
        operands = instruction.operands
        if operator in ("BMC", "BDC"):
            artifacts.append(operands[0] == "/Artifact")
        elif operator == "EMC":
            artifacts.pop()
        elif operator == "Tf":
            encoding = _encoding(fonts[str(operands[0])], encodings)
        elif operator == "Tj" and not any(artifacts):
            yield "".join(encoding.get(code, "\ufffd") for code in bytes(operands[0]))


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
