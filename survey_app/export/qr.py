"""A link as something to scan: the QR code drawn, a poster with it, a sheet of links for one each.

The code itself is ReportLab's; it is drawn as a chart is, so page, paper and Word have the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from survey_app.export import swedish
from survey_app.export.blocks import (
    Block,
    Chart,
    Facts,
    Heading,
    Outline,
    PageBreak,
    Paragraph,
)
from survey_app.export.chart.shapes import WIDTH, Drawing, Rect, Shape

QUIET = 4
"""Modules of white around it (ISO/IEC 18004)."""
POSTER, SMALL = 420.0, 170.0
"""How large a code is, of a line's width of 720."""
LINKS_ON_A_PAGE = 4
SCAN = "Läs av koden med telefonens kamera, eller skriv adressen i webbläsaren."


def draw_qr(address: str, size: float = POSTER, *, width: float = WIDTH) -> Drawing:
    """The QR code of an address, in the middle of a line of a width."""
    # Not at the start: with all that hangs on it, it takes 5 MB.
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(address)
    code.make()
    rows: list[list[bool]] = code.modules
    module = size / (len(rows) + 2 * QUIET)
    left = (width - size) / 2 + QUIET * module
    top = size - QUIET * module
    shapes: list[Shape] = []
    for number, row in enumerate(rows):
        place = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                shapes.append(
                    Rect(left + place * module, top - (number + 1) * module, length * module,
                         module, "text")
                )  # fmt: skip
            place += length
    words = f"QR-kod som leder till {address}"
    return Drawing(tuple(shapes), title="QR-kod", alt=words, width=width, height=size)


def poster_outline(
    *, title: str, unit: str, mark: str, note: str, address: str, closes: str | None, created: str
) -> Outline:
    """A poster with the link that many use. closes: ISO day; created: ISO time with zone."""
    return Outline(
        title=title,
        running="Svara på enkäten",
        mark=mark,
        author=unit,
        blocks=tuple(_poster(title, unit, note, address, closes)),
        created=created,
    )


def _poster(title: str, unit: str, note: str, address: str, closes: str | None) -> Iterator[Block]:
    yield Heading(1, title)
    yield Paragraph(f"{unit} frågar. Du svarar utan namn.", "lead")
    if note:
        yield Paragraph(note)
    yield Paragraph(SCAN)
    yield Chart(draw_qr(address))
    yield Paragraph(address, "lead")
    if closes:
        yield Paragraph(f"Svara senast {swedish.day(closes)}.")


def links_outline(
    *, title: str, unit: str, mark: str, addresses: Sequence[str], closes: str | None, created: str
) -> Outline:
    """A sheet of links that answer once each, to be cut apart."""
    return Outline(
        title=f"Svarslänkar: {title}",
        running="Svarslänkar som används en gång",
        mark=mark,
        author=unit,
        blocks=tuple(_links(title, addresses, closes)),
        created=created,
    )


def _links(title: str, addresses: Sequence[str], closes: str | None) -> Iterator[Block]:
    yield Heading(1, f"Svarslänkar: {title}")
    yield Facts(
        (
            ("Antal länkar", swedish.number(len(addresses))),
            ("Sista dag", swedish.day(closes) if closes else "ingen satt"),
        )
    )
    yield Paragraph(
        "Varje länk kan användas en gång. Länkarna kan inte tas fram igen. Skriv inte upp vem som "
        "får vilken: då är svaret inte anonymt."
    )
    for number, address in enumerate(addresses):
        if number and number % LINKS_ON_A_PAGE == 0:
            yield PageBreak()
        yield Heading(2, f"Länk {number + 1} av {len(addresses)}")
        yield Paragraph(f"{SCAN} Du svarar utan namn.")
        yield Chart(draw_qr(address, SMALL))
        yield Paragraph(address)
