"""The real follow-ups and the county's plan as reports: everything in them, in its place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest

from survey_app.core.content import sha256_of
from survey_app.core.difference import questions_of
from survey_app.export.pdf.words import squeezed
from survey_app.export.report_schema import shape_errors
from survey_app.store.tables import FrozenRecord
from tests.conftest import Installation
from tests.reports.compiling import COUNTY, FOLLOW_UPS, INDICATORS, PRACTICE, office, words_of
from tests.rounds.texts import COMMON, CONTRIBUTIONS, EXAMPLES_2024, EXAMPLES_2025, digest, units_of

AREAS = ["Fokusområde 1: Förebyggande och främjande arbete",
         "Fokusområde 2: Tillgängliga tidiga insatser",
         "Fokusområde 3: Enskildas delaktighet och rättigheter",
         "Fokusområde 4: Utsatta grupper",
         "Fokusområde 5: Ledning, styrning och organisation"]  # fmt: skip


def texts_of(name: str, question: str) -> dict[str, list[str]]:
    """The texts of the entries of each unit, in their order, as the demo's data has them."""
    return {
        unit["name"]: [
            item["values"]["text"] for item in unit["answers"][question]["value"]["entries"]
        ]
        for unit in units_of(name)
        if unit["answers"].get(question, {}).get("value")
    }


def in_order(said: str, wanted: Sequence[str]) -> None:
    """Each text is there, after the one before it."""
    at = 0
    for text in wanted:
        found = said.find(squeezed(text), at)
        assert found >= 0, f"not there, or not after what comes before it: {text[:80]}"
        at = found + 1


@pytest.mark.parametrize(
    ("year", "count", "known"), [("2025", 18, EXAMPLES_2025), ("2024", 16, EXAMPLES_2024)]
)
def test_the_follow_up_of_a_year_has_every_example_in_its_place(
    rounds_installation: Installation, year: str, count: int, known: dict[str, str]
) -> None:
    """Opening, heading, the units in the order of the slides, below each its examples; then who
    did not answer, and the sources."""
    desk = office(rounds_installation, FOLLOW_UPS, f"Uppföljning {year}")
    view = desk.compile()
    texts = texts_of(f"uppfoljning-medverkan-{year}", "exempel")
    told = {unit: " ".join(map(digest, found)) for unit, found in texts.items()}
    assert told == known
    assert sum(map(len, texts.values())) == count
    assert view.row.title == (
        f"Uppföljning Regional handlingsplan Patient, brukare och närstående medverkan {year}"
    )
    wanted = ["Bakgrund", "Exempel på medverkan i att utveckla vården" if year == "2025"
              else "Exempel på aktiviteter"]  # fmt: skip
    for unit, found in texts.items():
        wanted += [unit, *found]
    wanted += ["Organisationer som inte svarat", "Hallandsrådet"] if year == "2025" else []
    for said in words_of(desk.files()).values():
        in_order(said, wanted)


def test_the_countys_plan_has_every_goal_and_what_belongs_under_it(
    rounds_installation: Installation,
) -> None:
    """Five focus areas, 13 goals, 48 contributions and 17 common paragraphs, each below its goal,
    also where a goal has none; by unit they are all there as well."""
    desk = office(rounds_installation, COUNTY, "Bidrag till planen 2017–2018")
    desk.compile()
    document = desk.document()
    assert shape_errors(document) == []
    below: dict[str, list[str]] = {}
    goal = ""
    for part in document["parts"]:
        if part["sort"] == "heading":
            goal = part["title"] if part["level"] == 3 else ""
            below.setdefault(goal, [])
        elif part["sort"] == "entry":
            below[goal].append(part["text"])
    goals = {name: found for name, found in below.items() if name}
    assert len(goals) == 13
    assert sum(map(len, below.values())) == 48 + 17
    wanted: dict[str, list[str]] = {}
    for known in [*COMMON.split(), *" ".join(CONTRIBUTIONS.values()).split()]:
        wanted.setdefault(known[:3], []).append(known[4:])
    assert [list(map(digest, found)) for found in goals.values()] == [
        wanted[key] for key in sorted(wanted)
    ]
    order = [part["title"] for part in document["parts"] if part["title"] in AREAS]
    assert order == AREAS
    everything = [text for name, found in goals.items() for text in (name, *found)]
    for said in words_of(desk.files()).values():
        in_order(said, everything)
    desk.compile(arrange="unit")
    said = words_of(desk.files())["pdf"]
    assert all(squeezed(text) in said for found in goals.values() for text in found)


def test_the_indicator_is_reckoned_of_all_units_together(
    rounds_installation: Installation,
) -> None:
    desk = office(rounds_installation, PRACTICE, "Övning: uppföljning 2025")
    desk.compile()
    for said in words_of(desk.files()).values():
        assert "Alla som svarat: 72,7 procent (8 av 11)" in squeezed(said)


def test_tables_stand_with_their_charts(rounds_installation: Installation) -> None:
    desk = office(rounds_installation, INDICATORS, "Indikatorrapport 2025-01")
    desk.compile()
    document = desk.document()
    assert shape_errors(document) == []
    tables = [part for part in document["parts"] if part["table"] is not None]
    assert len(tables) == 8
    files = desk.files()
    said = words_of(files)["pdf"].replace("\N{NO-BREAK SPACE}", " ")
    assert "angivet 3 259, beräknat 3 299" in said
    charts = sum(len(part["table"]["charts"]) for part in tables)
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
        body = archive.read("word/document.xml").decode()
    assert len(pictures) == charts > 0
    assert body.count("<pic:pic>") == charts
    assert 'descr="Linjediagram: ' in body


