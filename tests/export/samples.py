"""Submissions for tests: a short questionnaire of every kind, and the real ones with the demo's
answers."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from survey_app.core.content import Content, build_content
from survey_app.core.evaluation import Given, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record, build_record
from survey_app.export.enclosure_sheet import render_sheet
from survey_app.export.package.zip_file import Part, build_package

ROOT = Path(__file__).parent.parent.parent
MADE_AT = "2026-11-22T15:00:00+01:00"
CASE = {"diary_number": "RS259999", "title": "Uppföljning av vården", "practice": False}
UNIT = {"name": "Region Exempel", "organisation_number": "232100-0115"}
APPROVAL: dict[str, Any] = {
    "approved_at": "2026-11-22T13:05:09+00:00",
    "approver": {
        "name": "Direktören",
        "title": "Hälso- och sjukvårdsdirektör",
        "email": "direktor@demo.example",
    },
    "delegation": {
        "decision": "RS 2025-11-05 § 12",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    },
    "own_work_reason": "Ensam i tjänst den dagen.",
}

PLAN = render_sheet({"title": "Planen", "blocks": [{"text": "Vad som ska göras."}]})
NOTE = "Bara text, åäö.".encode()
FILES = {hashlib.sha256(data).hexdigest(): data for data in (PLAN, NOTE)}


def file_value(name: str, data: bytes, media_type: str) -> dict[str, Any]:
    """A file as an answer names it."""
    return {
        "name": name,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "media_type": media_type,
    }


SPEC: dict[str, Any] = {
    "id": "alla-slag",
    "version": "1.0.0",
    "title": "Enkät med alla slag",
    "authority": {"name": "Myndigheten", "reference": "Dnr 1/2026"},
    "period": "2026",
    "legal_ground": "förordningen (2024:1)",
    "deadline": "2026-12-01",
    "consequence": "Sena svar läses inte.",
    "intro": [{"text": "Läs detta först."}, {"items": ["första punkten", "andra punkten"]}],
    "sections": [
        {
            "id": "ett",
            "title": "Svar i ord och tal",
            "intro": [{"link": "Mer att läsa", "url": "https://myndigheten.example/mer"}],
            "questions": [
                {"id": "text", "number": "1", "kind": "text", "text": "Vad har ni gjort?"},
                {"id": "rutor", "number": "2", "kind": "text", "text": "Tre insatser?", "boxes": 3},
                {
                    "id": "val",
                    "number": "3",
                    "kind": "single",
                    "text": "Finns en plan?",
                    "required": True,
                    "before": [{"text": "Nu följer frågor om planen."}],
                    "help": [{"text": "En plan är ett beslut."}],
                    "options": [
                        {"id": "ja", "text": "Ja, beskriv:", "field": {"kind": "text"}},
                        {"id": "nej", "text": "Nej, varför:", "field": {"kind": "text"}},
                    ],
                },
                {
                    "id": "flera",
                    "kind": "multiple",
                    "text": "Vilka deltar?",
                    "options": [
                        {"id": "a", "text": "Kommunerna", "help": "Alla sex."},
                        {
                            "id": "b",
                            "text": "Andra, andel:",
                            "field": {"kind": "percent", "label": "Andel"},
                        },
                        {"id": "c", "text": "Ingen", "exclusive": True},
                    ],
                },
                {"id": "antal", "kind": "integer", "text": "Hur många?", "unit": "besök"},
                {
                    "id": "andel",
                    "kind": "percent",
                    "text": "Hur stor andel?",
                    "cannot_be_stated": "Andelen kan inte anges",
                },
                {"id": "pengar", "kind": "money", "text": "Belopp?"},
                {"id": "dag", "kind": "date", "text": "När?"},
                {"id": "adress", "kind": "link", "text": "Var?"},
                {
                    "id": "summa",
                    "kind": "computed",
                    "text": "Totalt",
                    "operation": "sum",
                    "of": ["pengar"],
                    "shown_as": "money",
                },
            ],
        },
        {
            "id": "tva",
            "title": "Filer och rader",
            "questions": [
                {"id": "fil", "number": "6a", "kind": "attachment", "text": "Bifoga planen."},
                {
                    "id": "rader",
                    "kind": "matrix",
                    "text": "Vilka områden?",
                    "rows": [
                        {"id": "x", "text": "Kontinuitet"},
                        {"id": "y", "text": "Tillgänglighet"},
                        {
                            "id": "z",
                            "text": "Bara ibland",
                            "shown_when": {"all": [{"question": "val", "answer": "nej"}]},
                        },
                    ],
                    "options": [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}],
                },
                {
                    "id": "exempel",
                    "number": "7",
                    "kind": "list",
                    "text": "Vilka exempel finns?",
                    "entry": "Exempel",
                    "title_field": "rubrik",
                    "fields": [
                        {"id": "rubrik", "kind": "text", "text": "Rubrik", "multiline": False},
                        {
                            "id": "text",
                            "kind": "text",
                            "text": "Beskriv",
                            "required": True,
                            "help": [{"text": "Med egna ord."}],
                        },
                        {
                            "id": "niva",
                            "kind": "single",
                            "text": "Nivå",
                            "options": [
                                {"id": "information", "text": "Information", "group": "Lägre"},
                                {"id": "dialog", "text": "Dialog", "help": "Ömsesidigt."},
                            ],
                        },
                        {
                            "id": "varfor",
                            "kind": "text",
                            "text": "Varför dialog?",
                            "shown_when": {"all": [{"question": "niva", "answer": "dialog"}]},
                        },
                        {"id": "andel", "kind": "percent", "text": "Andel som deltog"},
                        {"id": "dag", "kind": "date", "text": "Dag"},
                    ],
                },
                {
                    "id": "tabell",
                    "number": "8",
                    "kind": "table",
                    "text": "Hur många var inskrivna?",
                    "unit": "personer",
                    "columns": [
                        {"id": "a", "text": "Inskrivna", "group": "Kommun Ett"},
                        {"id": "b", "text": "Enstaka", "group": "Kommun Ett"},
                        {"id": "c", "text": "Inskrivna", "group": "Kommun Två"},
                    ],
                    "rows": [
                        {"id": "2024-12", "text": "december", "group": "2024", "period": "2024-12"},
                        {"id": "2025-01", "text": "januari", "group": "2025", "period": "2025-01"},
                    ],
                    "totals": [
                        {
                            "id": "totalt",
                            "axis": "column",
                            "text": "Totalt",
                            "typed": True,
                            "of": ["a", "c"],
                        },
                        {"id": "summa", "axis": "row", "text": "Totalt"},
                    ],
                    "comparability": [{"before": "2025-01", "text": "Kommun Två är ny."}],
                    "charts": [
                        {
                            "id": "linje",
                            "type": "line",
                            "series": ["a", "c", "totalt"],
                            "title": "Inskrivna",
                        }
                    ],
                },
                {
                    "id": "foljd",
                    "kind": "text",
                    "text": "Varför ingen plan?",
                    "shown_when": {"all": [{"question": "val", "answer": "nej"}]},
                },
            ],
        },
        {
            "id": "tre",
            "title": "Avsnitt som inte ställs",
            "shown_when": {"all": [{"question": "val", "answer": "nej"}]},
            "questions": [
                {
                    "id": "dold",
                    "kind": "single",
                    "text": "En dold fråga?",
                    "options": [{"id": "p", "text": "Päron"}, {"id": "q", "text": "Kvitten"}],
                }
            ],
        },
        {
            "id": "fyra",
            "title": "Kontakt och intygande",
            "questions": [
                {"id": "epost", "kind": "email", "text": "E-post"},
                {"id": "telefon", "kind": "telephone", "text": "Telefon"},
                {"id": "postnummer", "kind": "postal_code", "text": "Postnummer"},
                {"id": "orgnr", "kind": "organisation_number", "text": "Organisationsnummer"},
                {
                    "id": "intygande",
                    "kind": "attestation",
                    "text": "Godkännande",
                    "statement": "Jag intygar att uppgifterna är riktiga.",
                    "label": "Ja",
                    "required": True,
                },
                {
                    "id": "befattning",
                    "kind": "text",
                    "text": "Befattning behörig företrädare",
                    "filled_by": "approver",
                },
            ],
        },
    ],
}
SPEC_BYTES = json.dumps(SPEC, ensure_ascii=False, indent=1).encode()
QUESTIONNAIRE = Questionnaire.model_validate(SPEC)

ANSWERS: dict[str, Any] = {
    "text": "Första raden.\n\n- en punkt\n- en till, med 90 % <b>&amp;</b>",
    "rutor": ["Ruta ett", "", "Ruta tre"],
    "val": {"chosen": "ja", "details": {"ja": "En plan\nmed två rader"}},
    "flera": {"chosen": ["a", "b"], "details": {"b": "12,5"}},
    "antal": "1 234 567",
    "pengar": "90 296 880",
    "dag": "2026-03-12",
    "adress": "https://vard.example/plan",
    "fil": {
        "files": [
            file_value("Planen åäö.pdf", PLAN, "application/pdf"),
            file_value("Not.txt", NOTE, "text/plain"),
        ],
        "text": "Se även länken.",
    },
    "rader": {"x": "ja"},
    "exempel": {
        "entries": [
            {
                "id": "e3f9a1c2d4b5",
                "values": {
                    "rubrik": "Brukarrådet",
                    "text": "Möte\nvarje kvartal",
                    "niva": "dialog",
                    "varfor": "Båda lär sig",
                },
            },
            {
                "id": "0f9a1c2d4b5e",
                "values": {"text": "En enkät", "andel": "61,5", "dag": "2026-03-12"},
            },
        ],
        "removed": [],
    },
    "tabell": {
        "cells": {
            "2024-12": {"a": "1 632", "b": 21, "c": None, "totalt": "1 633"},
            "2025-01": {"a": 625, "c": 0},
        },
        "notes": {"column:c": "Kommun Två räknade inte 2024."},
    },
    "epost": "strateg@demo.example",
    "telefon": "035-000 00 00 vx",
    "postnummer": "30180",
    "orgnr": "2321000115",
}
BLANKS = {"andel": {"code": "cannot_be_stated", "text": "Systemet mäter inte det."}}
HIDDEN = {"foljd": "En dold text.", "dold": "p"}
FIELDS = {"intygande": True, "befattning": "Hälso- och sjukvårdsdirektör"}


def content(
    raw: dict[str, Any] | None = None, *, draft: bool = False, case: dict[str, Any] | None = None
) -> Content:
    """The content of a submission of the short questionnaire."""
    raw = ANSWERS if raw is None else raw
    answers = {
        key: Given(KINDS[QUESTIONNAIRE.by_id[key].kind].parse(QUESTIONNAIRE.by_id[key], value))
        for key, value in raw.items()
    }
    for key, blank in BLANKS.items():
        answers.setdefault(key, Given(None, parse_blank(blank)))
    heading = {
        "case": case or CASE,
        "unit": UNIT,
        "submission": {"id": 7, "corrects": None},
        "deadline": "2026-12-01",
        "questionnaire_sha256": hashlib.sha256(SPEC_BYTES).hexdigest(),
    }
    return build_content(QUESTIONNAIRE, answers, heading, draft=draft)


def record(raw: dict[str, Any] | None = None) -> Record:
    """An approved submission of the short questionnaire."""
    return build_record(content(raw), {**APPROVAL, "fields": FIELDS})


def draft_content() -> Content:
    """A draft that holds hidden answers, and a text after an option that is not chosen."""
    raw = {**ANSWERS, **HIDDEN}
    raw["val"] = {"chosen": "ja", "details": {"ja": "En plan", "nej": "Ett skäl som inte gäller"}}
    return content(raw, draft=True)


@cache
def package(*, draft: bool = False) -> bytes:
    """A package of one submission with two enclosures."""
    document = draft_content() if draft else record()
    return build_package(CASE, [Part(document, SPEC_BYTES)], FILES, MADE_AT, draft)


@cache
def _sheets() -> dict[str, tuple[str, bytes]]:
    found = json.loads((ROOT / "survey_app/demo/enclosures.json").read_text(encoding="utf-8"))
    return {sheet["id"]: (sheet["file_name"], render_sheet(sheet)) for sheet in found["enclosures"]}


def sheet_files() -> dict[str, bytes]:
    """The demo's enclosures by SHA-256."""
    return {hashlib.sha256(data).hexdigest(): data for _, data in _sheets().values()}


