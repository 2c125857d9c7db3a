"""Whether a package is intact and authentic. It may come from anyone, and is not trusted.

Intact means that everything in it agrees: the container byte by byte, each file with the manifest,
METS and PREMIS, each approval with its content, each PDF's words with its record. That is seen from
the file alone. Authentic means that the holder of a key made it as it is; for that the signature is
held against the public key, which must come from elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from survey_app.export.case_document import content_of
from survey_app.export.package.manifest import Manifest
from survey_app.export.package.signature import Signature, is_signed_by, read_signature
from survey_app.export.seal import check_seal
from survey_app.export.verification.agreement import check_agreement, guarded, read_documents
from survey_app.export.verification.container import MOST_BYTES, Files, read_container, unfolded
from survey_app.export.verification.inventory import (
    SIGNATURES,
    check_inventory,
    manifest_path,
    read_manifest,
)
from survey_app.export.verification.surroundings import check_surroundings
from survey_app.export.verification.verdict import Checked, Finding, Verdict

_NOT_LOOKED_AT = "seal_unchecked"


def verify_package(
    source: bytes | Path | str,
    key: str | Sequence[str] | None = None,
    trust: Sequence[bytes] = (),
    doubted: Collection[str] = (),
) -> Verdict:
    """The verdict on a package, given as bytes or as the path of a file. Never raises.

    key      the installation's public key, 64 hexadecimal digits, or all that it has had; without
             one the authenticity is not checked
    trust    certificates (DER) that may stand behind the seals of PDFs
    doubted  keys among those that others may know: what they sign is no proof
    """
    data = source if isinstance(source, bytes) else _read_file(Path(source))
    if isinstance(data, Finding):
        return Verdict(False, False, (data,))
    looked = _Look(data, trust)
    manifest = looked.manifest
    signature = looked.signature()
    keys = [key] if isinstance(key, str) else key
    signed_by = looked.signed_by(signature, keys or ())
    return Verdict(
        intact=not looked.findings,
        draft=bool(manifest and manifest.draft),
        findings=tuple(looked.findings),
        case=manifest.case.diary_number if manifest else "",
        sha256=hashlib.sha256(data).hexdigest(),
        title=manifest.case.title if manifest else "",
        created_at=manifest.created_at if manifest else "",
        packed_as=manifest.packed_as if manifest else None,
        reason=looked.reason(signature, signed_by, keys, doubted),
        signed_by=signed_by,
        audit=signature.statement.audit if signature else None,
        seals=tuple(looked.seals),
        sealed=bool(looked.sealed) and all(looked.sealed),
        checked=looked.checked(),
    )


def _read_file(path: Path) -> bytes | Finding:
    try:
        if path.stat().st_size > MOST_BYTES:
            return Finding("too_large", facts={"limit": MOST_BYTES})
        return path.read_bytes()
    except OSError:
        return Finding("unreadable_file")


@dataclass(slots=True)
class _Look:
    """One look at a package: its files as far as they can be read, and what is wrong."""

    data: bytes
    trust: Sequence[bytes]
    files: Files = field(default_factory=dict)
    manifest: Manifest | None = None
    documents: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    seals: list[tuple[str, str]] = field(default_factory=list)
    sealed: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        found, self.findings = read_container(self.data)
        if self.findings and not found:
            return
        folder, self.files, more = unfolded(found)
        self.findings += more
        if more:
            return
        self.manifest, more = read_manifest(self.files)
        self.findings += more
        if self.manifest is not None:
            self.findings += self._all(self.manifest, folder)

    def _all(self, manifest: Manifest, folder: str) -> Iterator[Finding]:
        yield from check_inventory(manifest, folder, self.files)
        self.documents, unread = read_documents(manifest, self.files)
        yield from unread
        yield from guarded("", check_surroundings(manifest, self.documents, self.files))
        yield from check_agreement(manifest, self.documents, self.files)
        yield from self._seals(manifest)
        path = SIGNATURES[manifest.packed_as]
        if path in self.files and self.signature() is None:
            yield Finding("signature_unreadable", path)

    def _seals(self, manifest: Manifest) -> Iterator[Finding]:
        for file in manifest.files:
            if file.role not in ("answers", "case_document") or file.path not in self.files:
                continue
            seal = check_seal(self.files[file.path], self.trust)
            self.sealed.append(seal is not None and seal.trusted)
            if seal is None:
                continue
            self.seals.append((file.path, seal.in_words()))
            if not seal.sound and seal.code != _NOT_LOOKED_AT:
                yield Finding("seal_unsound", file.path, {"reason": seal.in_words()})

    def signature(self) -> Signature | None:
        """The signature, if there is one that can be read."""
        if self.manifest is None:
            return None
        data = self.files.get(SIGNATURES[self.manifest.packed_as])
        return read_signature(data) if data is not None else None

    def signed_by(self, signature: Signature | None, keys: Sequence[str]) -> str:
        """The key, of some, that signed the manifest as it is; "" if none did."""
        if self.manifest is None or signature is None:
            return ""
        told = self.files[manifest_path(self.manifest)]
        return next((key for key in keys if is_signed_by(signature, told, key)), "")

    def reason(
        self,
        signature: Signature | None,
        signed_by: str,
        keys: Sequence[str] | None,
        doubted: Collection[str],
    ) -> str:
        """Why the package is authentic or not, as a code of ``verdict.AUTHENTICITY_WORDS``."""
        if self.manifest is None:
            return "no_manifest"
        if SIGNATURES[self.manifest.packed_as] not in self.files:
            return "unsigned"
        if signature is None:
            return "unreadable"
        told = self.files[manifest_path(self.manifest)]
        if signature.statement.manifest_sha256 != hashlib.sha256(told).hexdigest():
            return "other_manifest"
        if keys is None:
            return "no_key"
        if not signed_by:
            return "other_key"
        if self.findings:
            return "not_intact"
        return "doubted_key" if signed_by in doubted else "authentic"

    def checked(self) -> Checked:
        """How much was looked at."""
        if self.manifest is None:
            return Checked()
        roles = [file.role for file in self.manifest.files]
        questions = sum(
            len(section["questions"])
            for document in self.documents.values()
            for section in content_of(document)["sections"]
        )
        return Checked(
            files=len(self.files),
            records=len(self.documents),
            questions=questions,
            pdfs=roles.count("answers") + roles.count("case_document"),
        )
