"""The records of a package, held against approval, questionnaire, enclosures and PDFs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.record import BrokenRecord, check_record
from survey_app.export.blocks import texts
from survey_app.export.case_answers import told_whole
from survey_app.export.case_document import content_of
from survey_app.export.outline import answer_blocks, question_title
from survey_app.export.package.manifest import Manifest, RecordEntry
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.words import UnreadablePdf, read_words, squeezed
from survey_app.export.record_schema import shape_errors
from survey_app.export.verification.container import Files
from survey_app.export.verification.inventory import json_in
from survey_app.export.verification.verdict import Finding

Document = dict[str, Any]


def read_documents(manifest: Manifest, files: Files) -> tuple[dict[str, Document], list[Finding]]:
    """The records (of a draft the contents) by path, as far as they have their shape."""
    documents: dict[str, Document] = {}
    findings: list[Finding] = []
    for entry in manifest.records:
        document, more = _document(entry, files)
        findings += more
        if document is not None:
            documents[entry.path] = document
    return documents, findings


def check_agreement(
    manifest: Manifest, documents: Mapping[str, Document], files: Files
) -> Iterator[Finding]:
    """What is wrong between the records and what belongs to them."""
    for entry in manifest.records:
        if document := documents.get(entry.path):
            yield from guarded(entry.path, _agreement(manifest, entry, document, files))
            yield from guarded(entry.answers, _words(entry.answers, [document], files))
    listed = {entry.path for entry in manifest.records}
    for file in manifest.files:
        if file.role in ("record", "content") and file.path not in listed:
            yield Finding("record_unknown", file.path)
        if file.role == "case_document":
            found = [documents[entry.path] for entry in manifest.records
                     if entry.path in documents]  # fmt: skip
            whole, answers = told_whole(found)
            yield from guarded(file.path, _words(file.path, whole, files))
            yield from guarded(file.path, _listed(file.path, answers, files))
    yield from _enclosures(manifest, list(documents.values()))


def guarded(path: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Findings; one more instead of an error. A record of the right shape can still name options
    that it does not have, and the like."""
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
        document = json_in(data)
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
    number = content["case"]["diary_number"]
    if number != manifest.case.diary_number:
        yield from _same("other_case", path, number, manifest.case.diary_number)
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


def _enclosures(manifest: Manifest, documents: Sequence[Document]) -> Iterator[Finding]:
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


def _listed(path: str, answers: Sequence[Document], files: Files) -> Iterator[Finding]:
    """Where a case has very many answers, its document tells the hash of each and no more."""
    if not answers or path not in files:
        return
    read = read_words(files[path], skip_others=True)
    for answer in answers:
        sha256 = answer["approval"]["content_sha256"]
        if sha256 not in read:
            yield Finding("pdf_hash_missing", path, {"expected": sha256})


def _words(path: str, documents: Sequence[Document], files: Files) -> Iterator[Finding]:
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
