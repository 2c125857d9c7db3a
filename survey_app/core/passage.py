"""Something to read beside what is asked: what the authority printed, and notes of ours."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from survey_app.core.condition import ShownWhen
from survey_app.core.wording import Part, Words


class Passage(Part):
    """Something to read: exactly one of a paragraph, a heading, a list (``items``) and a link.

    ``by: "redogor"`` tells a note of ours from the authority's printed words.
    """

    text: Words | None = None
    heading: Words | None = None
    items: list[Words] | None = None
    link: Words | None = None
    url: str | None = None
    by: Literal["authority", "redogor"] = "authority"
    shown_when: ShownWhen | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Passage:
        said = [self.text, self.heading, self.items, self.link]
        if sum(item is not None for item in said) != 1:
            raise ValueError("one_of_text_heading_items_link")
        return self


def written_passages(passages: list[Passage]) -> list[dict[str, Any]]:
    """Passages as they stand in a content, in Swedish."""
    return [_passage(passage) for passage in passages]


def _passage(passage: Passage) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if passage.items is not None:
        said["items"] = [item.sv for item in passage.items]
    for key in ("text", "heading", "link"):
        words = getattr(passage, key)
        if words is not None:
            said[key] = words.sv
    if passage.url is not None:
        said["url"] = passage.url
    if passage.by != "authority":
        said["by"] = passage.by
    return said
