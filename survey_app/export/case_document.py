"""One PDF of a whole case in the shape of the source: cover, questionnaires with answers, BILAGOR.

Enclosures that can be read aloud as the rest can (tagged PDF/A, pictures) follow after a sheet that
names them; others are listed with the reason why they do not. The original bytes are in the
package, never only here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export import swedish
from survey_app.export.blocks import (
    Block,
    Bullets,
    Contents,
    EnclosureLine,
    Facts,
    Figure,
    ForeignPages,
    Heading,
    Notice,
    Outline,
    PageBreak,
    Paragraph,
    enclosure_name,
)
from survey_app.export.board_decision import Minute, case_blocks
from survey_app.export.case_answers import (
    answers_on_cover,
    heading_of,
    is_answer,
    listed_answers,
    told_whole,
)
from survey_app.export.memo import is_memo, matter_of
from survey_app.export.outline import (
    DRAFT,
    DRAFT_WARNING,
    PRACTICE,
    enclosure_line,
    sealing,
    submission_blocks,
)
from survey_app.export.pdf.drawing import draw, lay_out

if TYPE_CHECKING:
    from survey_app.export.pdf.appendix import Appended

Fetch = Callable[[str], bytes]
"""The bytes of a file by its SHA-256; raises KeyError where there is none."""


def content_of(document: Record | Content) -> Content:
    """The content of a record, or the content itself."""
    found: Content = document.get("content", document)
    return found


def case_document(
    documents: Sequence[Record | Content],
    fetch: Fetch,
    *,
    draft_made_at: str | None = None,
    sealed_by: str = "",
    minutes: Sequence[Minute] = (),
    owner: str = "",
) -> bytes:
    """The PDF of a case. The same input gives the same bytes.

    documents      records of approved submissions; contents of drafts if ``draft_made_at`` (ISO
                   time with zone) is given
    sealed_by      who will seal the PDF, if it will be sealed
    minutes        what boards decided in the case, in the order of days
    owner          the name of the unit whose case it is; that of the first submission if empty
    """
    if not documents:
        raise ValueError("a case document needs at least one submission")
    owner = owner or content_of(documents[0])["unit"]["name"]
    whole, listed = told_whole(documents)
    bilagor = _Bilagor(whole, fetch)
    outline = _outline(whole, listed, bilagor, draft_made_at, sealed_by, minutes, owner)
    foreign = [fetch(sha256) for sha256 in bilagor.appended]
    return draw(outline, lay_out(outline), foreign=foreign)


def papers_document(
    case: Mapping[str, Any],
    unit: str,
    papers: Sequence[str],
    created: str,
    *,
    draft: bool = False,
    minutes: Sequence[Minute] = (),
) -> bytes:
    """The PDF of a case that has documents and no answers, such as one with a survey alone.

    papers   the names of its documents
    created  ISO time with zone
    """
    title = f"{case['diary_number']} {case['title']}"
    blocks: list[Block] = [Heading(1, case["title"])]
    if draft:
        blocks.append(Notice(f"{DRAFT}. Ärendet är inte klart.", "warning"))
    if case.get("practice"):
        blocks.append(Notice(f"{PRACTICE}. Gäller ingenting.", "warning"))
    blocks += [
        Paragraph(
            f"Ärendet hos {unit} har inga besvarade formulär. Handlingarna i det är:", "lead"
        ),
        Bullets(tuple(papers)),
    ]
    if minutes:
        blocks += [PageBreak(), *case_blocks(minutes)]
    outline = Outline(
        title=f"{DRAFT}: {title}" if draft else title,
        running=case["title"],
        mark=case["diary_number"],
        author=unit,
        blocks=tuple(blocks),
        stamp=DRAFT if draft else "",
        warning=DRAFT_WARNING if draft else PRACTICE if case.get("practice") else "",
        created=created,
    )
    return draw(outline, lay_out(outline))


def _outline(
    documents: Sequence[Record | Content],
    listed: Sequence[Record | Content],
    bilagor: _Bilagor,
    draft_made_at: str | None,
    sealed_by: str,
    minutes: Sequence[Minute],
    owner: str,
) -> Outline:
    everything = [*documents, *listed]
    contents = [content_of(document) for document in documents]
    case = content_of(everything[0])["case"]
    title = f"{case['diary_number']} {case['title']}"
    blocks: list[Block] = [*_cover(everything, sealed_by, owner, draft=draft_made_at is not None)]
    corrections = {content["submission"].get("corrects"): content for content in contents}
    for document, content in zip(documents, contents, strict=True):
        record = None if draft_made_at else document
        own = [*submission_blocks(content, record, draft_made_at, contents=False)]
        if is_answer(document, owner):
            own[0] = Heading(1, heading_of(content))
        if correction := corrections.get(content["submission"]["id"]):
            own.insert(1, _corrected(content, correction))  # below the heading
        blocks += [PageBreak(), *own]
    if listed:
        blocks += [PageBreak(), *listed_answers(listed)]
    if minutes:
        blocks += [PageBreak(), *case_blocks(minutes)]
    blocks.extend(bilagor.blocks())
    approvals = [item["approval"]["approved_at"] for item in everything if not draft_made_at]
    warning = PRACTICE if case.get("practice") else ""
    return Outline(
        title=f"{DRAFT}: {title}" if draft_made_at else title,
        running=case["title"],
        mark=case["diary_number"],
        author=owner,
        blocks=tuple(blocks),
        stamp=DRAFT if draft_made_at else "",
        warning=DRAFT_WARNING if draft_made_at else warning,
        created=draft_made_at or max(approvals),
    )


def _cover(
    documents: Sequence[Record | Content], sealed_by: str, owner: str, *, draft: bool
) -> Iterator[Block]:
    answers = [content_of(item) for item in documents if is_answer(item, owner)]
    own = [content_of(item) for item in documents if not is_answer(item, owner)]
    contents = [content for content in own if not is_memo(content)]
    memos = [content for content in own if is_memo(content)]
    case = content_of(documents[0])["case"]
    yield Heading(1, f"{case['title']}")
    if draft:
        yield Notice(f"{DRAFT}. Svaren är inte godkända och inte inlämnade.", "warning")
    if case.get("practice"):
        yield Notice(f"{PRACTICE}. Gäller ingenting.", "warning")
    if contents:
        yield from _own_on_cover(contents)
    if answers:
        yield from answers_on_cover(answers, owner)
    if memos:
        yield Paragraph("Tjänsteskrivelser:", "lead")
        yield Bullets(tuple(map(_memo_on_cover, memos)))
    authorities = _once(content["questionnaire"]["authority"] for content in contents)
    units = _once(content["unit"]["name"] for content in contents) or [owner]
    where = f"{swedish.listed(authorities)} alternativt " if authorities else ""
    yield Paragraph(
        f"För komplett kopia av inlämnat material hänvisas till {where}"
        f"{swedish.listed(units)}, diarienummer {case['diary_number']}."
    )
    if sealed_by:
        yield Facts(sealing(sealed_by))
    yield Contents("Innehåll", 1, 1 if answers else 2)


def _memo_on_cover(content: Content) -> str:
    return f"{matter_of(content)} (till {content['questionnaire']['authority']})"


def _own_on_cover(contents: list[Content]) -> Iterator[Block]:
    units = _once(content["unit"]["name"] for content in contents)
    authorities = _once(content["questionnaire"]["authority"] for content in contents)
    titles = _once(content["questionnaire"]["title"] for content in contents)
    forms = "digital enkät" if len(titles) == 1 else "digitala enkäter"
    yield Paragraph(
        f"Underlag med svar från {swedish.listed(units)} för {swedish.count(len(titles))} {forms} "
        f"till {swedish.listed(authorities)}:",
        "lead",
    )
    yield Bullets(tuple(titles))


def _corrected(content: Content, correction: Content) -> Notice:
    old, new = content["submission"]["id"], correction["submission"]["id"]
    return Notice(f"Inlämning {old} har rättats och ersatts av inlämning {new}.", "warning")


def _once(words: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(words))


@dataclass(slots=True)
class _Bilagor:
    """The enclosures of a case, numbered through it, each file put in once."""

    documents: Sequence[Record | Content]
    fetch: Fetch
    appended: list[str] = field(default_factory=list)

    def blocks(self) -> Iterator[Block]:
        """The list, then a sheet before each file that follows."""
        yield PageBreak()
        yield Heading(1, "BILAGOR")
        seen: dict[str, int] = {}
        sheets: list[tuple[EnclosureLine, Appended, str]] = []
        number = 0
        for content in map(content_of, self.documents):
            for enclosure in content["enclosures"]:
                number += 1
                line = _line(content, enclosure, number)
                first = seen.setdefault(enclosure["sha256"], number)
                looked = self._look_at(enclosure)
                yield Heading(4, enclosure_name(line))
                yield Facts(_facts(line))
                if first != number:
                    yield Paragraph(f"Samma fil som bilaga {first}.")
                    continue
                yield Paragraph(_fate(looked))
                if not looked.reason:
                    sheets.append((line, looked, enclosure["sha256"]))
        if not number:
            yield Paragraph("Inga filer lämnas med svaren.")
        for sheet in sheets:
            yield from self._sheet(*sheet)

    def _sheet(self, line: EnclosureLine, looked: Appended, sha256: str) -> Iterator[Block]:
        yield PageBreak()
        yield Heading(2, enclosure_name(line))
        if looked.picture:
            yield Facts(_facts(line))
            alt = f"Bilden i filen {line.name}. {line.facts[0]} Filen finns i ärendets paket."
            yield Figure(self.fetch(sha256), alt)
            return
        yield Facts((*_facts(line), ("Sidor", swedish.number(looked.pages))))
        yield Paragraph("Filens sidor följer efter denna sida.")
        self.appended.append(sha256)
        yield ForeignPages(looked.pages)

    def _look_at(self, enclosure: Mapping[str, Any]) -> Appended:
        # Not at the start, as with all that draws (``export.pdf.drawing``).
        from survey_app.export.pdf.appendix import Appended, look_at

        try:
            return look_at(self.fetch(enclosure["sha256"]), enclosure["media_type"])
        except KeyError:
            return Appended(reason="filen saknas")


def _line(content: Content, enclosure: dict[str, Any], number: int) -> EnclosureLine:
    own = enclosure_line(content, enclosure, number)
    place = f"{own.facts[0].rstrip('.')} i {content['questionnaire']['title']}."
    return EnclosureLine(number, own.name, (place, *own.facts[1:]))


def _facts(line: EnclosureLine) -> tuple[tuple[str, str], ...]:
    place, kind, sha256 = line.facts
    return (
        ("Plats", place),
        ("Typ och storlek", kind),
        ("SHA-256", sha256.removeprefix("SHA-256: ")),
    )


def _fate(looked: Appended) -> str:
    if looked.picture:
        return "Bilden följer längre fram i dokumentet."
    if looked.pages:
        return "Filens sidor följer längre fram i dokumentet."
    return f"Bara förtecknad här: {looked.reason}. Filen finns i ärendets paket."
