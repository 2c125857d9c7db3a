"""The list of a case's documents (OSL 5:2) as a document and as CSV. Swedish: the archive's tongue.

The CSV is for a diary system and for Swedish Excel: UTF-8 with BOM, semicolons, every cell quoted.
A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, so no cell
begins with what somebody wrote: before it stands our own word and a colon ("Begäran: …", "Från:
…"). The text after ``": "`` is unchanged, sign by sign; nothing is escaped, nothing is guessed.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from survey_app.export import swedish
from survey_app.export.blocks import Block, Facts, Heading, Outline, Paragraph, Table

LABELS = {
    "request": "Begäran",
    "completion": "Komplettering",
    "extension": "Anstånd",
    "decision": "Beslut",
    "other": "Handling",
    "answer": "Svar",
    "correction": "Rättelse",
    "completed": "Kompletterat svar",
    "memo": "Tjänsteskrivelse",
    "memo_approval": "Godkännande",
    "round_answer": "Svar från enhet",
    "report": "Sammanställning",
    "result": "Resultat",
    "enclosure": "Bilaga",
    "approval": "Beslut på delegation",
    "receipt": "Kvitto",
    "given_copy": "Utlämnad kopia",
    "refusal": "Beslut om avslag",
}
WITHHELD = "utelämnat"
PRACTICE = "Övningsärende"
CSV_HEADER = (
    "Diarienummer", "Nr", "Inkommen", "Upprättad", "Expedierad", "Avsändare eller mottagare",
    "Handling", "Sekretess", "Anmärkning", "Fil", "Kontrollsumma",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryFile:
    """The file of a document."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a case.

    number    the running number: given once, never changed, whatever is registered later
    key       what it is made from, such as ``record:3``
    received, drawn_up, sent  the days on which it came in, was drawn up, was sent; where it has any
    counterpart  whom it came from or went to, if anybody
    secrecy   the legal ground, or empty; what is concealed is left out for the public
    struck    why it does not count: it was registered by mistake
    """

    number: int
    key: str
    kind: str
    subject: str
    counterpart: str = ""
    received: datetime.date | None = None
    drawn_up: datetime.date | None = None
    sent: datetime.date | None = None
    submission_id: int | None = None
    file: EntryFile | None = None
    secrecy: str = ""
    conceals_counterpart: bool = False
    conceals_subject: bool = False
    struck: str = ""


def for_the_public(entry: Entry) -> Entry:
    """The entry with what is concealed left out (OSL 5:2, second paragraph), and without hash: with
    it a short answer that a copy masks could be guessed."""
    if entry.file is not None:
        entry = replace(entry, file=replace(entry.file, sha256=""))
    if entry.conceals_counterpart and entry.counterpart:
        entry = replace(entry, counterpart=WITHHELD)
    if entry.conceals_subject:
        entry = replace(entry, subject=WITHHELD, file=None, struck=entry.struck and WITHHELD)
    return entry


def days_of(entry: Entry) -> str:
    """``"Upprättad 3 mars 2026, expedierad 10 mars 2026"``."""
    if entry.drawn_up and entry.drawn_up == entry.sent:
        return f"Upprättad och expedierad {swedish.day(entry.sent.isoformat())}"
    days = [
        f"{word} {swedish.day(day.isoformat())}"
        for word, day in (
            ("inkommen", entry.received), ("upprättad", entry.drawn_up), ("expedierad", entry.sent),
        )
        if day is not None
    ]  # fmt: skip
    return ", ".join(days).capitalize()


def counterpart_of(entry: Entry) -> str:
    """``"Från: Socialstyrelsen"``, or nothing."""
    if not entry.counterpart:
        return ""
    return f"{'Från' if entry.received else 'Till'}: {entry.counterpart}"


def matter_of(entry: Entry) -> str:
    """What the document is and what it concerns: ``"Begäran: Enkät om nära vård"``."""
    return f"{LABELS[entry.kind]}: {entry.subject}"


def remark_of(entry: Entry) -> str:
    """``"Överstruken: registrerad i fel ärende"``, or nothing."""
    return f"Överstruken: {entry.struck}" if entry.struck else ""


def secrecy_of(entry: Entry) -> str:
    """``"Sekretess: OSL 25 kap. 1 §"``, or nothing."""
    return f"Sekretess: {entry.secrecy}" if entry.secrecy else ""


def registry_outline(
    heading: dict[str, str | bool], entries: Iterable[Entry], created: str, *, public: bool
) -> Outline:
    """The list as a document.

    heading  ``diary_number``, ``title``, ``practice``, ``unit``; created: ISO time with zone
    """
    number = str(heading["diary_number"])
    title = f"{number} Handlingar i ärendet"
    return Outline(
        title=title,
        running=str(heading["title"]),
        mark=number,
        author=str(heading["unit"]),
        blocks=tuple(_blocks(heading, list(entries), created, public=public)),
        warning=PRACTICE if heading["practice"] else "",
        created=created,
    )


def _blocks(
    heading: dict[str, str | bool], entries: list[Entry], created: str, *, public: bool
) -> Iterator[Block]:
    yield Heading(1, f"Handlingar i ärendet {heading['diary_number']}")
    yield Facts(
        (
            ("Ärende", str(heading["title"])),
            ("Myndighet", str(heading["unit"])),
            ("Uttagen", swedish.moment(created)),
            ("Omfattning", _extent(entries, public=public)),
        )
    )
    if not entries:
        yield Paragraph("Inga handlingar är registrerade.")
        return
    shown = [for_the_public(entry) if public else entry for entry in entries]
    yield Table(
        ("Nr", "Datum", "Avsändare eller mottagare", "Handling"),
        tuple(table_row(entry) for entry in shown),
        widths=(0.07, 0.24, 0.24, 0.45),
    )


def _extent(entries: list[Entry], *, public: bool) -> str:
    if not any(entry.conceals_counterpart or entry.conceals_subject for entry in entries):
        return "Alla uppgifter"
    if public:
        return (
            "För allmänheten: uppgifter som omfattas av sekretess är utelämnade (5 kap. 2 § andra "
            "stycket offentlighets- och sekretesslagen)"
        )
    return "Fullständig: innehåller uppgifter som omfattas av sekretess"


def table_row(entry: Entry) -> tuple[str, str, str, str]:
    """An entry as the document's table has it."""
    matter = ". ".join(filter(None, (matter_of(entry), secrecy_of(entry), remark_of(entry))))
    return str(entry.number), days_of(entry), counterpart_of(entry), matter


def registry_csv(diary_number: str, entries: Iterable[Entry], *, public: bool) -> bytes:
    """The list as CSV, a header row first."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    for entry in entries:
        shown = for_the_public(entry) if public else entry
        writer.writerow([diary_number, *_cells(shown)])
    return target.getvalue().encode("utf-8-sig")


def _cells(entry: Entry) -> Iterator[str]:
    yield str(entry.number)
    for day in (entry.received, entry.drawn_up, entry.sent):
        yield day.isoformat() if day else ""
    yield counterpart_of(entry)
    yield matter_of(entry)
    yield secrecy_of(entry)
    yield remark_of(entry)
    yield f"Fil: {entry.file.name}" if entry.file else ""
    yield f"SHA-256: {entry.file.sha256}" if entry.file and entry.file.sha256 else ""
