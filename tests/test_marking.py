"""What differs between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.web.marking import LONGEST, Part, Woven, mark_differences, weave_differences


def test_only_the_words_that_differ_are_marked() -> None:
    before, after = mark_differences("Beslut fattas i mars.", "Beslut fattades  redan i mars.")
    assert before == [Part("Beslut ", False), Part("fattas", True), Part(" i mars.", False)]
    assert [part.text for part in after if part.differs] == ["fattades  redan"]


def test_an_empty_text_has_no_parts() -> None:
    assert mark_differences("", "Nytt.") == ([], [Part("Nytt.", True)])


def test_what_is_too_long_is_shown_whole_and_unmarked() -> None:
    text = "ord " * LONGEST
    assert mark_differences(text, text + "till") == (
        [Part(text, False)],
        [Part(text + "till", False)],
    )


def test_a_changed_sentence_is_one_change() -> None:
    woven = weave_differences("Vi gick hem. Sedan kom de.", "Vi stannade kvar. Sedan kom de.")
    assert woven == [
        Woven("Vi ", ""), Woven("gick hem.", "del"), Woven("stannade kvar.", "ins"),
        Woven(" Sedan kom de.", ""),
    ]  # fmt: skip


def test_texts_too_long_to_compare_are_woven_whole() -> None:
    text = "ord " * LONGEST
    assert weave_differences(text, text + "till") == [
        Woven(text, "del"), Woven(text + "till", "ins"),
    ]  # fmt: skip


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_out_of_the_weave(before: str, after: str) -> None:
    woven = weave_differences(before, after)
    assert "".join(part.text for part in woven if part.tag != "ins") == before
    assert "".join(part.text for part in woven if part.tag != "del") == after


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_character_is_lost(before: str, after: str) -> None:
    left, right = mark_differences(before, after)
    assert "".join(part.text for part in left) == before
    assert "".join(part.text for part in right) == after
    # What is not marked is the same in both.
    same = [[part.text for part in side if not part.differs] for side in (left, right)]
    assert "".join(same[0]) == "".join(same[1])
