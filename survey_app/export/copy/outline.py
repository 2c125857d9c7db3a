"""From a copy under masks, and from a decision not to give out, to the outline of a document.

The law behind the words: TF 2 kap. 15 § (the rest of a document is given in a copy), 18 § (who asks
is not to be found out) and 19 § (the right to appeal); OSL 6 kap. 3 § (a written decision of the
authority on request), 7 and 8 §§ (appeal to kammarrätten); FL (2017:900) 32 § (reasons), 33 § (how
to appeal), 43-46 §§ (in writing, within three weeks of the day on which the decision was received,
to the authority that decided, which sends it on).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.export import swedish
from survey_app.export.blocks import Block, Facts, Heading, Notice, Outline, Paragraph, Table
from survey_app.export.outline import PRACTICE, submission_blocks

COPY = "KOPIA"
COPY_WARNING = "Kopia med maskerade uppgifter"
DECISION = "Beslut att inte lämna ut allmän handling"


def copy_outline(document: Mapping[str, Any]) -> Outline:
    """The document of a copy, marked as such on every page.

    document  as ``export.copy.masking.mask_record`` makes it
    """
    content = document["content"]
    return Outline(
        title=f"Kopia: {content['case']['diary_number']} {content['questionnaire']['title']}",
        running=content["questionnaire"]["title"],
        mark=content["case"]["diary_number"],
        author=content["unit"]["name"],
        blocks=tuple(_copy_blocks(document)),
        stamp=COPY,
        warning=COPY_WARNING,
        created=document["made_at"],
    )


def _copy_blocks(document: Mapping[str, Any]) -> Iterator[Block]:
    first, *rest = submission_blocks(document["content"], dict(document))
    yield first
    yield Notice(
        f"{COPY_WARNING}, framställd {swedish.moment(document['made_at'])}. Det som inte får "
        "lämnas ut är ersatt med [maskerat: nummer] och finns inte i filen. Skäl och lagrum står "
        "under rubriken Maskeringar. Filer som hör till maskerade svar är inte förtecknade bland "
        "bilagorna.",
        "warning",
    )
    yield from rest
    yield Heading(2, "Maskeringar")
    yield Table(
        ("Nummer", "Vad som är maskerat", "Skäl", "Lagrum"),
        tuple(
            (str(mask["number"]), mask["what"], mask["reason"], mask["ground"])
            for mask in document["masks"]
        ),
        (0.1, 0.32, 0.36, 0.22),
    )
    yield Heading(2, "Om du vill ha ut mer")
    yield Paragraph(
        "Begär hos myndigheten ett skriftligt beslut om det som är maskerat (6 kap. 3 § "
        "offentlighets- och sekretesslagen, 2009:400). Ett sådant beslut kan överklagas till "
        "kammarrätten (6 kap. 7 och 8 §§ samma lag). Du behöver inte säga vem du är eller vad du "
        "ska ha uppgifterna till i större utsträckning än vad som behövs för att pröva om det "
        "finns hinder mot att lämna ut dem (2 kap. 18 § tryckfrihetsförordningen)."
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision not to give out a document, or a part of it.

    case        ``diary_number``, ``title``, ``practice``
    unit        the authority's name
    what        what was asked for and is refused
    reasons     why (FL 32 §), and on which legal ``ground``
    decided_by  the title of the one who decided
    addressee   who is told of the decision; empty where nobody gave a name
    decided_at  ISO time with zone
    """

    case: Mapping[str, Any]
    unit: str
    what: str
    reasons: str
    ground: str
    decided_by: str
    addressee: str
    decided_at: str


def refusal_outline(refusal: Refusal) -> Outline:
    """The decision as a document that says how to appeal."""
    number = str(refusal.case["diary_number"])
    return Outline(
        title=f"{number} {DECISION}",
        running=DECISION,
        mark=number,
        author=refusal.unit,
        blocks=tuple(_refusal_blocks(refusal)),
        warning=PRACTICE if refusal.case.get("practice") else "",
        created=refusal.decided_at,
    )


def _refusal_blocks(refusal: Refusal) -> Iterator[Block]:
    yield Heading(1, DECISION)
    if refusal.case.get("practice"):
        yield Notice(f"{PRACTICE}. Gäller ingenting.", "warning")
    rows = (
        ("Myndighet", refusal.unit),
        ("Diarienummer", str(refusal.case["diary_number"])),
        ("Ärende", str(refusal.case["title"])),
        ("Datum", _day(refusal.decided_at)),
        ("Till", refusal.addressee or "Den som har begärt handlingen"),
    )
    yield Facts(rows)
    yield Heading(2, "Beslut")
    yield Paragraph(f"{refusal.unit} avslår begäran om att få ta del av följande:")
    yield from _paragraphs(refusal.what)
    yield Heading(2, "Skäl")
    yield from _paragraphs(refusal.reasons)
    yield Facts((("Lagrum", refusal.ground),))
    yield Heading(2, "Beslutet är fattat av")
    yield Paragraph(refusal.decided_by)
    yield Heading(2, "Så överklagar du")
    yield from (Paragraph(text) for text in how_to_appeal(refusal.unit))


def _day(moment: str) -> str:
    local = datetime.datetime.fromisoformat(moment).astimezone(swedish.STOCKHOLM)
    return swedish.day(local.date().isoformat())


def _paragraphs(text: str) -> Iterator[Block]:
    yield from (Paragraph(part.strip()) for part in text.split("\n") if part.strip())


def how_to_appeal(unit: str) -> tuple[str, ...]:
    """What FL 33 § asks a decision to say: to whom, how, and within what time."""
    return (
        "Den som har begärt att få ta del av handlingen kan överklaga beslutet till kammarrätten "
        "(2 kap. 19 § tryckfrihetsförordningen, 6 kap. 7 och 8 §§ offentlighets- och "
        "sekretesslagen, 2009:400).",
        f"Skriv till kammarrätten, men skicka eller lämna överklagandet till {unit}, som lämnar "
        "det vidare. Överklagandet ska ha kommit in till "
        f"{unit} inom tre veckor från den dag då du fick del av beslutet (43 och 44 §§ "
        "förvaltningslagen, 2017:900).",
        "Tala om vilket beslut du överklagar, till exempel med datum och diarienummer, hur du vill "
        "att beslutet ska ändras och varför. Lämna uppgifter så att domstolen kan nå dig.",
        f"Kommer överklagandet in för sent avvisar {unit} det. Annars prövar kammarrätten om du "
        "har rätt att ta del av handlingen.",
    )