def test_sources_lead_to_the_records(rounds_installation: Installation) -> None:
    """Closed, each answer is a record whose hash the report names; what a piece was made from is
    found there by its hash."""
    desk = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    desk.compile()
    assert {unit["record_sha256"] for unit in desk.document()["units"]} == {None}
    made = desk.close()
    document = desk.document()
    assert [unit["record_sha256"] for unit in document["units"]] == made
    with rounds_installation.database.reading() as session:
        bodies = {unit["submission"]: session.get(FrozenRecord, unit["submission"])
                  for unit in document["units"]}  # fmt: skip
        records = {key: json.loads(row.body) for key, row in bodies.items() if row}
    for unit in document["units"]:
        assert sha256_of(records[unit["submission"]]) == unit["record_sha256"]
    sources = [part["source"] for part in document["parts"] if part["source"]]
    assert len(sources) == 18
    for source in sources:
        question = questions_of(records[source["submission"]]["content"])[source["question"]]
        [value] = [item["values"] for item in question["value"]["entries"]
                   if item["id"] == source["entry"]]  # fmt: skip
        assert sha256_of(value) == source["value_sha256"]


def changed(desk: Any, unit: str, file: str, question: str, **more: str) -> dict[str, Any]:
    """A unit's list with something else in its first entry."""
    [found] = [item for item in units_of(file) if item["name"] == unit]
    value: dict[str, Any] = json.loads(json.dumps(found["answers"][question]["value"]))
    for name, text in more.items():
        old = value["entries"][0]["values"].get(name)
        new = {**old, "chosen": text} if isinstance(old, dict) else text
        value["entries"][0]["values"][name] = new
    return value


def test_one_example_that_is_changed_changes_the_report(rounds_installation: Installation) -> None:
    """Where nobody wrote it follows; where somebody did it waits, and nothing is lost."""
    desk = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    desk.compile()
    value = changed(desk, "ADH", "uppfoljning-medverkan-2025", "exempel", text="Vi har frågat.")
    entry = value["entries"][0]["id"]
    before = desk.document()
    desk.send_back("ADH", "exempel")
    assert desk.view().outdated
    desk.answer("adh", "ADH", "exempel", value, 1)
    assert [change.code for change in desk.again()] == ["followed"]
    after = desk.document()
    differing = [(one, two) for one, two in zip(before["parts"], after["parts"], strict=True)
                 if one != two]  # fmt: skip
    [(one, two)] = differing
    assert (two["text"], two["source"]["entry"]) == ("Vi har frågat.", entry)
    assert two["source"]["value_sha256"] == sha256_of({"text": "Vi har frågat."})
    assert one["source"]["value_sha256"] != two["source"]["value_sha256"]
    piece = desk.piece(entry)
    desk.write(piece.id, "Vi på ADH har frågat.", piece.version)
    desk.send_back("ADH", "exempel")
    value["entries"][0]["values"]["text"] = "Vi har frågat alla."
    desk.answer("adh", "ADH", "exempel", value, 2)
    assert [change.code for change in desk.again()] == ["waiting"]
    piece = desk.piece(entry)
    assert next(part["text"] for part in desk.document()["parts"]
                if part["id"] == piece.id) == "Vi på ADH har frågat."  # fmt: skip
    desk.decide(piece.id, "take", piece.version)
    [said] = [part for part in desk.document()["parts"] if part["id"] == piece.id]
    assert (said["text"], said["source"]["edited"]) == ("Vi har frågat alla.", False)


def test_a_contribution_of_another_goal_stands_below_that(
    rounds_installation: Installation,
) -> None:
    desk = office(rounds_installation, COUNTY, "Bidrag till planen 2017–2018")
    desk.compile()
    name = "Hallands sjukhus"
    value = changed(desk, name, "lansgemensam-analys", "bidrag", mal="5-1")
    desk.send_back(name, "bidrag")
    desk.answer("hs", name, "bidrag", value, 1)
    assert [change.code for change in desk.again()] == ["moved"]
    parts = desk.document()["parts"]
    [at] = [place for place, part in enumerate(parts)
            if part["source"] and part["source"]["unit"] == name]  # fmt: skip
    areas = [part["title"] for part in parts[:at] if part["title"] in AREAS]
    assert areas[-1] == AREAS[4]
    values = value["entries"][0]["values"]
    assert parts[at]["source"]["value_sha256"] == sha256_of(values)
    assert sum(part["sort"] == "entry" for part in parts) == 65


def test_an_eleventh_organisation_comes_in_where_the_round_has_it(
    rounds_installation: Installation,
) -> None:
    """It is asked, is named among those who have not answered, answers, and stands last."""
    desk = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    desk.compile()
    desk.add_unit("Laholms kommun")
    assert {change.code for change in desk.again()} == {"followed"}
    assert "Laholms kommun" in desk.document()["missing"]
    value = {"entries": [{"values": {"text": "Vi har ett brukarråd."}}]}
    desk.answer("laholm", "Laholms kommun", "exempel", value, 0)
    assert {change.code for change in desk.again()} == {"added", "followed"}
    document = desk.document()
    assert [unit["name"] for unit in document["units"]][-1] == "Laholms kommun"
    assert document["missing"] == ["Hallandsrådet"]
    for said in words_of(desk.files()).values():
        in_order(said, ["NSPH Halland medverkar återkommande", "Laholms kommun",
                        "Vi har ett brukarråd.", "Organisationer som inte svarat"])  # fmt: skip
    [source] = [part["source"] for part in document["parts"]
                if part["text"] == "Vi har ett brukarråd."]  # fmt: skip
    assert (source["unit"], source["label"]) == ("Laholms kommun", "Exempel 1")
