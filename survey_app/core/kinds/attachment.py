"""Files, or a text in their stead. Value: ``{"files": [...], "text": "..."}``.

A file is ``{"name", "size", "sha256", "media_type"}``, size in bytes: the answer names what it
encloses, so a hash of the answers covers the enclosures too. The authority offers "eller skicka
underlaget", and a region may have no file: a text or a link then answers the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from survey_app.core.characters import count_characters
from survey_app.core.condition import Atom
from survey_app.core.field import Field as TypedField
from survey_app.core.field import as_typed, limit_of
from survey_app.core.kinds.kind import Kind, Parts, Value
from survey_app.core.kinds.text import join_texts, parse_line, too_long
from survey_app.core.number import LARGEST
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Part, Words

FILE_KEYS = {"name", "size", "sha256", "media_type"}
MEGABYTE = 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


class AttachmentAnswer(Part):
    """Files with their number, size (megabytes) and types (endings such as ``pdf``)."""

    kind: Literal["attachment"]
    max_files: int = Field(default=10, ge=1, le=50)
    max_megabytes: int = Field(default=25, ge=1, le=25)
    types: list[str] = Field(default_factory=list)
    text_instead: bool = True
    max_characters: int | None = Field(default=None, ge=1, le=100_000)
    label: Words | None = None


def _file(raw: object) -> dict[str, str | int]:
    if not isinstance(raw, dict) or set(raw) != FILE_KEYS:
        raise Malformed("expected_file")
    size, sha256 = raw["size"], raw["sha256"]
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= LARGEST:
        raise Malformed("expected_file")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise Malformed("expected_file")
    return {
        "name": parse_line(raw["name"]),
        "size": size,
        "sha256": sha256,
        "media_type": parse_line(raw["media_type"]),
    }


def parse(spec: AttachmentAnswer, raw: object) -> Value:
    if raw is None:
        return None
    if isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, dict) or not set(raw) <= {"files", "text"}:
        raise Malformed("expected_files")
    files = raw.get("files", [])
    if not isinstance(files, list):
        raise Malformed("expected_files")
    value = {"files": [_file(item) for item in files], "text": parse_line(raw.get("text", ""))}
    return value if value["files"] or str(value["text"]).strip() else None


def check(spec: AttachmentAnswer, value: Value) -> Iterator[Problem]:
    files = value["files"]
    if len(files) > spec.max_files:
        yield Problem("too_many_files", facts={"max": spec.max_files, "count": len(files)})
    for file in files:
        if file["size"] > spec.max_megabytes * MEGABYTE:
            yield Problem("file_too_large", facts={"name": file["name"], "max": spec.max_megabytes})
        ending = file["name"].rpartition(".")[2].lower()
        if spec.types and ending not in spec.types:
            yield Problem("file_type", facts={"name": file["name"], "types": ", ".join(spec.types)})
    if value["text"].strip() and not spec.text_instead and not files:
        yield Problem("file_needed")
    yield from too_long(value["text"], spec.max_characters)


def atoms(spec: AttachmentAnswer, value: Value) -> tuple[Atom, ...]:
    return tuple(file["sha256"] for file in value["files"]) or (value["text"],)


def files(spec: AttachmentAnswer, value: Value) -> list[dict[str, Any]]:
    return list(value["files"])


def parts(spec: AttachmentAnswer, value: Value) -> Iterator[tuple[str, str | bool]]:
    """The text; files are no part, they stay as they are."""
    yield "text", value["text"] if value else ""


def from_parts(spec: AttachmentAnswer, value: Value, parts: Parts) -> Any:
    return {"files": value["files"] if value else [], "text": parts["text"]}


def join(spec: AttachmentAnswer, standing: Value, added: Value) -> Value:
    there = {(file["sha256"], file["name"]) for file in standing["files"]}
    more = [file for file in added["files"] if (file["sha256"], file["name"]) not in there]
    text = join_texts(standing["text"], added["text"]) if added["text"] else standing["text"]
    return {"files": [*standing["files"], *more], "text": text}


def written(spec: AttachmentAnswer, value: Value) -> int:
    return count_characters(value["text"])


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[TypedField]:
    key = entry["id"]
    for file in {file["sha256"]: file for file in value["files"]}.values():
        yield TypedField(f"{key}/file/{file['sha256']}", "file", as_typed(file["name"]),
                         sha256=file["sha256"])  # fmt: skip
    if value["text"].strip():
        yield TypedField(f"{key}/text", "text", as_typed(value["text"]), limit=limit_of(spec))


KIND = Kind(
    "attachment", parse, check, atoms, files=files, parts=parts, from_parts=from_parts, join=join,
    written=written, typed=typed,
)  # fmt: skip
