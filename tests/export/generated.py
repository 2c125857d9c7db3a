"""Submissions nobody would think of: every kind, all of Unicode, long words, long tables.

Made by chance from a seed, so that a finding can be made again: ``record_of(Random("1:17"))`` is
document 17 of seed 1. ``st.randoms(use_true_random=False).map(record_of)`` lets Hypothesis make
them, and find the smallest that fails.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from survey_app.core.characters import tidy
from survey_app.core.content import Content, build_content
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record, build_record
from survey_app.export.blocks import Outline
from survey_app.export.outline import draft_outline, record_outline
from survey_app.export.pdf.glyphs import printable

from .samples import APPROVAL, FILES, MADE_AT, UNIT, file_value

PHRASES = (
    "Regionen arbetar med god och nära vård tillsammans med kommunerna. ",
    "Samverkan sker i gemensamma forum, och uppföljningen visar 61 procent. ",
    "Är åtgärden införd? Överenskommelsen gäller t.o.m. 2026-12-31, se § 12. ",
    "- punkt ett\n- punkt två\n\n1. första\n2. andra\n",
    "Läkemedelsförmånsutredningsarbetsgruppsordförande" * 3 + " ",
    "https://region.example/a/mycket/lang/adress?med=fragor&och=svar#sist ",
    "😀🏥👩‍⚕️ ",
    "\u202eשלום עולם\u202c مرحبا بالعالم ",
    "\x00\x01\x07\x1b\x7f\x85\u200b\u200d\u2060\ufeff\u00ad",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U0010ffff \ue000 \ufffe \ud83d",
    "e\u0301a\u030ao\u0308 ﬁ ½ ² № ™ ☒ ☐ ✓ → ≤ ",
    "漢字かな交じり文 한국어 ไทย ",
    "\t\u00a0\u2003\u202f\u3000\u2028\u2029\r\n",
    "(parentes\\ och \\) <b>&amp;</b> %s {{x}} BT ET EMC /Artifact ",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyzåäö"


def documents(count: int, seed: int = 1) -> Iterator[tuple[str, Record | Content, Outline]]:
    """``count`` documents: a name, the record (every tenth a draft's content) and its outline."""
    for number in range(count):
        random = Random(f"{seed}:{number}")
        if number % 10 == 9:
            content = content_of(random, draft=True)
            yield f"{seed}-{number}-draft", content, draft_outline(content, MADE_AT)
        else:
            record = record_of(random)
            yield f"{seed}-{number}", record, record_outline(record)


def record_of(random: Random) -> Record:
    """An approved submission of a questionnaire made by chance."""
    fields = {"intygande": random.random() < 0.9, "befattning": _text(random, 40)}
    return build_record(content_of(random), {**APPROVAL, "fields": fields})


def content_of(random: Random, *, draft: bool = False) -> Content:
    """The content of such a submission."""
    spec = _spec(random)
    spec_bytes = json.dumps(spec, ensure_ascii=False).encode(errors="replace")
    questionnaire = Questionnaire.model_validate(spec)
    heading = {
        "case": {
            "diary_number": f"RS{random.randrange(10**6):06}",
            "title": _words(random, 8),
            "practice": random.random() < 0.3,
        },
        "unit": UNIT,
        "submission": {"id": random.randrange(1, 999), "corrects": None},
        "deadline": "2026-12-01",
        "questionnaire_sha256": hashlib.sha256(spec_bytes).hexdigest(),
    }
    return build_content(questionnaire, _answers(random, questionnaire), heading, draft=draft)


# --- words ----------------------------------------------------------------------------------------


def _words(random: Random, most: int) -> str:
    """What an authority prints: ordinary words, now and then a strange one."""
    words = [
        "".join(random.choice(_LETTERS) for _ in range(random.randint(1, 12)))
        for _ in range(random.randint(1, most))
    ]
    if random.random() < 0.1:
        words.append(random.choice(PHRASES).strip() or "x")
    return tidy(" ".join(words))


def _text(random: Random, most: int) -> str:
    """What a person writes: phrases, and single characters of all of Unicode."""
    text = ""
    wanted = random.choice((random.randint(0, 20), random.randint(0, most), most))
    plain = random.random() < 0.5
    while len(text) < wanted:
        if plain or random.random() < 0.7:
            text += random.choice(PHRASES[:4] if plain else PHRASES)
        else:
            text += "".join(_character(random) for _ in range(random.randint(1, 20)))
    return tidy(text[:wanted])


def _character(random: Random) -> str:
    code = random.choice((random.randrange(0x250), random.randrange(0xD800),
                          random.randrange(0xE000, 0x110000)))  # fmt: skip
    sign = chr(code)
    return sign if unicodedata.category(sign) != "Cs" else "?"


# --- the questionnaire ----------------------------------------------------------------------------

_DETAILS = ("text", "integer", "percent", "money", "date", "link", "attachment")
_PLAIN = ("text", "integer", "percent", "money", "date", "link", "attachment", "email",
          "telephone", "postal_code", "organisation_number")  # fmt: skip
_ALL = (*_PLAIN, "text", "text", "boxes", "single", "multiple", "matrix", "list", "table",
        "computed")  # fmt: skip
_FIELDS = ("text", "single", "multiple", "integer", "percent", "money", "date", "link", "email",
           "telephone")  # fmt: skip


def _spec(random: Random) -> dict[str, Any]:
    # Most are short, so that many are made; one in twelve runs over dozens of pages.
    large = random.random() < 0.08
    sections = [
        _section(random, number, random.randint(8, 16) if large else random.randint(1, 4))
        for number in range(random.randint(4, 9) if large else random.randint(1, 3))
    ]
    sections.append(_last_section())
    return {
        "id": "slump",
        "version": "1.0.0",
        "title": _words(random, 10),
        "authority": {"name": _words(random, 4), "reference": "Dnr 1/2026"},
        "period": "2026",
        "legal_ground": _words(random, 5),
        "deadline": "2026-12-01",
        "intro": _passages(random, 3),
        "sections": sections,
    }


def _last_section() -> dict[str, Any]:
    attestation = {"id": "intygande", "kind": "attestation", "text": "Godkännande",
                   "statement": "Jag intygar.", "label": "Ja", "required": True}  # fmt: skip
    position = {"id": "befattning", "kind": "text", "text": "Befattning", "filled_by": "approver"}
    return {"id": "sist", "title": "Intygande", "questions": [attestation, position]}


def _section(random: Random, number: int, questions: int) -> dict[str, Any]:
    section: dict[str, Any] = {
        "id": f"s{number}",
        "title": _words(random, 8),
        "intro": _passages(random, 2),
        "questions": [_question(random, f"s{number}q{place}") for place in range(questions)],
    }
    if number and random.random() < 0.2:
        section["shown_when"] = {"all": [{"question": "s0q0", "answer": "ja"}]}
    return section


def _passages(random: Random, most: int) -> list[dict[str, Any]]:
    makers: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: {"text": _words(random, 60)},
        lambda: {"heading": _words(random, 5)},
        lambda: {"items": [_words(random, 20) for _ in range(random.randint(1, 5))]},
        lambda: {"link": _words(random, 4), "url": "https://myndighet.example/sida"},
        lambda: {"text": _words(random, 20), "by": "redogor"},
    )
    return [random.choice(makers)() for _ in range(random.randint(0, most))]


