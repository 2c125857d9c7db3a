"""From a record, or a draft's content, to the outline of a document. Swedish: the archive's tongue.

The outline says everything in words and nothing about looks; ``export.pdf`` draws it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from survey_app.core.content import Content, sha256_of
from survey_app.core.record import Record
from survey_app.export import attested, swedish
from survey_app.export.answers import (
    ANSWER,
    ATTESTED,
    NO_ANSWER,
    NOT_ATTESTED,
    READINGS,
    box_label,
    file_facts,
    masked_words,
    not_sent,
    offered,
)
from survey_app.export.blocks import (
    Block,
    Bullets,
    Contents,
    EnclosureLine,
    EnclosureList,
    Facts,
    Heading,
    LabelledAnswer,
    Notice,
    Outline,
    Paragraph,
)

DRAFT = "UTKAST"
DRAFT_WARNING = "UTKAST – inte godkänt, inte inlämnat"
PRACTICE = "Övningsärende"
NOT_ASKED = "Frågan ställdes inte."
SECTION_NOT_ASKED = "Avsnittet ställdes inte."
HANDED_OVER = "Hur svaret lämnades"
AT_APPROVAL = "Fylls i av den som godkänner."

Approval = Mapping[str, Any]


def record_outline(record: Record, sealed_by: str = "") -> Outline:
    """The archive's document of one approved submission: answers, enclosures, approval, hashes.

    record     as ``core.record.build_record`` makes it
    sealed_by  who will seal the PDF, if it will be sealed
    """
    content = record["content"]
    return Outline(
        title=_document_title(content),
        running=content["questionnaire"]["title"],
        mark=content["case"]["diary_number"],
        author=content["unit"]["name"],
        blocks=tuple(submission_blocks(content, record, sealed_by=sealed_by)),
        warning=PRACTICE if content["case"].get("practice") else "",
        created=record["approval"]["approved_at"],
    )


def draft_outline(content: Content, made_at: str) -> Outline:
    """A draft to read: stamped UTKAST, without approval, with what will not be sent.

    made_at  ISO time with zone at which the draft was exported
    """
    return Outline(
        title=f"{DRAFT}: {_document_title(content)}",
        running=content["questionnaire"]["title"],
        mark=content["case"]["diary_number"],
        author=content["unit"]["name"],
        blocks=tuple(submission_blocks(content, None, made_at)),
        stamp=DRAFT,
        warning=DRAFT_WARNING,
        created=made_at,
    )


def _document_title(content: Content) -> str:
    return f"{content['case']['diary_number']} {content['questionnaire']['title']}"


def submission_blocks(
    content: Content,
    record: Record | None,
    made_at: str | None = None,
    *,
    contents: bool = True,
    sealed_by: str = "",
) -> Iterator[Block]:
    """The blocks of one submission; of a draft where there is no record.

    contents   whether a table of contents of its own stands at its beginning
    sealed_by  who will seal the PDF, if it will be sealed
    """
    approval: Approval | None = record["approval"] if record else None
    yield Heading(1, content["questionnaire"]["title"])
    yield from _warnings(content, draft=record is None)
    yield Facts(tuple(submission_facts(content, approval, made_at)))
    if contents:
        yield Contents("Innehåll")
    if content["questionnaire"]["intro"]:
        asked = approval is not None and attested.is_handed_over(approval)  # by a unit, in a round
        yield Heading(2, "Inledning" if asked else "Myndighetens inledning")
        yield from passages(content["questionnaire"]["intro"])
    for section in content["sections"]:
        yield from _section(section, approval)
    yield Heading(2, "Bilagor")
    yield from _enclosures(content)
    if record is None:
        return
    yield Heading(2, HANDED_OVER if attested.is_handed_over(record["approval"]) else "Godkännande")
    yield from _approval(record)
    if content.get("copy"):
        return
    yield Heading(2, "Kontrollsummor")
    yield from _hashes(record)
    if sealed_by:
        yield Facts(sealing(sealed_by))


def _warnings(content: Content, *, draft: bool) -> Iterator[Block]:
    if draft:
        yield Notice(
            f"{DRAFT}. Svaren är inte godkända och inte inlämnade, och kan ändras. Det som är "
            "märkt ”Skickas inte” lämnas inte in.",
            "warning",
        )
    if content["case"].get("practice"):
        yield Notice(
            f"{PRACTICE}. Svar och siffror är delvis påhittade exempel och gäller ingenting.",
            "warning",
        )


def submission_facts(
    content: Content, approval: Approval | None, made_at: str | None
) -> Iterator[tuple[str, str]]:
    """What a submission is, whose and when: names and values."""
    case, unit, form = content["case"], content["unit"], content["questionnaire"]
    number = unit.get("organisation_number")
    rows = [
        ("Diarienummer", case["diary_number"]),
        ("Ärende", case["title"]),
        ("Svarande", f"{unit['name']}, organisationsnummer {number}" if number else unit["name"]),
        ("Mottagare", form["authority"]),
        ("Myndighetens beteckning", form["reference"]),
        ("Period", content["period"]),
        ("Sista svarsdag", swedish.day(content["deadline"]) if content["deadline"] else None),
        ("Rättslig grund", form["legal_ground"]),
        ("Om svaret är sent", form["consequence"]),
        ("Formulär", f"{form['id']}, version {form['version']}"),
        ("Inlämning", str(content["submission"]["id"])),
        ("Rättar inlämning", content["submission"].get("corrects")),
    ]
    if approval is not None:
        moment, by = swedish.moment(approval["approved_at"]), attested.who(approval)
        done = "Lämnat" if attested.is_handed_over(approval) else "Godkänt"
        rows.append((done, f"{moment} av {by}"))
    if made_at is not None:
        rows.append(("Utkastet skrevs ut", swedish.moment(made_at)))
    for name, value in rows:
        if value:
            yield name, str(value)


def passages(said: list[dict[str, Any]]) -> Iterator[Block]:
    """What the authority printed, and remarks of Redogör's own, marked as such."""
    for passage in said:
        if "heading" in passage:
            yield Heading(4, passage["heading"])
        elif "items" in passage:
            yield Bullets(tuple(passage["items"]))
        else:
            text = passage.get("text") or passage.get("link") or ""
            url = passage.get("url")
            text = f"{text} ({url})" if url and url != text else text
            yield Notice(f"Anmärkning i Redogör: {text}") if "by" in passage else Paragraph(text)


