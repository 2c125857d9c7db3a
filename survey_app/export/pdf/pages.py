"""Which band comes on which page, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from survey_app.export.pdf.bands import Band


@dataclass(slots=True)
class Page:
    """A page: bands with their distance from the top of the text.

    number    its number in the finished document, where pages put in afterwards count too
    foreign   how many pages are put in before it
    repeated  the header of a table drawn again, which is no part of the text
    """

    number: int
    foreign: int = 0
    bands: list[tuple[float, Band]] = field(default_factory=list)
    repeated: list[tuple[float, Band]] = field(default_factory=list)


@dataclass(slots=True)
class Paged:
    """All pages, and how many the finished document has."""

    pages: list[Page]
    total: int

    def page_of(self) -> dict[int, int]:
        """The page number of each heading, by its place in the outline."""
        return {
            band.anchor: page.number
            for page in self.pages
            for _, band in page.bands
            if band.anchor is not None
        }


def paginate(bands: Sequence[Band], height: float) -> Paged:
    """Bands on pages of a height. What keeps together stays so, unless it is higher than a page."""
    pages = [Page(1)]
    used, foreign, forced = 0.0, 0, False
    for group in _groups(bands):
        if group[0].new_page or group[0].foreign_pages:
            foreign += group[0].foreign_pages
            forced = True
            continue
        whole = sum(band.before + band.height for band in group)
        for place, band in enumerate(group):
            needed = whole if place == 0 and whole <= height else band.before + band.height
            if (forced or used + needed > height) and pages[-1].bands:
                pages.append(Page(pages[-1].number + 1 + foreign, foreign))
                used, foreign = _repeat(pages[-1], band), 0
            forced = False
            used += band.before if used else 0
            pages[-1].bands.append((used, band))
            used += band.height
    return Paged(pages, pages[-1].number + foreign)


def _repeat(page: Page, band: Band) -> float:
    used = 0.0
    for header in band.repeat:
        page.repeated.append((used, header))
        used += header.height
    return used


def _groups(bands: Sequence[Band]) -> Iterator[list[Band]]:
    """Runs of bands that each keep with the next."""
    group: list[Band] = []
    for band in bands:
        group.append(band)
        if not band.keep:
            yield group
            group = []
    if group:
        yield group
