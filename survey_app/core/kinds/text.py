"""Text, in one box or several. Value: a string, or a list of strings where there are boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from survey_app.core.characters import count_characters, tidy
from survey_app.core.condition import Atom
from survey_app.core.field import Field as TypedField
from survey_app.core.field import as_typed, limit_of
from survey_app.core.kinds.kind import Carried, Kind, Parts, Value
from survey_app.core.misfit import Misfit
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Part, Words

if TYPE_CHECKING:
    from survey_app.core.questionnaire import Continues


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


def shape(spec: TextAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    return {"boxes": spec.boxes, "max_characters": spec.max_characters}


def parts(spec: TextAnswer, value: Value) -> Iterator[tuple[str, str | bool]]:
    if spec.boxes == 1:
        yield "text", value or ""
        return
    for number in range(spec.boxes):
        yield f"box:{number + 1}", value[number] if value else ""


def from_parts(spec: TextAnswer, value: Value, parts: Parts) -> Any:
    if spec.boxes == 1:
        return parts["text"]
    return [parts[f"box:{number + 1}"] for number in range(spec.boxes)]


def carry(spec: TextAnswer, link: Continues, earlier: Any, value: Value) -> Carried:
    """Box by box; two that go into one stand there one after the other."""
    texts, misfits = [""] * spec.boxes, []
    for number, text in enumerate(value if isinstance(value, list) else [value], start=1):
        target = link.boxes.get(number, number)
        if not text.strip():
            continue
        if target > spec.boxes:
            misfits.append(Misfit("no_such_box", f"box:{number}", text))
        else:
            texts[target - 1] = one_after_the_other(texts[target - 1], text)
    return (texts[0] if spec.boxes == 1 else texts), misfits


def one_after_the_other(first: str, second: str) -> str:
    """Two texts with an empty line between; the second alone where there is no first."""
    return f"{first}\n\n{second}" if first else second


def join(spec: TextAnswer, standing: Value, added: Value) -> Value:
    return join_texts(standing, added) if spec.boxes == 1 else _join_boxes(standing, added)


def join_texts(standing: str, added: str) -> str:
    """What stands, and after an empty line what is added."""
    return f"{standing.rstrip()}\n\n{added}" if standing.strip() else added


def _join_boxes(standing: list[str], added: list[str]) -> list[str]:
    """Into the free boxes, what is left over into the last."""
    boxes = list(standing)
    for text in (item for item in added if item.strip()):
        free = next((n for n, box in enumerate(boxes) if not box.strip()), None)
        place = len(boxes) - 1 if free is None else free
        boxes[place] = join_texts(boxes[place], text)
    return boxes


def written(spec: TextAnswer, value: Value) -> int:
    return sum(map(count_characters, [value] if spec.boxes == 1 else value))


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[TypedField]:
    key, limit = entry["id"], limit_of(spec)
    if isinstance(value, str):
        yield TypedField(key, "text", as_typed(value), limit=limit)
        return
    for place, text in enumerate(value, start=1):
        if text.strip():
            yield TypedField(f"{key}/box/{place}", "text", as_typed(text), box=(place, len(value)),
                             limit=limit)  # fmt: skip


KIND = Kind(
    "text", parse, check, atoms, shape=shape, parts=parts, from_parts=from_parts, carry=carry,
    join=join, written=written, typed=typed,
)  # fmt: skip