def _with_files(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"enclosure"}:
        name, data = _sheets()[value["enclosure"]]
        return file_value(name, data, "application/pdf")
    if isinstance(value, dict):
        return {key: _with_files(item) for key, item in value.items()}
    return [_with_files(item) for item in value] if isinstance(value, list) else value


@cache
def real(name: str, *, practice: bool = True) -> tuple[Record, bytes]:
    """A shipped questionnaire with the demo's answers: record (or draft content), spec bytes."""
    spec_bytes = (ROOT / f"questionnaires/{name}.json").read_bytes()
    questionnaire = Questionnaire.model_validate(json.loads(spec_bytes))
    demo = json.loads((ROOT / f"survey_app/demo/{name}.json").read_text(encoding="utf-8"))
    answers = {}
    for key, said in {**demo["answers"], **(demo["practice"] if practice else {})}.items():
        spec, value = questionnaire.by_id[key], said.get("value")
        parsed = None if value is None else KINDS[spec.kind].parse(spec, _with_files(value))
        answers[key] = Given(parsed, parse_blank(said.get("blank")))
    heading = {
        "case": {"diary_number": "RS259999", "title": "God och nära vård", "practice": practice},
        "unit": UNIT,
        "submission": {"id": name, "corrects": None},
        "deadline": None,
        "questionnaire_sha256": hashlib.sha256(spec_bytes).hexdigest(),
    }
    made = build_content(questionnaire, answers, heading, draft=not practice)
    if practice:
        made = build_record(made, {**APPROVAL, "fields": demo["approver"]})
    return made, spec_bytes
