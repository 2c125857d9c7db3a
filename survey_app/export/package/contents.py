"""What a package of a case holds, whichever format it is packed in.

Records, PDFs, questionnaires, enclosures and receipts are the data; beside them stand the schemas
and what a reader needs in thirty years. ``export.package.eark`` and ``export.package.bag`` give
each its place.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files as resources
from typing import Any, Literal

from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.record import Record
from survey_app.core.schema import questionnaire_schema
from survey_app.export.case_document import Fetch, case_document, content_of
from survey_app.export.outline import DRAFT, draft_outline, record_outline
from survey_app.export.package.event import Event
from survey_app.export.package.manifest import Role
from survey_app.export.pdf.drawing import render
from survey_app.export.record_schema import FILE as RECORD_SCHEMA
from survey_app.export.record_schema import schema_bytes

PDF, JSON, XML, TEXT = "application/pdf", "application/json", "application/xml", "text/plain"
FORM_SCHEMA = "questionnaire.schema.json"
Area = Literal["data", "documentation", "schemas"]


class PackageError(ValueError):
    """A package that cannot be made: a code and the SHA-256 in question."""

    def __init__(self, code: str, sha256: str = "") -> None:
        super().__init__(f"{code} {sha256}".strip())
        self.code = code
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was received: the authority's receipt, or a document of the case."""

    name: str
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Part:
    """One submission: its record (of a draft its content) and the questionnaire file's bytes.

    pdf  the PDF that was kept when the submission was archived; None makes it from the document
    """

    document: Record | Content
    spec_bytes: bytes
    events: tuple[Event, ...] = ()
    receipt: Received | None = None
    pdf: bytes | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file; ``path`` is below its area, ``original_name`` the name that it came with."""

    area: Area
    path: str
    data: bytes
    role: Role
    media_type: str
    original_name: str | None = None
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission and where its files are, below ``data``."""

    part: Part
    record: str
    answers: str
    questionnaire: str

    @property
    def content(self) -> Content:
        """What is answered."""
        return content_of(self.part.document)


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a package but its metadata."""

    case: Mapping[str, Any]
    draft: bool
    created_at: str
    entries: tuple[Entry, ...]
    items: tuple[Item, ...]
    owner: Mapping[str, Any] | None = None

    @property
    def units(self) -> dict[str, Mapping[str, Any]]:
        """Whose answers these are, by name; of a case without answers, whose case it is."""
        found = {entry.content["unit"]["name"]: entry.content["unit"] for entry in self.entries}
        return found or self.owners

    @property
    def owners(self) -> dict[str, Mapping[str, Any]]:
        """Whose case it is, by name: the one that made the archive and hands it over, even where
        other units answered in rounds (CSIP and SIP allow one); if that is not told, the units."""
        if self.owner:
            return {self.owner["name"]: self.owner}
        return {entry.content["unit"]["name"]: entry.content["unit"] for entry in self.entries}


def gather(
    case: Mapping[str, Any],
    parts: Sequence[Part],
    fetch: Fetch,
    created_at: str,
    *,
    draft: bool,
    papers: Sequence[Received] = (),
    case_pdf: bytes | None = None,
    owner: Mapping[str, Any] | None = None,
) -> Contents:
    """The contents of a package. Raises PackageError, see ``zip_file.build_package``."""
    if not parts and not (case_pdf and papers and owner):
        raise PackageError("nothing_to_pack")
    fetch = _checked(fetch)
    names = _folders(content_of(part.document)["questionnaire"]["id"] for part in parts)
    entries: list[Entry] = []
    items = [
        _case_document(
            parts, fetch, created_at, case_pdf, draft=draft, owner=owner["name"] if owner else ""
        )
    ]
    for part, name in zip(parts, names, strict=True):
        entry = _entry(part, name, draft=draft)
        entries.append(entry)
        items.extend(_documents(entry, created_at, draft=draft))
    items.extend(_enclosures(parts, fetch))
    items.extend(_receipts(parts, names, fetch))
    items.extend(_papers(papers, fetch))
    items.extend(_schemas())
    return Contents(case, draft, created_at, tuple(entries), tuple(items), owner)


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


def _case_document(
    parts: Sequence[Part], fetch: Fetch, created_at: str, made: bytes | None, *, draft: bool,
    owner: str,
) -> Item:  # fmt: skip
    data = made or case_document(
        [part.document for part in parts], fetch, owner=owner,
        draft_made_at=created_at if draft else None,
    )  # fmt: skip
    name = f"{DRAFT}-case.pdf" if draft else "case.pdf"
    return Item("data", name, data, "case_document", PDF)


def _entry(part: Part, folder: str, *, draft: bool) -> Entry:
    form = content_of(part.document)["questionnaire"]
    if hashlib.sha256(part.spec_bytes).hexdigest() != form["sha256"]:
        raise PackageError("questionnaire_changed", form["sha256"])
    prefix, name = (f"{DRAFT}-", "content") if draft else ("", "record")
    return Entry(
        part,
        record=f"{folder}/{prefix}{name}.json",
        answers=f"{folder}/{prefix}answers.pdf",
        questionnaire=f"{folder}/questionnaire.json",
    )


def _documents(entry: Entry, created_at: str, *, draft: bool) -> Iterator[Item]:
    document = entry.part.document
    outline = draft_outline(document, created_at) if draft else record_outline(document)
    role: Role = "content" if draft else "record"
    yield Item("data", entry.record, canonical_json(document), role, JSON)
    yield Item("data", entry.answers, entry.part.pdf or render(outline), "answers", PDF)
    yield Item("data", entry.questionnaire, entry.part.spec_bytes, "questionnaire", JSON)


def _enclosures(parts: Sequence[Part], fetch: Fetch) -> Iterator[Item]:
    seen: set[str] = set()
    for part in parts:
        for enclosure in content_of(part.document)["enclosures"]:
            sha256, name = enclosure["sha256"], enclosure["name"]
            if sha256 not in seen:
                seen.add(sha256)
                path = f"enclosures/{sha256[:12]}-{safe_name(name)}"
                media_type = enclosure["media_type"]
                yield Item("data", path, fetch(sha256), "enclosure", media_type, name)


def _receipts(parts: Sequence[Part], folders: Sequence[str], fetch: Fetch) -> Iterator[Item]:
    for part, folder in zip(parts, folders, strict=True):
        if receipt := part.receipt:
            path = f"{folder}/receipt-{receipt.sha256[:12]}-{safe_name(receipt.name)}"
            data = fetch(receipt.sha256)
            yield Item("data", path, data, "receipt", receipt.media_type, receipt.name)


def _papers(papers: Sequence[Received], fetch: Fetch) -> Iterator[Item]:
    for sha256, paper in {paper.sha256: paper for paper in papers}.items():
        path = f"documents/{sha256[:12]}-{safe_name(paper.name)}"
        yield Item("data", path, fetch(sha256), "document", paper.media_type, paper.name)


def _schemas() -> Iterator[Item]:
    yield Item("schemas", RECORD_SCHEMA, schema_bytes(), "schema", JSON)
    yield Item("schemas", FORM_SCHEMA, _form_schema(), "schema", JSON)


@cache
def _form_schema() -> bytes:
    return (json.dumps(questionnaire_schema(), ensure_ascii=False, indent=2) + "\n").encode()


def xml_schemas() -> Iterator[Item]:
    """The XML schemas of METS and E-ARK, which others made (``schemas/README.md``)."""
    folder = resources("survey_app.export.package").joinpath("schemas")
    for path in sorted(folder.iterdir(), key=lambda found: found.name):
        if path.name.endswith(".xsd"):
            yield Item("schemas", path.name, path.read_bytes(), "schema", XML)


def record_hashes(document: Record | Content, *, draft: bool) -> tuple[str | None, str]:
    """SHA-256 of the record (None of a draft) and of its content."""
    return None if draft else sha256_of(document), sha256_of(content_of(document))


def safe_name(name: str) -> str:
    """A file's name that every system can bear: ASCII letters, digits, ``.``, ``-`` and ``_``.

    ``"RS221016 §164 ST-tjänster.pdf"`` is ``"RS221016_164_ST-tjanster.pdf"``.
    """
    bare = re.split(r"[/\\]", name)[-1]
    stem, _, ending = bare.rpartition(".")
    ending = plain(ending)
    if "." not in bare or not 0 < len(ending) <= 8:
        return plain(bare)[:80] or "fil"
    return f"{plain(stem)[:80].rstrip('._-') or 'fil'}.{ending}"


def plain(text: str) -> str:
    """The text in ASCII letters and digits, ``.`` and ``-``; all else is ``_`` or gone."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.-]+", "_", bare).strip("._-")
