"""A case as one ZIP file: records, PDFs, questionnaires, enclosures, manifest.

Same input, same bytes. Nothing is compressed: what lies in the archive can be read from the bare
bytes, damage stays where it is, and ``export.verification`` can build the file again and compare.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.record import Record
from survey_app.export import manifest as manifests
from survey_app.export.case_document import Fetch, case_document, content_of
from survey_app.export.manifest import FileEntry, Manifest, RecordEntry, Role
from survey_app.export.outline import DRAFT, draft_outline, record_outline
from survey_app.export.pdf import render
from survey_app.export.record_schema import FILE as SCHEMA_FILE
from survey_app.export.record_schema import schema_bytes

PDF = "application/pdf"
JSON = "application/json"


class PackageError(ValueError):
    """A package that cannot be made: a code and the SHA-256 in question."""

    def __init__(self, code: str, sha256: str = "") -> None:
        super().__init__(f"{code} {sha256}".strip())
        self.code = code
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Part:
    """One submission: its record (of a draft its content) and the questionnaire file's bytes."""

    document: Record | Content
    spec_bytes: bytes


@dataclass(slots=True)
class _Files:
    """Files on their way into the package, in order."""

    entries: list[FileEntry] = field(default_factory=list)
    data: dict[str, bytes] = field(default_factory=dict)

    def add(
        self, path: str, data: bytes, role: Role, media_type: str, original: str | None = None
    ) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        entry = FileEntry(
            path=path, role=role, media_type=media_type, size=len(data), sha256=sha256,
            original_name=original,
        )  # fmt: skip
        self.entries.append(entry)
        self.data[path] = data
        return path


def build_package(
    case: Mapping[str, Any],
    parts: Sequence[Part],
    enclosures: Callable[[str], bytes] | Mapping[str, bytes],
    created_at: str,
    draft: bool = False,
) -> bytes:
    """The package of a case.

    case        ``diary_number``, ``title``, ``practice``
    enclosures  bytes of a file by its SHA-256; raises KeyError where there is none
    created_at  ISO time with zone

    Raises PackageError: ``nothing_to_pack``, ``enclosure_missing``, ``enclosure_changed`` or
    ``questionnaire_changed``.
    """
    if not parts:
        raise PackageError("nothing_to_pack")
    fetch = _checked(enclosures.__getitem__ if isinstance(enclosures, Mapping) else enclosures)
    files = _Files()
    prefix = f"{DRAFT}-" if draft else ""
    documents = [part.document for part in parts]
    whole = case_document(documents, fetch, draft_made_at=created_at if draft else None)
    files.add(f"{prefix}case.pdf", whole, "case_document", PDF)
    files.add(SCHEMA_FILE, schema_bytes(), "schema", "application/schema+json")
    names = _folders(content_of(part.document)["questionnaire"]["id"] for part in parts)
    records = [
        _add_part(files, part, name, created_at if draft else None)
        for part, name in zip(parts, names, strict=True)
    ]
    _add_enclosures(files, documents, fetch)
    manifest = Manifest(
        case=manifests.Case(
            diary_number=case["diary_number"],
            title=case["title"],
            practice=bool(case.get("practice")),
        ),
        draft=draft,
        created_at=created_at,
        records=records,
        files=files.entries,
    )
    return write_zip({manifests.FILE: manifests.written(manifest), **files.data})


def _checked(fetch: Fetch) -> Fetch:
    def checked(sha256: str) -> bytes:
        try:
            data = fetch(sha256)
        except KeyError as error:
            raise PackageError("enclosure_missing", sha256) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise PackageError("enclosure_changed", sha256)
        return data

    return checked


def _folders(names: Iterable[str]) -> list[str]:
    """A folder a submission: the questionnaire's id, numbered where it comes again."""
    seen: dict[str, int] = {}
    folders = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        folders.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return folders


def _add_part(files: _Files, part: Part, folder: str, draft_made_at: str | None) -> RecordEntry:
    document, content = part.document, content_of(part.document)
    form = content["questionnaire"]
    if hashlib.sha256(part.spec_bytes).hexdigest() != form["sha256"]:
        raise PackageError("questionnaire_changed", form["sha256"])
    if draft_made_at:
        name, role, prefix = "content", "content", f"{DRAFT}-"
        outline = draft_outline(content, draft_made_at)
    else:
        name, role, prefix = "record", "record", ""
        outline = record_outline(document)
    kind: Role = "content" if role == "content" else "record"
    return RecordEntry(
        submission=content["submission"]["id"],
        questionnaire=form["id"],
        path=files.add(f"{folder}/{prefix}{name}.json", canonical_json(document), kind, JSON),
        answers=files.add(f"{folder}/{prefix}answers.pdf", render(outline), "answers", PDF),
        questionnaire_path=files.add(
            f"{folder}/questionnaire.json", part.spec_bytes, "questionnaire", JSON
        ),
        record_sha256=None if draft_made_at else sha256_of(document),
        content_sha256=sha256_of(content),
        questionnaire_sha256=form["sha256"],
    )


def _add_enclosures(files: _Files, documents: Sequence[Record | Content], fetch: Fetch) -> None:
    seen: set[str] = set()
    for document in documents:
        for enclosure in content_of(document)["enclosures"]:
            sha256 = enclosure["sha256"]
            if sha256 not in seen:
                seen.add(sha256)
                path = f"enclosures/{sha256[:12]}-{safe_name(enclosure['name'])}"
                files.add(
                    path, fetch(sha256), "enclosure", enclosure["media_type"], enclosure["name"]
                )


def safe_name(name: str) -> str:
    """A file's name that every system can bear: ASCII letters, digits, ``.``, ``-`` and ``_``.

    ``"RS221016 §164 ST-tjänster.pdf"`` is ``"RS221016_164_ST-tjanster.pdf"``.
    """
    bare = re.split(r"[/\\]", name)[-1]
    stem, _, ending = bare.rpartition(".")
    ending = _ascii(ending)
    if "." not in bare or not 0 < len(ending) <= 8:
        return _ascii(bare)[:80] or "fil"
    return f"{_ascii(stem)[:80].rstrip('._-') or 'fil'}.{ending}"


def _ascii(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.-]+", "_", bare).strip("._-")


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of files in the order given: stored, dated 1980-01-01, read and write for the owner."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return target.getvalue()