def _question(random: Random, name: str) -> dict[str, Any]:
    kind = "single" if name == "s0q0" else random.choice(_ALL)
    question: dict[str, Any] = {
        "id": name,
        "kind": kind,
        "text": _words(random, 25),
        "before": _passages(random, 1),
        "help": _passages(random, 1),
        "after": _passages(random, 1),
    }
    if random.random() < 0.7:
        question["number"] = f"{random.randint(1, 60)}{random.choice(('', 'a', 'b'))}"
    if name != "s0q0" and random.random() < 0.2:
        question["shown_when"] = {"all": [{"question": "s0q0", "answer": "ja"}]}
    return question | _SHAPES.get(kind, lambda random: {})(random)


def _boxes(random: Random) -> dict[str, Any]:
    return {"kind": "text", "boxes": random.randint(2, 6)}


def _options(random: Random) -> dict[str, Any]:
    options: list[dict[str, Any]] = []
    for option in ("ja", "nej", "c", "d", "e", "f")[: random.randint(2, 6)]:
        options.append({"id": option, "text": _words(random, 15)})
        if random.random() < 0.3:
            options[-1]["help"] = _words(random, 20)
        if random.random() < 0.5:
            options[-1]["field"] = {"kind": random.choice(_DETAILS)}
    return {"options": options}


def _rows(random: Random) -> dict[str, Any]:
    most = random.choice((3, 8, 60))
    rows = [{"id": f"r{n}", "text": _words(random, 20)} for n in range(random.randint(1, most))]
    options = [{"id": f"o{n}", "text": _words(random, 3)} for n in range(random.randint(2, 4))]
    return {"rows": rows, "options": options}


def _list(random: Random) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for number in range(random.randint(1, 5)):
        kind = "text" if number == 0 else random.choice(_FIELDS)
        field = {"id": f"f{number}", "kind": kind, "text": _words(random, 8)}
        if kind in ("single", "multiple"):
            field["options"] = [{"id": name, "text": _words(random, 6)} for name in ("ja", "nej")]
        fields.append(field)
    title = {"title_field": "f0"} if random.random() < 0.5 else {}
    return {"entry": _words(random, 2), "fields": fields, **title}


