"""Text, in one box or several. Value: a string, or a list of strings where there are boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from survey_app.core.characters import count_characters, tidy
from survey_app.core.condition import Atom
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Part, Words


class TextAnswer(Part):
    """Free text, and how much of it."""

    kind: Literal["text"]
    boxes: int = Field(default=1, ge=1, le=20)
    max_characters: int | None = Field(default=None, ge=1, le=100_000)
    multiline: bool = True
    label: Words | None = None
    """Said to those who do not see the question beside the box."""


def parse_line(raw: object) -> str:
    """A text as stored. Raises Malformed for anything else."""
    if not isinstance(raw, str):
        raise Malformed("expected_text")
    return tidy(raw)


def too_long(text: str, limit: int | None) -> Iterator[Problem]:
    """The problem of a text over its limit."""
    # NFC makes three of some code points, never more: short texts need no counting.
    if limit is None or 3 * len(text) <= limit:
        return
    count = count_characters(text)
    if count > limit:
        yield Problem("too_long", facts={"limit": limit, "count": count, "excess": count - limit})


def parse(spec: TextAnswer, raw: object) -> Value:
    if raw is None:
        return None
    if spec.boxes == 1:
        text = parse_line(raw)
        return text if text.strip() else None
    if isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, list) or len(raw) > spec.boxes:
        raise Malformed("expected_boxes", boxes=spec.boxes)
    texts = [parse_line(item) for item in raw]
    texts += [""] * (spec.boxes - len(texts))
    return texts if any(text.strip() for text in texts) else None


def check(spec: TextAnswer, value: Value) -> Iterator[Problem]:
    if spec.boxes == 1:
        yield from too_long(value, spec.max_characters)
        return
    for number, text in enumerate(value, start=1):
        for problem in too_long(text, spec.max_characters):
            yield problem.within(f"box:{number}")


def atoms(spec: TextAnswer, value: Value) -> tuple[Atom, ...]:
    return (value,) if spec.boxes == 1 else tuple(text for text in value if text.strip())


KIND = Kind("text", parse, check, atoms)
