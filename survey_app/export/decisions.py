"""The list of decisions taken by delegation in a period, for the board (6 kap. 40 § and 7 kap. 8 §
kommunallagen, 2017:725). Swedish: the archive's tongue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from survey_app.export import swedish
from survey_app.export.blocks import Block, Facts, Heading, Outline, Paragraph, Table

GROUND = "6 kap. 40 § och 7 kap. 8 § kommunallagen (2017:725)"
WITHHELD = "utelämnat"
HEADER = ("Diarienummer", "Beslut", "Datum", "Beslutat av", "Med stöd av")
TITLE = "Beslut fattade på delegation"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision.

    day    ISO, the Swedish day on which it was taken
    what   what was decided; ``matter`` the case's title
    who    who decided, and for whom they stood in
    right  under which delegation, with its days, and by which decision somebody stood in
    steps  the steps before it, one line each
    """

    diary_number: str
    matter: str
    what: str
    day: str
    who: str
    right: str
    steps: tuple[str, ...] = ()
    practice: bool = False
    submission_id: int | None = None


@dataclass(frozen=True, slots=True)
class DecisionList:
    """The decisions of a unit from one day to another, both with them (ISO days)."""

    unit: str
    first: str
    last: str
    decisions: tuple[Decided, ...]

    @property
    def title(self) -> str:
        """``"Beslut fattade på delegation 1 januari 2026–31 mars 2026"``."""
        return f"{TITLE} {swedish.day(self.first)}–{swedish.day(self.last)}"


def without_matter(decided: Decided) -> Decided:
    """What is left where secrecy conceals what the answer concerns."""
    return replace(decided, matter=WITHHELD, what=WITHHELD)


def without_decider(decided: Decided) -> Decided:
    """What is left where secrecy conceals the approval: number and day."""
    return replace(decided, what=WITHHELD, who=WITHHELD, right=WITHHELD, steps=())


def what_of(decided: Decided) -> str:
    """What was decided in which case, with what it is only where it is an exercise."""
    matter = "" if decided.matter == decided.what == WITHHELD else f"Ärende: {decided.matter}"
    practice = "Övningsärende, inget beslut" if decided.practice else ""
    return ". ".join(filter(None, (decided.what, matter, practice)))


def right_of(decided: Decided) -> str:
    """By what right, with the steps before."""
    return ". ".join((decided.right, *decided.steps))


def table_row(decided: Decided) -> tuple[str, ...]:
    """A decision as the table of the document has it."""
    return (
        decided.diary_number, what_of(decided), swedish.day(decided.day), decided.who,
        right_of(decided),
    )  # fmt: skip


def decisions_outline(found: DecisionList, created: str) -> Outline:
    """The list as a document. created: ISO time with zone."""
    return Outline(
        title=found.title,
        running=TITLE,
        mark=f"{found.first}–{found.last}",
        author=found.unit,
        blocks=tuple(_blocks(found, created)),
        warning="Innehåller övningsärenden" if _practised(found.decisions) else "",
        created=created,
    )


def _practised(decisions: Iterable[Decided]) -> bool:
    return any(decided.practice for decided in decisions)


def _blocks(found: DecisionList, created: str) -> Iterator[Block]:
    yield Heading(1, TITLE)
    yield Facts(
        (
            ("Myndighet", found.unit),
            ("Period", f"{swedish.day(found.first)} till och med {swedish.day(found.last)}"),
            ("Anmälan enligt", GROUND),
            ("Antal beslut", str(len(found.decisions))),
            ("Uttagen", swedish.moment(created)),
        )
    )
    if not found.decisions:
        yield Paragraph("Inga beslut är fattade på delegation under perioden.")
        return
    if any(WITHHELD in (decided.what, decided.matter, decided.who) for decided in found.decisions):
        yield Paragraph(
            "Uppgifter som omfattas av sekretess är utelämnade (5 kap. 2 § andra stycket "
            "offentlighets- och sekretesslagen)."
        )
    yield Table(HEADER, tuple(map(table_row, found.decisions)), (0.13, 0.3, 0.13, 0.2, 0.24))
