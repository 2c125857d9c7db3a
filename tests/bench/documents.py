"""The 50-question PDF: with its structure, without, and as other programs make a like document."""

from __future__ import annotations

import html
import importlib
import io
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from survey_app.export.blocks import Block, Bullets, Facts, Heading, OptionList, Outline, texts
from survey_app.export.outline import record_outline
from survey_app.export.pdf.canvas import draw_pages, lay_out
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.structure import Element, TaggedCanvas
from tests.export.samples import real

TIMES = 7
MOST_SECONDS, MOST_BYTES = 0.6, 120_000

Row = tuple[str, float, int]


def document_rows() -> Iterator[Row]:
    """Documents with the same words: name, median seconds, bytes."""
    outline = record_outline(real("gnv-2025")[0])
    yield _timed("tagged, PDF/A-2a and PDF/UA-1 (ours)", lambda: render(outline))
    yield _timed("the same, neither tagged nor PDF/A", lambda: _bare(outline))
    page = _as_html(outline)
    for name, module, make in (
        ("WeasyPrint, tagged PDF/UA-1", "weasyprint", _by_weasyprint),
        ("typst, tagged PDF/UA-1", "typst", _by_typst),
    ):
        try:
            program = importlib.import_module(module)
        except ImportError:
            continue
        source: Any = page if module == "weasyprint" else outline
        yield _timed(name, lambda make=make, program=program, source=source: make(program, source))


def _timed(name: str, make: Callable[[], bytes]) -> Row:
    make()
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        data = make()
        taken.append(time.perf_counter() - began)
    return name, statistics.median(taken), len(data)


class _Bare(TaggedCanvas):
    """A canvas that marks nothing."""

    def tag(self, element: Element) -> None:
        pass

    @contextmanager
    def artifact(self, kind: str = "") -> Iterator[None]:
        yield

    def area(self, left: float, low: float, right: float, high: float) -> None:
        pass

    def _demand_tag(self, what: object) -> None:
        pass


def _bare(outline: Outline) -> bytes:
    target = io.BytesIO()
    draw_pages(outline, lay_out(outline), target, canvas_class=_Bare)
    return target.getvalue()


def _as_html(outline: Outline) -> str:
    body = "".join(_html_of(block) for block in outline.blocks)
    style = "@page { size: A4 } body { font-family: 'DejaVu Sans'; font-size: 10pt }"
    title = html.escape(outline.title)
    return f"<html lang=sv><title>{title}</title><style>{style}</style><body>{body}</body></html>"


def _html_of(block: Block) -> str:
    said = [html.escape(text).replace("\n", "<br>") for text in texts(block)]
    if isinstance(block, Heading):
        return f"<h{block.level}>{said[0]}</h{block.level}>"
    if isinstance(block, Bullets | OptionList | Facts):
        return "<ul>" + "".join(f"<li>{text}</li>" for text in said) + "</ul>"
    return "".join(f"<p>{text}</p>" for text in said)


def _by_weasyprint(weasyprint: Any, page: str) -> bytes:
    data: bytes = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return data


def _by_typst(typst: Any, outline: Outline) -> bytes:
    head = '#set document(title: "x")\n#set text(lang: "sv", size: 10pt)\n'
    source = head + "\n\n".join(_typst_of(block) for block in outline.blocks)
    data: bytes = typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1"])
    return data


def _typst_of(block: Block) -> str:
    said = [_quoted(text) for text in texts(block)]
    if isinstance(block, Heading):
        return f"#heading(level: {min(block.level, 3)})[#{said[0]}]"
    if isinstance(block, Bullets | OptionList | Facts):
        return "\n".join(f"- #{text}" for text in said)
    return "\n\n".join(f"#{text}" for text in said)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def print_documents(rows: Sequence[Row]) -> None:
    """The table, the first row held against the aims."""
    print(f"50 questions with answers as PDF, median of {TIMES}")
    for number, (name, seconds, size) in enumerate(rows):
        kept = seconds < MOST_SECONDS and size < MOST_BYTES
        aim = f"{'ok' if kept else 'BELOW'} (aim {MOST_SECONDS} s, {MOST_BYTES:,} bytes)"
        print(f"{name:44} {seconds:6.3f} s {size:>10,} bytes  {aim if number == 0 else ''}")


if __name__ == "__main__":
    print_documents(list(document_rows()))
