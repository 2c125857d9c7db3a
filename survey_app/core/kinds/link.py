"""An address on the web. Value: a string."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from survey_app.core.condition import Atom
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.kinds.text import parse_line
from survey_app.core.problem import Problem
from survey_app.core.wording import Part, Words


class LinkAnswer(Part):
    """A link that begins with https:// or http://."""

    kind: Literal["link"]
    label: Words | None = None


def is_link(text: str) -> bool:
    """Whether a text is one http or https address and nothing else."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not any(map(str.isspace, text))
    )


def parse(spec: LinkAnswer, raw: object) -> Value:
    if raw is None:
        return None
    text = parse_line(raw).strip()
    if text.lower().startswith("www."):
        text = "https://" + text
    return text or None


def check(spec: LinkAnswer, value: Value) -> Iterator[Problem]:
    if not is_link(value):
        yield Problem("not_a_link", facts={"typed": value[:60]})


def atoms(spec: LinkAnswer, value: Value) -> tuple[Atom, ...]:
    return (value,)


KIND = Kind("link", parse, check, atoms)
