"""From a compiled report to the outline of a document. Swedish: the archive's tongue.

Points that follow each other under a heading make one list, as on a slide; a text that has a
title, several paragraphs or facts of its own stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any

from survey_app.export import swedish
from survey_app.export.blocks import (
    Block,
    Bullets,
    Contents,
    Facts,
    Heading,
    Notice,
    Outline,
    Paragraph,
    Table,
)
from survey_app.export.outline import DRAFT, PRACTICE
from survey_app.export.tables import read_table

Document = Mapping[str, Any]
"""``redogor/report/1`` (``export.report_schema``)."""
DRAFT_WARNING = "UTKAST – inte fastställd"
SOURCES = "Källor"
EDITED = "redigerad i sammanställningen"
GONE = "finns inte längre i svaret"
NOTHING = "Inget har lämnats under rubriken."
NO_ANSWERS = "Ingen organisation har lämnat sitt svar."
LEVEL = 2
"""Of the first headings of a report; its title has 1."""


def report_outline(document: Document, made_at: str | None = None) -> Outline:
    """The outline of a report: a draft, stamped UTKAST, until it is settled.

    made_at  ISO time with zone at which a draft was exported
    """
    settled, case = document["settled"], document["case"]
    draft = settled is None
    title = f"{case['diary_number']} {document['title']}"
    return Outline(
        title=f"{DRAFT}: {title}" if draft else title,
        running=document["title"],
        mark=case["diary_number"],
        author=document["unit"],
        blocks=tuple(_blocks(document, made_at)),
        stamp=DRAFT if draft else "",
        warning=DRAFT_WARNING if draft else PRACTICE if case.get("practice") else "",
        created=made_at if draft else settled["at"],
    )


def _blocks(document: Document, made_at: str | None) -> Iterator[Block]:
    yield Heading(1, document["title"])
    if document["settled"] is None:
        yield Notice(f"{DRAFT}. Sammanställningen är inte fastställd och kan ändras.", "warning")
    if document["case"].get("practice"):
        yield Notice(f"{PRACTICE}. Innehållet är delvis påhittat och gäller ingenting.", "warning")
    yield Facts(tuple(_facts(document, made_at)))
    if sum(part["sort"] == "heading" for part in document["parts"]) > 1:
        yield Contents("Innehåll", 2, 3)
    if not document["units"]:
        yield Notice(NO_ANSWERS)
    yield from _parts(document)
    yield Heading(LEVEL, SOURCES)
    yield from _sources(document)


def _facts(document: Document, made_at: str | None) -> Iterator[tuple[str, str]]:
    yield "Diarienummer", document["case"]["diary_number"]
    yield "Ärende", document["case"]["title"]
    yield "Sammanställt av", document["unit"]
    for item in document["rounds"]:
        period = "" if item["period"] in item["title"] else f", {item['period']}"
        yield "Omgång", f"{item['title']}{period}"
    units = len({unit["name"] for unit in document["units"]})
    missing = len(document["missing"])
    yield "Svar från", f"{units} av {units + missing} organisationer"
    if document["edition"] > 1:
        yield "Version", f"{document['edition']}, ersätter version {document['edition'] - 1}"
    if document["settled"] is not None:
        by = document["settled"]["by"]
        who = ", ".join(dict.fromkeys(filter(None, (by["name"], by["title"]))))
        yield "Fastställd", f"{swedish.moment(document['settled']['at'])} av {who}"
    elif made_at is not None:
        yield "Utkastet skrevs ut", swedish.moment(made_at)


def _parts(document: Document) -> Iterator[Block]:
    """Every part; what stands in a list together stands together."""
    lines = document["sources"] == "line"
    parts: Sequence[Document] = document["parts"]
    for (_is_point, _level), found in groupby(
        parts, lambda part: (_point(part, lines), part["level"])
    ):
        together = list(found)
        if _point(together[0], lines):
            yield Bullets(tuple(line for part in together for line in _lines(part)))
            continue
        for part in together:
            yield from _part(part, lines)
            if _is_empty(parts, part):
                yield Paragraph(NOTHING, "small")


def _point(part: Document, lines: bool) -> bool:
    """Whether a part is a point among others, and nothing more."""
    if part["sort"] in ("points", "missing"):
        return not part["title"] and not (lines and part["source"])
    alone = part["title"] or part["facts"] or "\n" in part["text"] or not part["text"]
    return part["sort"] == "entry" and not lines and not alone


def _lines(part: Document) -> list[str]:
    return [part["text"]] if part["sort"] == "entry" else _points(part["text"])


def _points(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _is_empty(parts: Sequence[Document], part: Document) -> bool:
    """Whether nothing at all stands below a heading, not even another one."""
    if part["sort"] != "heading" or part["text"]:
        return False
    following = parts[parts.index(part) + 1 :]
    return not following or following[0]["level"] <= part["level"]


def _part(part: Document, lines: bool) -> Iterator[Block]:
    if part["sort"] == "heading":
        yield Heading(min(part["level"], 4), part["title"])
    elif part["title"]:
        yield Heading(4, part["title"])
    if part["sort"] in ("points", "missing", "indicator"):
        yield Bullets(tuple(_points(part["text"])))
    else:
        yield from (Paragraph(said) for said in part["text"].split("\n\n") if said.strip())
    if part["table"] is not None:
        yield from read_table(part["table"], part["table"]["value"])
    if part["facts"]:
        yield Paragraph(" · ".join(map(_fact, part["facts"])), "small")
    if lines and part["source"] is not None:
        yield Paragraph(f"Källa: {source_words(part['source'])}", "small")


def _fact(fact: Document) -> str:
    """``"Nivå: Dialog"``; a question needs no colon after it."""
    name = fact["name"]
    return f"{name if name.endswith('?') else f'{name}:'} {fact['value']}"


def source_words(source: Document) -> str:
    """``"Varbergs kommun, Exempel 2, redigerad i sammanställningen"``."""
    said = [source["unit"], source["label"]]
    said += [EDITED] if source["edited"] else []
    return ", ".join([*said, GONE] if source["gone"] else said)


def _sources(document: Document) -> Iterator[Block]:
    """The answers with the hashes of their records; and, unless told beside each, every source."""
    yield Paragraph(
        "Sammanställningen är gjord av det som organisationerna har lämnat. Varje svar är en "
        "handling i ärendet och känns igen på sin kontrollsumma (SHA-256)."
    )
    if document["units"]:
        yield Table(
            ("Organisation", "Lämnat", "Handlingens kontrollsumma"),
            tuple(
                (unit["name"], swedish.day(unit["handed_over_at"][:10]),
                 unit["record_sha256"] or "Omgången är inte stängd")
                for unit in document["units"]
            ),
            (0.3, 0.2, 0.5),
        )  # fmt: skip
    if document["sources"] == "list":
        rows = tuple(_source_rows(document["parts"]))
        if rows:
            yield Heading(4, "Stycke för stycke")
            yield Table(("Stycke", "Källa", "Redigerad"), rows, (0.56, 0.3, 0.14))


def _source_rows(parts: Sequence[Document]) -> Iterator[tuple[str, ...]]:
    numbers = count(1)
    for part in parts:
        source = part["source"]
        if source is not None:
            begins = _beginning(part["title"] or part["text"])
            gone = f", {GONE}" if source["gone"] else ""
            yield (f"{next(numbers)}. {begins}", f"{source['unit']}, {source['label']}{gone}",
                   "Ja" if source["edited"] else "Nej")  # fmt: skip


def _beginning(text: str) -> str:
    """The first words of a text, by which a reader finds it."""
    words = text.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")
