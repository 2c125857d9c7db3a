"""The rule by which characters are drawn, dropped or spelt out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.export.pdf.glyphs import FIRST, SECOND, printable, runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Räksmörgås – ”åäö” § 12 €", "Räksmörgås – ”åäö” § 12 €"),
        ("a\u030a", "å"),
        ("bra 😀!", "bra [U+1F600 GRINNING FACE]!"),
        ("\ue000", "[U+E000]"),
        ("中", "[U+4E2D CJK UNIFIED IDEOGRAPH-4E2D]"),
        ("noll\u200bbredd\ufeff\u00adoch\u202emärke\ufe0f", "nollbreddochmärke"),
        ("a\x00\x07\x1bb", "ab"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("a\tb\u2009c\u202fd", "a b c\u00a0d"),
        ("\ufffd", "\ufffd"),
        ("\ud800", "[U+D800]"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_the_rule(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_the_second_font_draws_what_the_first_lacks() -> None:
    assert [run.font for run in runs("a☒b", "bold")] == [FIRST["bold"], SECOND, FIRST["bold"]]


@given(st.text())
def test_whatever_is_printable_is_drawn_whole_and_stays_so(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    for line in once.split("\n"):
        assert "".join(run.text for run in runs(line, "regular")) == line
