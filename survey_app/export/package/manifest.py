"""The manifest of a package: every file with its size, hash and role, and how they belong.

It is what the signature signs. Three files stand outside it, since they name it or its hash: the
root's METS (of which the manifest holds the hash, reckoned without the hashes of the other two),
a bag's tag manifest, and the signature itself.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = "manifest.json"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Role = Literal[
    "record",
    "content",
    "answers",
    "questionnaire",
    "enclosure",
    "receipt",
    "document",
    "case_document",
    "schema",
    "documentation",
    "descriptive",
    "preservation",
    "structure",
]
Format = Literal["eark", "bagit"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FileEntry(_Shape):
    """One file; ``original_name`` is the name under which an enclosure was received."""

    path: str
    role: Role
    media_type: str
    size: int
    sha256: Sha256
    original_name: str | None = None


class RecordEntry(_Shape):
    """One submission and its files; of a draft, ``record_sha256`` is None."""

    submission: str | int
    questionnaire: str
    path: str
    answers: str
    questionnaire_path: str
    record_sha256: Sha256 | None
    content_sha256: Sha256
    questionnaire_sha256: Sha256


class Case(_Shape):
    """The case."""

    diary_number: str
    title: str
    practice: bool = False


class Manifest(_Shape):
    """What a package says of itself.

    identifier   the name of its folder
    mets_sha256  of an E-ARK package, the hash of the root's METS, see the module
    """

    format: Literal["redogor/package/2"] = "redogor/package/2"
    packed_as: Format
    identifier: str
    case: Case
    draft: bool
    created_at: str
    records: list[RecordEntry]
    files: list[FileEntry]
    mets_sha256: Sha256 | None = None


def written(manifest: Manifest) -> bytes:
    """The one way to write a manifest, for people to read too."""
    shown = manifest.model_dump(mode="json")
    return (json.dumps(shown, indent=2, ensure_ascii=False) + "\n").encode()