def _name(random: Random) -> str:
    """What a row or a column is called: no row of a table is as high as a page."""
    name = " ".join(_words(random, 2).split()[:2])[:30]
    while len(printable(name)) > 40:  # signs that are spelt out
        name = name[:-1]
    return name


def _table(random: Random) -> dict[str, Any]:
    columns = [{"id": f"k{n}", "text": _name(random)} for n in range(random.choice((2, 5, 16)))]
    rows = [{"id": f"r{n}", "text": _name(random)} for n in range(random.choice((2, 13, 40)))]
    for column in columns[:2]:
        column["group"] = "Gemensamt"
    totals = [
        {"id": "bredd", "axis": "column", "text": "Totalt", "typed": random.random() < 0.5},
        {"id": "hojd", "axis": "row", "text": "Totalt", "typed": random.random() < 0.5},
    ]
    kind = random.choice(("integer", "decimal", "percent", "money"))
    return {"columns": columns, "rows": rows, "totals": totals, "number_kind": kind}


def _count(random: Random) -> dict[str, Any]:
    return {"operation": "count", "of": ["s0q0"], "shown_as": random.choice(("money", "integer"))}


_SHAPES: dict[str, Callable[[Random], dict[str, Any]]] = {
    "boxes": _boxes,
    "single": _options,
    "multiple": _options,
    "matrix": _rows,
    "list": _list,
    "table": _table,
    "computed": _count,
}


# --- the answers ----------------------------------------------------------------------------------


def _answers(random: Random, questionnaire: Questionnaire) -> dict[str, Given]:
    answers = {}
    for question in questionnaire.questions():
        if question.filled_by == "approver" or question.kind == "computed":
            continue
        if random.random() < 0.12:
            if random.random() < 0.5:
                answers[question.id] = Given(None, {"code": "reason", "text": _text(random, 200)})
            continue
        raw = _raw(random, question)
        answers[question.id] = Given(KINDS[question.kind].parse(question, raw))
    return answers


def _raw(random: Random, spec: Any) -> Any:
    match spec.kind:
        case "text" if spec.boxes > 1:
            return [_text(random, 300) for _ in range(spec.boxes)]
        case "text":
            return _text(random, random.choice((200, 1_000, 3_000)))
        case "single" | "multiple":
            return _choice(random, spec)
        case "matrix":
            ids = [option.id for option in spec.options]
            return {row.id: random.choice(ids) for row in spec.rows if random.random() < 0.8}
        case "list":
            return {"entries": [_entry(random, spec) for _ in range(random.randint(1, 4))]}
        case "table":
            return _cells(random, spec)
        case "attachment":
            return _files(random)
        case "integer" | "percent" | "money":
            return random.choice((str(random.randrange(10**9)), "12,5", "cirka 40", "-7"))
        case _:
            return random.choice(("2026-03-12", "301 80", _text(random, 60)))


def _entry(random: Random, spec: Any) -> dict[str, Any]:
    return {
        "id": f"{random.randrange(16**12):012x}",
        "values": {item.id: _raw(random, item) for item in spec.fields if random.random() < 0.8},
    }


def _cells(random: Random, spec: Any) -> dict[str, Any]:
    rows = [item.id for item in spec.rows] + [
        t.id for t in spec.totals if t.axis == "row" and t.typed
    ]
    columns = [item.id for item in spec.columns]
    columns += [item.id for item in spec.totals if item.axis == "column" and item.typed]
    said: tuple[Any, ...] = (None, "", 0, "12 345", "61,5", "cirka 40", "-7")
    cells = {row: {name: random.choice(said) for name in columns} for row in rows}
    notes = {"": _text(random, 200), f"column:{spec.columns[0].id}": _text(random, 80)}
    return {"cells": cells, "notes": notes}


def _choice(random: Random, spec: Any) -> dict[str, Any]:
    ids = [option.id for option in spec.options]
    chosen: Any = random.choice(ids)
    if spec.kind == "multiple":
        chosen = [option for option in ids if random.random() < 0.5]
    details = {
        option.id: _raw(random, option.field)
        for option in spec.options
        if option.field and random.random() < 0.7
    }
    return {"chosen": chosen, "details": details}


def _files(random: Random) -> dict[str, Any]:
    data = list(FILES.values())
    kinds = ("application/pdf", "text/plain")
    pairs = list(zip(data, kinds, strict=True))
    files = [
        file_value(_text(random, 60) or "fil.pdf", *random.choice(pairs))
        for _ in range(random.randint(0, 3))
    ]
    return {"files": files, "text": _text(random, 100)}
