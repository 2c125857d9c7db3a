"""What would tell a masked answer is masked too: follow-ups, and what is reckoned from it."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.core.content import build_content, canonical_json
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record, build_record
from survey_app.export.copy.disclosure import find_followers
from survey_app.export.copy.masking import mask_record

from . import samples
from .copies import APPROVAL, GROUND, RAW, copy_of, entry, files_of, masks_of
from .samples import MADE_AT, QUESTIONNAIRE


def test_what_follows_a_masked_choice_is_masked_too() -> None:
    """Not asked is as telling as asked: the rows, questions and sections that hang on it."""
    copy = copy_of("answer:val")
    assert set(copy.followers) == {"section:tre", "answer:foljd", "row:rader:z"}
    section = next(s for s in copy.document["content"]["sections"] if s["id"] == "tre")
    assert section["asked"] is None
    assert entry(copy, "foljd")["asked"] is None
    assert entry(copy, "dold")["asked"] is None
    row = next(row for row in entry(copy, "rader")["rows"] if row["id"] == "z")
    assert (row["asked"], row["chosen"][:10]) == (None, "[maskerat:")
    assert not any("chosen" in option for option in entry(copy, "val")["options"])
    reasons = {mask.target: (mask.follows, mask.ground) for mask in copy.masks}
    assert reasons["section:tre"] == (1, GROUND)


def test_the_copy_does_not_tell_which_option_was_chosen() -> None:
    """Ja and Nej under the mask give the same files, though they open different questions."""

    def made(chosen: str) -> dict[str, bytes]:
        raw = {**RAW, "val": {"chosen": chosen, "details": {}}}
        if chosen == "nej":
            raw |= {"foljd": "Därför att.", "dold": "p", "rader": {**RAW["rader"], "z": "ja"}}
        record = build_record(samples.content(raw), APPROVAL)
        return files_of(mask_record(record, QUESTIONNAIRE, masks_of("answer:val"), MADE_AT))

    assert made("ja") == made("nej")


def test_a_follower_can_be_shown_and_is_warned_of() -> None:
    copy = copy_of("answer:val", shown=("section:tre", "answer:foljd", "row:rader:z"))
    assert set(copy.followers) == {"section:tre", "answer:foljd", "row:rader:z"}
    assert [mask.target for mask in copy.masks] == ["answer:val"]
    assert {item.code for item in copy.concerns} == {"follower_shown"}
    assert entry(copy, "foljd")["asked"] is False


FORM = Questionnaire.model_validate({
    "id": "foljder", "version": "1.0.0", "title": "Följder", "period": "2026",
    "authority": {"name": "Myndigheten"},
    "sections": [
        {"id": "a", "title": "A", "questions": [
            {"id": "q1", "kind": "multiple", "text": "Vilka?", "options": [
                {"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]},
            {"id": "q2", "kind": "single", "text": "Finns?", "options": [
                {"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}],
             "after": [{"text": "Bra att det finns.",
                        "shown_when": {"all": [{"question": "q2", "answer": "ja"}]}}]},
            {"id": "any", "kind": "text", "text": "Någon",
             "shown_when": {"any": [{"question": "q1", "answer": "x"},
                                    {"question": "q2", "answer": "ja"}]}},
            {"id": "all", "kind": "text", "text": "Alla",
             "shown_when": {"all": [{"question": "q1", "answer": "y"},
                                    {"question": "q2", "answer": "ja"}]}},
            {"id": "next", "kind": "text", "text": "Sedan",
             "shown_when": {"all": [{"question": "all", "operator": "exists", "answer": True}]}},
            {"id": "kr1", "kind": "money", "text": "Ett"},
            {"id": "kr2", "kind": "money", "text": "Två"},
            {"id": "summa", "kind": "computed", "text": "Summa", "operation": "sum",
             "of": ["kr1", "kr2"], "shown_as": "money"},
            {"id": "stor", "kind": "text", "text": "Varför så mycket?",
             "shown_when": {"all": [{"question": "summa", "operator": ">", "answer": 1000}]}},
        ]},
        {"id": "b", "title": "B", "questions": [
            {"id": "rutor", "kind": "text", "text": "Insatser?", "boxes": 2},
            {"id": "varfor", "kind": "text", "text": "Varför dem?",
             "shown_when": {"all": [{"question": "rutor", "operator": "exists", "answer": True}]}},
            {"id": "m", "kind": "matrix", "text": "Var?",
             "rows": [{"id": "r1", "text": "Här"}, {"id": "r2", "text": "Där"}],
             "options": [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]},
            {"id": "om-r1", "kind": "text", "text": "Hur här?",
             "shown_when": {"all": [{"question": "m", "row": "r1", "answer": "ja"}]}},
            {"id": "om-r2", "kind": "text", "text": "Hur där?",
             "shown_when": {"all": [{"question": "m", "row": "r2", "answer": "ja"}]}},
            {"id": "om-m", "kind": "text", "text": "Hur då?",
             "shown_when": {"all": [{"question": "m", "operator": "exists", "answer": True}]}},
            {"id": "q3", "kind": "single", "text": "Mer?", "options": [
                {"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]},
        ]},
        {"id": "c", "title": "C",
         "shown_when": {"all": [{"question": "q3", "answer": "ja"}]}, "questions": [
            {"id": "c1", "kind": "text", "text": "Vad mer?"}]},
        {"id": "d", "title": "D", "questions": [
            {"id": "d1", "kind": "text", "text": "Och sedan?",
             "shown_when": {"all": [{"question": "c1", "operator": "exists", "answer": True}]}}]},
    ],
})  # fmt: skip


def small(raw: dict[str, Any]) -> Record:
    answers = {
        name: Given(KINDS[FORM.by_id[name].kind].parse(FORM.by_id[name], value))
        for name, value in raw.items()
    }
    heading = {
        "case": samples.CASE,
        "unit": samples.UNIT,
        "deadline": None,
        "submission": {"id": 1, "corrects": None},
        "questionnaire_sha256": "0" * 64,
    }
    return build_record(build_content(FORM, answers, heading), {**APPROVAL, "fields": {}})


@pytest.mark.parametrize(
    ("raw", "masked", "followers"),
    [
        # x is seen and opens "any" whatever q2 says; y and q2 open "all" together
        ({"q1": ["x", "y"], "q2": "ja"}, ["answer:q2"], {"answer:all", "answer:next"}),
        # y is not chosen, so "all" was not asked whatever q2 says
        ({"q1": ["x"], "q2": "ja"}, ["answer:q2"], set()),
        ({"q1": [], "q2": "ja"}, ["answer:q2"], {"answer:any"}),
        ({"q1": ["y"], "q2": "nej", "kr1": "5"}, ["answer:q2"],
         {"answer:any", "answer:all", "answer:next"}),
        # a masked text is an answer that later conditions asked for
        ({"q1": ["y"], "q2": "ja", "all": "Text"}, ["answer:all"], {"answer:next"}),
        # with a passage masked it can still be seen that there is an answer
        ({"q1": ["y"], "q2": "ja", "all": "Text"}, ["passage:all"], set()),
        ({"kr1": "500", "kr2": "700"}, ["answer:kr1"], {"answer:summa", "answer:stor"}),
        ({"kr1": "500", "kr2": "700"}, ["answer:summa"], {"answer:stor"}),
        ({"rutor": ["a", ""]}, ["box:rutor:1"], {"answer:varfor"}),
        # a row hides its answer, and that there is one; the other row is still seen
        ({"m": {"r1": "ja"}}, ["row:m:r1"], {"answer:om-r1", "answer:om-m"}),
        # what a hidden section asked is hidden too, and so what followed from that
        ({"q3": "ja", "c1": "Text"}, ["answer:q3"], {"section:c", "answer:d1"}),
    ],
)  # fmt: skip
def test_followers(raw: dict[str, Any], masked: list[str], followers: set[str]) -> None:
    assert set(find_followers(FORM, small(raw)["content"], masked)) == followers


def test_a_total_does_not_tell_its_masked_part() -> None:
    record = small({"kr1": "500123", "kr2": "700", "stor": "Det blev 500 123 kronor."})
    copy = mask_record(record, FORM, masks_of("answer:kr1"), MADE_AT)
    said = canonical_json(copy.document).decode()
    assert "500123" not in said
    assert "500823" not in said
    assert entry(copy, "summa")["value"] is None
    assert "beräknat" in next(mask for mask in copy.masks if mask.target == "answer:summa").reason


def test_a_masked_total_that_can_be_reckoned_is_warned_of() -> None:
    copy = mask_record(small({"kr1": "500", "kr2": "700"}), FORM, masks_of("answer:summa"), MADE_AT)
    assert [item.code for item in copy.concerns] == ["can_be_reckoned"]


def test_a_statement_that_comes_with_an_answer_is_left_out() -> None:
    record = small({"q2": "ja"})
    copy = mask_record(record, FORM, masks_of("answer:q2"), MADE_AT)
    assert "Bra att det finns." in canonical_json(record).decode()
    assert "Bra att det finns." not in canonical_json(copy.document).decode()


LISTED = Questionnaire.model_validate({
    "id": "lista", "version": "1.0.0", "title": "Lista", "period": "2026",
    "authority": {"name": "Myndigheten"},
    "sections": [{"id": "a", "title": "A", "questions": [
        {"id": "p", "kind": "list", "text": "Vilka?", "entry": "Process", "fields": [
            {"id": "n", "kind": "integer", "text": "Antal"},
            {"id": "m", "kind": "single", "text": "Medverkan",
             "options": [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]}]},
        {"id": "hur-manga", "kind": "computed", "text": "Antal", "operation": "sum",
         "of": [{"question": "p"}]},
        {"id": "summa", "kind": "computed", "text": "Summa", "operation": "sum",
         "of": [{"question": "p", "field": "n"}]},
        {"id": "om-nej", "kind": "text", "text": "Varför nej?", "shown_when":
            {"all": [{"question": "p", "field": "m", "answer": "nej"}]}},
        {"id": "om-alls", "kind": "text", "text": "Mer?", "shown_when":
            {"all": [{"question": "p", "operator": "exists", "answer": True}]}},
    ]}],
})  # fmt: skip


def test_what_an_entry_says_is_told_by_sums_and_not_by_how_many_there_are() -> None:
    value = KINDS["list"].parse(LISTED.by_id["p"], [
        {"id": "aaaaaaaa", "values": {"n": 3, "m": "ja"}},
        {"id": "bbbbbbbb", "values": {"n": 8812345, "m": "nej"}},
    ])  # fmt: skip
    heading = {
        "case": samples.CASE,
        "unit": samples.UNIT,
        "deadline": None,
        "submission": {"id": 1, "corrects": None},
        "questionnaire_sha256": "0" * 64,
    }
    content = build_content(LISTED, {"p": Given(value)}, heading)
    found = find_followers(LISTED, content, ["entry:p:bbbbbbbb"])
    assert found == dict.fromkeys(("answer:summa", "answer:om-nej"), "entry:p:bbbbbbbb")
    record = build_record(content, {**APPROVAL, "fields": {}})
    copy = mask_record(record, LISTED, masks_of("entry:p:bbbbbbbb"), MADE_AT)
    assert entry(copy, "p")["value"]["entries"] == [
        {"id": "1", "values": {"n": 3, "m": {"chosen": "ja", "details": {}}}},
        {"id": "2", "values": {}, "mask": 1},
    ]
    assert entry(copy, "hur-manga")["value"] == 2
    assert "8812345" not in canonical_json(copy.document).decode()
