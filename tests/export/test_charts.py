"""What a chart is drawn of: gaps are gaps, scales are round, and the words tell the same."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.export.chart import draw
from survey_app.export.chart.lettering import width_of
from survey_app.export.chart.scale import MOST_TICKS, Scale, tick_text, ticks
from survey_app.export.chart.shapes import (
    SERIES,
    Dot,
    Drawing,
    Label,
    Line,
    Polyline,
    Rect,
    Shape,
)
from survey_app.export.chart.style import COLOURS, DASHES, LIFTED, SIZES, contrast, form_of, role_on
from tests.export.charted import PLACES, chart, month, table


def of(drawing: Drawing, sort: type[Shape], role: str | None = None) -> list[Any]:
    """The shapes of a sort, and of a role if one is named."""
    return [shape for shape in drawing.shapes
            if isinstance(shape, sort) and role in (None, shape.role)]  # fmt: skip


def texts(drawing: Drawing) -> list[str]:
    return [label.text for label in of(drawing, Label)]


def runs(drawing: Drawing, role: str) -> list[int]:
    """How many points each unbroken part of a line has."""
    return [len(line.points) for line in of(drawing, Polyline, role)]


# Lines.


@pytest.mark.parametrize(
    ("cells", "lines", "dots"),
    [
        ([1, 2, 3, 4], [4], 4),
        ([1, 2, None, 4, 5, 6], [2, 3], 5),
        ([1, 2, "", 4, 5], [2, 2], 4),
        ([1, 2, "okänt", 4, 5], [2, 2], 4),
        ([None, 2, None, 4, 5], [2], 3),
        ([0, 0, None, 0], [2], 3),
        ([None, None], [], 0),
    ],
)
def test_a_gap_in_the_numbers_is_a_gap_in_the_line(
    cells: list[int | str | None], lines: list[int], dots: int
) -> None:
    """Whether stated missing, not filled in or no number; a number between two gaps is a mark."""
    drawing = draw(table({"a": cells}), chart("line", "a"))
    assert runs(drawing, "series-1") == lines
    at_the_name = 1 if dots else 0
    assert len(of(drawing, Dot, "series-1")) == dots + at_the_name


def test_missing_is_nowhere_and_zero_is_at_zero() -> None:
    drawing = draw(table({"a": [4, 0, None, 8]}), chart("line", "a"))
    *marks, _name = of(drawing, Dot, "series-1")
    axis = of(drawing, Line, "axis")[0].y1
    assert [mark.y == axis for mark in marks] == [False, True, False]


def test_a_month_that_the_table_has_not_is_a_gap_as_wide_as_it_is_long() -> None:
    rows = ["2025-01", "2025-02", "2025-05", "2025-06"]
    drawing = draw(table({"a": [1, 2, 3, 4]}, rows), chart("line", "a"))
    assert runs(drawing, "series-1") == [2, 2]
    *marks, _name = of(drawing, Dot, "series-1")
    near, far, _ = (after.x - before.x for before, after in pairwise(marks))
    assert far == pytest.approx(3 * near)


def test_no_line_leads_to_a_total_of_other_parts() -> None:
    """Else the total would seem to have risen by all of Varberg in a month."""
    drawing = draw(table(PLACES, total=True), chart("line", "totalt"))
    assert runs(drawing, "series-1") == [3, 3]


def test_names_stand_apart_at_the_ends_of_their_lines() -> None:
    cells: dict[str, list[int | str | None]] = {f"serie {n}": [100 + n, 101 + n] for n in range(8)}
    drawing = draw(table(cells), chart("line", *cells))
    names = [label for label in of(drawing, Label, "text") if label.text.startswith("Serie")]
    heights = sorted(label.y for label in names)
    assert len(names) == 8
    assert min(after - before for before, after in pairwise(heights)) >= SIZES["text"]
    ends = {dot.y: dot.role for dot in of(drawing, Dot)[-8:]}
    assert list(ends.values()) == list(SERIES)


def test_where_figures_break_a_line_and_its_words_stand() -> None:
    note = [{"before": "2025-03", "text": "Varberg ingår från mars."}]
    entry = table(PLACES, comparability=note)
    drawing = draw(entry, chart("line", "falkenberg", "varberg"))
    [cut] = of(drawing, Line, "break")
    marks = [mark.x for mark in of(drawing, Dot, "series-1")][:6]
    assert marks[2] < cut.x1 < marks[3]
    assert "Varberg ingår från mars." in texts(drawing)
    assert DASHES["break"]
    early = draw(table(PLACES, comparability=[{"before": "2020-01", "text": "Förr."}]),
                 chart("line", "falkenberg"))  # fmt: skip
    assert of(early, Line, "break") == []


def test_series_of_one_text_are_called_by_their_groups() -> None:
    entry = table(PLACES)
    entry["columns"] = [{**column, "text": "Inskrivna", "group": column["text"]}
                        for column in entry["columns"]]  # fmt: skip
    said = texts(draw(entry, chart("line", "falkenberg", "varberg")))
    assert {"Falkenberg", "Varberg"} <= set(said)
    assert "Inskrivna" in said  # the title


# Bars.


def test_bars_begin_at_zero_and_are_as_high_as_their_numbers() -> None:
    drawing = draw(table({"a": [10, 30]}, ["2024", "2025"]), chart("bar", "a"))
    low, high = of(drawing, Rect, "series-1")
    assert high.height == pytest.approx(3 * low.height)
    assert low.y == high.y == of(drawing, Line, "axis")[0].y1


def test_bars_of_one_series_tell_their_numbers_and_need_no_legend() -> None:
    entry = {**table({"a": [3, 1]}, ["2024", "2025"]), "number_kind": "integer"}
    drawing = draw(entry, chart("bar", "a"))
    said = texts(drawing)
    assert len(of(drawing, Rect, "series-1")) == 2
    assert [said.count(name) for name in ("a", "1", "3")] == [0, 2, 2]  # on the bar and the scale
    assert not [name for name in said if "," in name], "no half answers on the scale"


def test_bars_hang_below_zero() -> None:
    drawing = draw(table({"a": [10, -10]}, ["2024", "2025"]), chart("bar", "a"))
    above, below = of(drawing, Rect, "series-1")
    zero = of(drawing, Line, "axis")[0].y1
    assert (above.y, below.y + below.height) == (zero, pytest.approx(zero))


def test_stacked_bars_stand_on_each_other_in_their_named_colours() -> None:
    cells: dict[str, list[int | str | None]] = {"grön": [12, 10], "gul": [5, 6], "röd": [1, None]}
    entry = table(cells)
    for column, colour in zip(entry["columns"], ("green", "yellow", "red"), strict=True):
        column["colour"] = colour
    drawing = draw(entry, chart("stacked", *cells))
    green, yellow, red = (of(drawing, Rect, role)[1] for role in ("green", "yellow", "red"))
    assert yellow.y == pytest.approx(green.y + green.height)
    assert red.y == pytest.approx(yellow.y + yellow.height)
    assert len(of(drawing, Rect, "red")) == 2  # one in the legend
    assert texts(drawing).count("saknas delvis") == 1
    # Two of the names begin alike, but not with the same two letters.
    assert {"Gr", "Gu", "Rö"} <= set(texts(drawing))


def test_where_no_bar_is_it_says_so() -> None:
    drawing = draw(table({"a": [10, None], "b": [0, None]}), chart("bar", "a", "b"))
    assert "saknas" in texts(drawing)
    assert of(drawing, Rect, "series-2")[1].height == 0
    assert len(of(drawing, Rect, "series-2")) == 2


def test_signs_stand_for_missing_bars_where_words_have_no_room() -> None:
    cells: dict[str, list[int | str | None]] = {
        "a": [5] * 38 + [None, 1],
        "b": [5] * 38 + [None, ""],
    }
    said = texts(draw(table(cells), chart("stacked", "a", "b")))
    assert (said.count("–"), said.count("*")) == (1, 1)
    assert "Personer. – saknas, * saknas delvis" in said
    wide = texts(draw(table({"a": [5, None]}), chart("bar", "a")))
    assert "Personer" in wide


# Scales.


@pytest.mark.parametrize(
    ("numbers", "from_zero", "said"),
    [
        ([162, 1252], False, "0 200 400 600 800 1000 1200 1400"),
        ([3219, 4047], False, "3200 3400 3600 3800 4000 4200"),
        ([3219, 4047], True, "0 1000 2000 3000 4000 5000"),
        (["0.1", "0.3"], False, "0.10 0.15 0.20 0.25 0.30"),
        ([5, 5], False, "4.0 4.5 5.0 5.5 6.0"),
        ([0, 0], True, "0.0 0.2 0.4 0.6 0.8 1.0"),
        ([], False, "0.0 0.2 0.4 0.6 0.8 1.0"),
        ([-7, 12], False, "-10 -5 0 5 10 15"),
    ],
)
def test_ticks(numbers: list[int | str], from_zero: bool, said: str) -> None:
    found = ticks([Decimal(number) for number in numbers], from_zero=from_zero)
    assert [float(tick) for tick in found] == [float(tick) for tick in said.split()]


NUMBERS = st.decimals(-(10**15), 10**15, places=3, allow_nan=False)


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=9), st.booleans())
def test_ticks_are_round_few_and_around_all_numbers(
    numbers: list[Decimal], from_zero: bool
) -> None:
    found = ticks(numbers, from_zero=from_zero)
    assert found[0] <= min(numbers) <= max(numbers) <= found[-1]
    assert 2 <= len(found) <= MOST_TICKS + 1
    steps = {after - before for before, after in pairwise(found)}
    assert len(steps) == 1
    assert next(iter(steps)).normalize().as_tuple().digits in ((1,), (2,), (5,))
    scale = Scale(found, 0.0, 100.0)
    assert all(0 <= scale.place(number) <= 100 for number in numbers)


def test_ticks_are_written_as_in_swedish() -> None:
    assert tick_text(Decimal("1200"), Decimal("200")) == "1\u00a0200"
    assert tick_text(Decimal("0.1"), Decimal("0.05")) == "0,10"
    assert tick_text(Decimal("-5E+1"), Decimal("5E+1")) == "\u221250"


def test_a_scale_without_zero_says_so() -> None:
    note = "Personer. Skalan börjar inte på noll."
    assert note in texts(draw(table({"a": [3219, 4047]}), chart("line", "a")))
    cells = table({"a": [3219, 4047]})
    assert "Personer" in texts(draw(cells, chart("line", "a", from_zero=True)))


# Words.


def test_the_words_tell_lowest_highest_and_what_is_missing() -> None:
    note = [{"before": "2025-03", "text": "Varberg ingår från mars."}]
    drawing = draw(table(PLACES, comparability=note), chart("line", "falkenberg", "varberg"))
    assert drawing.alt == (
        "Linjediagram: Inskrivna, december 2024 till maj 2025. "
        "Falkenberg: lägst 622 personer (maj 2025), högst 632 personer (december 2024). "
        "Varberg: 826 personer (mars 2025), 824 personer (april 2025), 838 personer (maj 2025); "
        "uppgift saknas till och med februari 2025. "
        "Inte jämförbart före mars 2025: Varberg ingår från mars."
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([None, None, None, None], "A: uppgift saknas helt."),
        (["", "", 1, 2], "ej ifylld till och med januari 2025."),
        ([1, 2, None, None], "uppgift saknas från och med februari 2025."),
        ([1, None, 2, None], "uppgift saknas för januari 2025 och mars 2025."),
        ([None, 1, "", 2], "saknas för december 2024; ej ifylld för februari 2025."),
        ([7, 7, 7, 7], "A: 7 personer hela tiden."),
        ([1234, "36.7", 3, -4], "lägst \u22124 personer (mars 2025), högst 1\u00a0234 personer"),
    ],
)
def test_the_words_of_a_series(cells: list[int | str | None], said: str) -> None:
    assert said in draw(table({"a": cells}), chart("line", "a")).alt


def test_the_words_of_bars_by_year() -> None:
    entry = table({"kvinna": ["36.7", "36.9"], "man": ["21.5", 22]}, ["2024", "2025"])
    entry |= {"number_kind": "percent", "unit": None}
    for column in entry["columns"]:
        column["decimals"] = 1
    drawing = draw(entry, chart("bar", "kvinna", "man", title="Andel per kön"))
    assert drawing.alt == (
        "Stapeldiagram: Andel per kön, 2024 till 2025. "
        "Kvinna: 36,7 procent (2024), 36,9 procent (2025). "
        "Man: 21,5 procent (2024), 22,0 procent (2025)."
    )
    assert "Procent" in texts(drawing)


# The look.


def test_colours_stand_out_and_series_are_told_without_them() -> None:
    for role, colour in COLOURS.items():
        letters = role in SIZES
        if role not in (*LIFTED, "grid", "leader"):
            assert contrast(colour, "#ffffff") >= (4.5 if letters else 3), role
    for fill in (*SERIES, "green", "blue", "yellow", "red"):
        assert contrast(COLOURS[role_on(fill)], COLOURS[fill]) >= 4.5, fill  # type: ignore[index,arg-type]
    looks = {(DASHES.get(role, ()), form_of(place)) for place, role in enumerate(SERIES)}
    assert len(looks) == len(SERIES)
    assert len({DASHES.get(role, ()) for role in SERIES}) == len(SERIES)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


LONG = "Ett mycket långt namn på en kommun som ingen skulle kunna skriva i ett diagram"


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["line", "bar", "stacked"]),
    count=st.integers(1, 8),
    length=st.integers(1, 40),
    data=st.data(),
)
def test_nothing_stands_outside_the_drawing(
    kind: str, count: int, length: int, data: st.DataObject
) -> None:
    cell = st.one_of(st.integers(-(10**12), 10**12), st.none(), st.just(""))
    cells = {
        (f"{LONG} {n}" if n % 3 else f"k{n}"): data.draw(
            st.lists(cell, min_size=length, max_size=length)
        )
        for n in range(count)
    }
    note = [{"before": month(length // 2), "text": f"{LONG}. {LONG}."}]
    drawing = draw(table(cells, comparability=note), chart(kind, *cells, title=f"{LONG} {LONG}"))
    for shape in drawing.shapes:
        for x, y in places(shape):
            assert -0.01 <= x <= drawing.width + 0.01, shape
            assert -0.01 <= y <= drawing.height + 0.01, shape


def places(shape: Shape) -> list[tuple[float, float]]:
    """The outermost places of a shape."""
    match shape:
        case Line():
            return [(shape.x1, shape.y1), (shape.x2, shape.y2)]
        case Polyline():
            return list(shape.points)
        case Rect():
            return [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
        case Dot():
            return [(shape.x, shape.y)]
        case Label():
            wide = width_of(shape.text, shape.role)
            left = shape.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * wide
            return [(left, shape.y), (left + wide, shape.y)]
