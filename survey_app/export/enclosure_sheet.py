"""A simple PDF from a title and a few blocks of text, such as the demo's enclosures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.export.blocks import Block, Bullets, Heading, Outline, Paragraph, Table
from survey_app.export.pdf.drawing import render


def render_sheet(sheet: Mapping[str, Any], *, mark: str = "", author: str = "") -> bytes:
    """The PDF of a sheet: the same sheet gives the same bytes.

    sheet   ``{"title", "blocks": [...]}``; a block is one of ``{"heading": text}``,
            ``{"text": text}``, ``{"items": [text, ...]}`` and ``{"table": {"columns": [text, ...],
            "rows": [[text, ...], ...]}}``
    mark    a few words at the top of every page; author: at the foot
    """
    title = str(sheet["title"])
    blocks = (Heading(1, title), *_blocks(sheet["blocks"]))
    return render(Outline(title=title, running=title, mark=mark, author=author, blocks=blocks))


def _blocks(said: list[Mapping[str, Any]]) -> Iterator[Block]:
    for block in said:
        match block:
            case {"heading": text}:
                yield Heading(2, str(text))
            case {"text": text}:
                yield Paragraph(str(text))
            case {"items": items}:
                yield Bullets(tuple(str(item) for item in items))
            case {"table": {"columns": columns, "rows": rows}}:
                header = tuple(str(column) for column in columns)
                yield Table(header, tuple(tuple(str(cell) for cell in row) for row in rows))
            case _:
                raise ValueError(f"a block of a sheet says none of what it may: {sorted(block)}")
