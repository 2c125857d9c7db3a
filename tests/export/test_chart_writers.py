"""One drawing, three writers: the same shapes at the same places, and safe whatever is written."""

from __future__ import annotations

import io
import math
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from survey_app.export.blocks import Chart, Heading, Outline, Paragraph
from survey_app.export.chart import draw
from survey_app.export.chart.lettering import OTHERS, font_for, width_of
from survey_app.export.chart.png import SCALE, dashes, to_png
from survey_app.export.chart.shapes import Dot, Drawing, Label, Polyline, Rect
from survey_app.export.chart.style import COLOURS, SIZES
from survey_app.export.chart.svg import to_svg
from survey_app.export.pdf.bands import WIDTH
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.glyphs import FIRST, register_fonts
from survey_app.export.pdf.structure import MissingAlternative
from survey_app.export.pdf.words import read_words
from tests.export.charted import PLACES, chart, table

NOTE = [{"before": "2025-03", "text": "Varberg ingår från mars."}]
LINES = draw(table(PLACES, comparability=NOTE), chart("line", "falkenberg", "varberg"))
BARS = draw(table(PLACES), chart("stacked", "falkenberg", "varberg", title="Staplar"))
HOSTILE = "<script>alert('&')</script> \u202e\x07 🙂 \x00"
SVG = "{http://www.w3.org/2000/svg}"


def outline(*drawings: Drawing) -> Outline:
    blocks = (Heading(1, "Rapport"), Paragraph("Före."), *map(Chart, drawings), Paragraph("Efter."))
    return Outline("Prov", "Prov", "RS1", "Regionen", blocks)


def read_svg(drawing: Drawing, name: str = "prov") -> etree._Element:
    return etree.fromstring(to_svg(drawing, name))


def flipped(points: str, height: float) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in points.split()]
    return [(float(x), height - float(y)) for x, y in pairs]


# The same places.


def drawn_in_pdf(drawing: Drawing) -> tuple[list[list[tuple[float, float]]], str]:
    """The paths of the figure, in units of the drawing, and its letters."""
    with pikepdf.open(io.BytesIO(render(outline(drawing)))) as pdf:
        [page] = pdf.pages
        figure = next(item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)
                      and item.get("/S") == "/Figure")  # fmt: skip
        left, low, right, _top = (float(edge) for edge in figure.A.BBox)
        scale = (right - left) / drawing.width
        paths: list[list[tuple[float, float]]] = []
        inside = False
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "EMC"):
                inside = name == "BDC" and str(operands[0]) == "/Figure"
            elif inside and name in ("m", "l"):
                x, y = (float(number) for number in operands)
                if name == "m":
                    paths.append([])
                paths[-1].append(((x - left) / scale, (y - low) / scale))
        return paths, str(figure.Alt)


@pytest.mark.parametrize("drawing", [LINES, BARS], ids=["lines", "bars"])
def test_svg_and_pdf_draw_every_shape_at_its_place(drawing: Drawing) -> None:
    lines = [shape.points for shape in drawing.shapes if isinstance(shape, Polyline)]
    boxes = [shape for shape in drawing.shapes if isinstance(shape, Rect)]
    svg = read_svg(drawing)
    found = [flipped(made.get("points", ""), drawing.height) for made in svg.iter(f"{SVG}polyline")]
    assert len(found) == len(lines)
    for line, points in zip(lines, found, strict=True):
        assert points == [pytest.approx(point, abs=0.006) for point in line]
    rects = [(made.get("x"), made.get("y"), made.get("height")) for made in svg.iter(f"{SVG}rect")]
    told = [(box.x, drawing.height - box.y - box.height, box.height) for box in boxes]
    assert [tuple(map(float, rect)) for rect in rects] == [
        pytest.approx(box, abs=0.006) for box in told
    ]
    paths, alt = drawn_in_pdf(drawing)
    assert alt == drawing.alt
    for points in [*lines, *(((box.x, box.y), (box.x + box.width, box.y)) for box in boxes)]:
        wanted = [pytest.approx(point, abs=0.05) for point in points]
        assert any(path[: len(points)] == wanted for path in paths), points
    dots = [shape for shape in drawing.shapes if isinstance(shape, Dot)]
    shapes = len(drawing.shapes) - sum(isinstance(shape, Label) for shape in drawing.shapes)
    assert len(paths) == shapes
    assert len(list(svg.iter(f"{SVG}circle", f"{SVG}polygon"))) == len(dots)


