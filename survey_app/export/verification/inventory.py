"""The manifest of a package, held against the files: which check of ``export.verification``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from survey_app.export.package import bag, eark
from survey_app.export.package import manifest as manifests
from survey_app.export.package.manifest import Format, Manifest
from survey_app.export.verification.container import Files
from survey_app.export.verification.verdict import Finding

MANIFESTS: dict[str, Format] = {eark.MANIFEST: "eark", bag.MANIFEST: "bagit"}
SIGNATURES: dict[Format, str] = {"eark": eark.SIGNATURE, "bagit": bag.SIGNATURE}
OUTERMOST: dict[Format, str] = {"eark": eark.ROOT, "bagit": bag.TAGS}


def json_in(data: bytes) -> Any:
    """The JSON in a file; raises ValueError for what is none, or is too deep to be ours."""
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("too deep") from error


def read_manifest(files: Files) -> tuple[Manifest | None, list[Finding]]:
    """The manifest, wherever its format has it, and what is wrong with it."""
    path = next((path for path in MANIFESTS if path in files), None)
    if path is None:
        return None, [Finding("manifest_missing", eark.MANIFEST)]
    try:
        manifest = Manifest.model_validate(json_in(files[path]))
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(step) for step in first['loc'])}: {first['type']}"
        return None, [Finding("manifest_unreadable", path, {"reason": reason})]
    except ValueError:
        return None, [Finding("manifest_unreadable", path, {"reason": "JSON"})]
    if manifest.packed_as != MANIFESTS[path]:
        return None, [Finding("manifest_unreadable", path, {"reason": "packed_as"})]
    same = _written(manifest) == files[path]
    return manifest, [] if same else [Finding("manifest_changed", path)]


def _written(manifest: Manifest) -> bytes:
    try:
        return manifests.written(manifest)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can write and UTF-8 cannot
        return b""


def manifest_path(manifest: Manifest) -> str:
    """Where the manifest itself stands."""
    return next(path for path, kind in MANIFESTS.items() if kind == manifest.packed_as)


def check_inventory(manifest: Manifest, folder: str, files: Files) -> Iterator[Finding]:
    """Every file is named once and is what the manifest says; nothing else is there."""
    if folder != manifest.identifier:
        yield Finding("other_folder", facts={"found": folder, "expected": manifest.identifier})
    outside = {manifest_path(manifest), OUTERMOST[manifest.packed_as]}
    named = {*outside, SIGNATURES[manifest.packed_as]}
    for path in outside - set(files):
        yield Finding("file_missing", path)
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
    if manifest.packed_as == "eark":
        wanted += [(eark.DESCRIPTION, "descriptive"), (eark.STRUCTURE, "structure")]
        wanted += [(eark.HISTORY, "preservation"), (eark.HOLDINGS, "preservation")]
        wanted.append(("schemas/record.schema.json", "schema"))
    else:
        wanted += [(bag.DESCRIPTION, "descriptive"), (bag.HISTORY, "preservation")]
        wanted += [(path, "structure") for path in (bag.DECLARATION, bag.INFO, bag.PAYLOAD)]
        wanted.append(("schemas/record.schema.json", "schema"))
    for path, role in wanted:
        if roles.get(path) != role:
            yield Finding("role_missing", path, {"role": role})
    if len([found for found in roles.values() if found == "case_document"]) != 1:
        yield Finding("role_missing", facts={"role": "case_document"})
