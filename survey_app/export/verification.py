"""Whether a package is intact, from the file alone. It may come from anyone, and is not trusted.

Intact means that everything in it agrees: the container byte by byte, each file's size and hash,
each approval with its content, each PDF's words with its record. Who made the package is another
question, which a signature answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.record import BrokenRecord, check_record
from survey_app.export import manifest as manifests
from survey_app.export.blocks import texts
from survey_app.export.case_document import content_of
from survey_app.export.container import MOST_BYTES, Files, read_container
from survey_app.export.glyphs import printable
from survey_app.export.manifest import Manifest, RecordEntry
from survey_app.export.outline import answer_blocks, question_title
from survey_app.export.pdf_text import UnreadablePdf, read_words, squeezed
from survey_app.export.record_schema import shape_errors
from survey_app.export.verdict import Finding, Verdict

Document = dict[str, Any]


def verify_package(source: bytes | Path | str) -> Verdict:
    """The verdict on a package, given as bytes or as the path of a file. Never raises."""
    data = source if isinstance(source, bytes) else _read_file(Path(source))
    if isinstance(data, Finding):
        return Verdict(False, False, (data,))
    files, findings = read_container(data)
    manifest: Manifest | None = None
    if files or not findings:
        manifest, more = _manifest(files)
        findings += more
    if manifest is not None:
        findings += _inventory(manifest, files)
        findings += _contents(manifest, files)
    return Verdict(
        intact=not findings,
        draft=manifest.draft if manifest else False,
        findings=tuple(findings),
        case=manifest.case.diary_number if manifest else "",
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _read_file(path: Path) -> bytes | Finding:
    try:
        if path.stat().st_size > MOST_BYTES:
            return Finding("too_large", facts={"limit": MOST_BYTES})
        return path.read_bytes()
    except OSError:
        return Finding("unreadable_file")


def _json(data: bytes) -> Any:
    """The JSON in a file; raises ValueError for what is none, or is too deep to be ours."""
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("too deep") from error


def _manifest(files: Files) -> tuple[Manifest | None, list[Finding]]:
    path = manifests.FILE
    if path not in files:
        return None, [Finding("manifest_missing", path)]
    try:
        manifest = Manifest.model_validate(_json(files[path]))
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(step) for step in first['loc'])}: {first['type']}"
        return None, [Finding("manifest_unreadable", path, {"reason": reason})]
    except ValueError:
        return None, [Finding("manifest_unreadable", path, {"reason": "JSON"})]
    same = _written(manifest) == files[path]
    return manifest, [] if same else [Finding("manifest_changed", path)]


def _written(manifest: Manifest) -> bytes:
    try:
        return manifests.written(manifest)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can write and UTF-8 cannot
        return b""


def _inventory(manifest: Manifest, files: Files) -> Iterator[Finding]:
    """Every file is named once and is what the manifest says."""
    named: set[str] = {manifests.FILE}
    for entry in manifest.files:
        if entry.path in named:
            yield Finding("file_twice", entry.path)
        named.add(entry.path)
        data = files.get(entry.path)
        if data is None:
            yield Finding("file_missing", entry.path)
            continue
        if len(data) != entry.size:
            facts = {"found": len(data), "expected": entry.size}
            yield Finding("size_differs", entry.path, facts)
        found = hashlib.sha256(data).hexdigest()
        if found != entry.sha256:
            yield Finding("hash_differs", entry.path, {"found": found, "expected": entry.sha256})
    for path in files:
        if path not in named:
            yield Finding("file_unknown", path)
    yield from _roles(manifest)


def _roles(manifest: Manifest) -> Iterator[Finding]:
    """Nothing that belongs to a package was left out of its manifest."""
    roles = {file.path: file.role for file in manifest.files}
    wanted: list[tuple[str, str]] = []
    for entry in manifest.records:
        wanted.append((entry.path, "content" if manifest.draft else "record"))
        wanted.append((entry.answers, "answers"))
        wanted.append((entry.questionnaire_path, "questionnaire"))
    for path, role in wanted:
        if roles.get(path) != role:
            yield Finding("role_missing", path, {"role": role})
    for role in ("case_document", "schema"):
        if len([found for found in roles.values() if found == role]) != 1:
            yield Finding("role_missing", facts={"role": role})


def _contents(manifest: Manifest, files: Files) -> Iterator[Finding]:
    documents: list[Document] = []
    for entry in manifest.records:
        document, findings = _document(entry, files)
        yield from findings
        if document is None:
            continue
        documents.append(document)
        yield from _guarded(entry.path, _agreement(manifest, entry, document, files))
        yield from _guarded(entry.answers, _words(entry.answers, [document], files))
    listed = {entry.path for entry in manifest.records}
    for file in manifest.files:
        if file.role in ("record", "content") and file.path not in listed:
            yield Finding("record_unknown", file.path)
        if file.role == "case_document":
            yield from _guarded(file.path, _words(file.path, documents, files))
    yield from _enclosures(manifest, documents)


def _guarded(path: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    # A record of the right shape can still name options that it does not have, and the like.
    try:
        yield from findings
    except Exception as error:
        yield Finding("unverifiable", path, {"reason": type(error).__name__})


def _document(entry: RecordEntry, files: Files) -> tuple[Document | None, list[Finding]]:
    """A record, or a draft's content, if it has its shape."""
    data = files.get(entry.path)
    if data is None:
        return None, []  # told by the inventory, unless the manifest does not list it at all
    try:
        document = _json(data)
    except ValueError:
        return None, [Finding("json_unreadable", entry.path)]
    errors = shape_errors(document)
    if errors:
        return None, [Finding("record_shape", entry.path, {"reason": errors[0]})]
    try:
        same = canonical_json(document) == data
    except (ValueError, RecursionError):
        same = False
    return document, [] if same else [Finding("not_canonical", entry.path)]


