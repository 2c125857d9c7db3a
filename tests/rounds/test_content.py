"""The five questionnaires of rounds and what their units answered, as the sources print it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from survey_app.core.evaluation import Evaluation, Given, evaluate, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire
from tests.rounds.indicator_tables import PRINTED, printed
from tests.rounds.texts import (
    COMMON,
    CONTRIBUTIONS,
    EXAMPLES_2024,
    EXAMPLES_2025,
    ROOT,
    ROUNDS,
    digest,
    entries_of,
    round_file,
    units_of,
)

NAMES = sorted(path.stem for path in ROUNDS.glob("*.json"))
MONTHS = {"January": "01", "February": "02", "March": "03", "April": "04", "May": "05",
          "June": "06", "July": "07", "August": "08", "September": "09", "October": "10",
          "November": "11", "December": "12"}  # fmt: skip
LEVELS = ["Information", "Konsultation", "Dialog", "Inflytande", "Medbeslutande"]
STEPS = ["Bedöm frågans lämplighet", "Välj nivå", "Definiera målgrupp", "Budget och ersättning",
         "Välj metod", "Tidsplan, samarbetsparter, kollegor",
         "Perspektiv/Policys att ta hänsyn till", "Rekrytera medverkande",
         "Utvärdera och Återkoppla"]  # fmt: skip
AREAS = ["Fokusområde 1: Förebyggande och främjande arbete",
         "Fokusområde 2: Tillgängliga tidiga insatser",
         "Fokusområde 3: Enskildas delaktighet och rättigheter",
         "Fokusområde 4: Utsatta grupper",
         "Fokusområde 5: Ledning, styrning och organisation"]  # fmt: skip


def specification(name: str) -> Questionnaire:
    """A questionnaire as its file says it, the one of 2024 from the demo's."""
    path = ROOT / "questionnaires" / f"{name}.json"
    if path.exists():
        return read_questionnaire(path.read_text(encoding="utf-8"))
    told = json.loads((ROUNDS.parent / f"{name}.json").read_text(encoding="utf-8"))
    return read_questionnaire(json.dumps(told["specification"], ensure_ascii=False))


