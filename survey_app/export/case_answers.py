"""What units answered in rounds, in the document of the case that they answered to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export import swedish
from survey_app.export.attested import is_handed_over
from survey_app.export.blocks import Block, Bullets, Heading, Paragraph, Table

MOST_WHOLE = 60
"""How many answers a case's document has whole; of more it lists where they are."""


def is_answer(document: Record | Content, owner: str) -> bool:
    """Whether a unit handed it over in a round; of a draft, whether it is another's than the
    owner of the case."""
    approval: Mapping[str, Any] | None = document.get("approval")
    if approval is not None:
        return is_handed_over(approval)
    found: dict[str, Any] = document.get("content", document)
    return bool(owner) and found["unit"]["name"] != owner


def told_whole(
    documents: Sequence[Record | Content],
) -> tuple[list[Record | Content], list[Record | Content]]:
    """What the document of a case tells from beginning to end, and the answers that it lists.

    A draft is told whole: what stands in it is nobody's record yet.
    """
    answers = [document for document in documents if is_answer(document, "")]
    if len(answers) <= MOST_WHOLE:
        return list(documents), []
    return [document for document in documents if not is_answer(document, "")], answers


def answers_on_cover(contents: Sequence[Content], owner: str) -> Iterator[Block]:
    """From whom there are answers to what: a questionnaire a line."""
    counted: dict[str, dict[str, None]] = {}
    for content in contents:
        counted.setdefault(content["questionnaire"]["title"], {})[content["unit"]["name"]] = None
    yield Paragraph(f"Svar som enheter har lämnat till {owner} i omgångar:", "lead")
    yield Bullets(
        tuple(
            f"{title}: {swedish.count(len(units))} {'enhet' if len(units) == 1 else 'enheter'}"
            for title, units in counted.items()
        )
    )


def heading_of(content: Content) -> str:
    """What an answer is called beside those of other units."""
    return f"{content['unit']['name']}: {content['questionnaire']['title']}"


def listed_answers(documents: Sequence[Record | Content]) -> Iterator[Block]:
    """Where there are too many to be read one after the other: each with its hash, by which it is
    found in the package."""
    yield Heading(1, "Svar från enheter")
    yield Paragraph(
        f"Svaren är {swedish.number(len(documents))} och står inte här. Vart och ett finns i "
        "ärendets paket som PDF och JSON, och har den kontrollsumma (SHA-256) som står här."
    )
    rows = [
        (
            document["content"]["unit"]["name"],
            document["content"]["questionnaire"]["title"],
            document["approval"]["content_sha256"],
        )
        for document in documents
    ]
    yield Table(("Enhet", "Formulär", "Kontrollsumma"), tuple(rows), (3, 3, 4))