def test_png_has_the_colours_of_the_shapes_at_their_places() -> None:
    with Image.open(io.BytesIO(to_png(LINES))) as opened:
        image = opened.convert("RGB")
    assert image.size == (LINES.width * SCALE, round(LINES.height * SCALE))
    dots = [shape for shape in LINES.shapes if isinstance(shape, Dot)]
    assert len(dots) == 6 + 3 + 2
    for dot in dots:
        place = (round(dot.x * SCALE), round((LINES.height - dot.y) * SCALE))
        assert "#{:02x}{:02x}{:02x}".format(*image.getpixel(place)) == COLOURS[dot.role]
    assert image.getpixel((image.width - 1, 0)) == (255, 255, 255)
    # The gap of Varberg: nothing blue at the left of the cut.
    blue = tuple(int(COLOURS["series-2"][place : place + 2], 16) for place in (1, 3, 5))
    first = min(dot.x for dot in dots if dot.role == "series-2")
    left = image.crop((0, 0, round((first - 10) * SCALE), image.height))
    assert blue not in {colour for _count, colour in left.getcolors(1 << 20) or ()}


@pytest.mark.parametrize("write", [to_png, lambda one: to_svg(one, "a"),
                                   lambda one: render(outline(one))])  # fmt: skip
def test_the_same_drawing_gives_the_same_bytes(write: Any) -> None:
    assert write(LINES) == write(LINES)


def test_words_are_as_wide_as_the_pdf_draws_them() -> None:
    register_fonts()
    for text in ("Kungsbacka", "1\u00a0200", "Åäö – ”x”", "−5"):
        said = stringWidth(text, FIRST["regular"], SIZES["text"])
        assert width_of(text, "text") == pytest.approx(said, rel=0.002)
    assert width_of("Fet", "title") > width_of("Fet", "text")
    assert font_for("א", "text") == OTHERS


# SVG.


def test_svg_is_named_and_told_and_has_nothing_that_the_policy_drops() -> None:
    svg = read_svg(LINES, "inskrivna-per-kommun")
    assert svg.get("role") == "img"
    title, words = svg.get("aria-labelledby", "").split()
    by_id = {made.get("id"): made.text for made in svg if made.get("id")}
    assert by_id == {title: LINES.title, words: LINES.alt}
    for made in svg.iter():
        assert not {"style", "onload", "href"} & set(made.attrib)
    assert {etree.QName(made).localname for made in svg.iter()} <= {
        *("svg", "title", "desc", "line", "polyline", "polygon", "rect", "circle", "text")
    }  # fmt: skip
    dashed = [made for made in svg.iter(f"{SVG}polyline") if made.get("stroke-dasharray")]
    assert len(dashed) == 1  # the second series


def test_hostile_words_stay_words() -> None:
    entry = table({"a": [1, 2]})
    entry["columns"][0]["text"] = HOSTILE
    drawing = draw(entry, chart("line", "a", title=HOSTILE))
    written = to_svg(drawing, "prov")
    assert "<script" not in written
    assert "\x00" not in written
    svg = etree.fromstring(written)
    assert "<script>alert('&')</script>" in "".join(svg.itertext())
    assert to_png(drawing).startswith(b"\x89PNG")
    data = render(outline(drawing))
    assert "U+1F642" not in read_words(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1


# PDF.


def test_a_chart_is_a_figure_heard_by_its_words() -> None:
    data = render(outline(LINES, BARS))
    assert read_words(data).endswith("Rapport Före. Efter.")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        figures = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)
                   and item.get("/S") == "/Figure"]  # fmt: skip
        assert [str(figure.Alt) for figure in figures] == [LINES.alt, BARS.alt]
        for figure, drawing in zip(figures, (LINES, BARS), strict=True):
            left, low, right, top = (float(edge) for edge in figure.A.BBox)
            assert figure.A.O == "/Layout"
            assert right - left == pytest.approx(WIDTH, abs=0.02)
            assert top - low == pytest.approx(drawing.height * WIDTH / drawing.width, abs=0.02)


def test_no_chart_without_words() -> None:
    with pytest.raises(MissingAlternative):
        render(outline(Drawing(LINES.shapes, "Tyst", " ")))


def test_letters_of_a_chart_are_large_enough_on_paper() -> None:
    """8 points at the width of the text, as the smallest print of the house."""
    assert min(SIZES.values()) * WIDTH / LINES.width >= 7.5
    assert SIZES["text"] * WIDTH / LINES.width >= 8


# Dashes.


@settings(deadline=None)
@given(
    points=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=9),
    pattern=st.sampled_from([(8, 3), (2, 3), (8, 3, 2, 3), (5, 4)]),
)
def test_dashes_cover_what_their_pattern_says(
    points: list[tuple[int, int]], pattern: tuple[int, ...]
) -> None:
    whole = sum(math.dist(*pair) for pair in pairwise(points))
    drawn = sum(
        math.dist(*pair) for part in dashes(points, pattern) for pair in pairwise(part)
    )  # fmt: skip
    rounds, rest = divmod(whole, sum(pattern))
    wanted = rounds * sum(pattern[::2])
    for place, part in enumerate(pattern):
        wanted += min(rest, part) if place % 2 == 0 else 0
        rest = max(0, rest - part)
    assert drawn == pytest.approx(wanted, abs=0.01)
    assert list(dashes(points, ())) == [points]