def _agreement(
    manifest: Manifest, entry: RecordEntry, document: Document, files: Files
) -> Iterator[Finding]:
    """The record agrees with itself, with the manifest and with the questionnaire's file."""
    path, content = entry.path, content_of(document)
    is_draft = document is content
    if is_draft != manifest.draft or bool(content.get("draft")) != manifest.draft:
        yield Finding("draft_differs", path)
    if not is_draft:
        try:
            check_record(document)
        except BrokenRecord as error:
            yield Finding(str(error), path)
        yield from _same("record_hash_differs", path, sha256_of(document), entry.record_sha256)
    yield from _same("content_hash_differs", path, sha256_of(content), entry.content_sha256)
    if content["case"]["diary_number"] != manifest.case.diary_number:
        facts = {
            "found": content["case"]["diary_number"],
            "expected": manifest.case.diary_number,
        }
        yield Finding("other_case", path, facts)
    form = content["questionnaire"]
    if (content["submission"]["id"], form["id"]) != (entry.submission, entry.questionnaire):
        yield Finding("other_submission", path)
    found = hashlib.sha256(files.get(entry.questionnaire_path, b"")).hexdigest()
    if not found == form["sha256"] == entry.questionnaire_sha256:
        yield Finding(
            "questionnaire_differs", entry.questionnaire_path, {"expected": form["sha256"]}
        )


def _same(code: str, path: str, found: str, expected: str | None) -> Iterator[Finding]:
    if found != expected:
        yield Finding(code, path, {"found": found, "expected": expected or "–"})


def _enclosures(manifest: Manifest, documents: list[Document]) -> Iterator[Finding]:
    held = {file.sha256: file for file in manifest.files if file.role == "enclosure"}
    named: set[str] = set()
    for document in documents:
        for enclosure in content_of(document)["enclosures"]:
            file = held.get(enclosure["sha256"])
            named.add(enclosure["sha256"])
            if file is None or file.size != enclosure["size"]:
                facts = {"name": enclosure["name"], "sha256": enclosure["sha256"]}
                yield Finding("enclosure_missing", facts=facts)
    for sha256, file in held.items():
        if sha256 not in named:
            yield Finding("enclosure_unknown", file.path)


def _words(path: str, documents: list[Document], files: Files) -> Iterator[Finding]:
    """A PDF tells the hashes, and every question with its answer, in order."""
    if path not in files:
        yield Finding("file_missing", path)
        return
    try:
        read = read_words(files[path], skip_others=True)
    except UnreadablePdf:
        yield Finding("pdf_unreadable", path)
        return
    at = 0
    for document in documents:
        content = content_of(document)
        for question, said in _said(document, content):
            place = read.find(said, at)
            if place < 0:
                yield Finding("pdf_text_differs", path, {"question": question})
            else:
                at = place + len(said)
        if document is not content and sha256_of(document) not in read:
            yield Finding("pdf_hash_missing", path, {"expected": sha256_of(document)})


def _said(document: Document, content: Content) -> Iterator[tuple[str, str]]:
    """The words of each answer as they stand on paper, by the question's number or id."""
    approval = document.get("approval")
    for section in content["sections"]:
        for entry in section["questions"]:
            name = str(entry["number"] or entry["id"])
            yield name, squeezed(printable(question_title(entry)))
            words = [text for block in answer_blocks(entry, approval) for text in texts(block)]
            yield name, squeezed(printable(" ".join(words)))
