"""The way to a PDF from an outline: PDF/A-2a and PDF/UA-1, the same bytes for the same outline.

What draws is read in as the first PDF is drawn, not at the start: ReportLab and pikepdf take 8 MB,
and a server may run for days before anyone asks for a PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from survey_app.export.blocks import Outline
from survey_app.export.pdf.metadata import Attachment

if TYPE_CHECKING:
    from survey_app.export.pdf.canvas import LaidOut


def render(outline: Outline, *, attach: Attachment | None = None) -> bytes:
    """The PDF of an outline. The same outline gives the same bytes.

    attach  a file to carry inside: then it is PDF/A-3a, else PDF/A-2a

    Raises UntaggedContent, MissingAlternative, UnreadablePicture.
    """
    return draw(outline, lay_out(outline), attach=attach)


def lay_out(outline: Outline) -> LaidOut:
    """The pages of an outline, before they are drawn."""
    from survey_app.export.pdf import canvas

    return canvas.lay_out(outline)


def draw(
    outline: Outline,
    laid_out: LaidOut,
    *,
    attach: Attachment | None = None,
    foreign: Sequence[bytes] = (),
) -> bytes:
    """The PDF of an outline that is laid out.

    foreign  the files whose pages are put in, one for each block of foreign pages
    """
    from survey_app.export.pdf import canvas

    return canvas.draw(outline, laid_out, attach=attach, foreign=foreign)