def _section(section: dict[str, Any], approval: Approval | None) -> Iterator[Block]:
    yield Heading(2, section["title"])
    if "mask" in section:
        yield Notice(masked_words(section))
    elif not section["asked"]:
        yield Notice(SECTION_NOT_ASKED)
    yield from passages(section["intro"])
    for entry in section["questions"]:
        yield from question_blocks(entry, approval)


def question_title(entry: Mapping[str, Any]) -> str:
    """The question with the number that the authority printed."""
    return f"{entry['number']}. {entry['text']}" if entry["number"] else str(entry["text"])


def question_blocks(entry: dict[str, Any], approval: Approval | None) -> Iterator[Block]:
    """One question: what was printed, what was answered or why not."""
    yield from _toned(entry["before"], "opening")
    yield Heading(3, question_title(entry))
    yield from _toned(entry["help"], "small")
    if entry["required"]:
        yield Paragraph("Obligatorisk fråga.", "small")
    yield from answer_blocks(entry, approval)
    yield from not_sent(entry)
    yield from passages(entry.get("after", []))


def _toned(said: list[dict[str, Any]], tone: Literal["opening", "small"]) -> Iterator[Block]:
    for block in passages(said):
        yield Paragraph(block.text, tone) if isinstance(block, Paragraph) else block


def answer_blocks(entry: dict[str, Any], approval: Approval | None) -> Iterator[Block]:
    """The answer of one question, or the words for its absence."""
    if "mask" in entry or not entry["asked"]:
        yield LabelledAnswer(ANSWER, masked_words(entry) if "mask" in entry else NOT_ASKED)
        if words := offered(entry):
            yield Paragraph("Frågan har dessa alternativ:", "small")
            yield Bullets(words)
        return
    value = entry["value"]
    if entry["filled_by"] == "approver":
        value = approval["fields"].get(entry["id"]) if approval else None
    yield from READINGS[entry["kind"]](entry, value)
    if value is None:
        yield from _absence(entry, approval)


def _absence(entry: dict[str, Any], approval: Approval | None) -> Iterator[Block]:
    if entry["blank"]:
        yield LabelledAnswer(ANSWER, entry["blank"]["words"])
        if entry["blank"]["text"].strip():
            yield LabelledAnswer("Skäl", entry["blank"]["text"])
    elif entry["filled_by"] == "approver" and approval is None:
        yield LabelledAnswer(ANSWER, AT_APPROVAL)
    elif entry["kind"] == "attestation":
        yield LabelledAnswer(box_label(entry), NOT_ATTESTED)
    else:
        yield LabelledAnswer(ANSWER, NO_ANSWER)


