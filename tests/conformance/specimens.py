"""Documents made for the purpose: at every limit, of sixty pages, with a picture."""

from __future__ import annotations

import io
from random import Random
from typing import Any

from survey_app.core.content import build_content
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record, build_record
from survey_app.export.blocks import Bullets, Figure, Heading, Outline, Paragraph
from tests.export import samples


def record_of(spec: dict[str, Any], raw: dict[str, Any]) -> Record:
    """A record of a questionnaire that was answered so."""
    questionnaire = Questionnaire.model_validate(spec)
    answers = {
        name: Given(KINDS[question.kind].parse(question, raw[name]))
        for name, question in questionnaire.by_id.items()
        if name in raw
    }
    heading = {
        "case": {"diary_number": "RS259999", "title": spec["title"], "practice": False},
        "unit": samples.UNIT,
        "submission": {"id": 1, "corrects": None},
        "deadline": "2026-12-01",
        "questionnaire_sha256": "0" * 64,
    }
    content = build_content(questionnaire, answers, heading)
    return build_record(content, {**samples.APPROVAL, "fields": {}})


def spec_of(title: str, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """A questionnaire of one section."""
    return {
        "id": "provet",
        "version": "1.0.0",
        "title": title,
        "authority": {"name": "Myndigheten"},
        "period": "2026",
        "sections": [{"id": "s", "title": "Frågorna", "questions": questions}],
    }


_BETWEEN = (*(" " * 40), ", ", ", ", ". ", ". ", "\n", "\n\n- ")


def _prose(length: int, seed: int) -> str:
    random = Random(seed)
    text = ""
    while len(text) < length:
        word = "".join(random.choice("aeiouyåäörstlndkm") for _ in range(random.randint(1, 12)))
        text += word + random.choice(_BETWEEN)
    return text[: length - 1] + "."


def at_every_limit() -> Record:
    """The longest texts and numbers, the most boxes, many options, rows and files."""
    options = [
        {"id": f"o{n}", "text": _prose(300, n), "field": {"kind": "text"}} for n in range(60)
    ]
    rows = [{"id": f"r{n}", "text": _prose(400, n)} for n in range(120)]
    choices = [{"id": f"v{n}", "text": _prose(40, n)} for n in range(8)]
    questions: list[dict[str, Any]] = [
        {"id": "langst", "kind": "text", "text": _prose(2_000, 1), "max_characters": 100_000},
        {"id": "rutor", "kind": "text", "text": "Rutor", "boxes": 20, "max_characters": 3_000},
        {"id": "ord", "kind": "text", "text": "Ett ord"},
        {"id": "flera", "kind": "multiple", "text": "Vilka?", "options": options},
        {"id": "rader", "kind": "matrix", "text": "Rader", "rows": rows, "options": choices},
        {"id": "tal", "kind": "integer", "text": "Tal", "unit": "besök"},
        {"id": "filer", "kind": "attachment", "text": "Filer"},
    ]
    data = samples.NOTE
    names = [f"{number:03}-{'å' * 240}.txt" for number in range(40)]
    raw = {
        "langst": _prose(100_000, 2),
        "rutor": [_prose(3_000, number) for number in range(20)],
        "ord": "Överenskommelse" * 200,
        "flera": {
            "chosen": [option["id"] for option in options],
            "details": {option["id"]: _prose(200, 3) for option in options},
        },
        "rader": {row["id"]: f"v{number % 8}" for number, row in enumerate(rows)},
        "tal": "9" * 40,
        "filer": {
            "files": [samples.file_value(name, data, "text/plain") for name in names],
            "text": _prose(3_000, 4),
        },
    }
    return record_of(spec_of(_prose(300, 5), questions), raw)


def sixty_pages() -> Record:
    """Fifty texts of 3,000 characters, each after its question."""
    questions = [
        {"id": f"q{n}", "number": str(n + 1), "kind": "text", "text": _prose(120, n)}
        for n in range(50)
    ]
    return record_of(
        spec_of("Sextio sidor", questions), {f"q{n}": _prose(3_000, n) for n in range(50)}
    )


def with_figure() -> Outline:
    """A document with a picture, and all heading levels."""
    return Outline(
        title="Med bild",
        running="Med bild",
        mark="RS259999",
        author="Region Exempel",
        blocks=(
            Heading(1, "Med bild"),
            Paragraph("Före bilden."),
            Heading(2, "Avsnitt"),
            Bullets(("en punkt", "en till")),
            Heading(3, "Fråga"),
            Figure(_picture(), "En grå ruta"),
            Heading(2, "Avsnitt två"),
            Paragraph("Efter bilden."),
        ),
    )


def _picture() -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (40, 20), (128, 128, 128)).save(target, "PNG")
    return target.getvalue()
