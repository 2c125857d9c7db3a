"""A board's decision as it reads on paper: alone on a sheet, and among the papers of its case.

Swedish. The words of the parts are those that boards print in their minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.export import swedish
from survey_app.export.blocks import Block, Bullets, Heading, Notice, Outline, Paragraph

ALL = "Beslut i ärendet"
SHEET = "Uppgifter ur protokollet, registrerade i Redogör"
NOT_SENT = "Expedieras inte."


@dataclass(frozen=True, slots=True)
class Minute:
    """A paragraph of a board's minutes.

    body        the board, or its committee; ``day`` in ISO form
    matter      the paragraph's heading; ``about`` what it is about, perhaps nothing
    recipients  who gets the decision; nobody where there are none
    background  the papers on which it rests
    """

    body: str
    paragraph: str
    day: str
    matter: str
    decision: str
    about: str = ""
    recipients: tuple[str, ...] = ()
    background: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``"§84 Regionstyrelsen, 25 mars 2026"``."""
        return f"{self.paragraph} {self.body}, {swedish.day(self.day)}"


def case_blocks(minutes: Iterable[Minute]) -> tuple[Block, ...]:
    """The decisions of a case as a part of its document, in the order given; none of none."""
    told = [block for minute in minutes for block in _blocks(minute, 2)]
    return (Heading(1, ALL), *told) if told else ()


def sheet_outline(case: Mapping[str, Any], minute: Minute, author: str, created: str) -> Outline:
    """A sheet of one decision, for where the minutes themselves are not kept with the case.

    case     ``diary_number``, ``title``, ``practice``
    author   whose sheet it is: the unit's name
    created  ISO time with zone
    """
    made = swedish.moment(created)
    return Outline(
        title=f"{case['diary_number']} {minute.paragraph} {minute.body}",
        running=case["title"],
        mark=case["diary_number"],
        author=author,
        blocks=(
            *_blocks(minute, 1),
            Notice(f"{SHEET} {made}. Protokollet självt finns hos {minute.body}."),
        ),
        warning="Övningsärende" if case["practice"] else "",
        created=created,
    )


def _blocks(minute: Minute, level: int) -> Iterator[Block]:
    yield Heading(level, minute.name)
    yield Paragraph(minute.matter, "lead")
    yield from _part("Beslut", minute.decision, level + 1)
    if minute.about:
        yield from _part("Ärendet", minute.about, level + 1)
    if minute.background:
        yield Heading(level + 1, "Beslutsunderlag")
        yield Bullets(minute.background)
    yield Heading(level + 1, "Expedieras till")
    yield Bullets(minute.recipients) if minute.recipients else Paragraph(NOT_SENT)


def _part(title: str, text: str, level: int) -> Iterator[Block]:
    yield Heading(level, title)
    yield from map(Paragraph, filter(None, text.split("\n")))