def answered(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each set of answers of a file: who gave it, and the answers by question."""
    told = round_file(name)
    for item in told.get("memos", ()):
        yield item["case"]["diary_number"], item["answers"]
    for item in told.get("rounds", ()):
        for unit in item.get("units", ()):
            yield unit["name"], unit["answers"]
        for ballot in item.get("ballots", ()):
            yield "ballot", {key: {"value": value} for key, value in ballot.items()}


def judged(form: Questionnaire, answers: dict[str, Any]) -> Evaluation:
    given = {
        name: Given(
            KINDS[form.by_id[name].kind].parse(form.by_id[name], told["value"]),
            parse_blank(told.get("blank")),
        )
        for name, told in answers.items()
    }
    return evaluate(form, given)


def told_by_unit(name: str, question: str) -> dict[str, str]:
    """By unit what its entries are known by, with the goal where there is one."""
    return {
        unit["name"]: " ".join(known(entry) for entry in entries_of(unit, question))
        for unit in units_of(name)
        if entries_of(unit, question)
    }


def known(entry: dict[str, Any]) -> str:
    goal = entry["values"].get("mal")
    return (f"{goal['chosen']}:" if goal else "") + digest(entry["values"]["text"])


@pytest.mark.parametrize("name", NAMES)
def test_what_was_answered_fits_its_questionnaire(name: str) -> None:
    """Every value is stored as it stands, and all but those who have not answered can hand in."""
    form = specification(name)
    for who, answers in answered(name):
        for question, told in answers.items():
            spec = form.by_id[question]
            assert KINDS[spec.kind].parse(spec, told["value"]) == told["value"], (who, question)
        assert judged(form, answers).can_be_sent == bool(answers), who


def test_entries_have_ids_of_their_own() -> None:
    found = [
        entry["id"]
        for name in NAMES
        for _who, answers in answered(name)
        for told in answers.values()
        if isinstance(told["value"], dict)
        for entry in told["value"].get("entries", ())
    ]
    assert len(found) > 48 + 17 + 18 + 16
    assert [item for item, count in Counter(found).items() if count > 1] == []
    assert all(re.fullmatch(r"[0-9a-f]{12}", item) for item in found)


def test_the_18_examples_of_nine_units_in_the_order_of_the_slides() -> None:
    found = told_by_unit("uppfoljning-medverkan-2025", "exempel")
    assert list(found.items()) == list(EXAMPLES_2025.items())
    assert len(" ".join(found.values()).split()) == 18
    silent = [
        unit["name"] for unit in units_of("uppfoljning-medverkan-2025") if not unit["answers"]
    ]
    assert silent == ["Hallandsrådet"]


def test_the_16_examples_of_eight_units() -> None:
    found = told_by_unit("uppfoljning-medverkan-2024", "exempel")
    assert list(found.items()) == list(EXAMPLES_2024.items())
    assert len(" ".join(found.values()).split()) == 16


def test_what_the_sources_do_not_say_is_left_empty() -> None:
    """Levels, who took part and processes are in no source; they are made up in practice only."""
    for year in (2024, 2025):
        for unit in units_of(f"uppfoljning-medverkan-{year}"):
            assert set(unit["answers"]) <= {"exempel"}
            assert all(set(entry["values"]) == {"text"} for entry in entries_of(unit, "exempel"))


def test_processes_are_made_up_in_a_practice_case_and_say_so() -> None:
    practice = round_file("uppfoljning-medverkan-2025")["rounds"][1]
    assert practice["case"]["practice"] is True
    processes = [entry for unit in practice["units"] for entry in entries_of(unit, "processer")]
    took_part = [item["values"]["medverkan"]["chosen"] for item in processes]
    assert Counter(took_part) == {"ja": 8, "nej": 3}
    assert all(item["values"]["namn"].startswith("Påhittad process") for item in processes)


def test_the_steps_of_the_ladder_with_their_definitions() -> None:
    form = specification("uppfoljning-medverkan-2025")
    for question, field in (("exempel", 2), ("processer", 2)):
        spec = form.by_id[question]
        assert spec.kind == "list"
        level = spec.fields[field]
        assert level.kind == "single"
        assert [option.text.sv for option in level.options] == LEVELS
        for option in level.options:
            assert option.help is not None
            assert option.help.sv.startswith(f"{option.text.sv} innebär ")
    indicator = (
        "Andel processer/utvecklingsarbeten som har patient-, brukar- eller närståendemedverkan"
    )
    assert form.by_id["andel"].text.sv == indicator


def test_2024_asks_what_2025_continues() -> None:
    now, before = (specification(f"uppfoljning-medverkan-{year}") for year in (2025, 2024))
    assert now.continues == before.id
    assert [item.id for item in now.questions()] == [item.id for item in before.questions()]
    assert now.report is not None
    assert before.report is not None
    assert now.report.heading is not None
    assert now.report.heading.sv == "Exempel på medverkan i att utveckla vården"
    assert before.report.heading is not None
    assert before.report.heading.sv == "Exempel på aktiviteter"


def test_the_nine_steps_of_the_checklist() -> None:
    form = specification("checklista-medverkan")
    steps = [form.by_id[f"steg-{number}"] for number in range(1, 10)]
    assert [step.text.sv for step in steps] == STEPS
    [(_who, answers)] = answered("checklista-medverkan")
    assert judged(form, answers).computed == {"klara": 6}


def test_the_13_goals_stand_under_their_focus_areas() -> None:
    form = specification("lansgemensam-analys")
    for question in ("bidrag", "gemensamt"):
        spec = form.by_id[question]
        assert spec.kind == "list"
        goals = spec.fields[0]
        assert goals.kind == "single"
        groups = [option.group.sv for option in goals.options if option.group]
        assert len(groups) == len(goals.options) == 13
        assert list(dict.fromkeys(groups)) == AREAS
        assert [AREAS[int(option.id[0]) - 1] for option in goals.options] == groups
        words = " ".join(option.text.sv for option in goals.options)
        assert digest(words) == "a4638a7f"


def test_the_48_contributions_and_17_common_paragraphs() -> None:
    found = told_by_unit("lansgemensam-analys", "bidrag")
    assert found == CONTRIBUTIONS
    assert len(" ".join(found.values()).split()) == 48
    common = told_by_unit("lansgemensam-analys", "gemensamt")
    assert common == {"Regionkontoret": COMMON}
    assert len(COMMON.split()) == 17
    by_area = Counter(item[0] for item in " ".join(found.values()).split())
    assert by_area == {"1": 6, "2": 10, "3": 10, "4": 17, "5": 5}
    assert Counter(item[0] for item in COMMON.split()) == {"1": 2, "3": 3, "4": 5, "5": 7}


def cells_of(table: str) -> dict[str, dict[str, int | str | None]]:
    """The cells of a printed table as they are to be stored, read from the print by this test."""
    form = specification("indikatorrapport-hemsjukvard")
    spec = form.by_id[table]
    assert spec.kind == "table"
    wide = "-" in spec.rows[0].id and printed(table)[0][1] != "Month"
    columns = [column.id for column in spec.columns]
    columns += [total.id for total in spec.totals if total.axis == "column"]
    found: dict[str, dict[str, int | str | None]] = {}
    year = ""
    for line in printed(table)[2 if wide else 1 :]:
        name, *cells = line
        if wide and name.isdigit():
            year = name
            continue
        if printed(table)[0][1] == "Month":
            year, name, *cells = line
        row = f"{year}-{MONTHS[name]}" if name in MONTHS else {"Totalt": "summa"}.get(name, name)
        found[row] = dict(zip(columns, map(stored, cells), strict=True))
    optional = {column.id for column in spec.columns if column.optional}
    return {
        row: {key: cell for key, cell in cells.items() if cell is not None or key not in optional}
        for row, cells in found.items()
    }


def stored(cell: str) -> int | str | None:
    """An empty cell of the print is stated missing; numbers are stored without ending zeros."""
    if not cell:
        return None
    whole, _comma, rest = cell.partition(",")
    return f"{whole}.{rest}" if rest.strip("0") else int(whole)


@pytest.mark.parametrize("name", PRINTED)
def test_a_table_cell_by_cell(name: str) -> None:
    [unit] = units_of("indikatorrapport-hemsjukvard")
    value = unit["answers"][name]["value"]
    assert value["cells"] == cells_of(name)


def test_there_are_eight_tables_and_no_more() -> None:
    form = specification("indikatorrapport-hemsjukvard")
    assert [item.id for item in form.questions() if item.kind == "table"] == list(PRINTED)


def test_varberg_before_october_is_missing_and_not_zero() -> None:
    [unit] = units_of("indikatorrapport-hemsjukvard")
    for table in ("inskrivna", "inskrivna-80"):
        cells = unit["answers"][table]["value"]["cells"]
        months = {row: line["varberg-inskrivna"] for row, line in cells.items() if row != "summa"}
        missing = [month for month, cell in months.items() if cell is None]
        assert missing == ["2024-12", *(f"2025-0{number}" for number in range(1, 10))]
        assert 0 not in months.values()


def test_the_printed_totals_that_are_wrong_are_found_and_no_others() -> None:
    form = specification("indikatorrapport-hemsjukvard")
    [unit] = units_of("indikatorrapport-hemsjukvard")
    found = judged(form, unit["answers"])
    told = {
        (item.code, item.question, item.part): item.facts
        for item in found.problems
        if item.code != "unanswered"
    }
    differs = {
        key[2]: (facts["typed"], facts["computed"])
        for key, facts in told.items()
        if key[:2] == ("total_differs", "inskrivna")
    }
    assert differs == {
        "cell:2025-02:totalt": (3259, 3299),
        "cell:2025-09:enstaka": (157, 156),
        "cell:summa:hylte-enstaka": (101, 100),
        "cell:summa:enstaka": (1910, 1909),
    }
    assert set(told) - {("total_differs", "inskrivna", part) for part in differs} == {
        ("cell_suspected", "inskrivna", "cell:2025-09:hylte-enstaka")
    }
    assert found.computed == {"andel-fast-2024": "89.8", "andel-fast-2025": "91.5"}


def test_what_the_indicator_report_says() -> None:
    """Summaries and analyses as printed, misspellings and all; the tool's own prompts are none."""
    [unit] = units_of("indikatorrapport-hemsjukvard")
    texts = {key: told["value"] for key, told in unit["answers"].items()
             if key.startswith(("sammanfattning-", "analys-"))}  # fmt: skip
    said = "\n".join(f"{key}: {text}" for key, text in texts.items() if text)
    assert (len(texts), said.count("\n") + 1, digest(said)) == (48, 46, "00a65593")
    assert "Här finns" not in said
    empty = [key for key, text in texts.items() if text is None]
    assert all(unit["answers"][key]["blank"]["text"] == "Källan har ingen text" for key in empty)


def test_the_memo_has_the_boards_headings_and_titles_only() -> None:
    form = specification("tjansteskrivelse")
    headings = ["Förslag till beslut", "Sammanfattning", "Bakgrund",
                "Barnkonsekvens- och jämställdhetsanalys", "Ekonomiska konsekvenser av beslutet",
                "Bilaga:", "Styrelsens/nämndens beslut delges"]  # fmt: skip
    assert [item.text.sv for item in form.questions() if item.text.sv in headings] == headings
    now, old = (dict(answers) for _who, answers in answered("tjansteskrivelse"))
    assert digest(json.dumps(now, ensure_ascii=False, sort_keys=True)) == "8fd3c3e7"
    assert digest(json.dumps(old, ensure_ascii=False, sort_keys=True)) == "cb56afd9"
    titles = [entry["values"]["titel"] for question in ("handlaggare", "undertecknare")
              for entry in entries_of({"answers": now}, question)]  # fmt: skip
    assert titles == [
        "Hälso o sjukvårdsstrateger", "Regiondirektör", "Hälso och sjukvårdsdirektör"
    ]  # fmt: skip
    assert "konsekvensanalys" not in old


def test_the_decisions_on_the_way() -> None:
    committee, board = round_file("tjansteskrivelse")["decisions"]
    assert (committee["paragraph"], committee["recipients"]) == ("§39", [])
    assert committee["not_sent"] == "Expedieras inte."
    assert board["paragraph"] == "§84"
    assert board["recipients"] == [
        "Driftnämnden Hallands sjukhus", "Driftnämnden Psykiatrin Halland",
        "Driftnämnden Närsjukvården Halland", "Driftnämnden Ambulans Diagnostik och Hälsa",
    ]  # fmt: skip
    assert all("påhittad" in item["day_note"] for item in (committee, board))


def test_the_survey_is_in_both_languages_and_tells_what_is_stored() -> None:
    form = specification("enkat-medverkan")
    assert form.anonymous
    assert len(form.privacy) == 5
    own = [passage.text for passage in form.privacy] + [item.text for item in form.questions()]
    assert all(words is not None and words.en for words in own)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_made_up_says_so(name: str) -> None:
    """A case is the region's own only where a source prints its diary number."""
    told = round_file(name)
    for item in (*told.get("rounds", ()), *told.get("memos", ())):
        case = item["case"]
        if case["diary_number"] != "RS241041":
            assert case["practice"] is True
            assert re.search("Övning|påhitt", case["title"]), case