def enclosure_line(content: Content, enclosure: dict[str, Any], number: int) -> EnclosureLine:
    """One enclosure of a submission, numbered, with the question to which it belongs."""
    entry = next(
        entry
        for section in content["sections"]
        for entry in section["questions"]
        if entry["id"] == enclosure["question"]
    )
    place = f"fråga {entry['number']}" if entry["number"] else f"”{entry['text']}”"
    return EnclosureLine(number, enclosure["name"], (f"Hör till {place}.", *file_facts(enclosure)))


def _enclosures(content: Content) -> Iterator[Block]:
    if not content["enclosures"]:
        told = "Inga bilagor är förtecknade i kopian."
        yield Paragraph(told if content.get("copy") else "Inga filer lämnas med svaret.")
        return
    yield EnclosureList(
        tuple(
            enclosure_line(content, enclosure, enclosure["number"])
            for enclosure in content["enclosures"]
        )
    )


def _approval(record: Record) -> Iterator[Block]:
    approval, approver = record["approval"], record["approval"]["approver"]
    steps = attested.steps_of(approval)
    for step in steps:
        yield from _earlier_step(step, len(steps) + 1)
    number = len(steps) + 1
    handed_over = attested.is_handed_over(approval)
    rows = [
        ("Steg", f"{number} av {number}, som beslutar" if steps else None),
        ("Lämnat av" if handed_over else "Godkänt av", approver.get("name")),
        ("Befattning", approver.get("title")),
        ("E-post", approver.get("email")),
        ("Tidpunkt", swedish.moment(approval["approved_at"])),
        ("Legitimering", attested.identified(approval)),
        *attested.by_right_of(approval),
        ("Godkännande av eget arbete", approval.get("own_work_reason")),
    ]
    if sha256 := approval.get("content_sha256"):
        what = "Det som lämnades" if handed_over else "Godkännandet avser"
        rows.append((what, f"innehåll med SHA-256 {sha256}"))
    yield Facts(tuple((name, str(value)) for name, value in rows if value))
    for section in record["content"]["sections"]:
        for entry in section["questions"]:
            if entry["filled_by"] == "approver" and entry["asked"]:
                yield from _filled_in(entry, approval["fields"].get(entry["id"]))


def _earlier_step(step: attested.Attestation, steps: int) -> Iterator[Block]:
    approver = step["approver"]
    rows = [
        ("Steg", f"{step['step']} av {steps}, som tillstyrker"),
        ("Tillstyrkt av", approver.get("name")),
        ("Befattning", approver.get("title")),
        ("E-post", approver.get("email")),
        ("Tidpunkt", swedish.moment(step["approved_at"])),
        ("Legitimering", attested.identified(step)),
        *attested.by_right_of(step),
    ]
    if sha256 := step.get("content_sha256"):
        rows.append(("Tillstyrkandet avser", f"innehåll med SHA-256 {sha256}"))
    yield Facts(tuple((name, str(value)) for name, value in rows if value))


def _filled_in(entry: dict[str, Any], value: Any) -> Iterator[Block]:
    if "mask" in entry:
        yield LabelledAnswer(question_title(entry), masked_words(entry))
        return
    if entry["kind"] == "attestation":
        attested = ATTESTED if value else NOT_ATTESTED
        yield LabelledAnswer("Intygande", f"{entry['statement']}\n{attested}")
        return
    for block in READINGS[entry["kind"]](entry, value):
        if isinstance(block, LabelledAnswer):
            yield LabelledAnswer(question_title(entry), block.text)
        else:
            yield block


def sealing(sealed_by: str) -> tuple[tuple[str, str], ...]:
    """Who will seal the PDF, as a fact. The seal itself is no text, and cannot be heard."""
    return (("Förseglas av", f"{sealed_by} (elektronisk försegling av hela PDF-filen)"),)


def _hashes(record: Record) -> Iterator[Block]:
    yield Paragraph(
        "Handlingen finns också som JSON. Kontrollsummorna är SHA-256 av dess kanoniska form "
        "(RFC 8785); med dem kan vem som helst pröva att innehållet är det som godkändes."
    )
    yield Facts(
        (
            ("Handlingen", sha256_of(record)),
            ("Innehållet", record["approval"]["content_sha256"]),
            ("Formuläret", record["content"]["questionnaire"]["sha256"]),
        )
    )
