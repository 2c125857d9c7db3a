"""JSON as a person wrote it: where each value stands, and keys that stand twice.

``json.loads`` keeps the last of two equal keys and forgets the lines; a questionnaire's author
needs both.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from survey_app.core.finding import Finding, Path, SpecificationError

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
# The messages of Python's json module, by the code that tells an author what to do.
_SYNTAX = (
    ("Illegal trailing comma", "json_trailing_comma"),
    ("Expecting property name", "json_key"),
    ("Expecting ',' delimiter", "json_comma"),
    ("Expecting ':' delimiter", "json_colon"),
    ("Expecting value", "json_value"),
    ("Unterminated string", "json_string"),
    ("Invalid control character", "json_string"),
    ("Invalid \\", "json_escape"),
    ("Extra data", "json_extra"),
)


@dataclass(slots=True)
class _Frame:
    """An object or a list that is being walked through."""

    path: Path
    is_object: bool
    at: str | int | None
    seen: set[str] = field(default_factory=set)

    def enter(self, key: str) -> bool:
        """Goes on to a key; whether it stood there before."""
        self.at = key
        again = key in self.seen
        self.seen.add(key)
        return again


@dataclass(frozen=True, slots=True)
class Trace:
    """The lines, from 1, on which values (or their keys) stand, and keys that stand twice."""

    lines: dict[Path, int]
    repeated: list[tuple[Path, int]]


def load_json(text: str) -> Any:
    """The JSON document in a text. Raises SpecificationError with line and column."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        code = next((code for said, code in _SYNTAX if said in error.msg), "json_syntax")
        facts = {"line": error.lineno, "column": error.colno}
        raise SpecificationError([Finding("", code, facts)]) from error
    except RecursionError as error:
        raise SpecificationError([Finding("", "json_too_deep")]) from error
    except SpecificationError:
        raise
    except ValueError as error:  # a whole number of more than 4,300 digits
        raise SpecificationError([Finding("", "json_number")]) from error


def _refuse_constant(word: str) -> NoReturn:
    raise SpecificationError([Finding("", "json_constant", {"word": word})])


def trace(text: str) -> Trace:
    """Where everything stands in a text that is known to be JSON."""
    found = Trace({}, [])
    frames: list[_Frame] = []
    line, end = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", end, token.start())
        end = token.start()
        _step(token[0], line, frames, found)
    return found


def _step(sign: str, line: int, frames: list[_Frame], found: Trace) -> None:
    frame = frames[-1] if frames else None
    if sign == ":":
        return
    if sign in ("}", "]"):
        frames.pop()
    elif frame is not None and sign == ",":
        frame.at = frame.at + 1 if isinstance(frame.at, int) else None
    elif frame is not None and frame.is_object and frame.at is None:
        key = json.loads(sign)
        if frame.enter(key):
            found.repeated.append(((*frame.path, key), line))
        found.lines[*frame.path, key] = line
    else:
        path = (*frame.path, frame.at) if frame and frame.at is not None else ()
        found.lines.setdefault(path, line)
        if sign in ("{", "["):
            frames.append(_Frame(path, sign == "{", None if sign == "{" else 0))
