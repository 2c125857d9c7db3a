"""A case as one ZIP file: records, PDFs, questionnaires, enclosures, and the metadata around them.

Same input, same bytes. Nothing is compressed: what lies in the archive can be read from the bare
bytes, damage stays where it is, and ``export.verification`` can build the file again and compare.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version as installed_version
from typing import Any

from survey_app.export.outline import DRAFT
from survey_app.export.package import bag, eark, manifest
from survey_app.export.package.contents import (
    Contents,
    PackageError,
    Part,
    Received,
    gather,
    plain,
    record_hashes,
    safe_name,
)
from survey_app.export.package.delivery import Delivery
from survey_app.export.package.eark import Origin
from survey_app.export.package.manifest import Format, Manifest, RecordEntry
from survey_app.export.package.signature import Signing

__all__ = ["PackageError", "Part", "Received", "build_package", "safe_name", "write_zip"]

_PACKERS = {"eark": (eark.pack, eark.path_of), "bagit": (bag.pack, bag.path_of)}


def build_package(
    case: Mapping[str, Any],
    parts: Sequence[Part],
    enclosures: Callable[[str], bytes] | Mapping[str, bytes],
    created_at: str,
    draft: bool = False,
    *,
    packed_as: Format = "eark",
    papers: Sequence[Received] = (),
    delivery: Delivery | None = None,
    signing: Signing | None = None,
    case_pdf: bytes | None = None,
    owner: Mapping[str, Any] | None = None,
) -> bytes:
    """The package of a case.

    case        ``diary_number``, ``title``, ``practice``
    enclosures  bytes of a file by its SHA-256; raises KeyError where there is none
    created_at  ISO time with zone
    packed_as   ``eark`` (E-ARK SIP, FGS Paketstruktur) or ``bagit``
    papers      other documents of the case, such as the authority's request
    signing     what signs the manifest; None leaves the package unsigned
    case_pdf    the case document, if it was made already (and sealed); else it is made here
    owner       whose case it is, ``name`` and ``organisation_number``; a case without answers
                can be packed if this, ``papers`` and ``case_pdf`` are given

    Raises PackageError: ``nothing_to_pack``, ``enclosure_missing``, ``enclosure_changed`` or
    ``questionnaire_changed``.
    """
    fetch = enclosures.__getitem__ if isinstance(enclosures, Mapping) else enclosures
    contents = gather(
        case, parts, fetch, created_at, draft=draft, papers=papers, case_pdf=case_pdf, owner=owner
    )
    identifier = _identifier(contents)
    pack, path_of = _PACKERS[packed_as]
    data = {item.path: path_of(item) for item in contents.items if item.area == "data"}
    told = Manifest(
        packed_as=packed_as,
        identifier=identifier,
        case=manifest.Case(
            diary_number=case["diary_number"],
            title=case["title"],
            practice=bool(case.get("practice")),
        ),
        draft=draft,
        created_at=created_at,
        records=_records(contents, data),
        files=[],
    )
    origin = Origin(identifier, installed_version("survey-app"), delivery or Delivery(), signing)
    files = pack(contents, origin, told)
    return write_zip({f"{identifier}/{path}": body for path, body in files.items()})


def _identifier(contents: Contents) -> str:
    """The name of the package's folder: the diary number, and a few digits of what is in it."""
    told = [contents.created_at, *(f"{item.path} {item.sha256}" for item in contents.items)]
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]
    mark = f"{DRAFT}-" if contents.draft else ""
    return f"{mark}{plain(contents.case['diary_number'])[:60] or 'paket'}-{digest}"


def _records(contents: Contents, paths: Mapping[str, str]) -> list[RecordEntry]:
    found = []
    for entry in contents.entries:
        content = entry.content
        record, content_sha256 = record_hashes(entry.part.document, draft=contents.draft)
        found.append(
            RecordEntry(
                submission=content["submission"]["id"],
                questionnaire=content["questionnaire"]["id"],
                path=paths[entry.record],
                answers=paths[entry.answers],
                questionnaire_path=paths[entry.questionnaire],
                record_sha256=record,
                content_sha256=content_sha256,
                questionnaire_sha256=content["questionnaire"]["sha256"],
            )
        )
    return found


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
