"""A package as E-ARK SIP: where each file stands, and the metadata around it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from survey_app.export.package import dublin_core, manifest, mets, premis, signature
from survey_app.export.package.contents import JSON, XML, Contents, Item, xml_schemas
from survey_app.export.package.delivery import Delivery
from survey_app.export.package.guide import guide
from survey_app.export.package.manifest import Manifest
from survey_app.export.package.mets import Group, Metadata, Reference
from survey_app.export.package.signature import Signing

REPRESENTATION = "representations/rep1"
_FOLDERS = {
    "data": f"{REPRESENTATION}/data/",
    "documentation": "documentation/",
    "schemas": "schemas/",
}
MANIFEST = f"metadata/other/{manifest.NAME}"
SIGNATURE = f"metadata/other/{signature.NAME}"
ROOT = mets.FILE
DESCRIPTION = "metadata/descriptive/dc.xml"
HISTORY = "metadata/preservation/premis.xml"
HOLDINGS = f"{REPRESENTATION}/{HISTORY}"
STRUCTURE = f"{REPRESENTATION}/{mets.FILE}"

ZEROS = "0" * 64
"""What stands in the root's METS for a hash that is not known yet."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a package is made with: the name of its folder, the program's version, the archive's
    wishes, and what signs it."""

    identifier: str
    version: str
    delivery: Delivery
    signing: Signing | None


def path_of(item: Item) -> str:
    """Where a file stands in the package."""
    return _FOLDERS[item.area] + item.path


def pack(contents: Contents, origin: Origin, open_manifest: Manifest) -> dict[str, bytes]:
    """The files of the package by their path in it, METS first.

    open_manifest  the manifest without its files
    """
    items = [*contents.items, *xml_schemas()]
    items.append(guide(contents, "eark", path_of))
    placed = {path_of(item): item for item in items}
    placed |= _metadata(contents, origin)
    placed[STRUCTURE] = _structure(contents, origin, placed)
    entries = [entry_of(path, item) for path, item in placed.items()]
    closed = _close(
        open_manifest.model_copy(update={"files": entries, "mets_sha256": ZEROS}),
        origin.signing,
        lambda outer: _root(contents, origin, placed, outer),
    )
    return {**closed, **{path: item.data for path, item in placed.items()}}


def entry_of(path: str, item: Item) -> manifest.FileEntry:
    """A file as the manifest names it."""
    return manifest.FileEntry(
        path=path, role=item.role, media_type=item.media_type, size=len(item.data),
        sha256=item.sha256, original_name=item.original_name,
    )  # fmt: skip


def _metadata(contents: Contents, origin: Origin) -> dict[str, Item]:
    files = [premis.Placed(path_of(item), item) for item in contents.items if item.area == "data"]
    made = {
        DESCRIPTION: ("descriptive", dublin_core.describe(contents)),
        HISTORY: ("preservation", premis.history(contents, origin.identifier, origin.version)),
        HOLDINGS: ("preservation", premis.holdings(contents, files, REPRESENTATION)),
    }
    return {
        path: Item("documentation", path, data, role, XML)  # type: ignore[arg-type]
        for path, (role, data) in made.items()
    }


def _structure(contents: Contents, origin: Origin, placed: dict[str, Item]) -> Item:
    """The METS of the representation."""
    below = {
        path.removeprefix(f"{REPRESENTATION}/"): item
        for path, item in placed.items()
        if path.startswith(f"{REPRESENTATION}/")
    }
    data = mets.describe(
        _heading(contents, origin, "rep1"),
        mets.Structure(
            provenance=[Metadata(_reference(HISTORY, below[HISTORY]), "PREMIS")],
            groups=[Group("Data", _references(below, "data/"))],
        ),
    )
    return Item("documentation", STRUCTURE, data, "structure", XML)


def _root(
    contents: Contents, origin: Origin, placed: dict[str, Item], outer: Sequence[Reference]
) -> bytes:
    """The METS of the package. ``outer``: the manifest, and the signature if there is one."""
    kinds = ("REDOGOR-MANIFEST", "REDOGOR-SIGNATURE")
    described = [Metadata(_reference(DESCRIPTION, placed[DESCRIPTION]), "DC")]
    proven = [Metadata(_reference(HISTORY, placed[HISTORY]), "PREMIS")]
    proven += [
        Metadata(reference, "OTHER", kind) for reference, kind in zip(outer, kinds, strict=False)
    ]
    pointer = Group("Representations/rep1", [_reference(STRUCTURE, placed[STRUCTURE])])
    groups = [
        Group("Documentation", _references(placed, "documentation/")),
        Group("Schemas", _references(placed, "schemas/")),
    ]
    heading = _heading(contents, origin, origin.identifier)
    return mets.describe(
        heading,
        mets.Structure(descriptive=described, provenance=proven, groups=groups, pointers=[pointer]),
    )


def _heading(contents: Contents, origin: Origin, identifier: str) -> mets.Heading:
    case, delivery = contents.case, origin.delivery
    ids = [("REFERENCECODE", delivery.reference_of(case["diary_number"]))]
    if delivery.submission_agreement:
        ids.append(("SUBMISSIONAGREEMENT", delivery.submission_agreement))
    return mets.Heading(
        identifier=identifier,
        title=f"{case['diary_number']} {case['title']}",
        profile=delivery.profile,
        created=contents.created_at,
        software=(premis.SOFTWARE, origin.version),
        organisations=[
            mets.Organisation(name, unit.get("organisation_number") or "")
            for name, unit in contents.owners.items()
        ],
        status="TEST" if contents.draft or case.get("practice") else "NEW",
        record_ids=ids,
        namespace=f"{origin.identifier}/{identifier}",
    )


def _reference(path: str, item: Item) -> Reference:
    return Reference(path, item.media_type, len(item.data), item.sha256)


def _references(placed: dict[str, Item], folder: str) -> list[Reference]:
    return [_reference(path, item) for path, item in placed.items() if path.startswith(folder)]


def _close(
    open_manifest: Manifest,
    signing: Signing | None,
    root: Callable[[Sequence[Reference]], bytes],
) -> dict[str, bytes]:
    """Root METS, manifest and signature, which name one another.

    Their sizes are known beforehand; the METS is first written with zeros for the two hashes.
    """
    sizes = [len(manifest.written(open_manifest))]
    if signing is not None:
        unsigned = replace(signing, sign=lambda _: "0" * 128)
        sizes.append(len(signature.sign(b"", unsigned)))
    blank = root(_outer(sizes, [ZEROS, ZEROS]))
    told = manifest.written(
        open_manifest.model_copy(update={"mets_sha256": hashlib.sha256(blank).hexdigest()})
    )
    files = {ROOT: b"", MANIFEST: told}
    if signing is not None:
        files[SIGNATURE] = signature.sign(told, signing)
    hashes = [hashlib.sha256(data).hexdigest() for data in files.values() if data]
    files[ROOT] = root(_outer(sizes, hashes))
    return files


def _outer(sizes: Iterable[int], hashes: Iterable[str]) -> list[Reference]:
    return [
        Reference(path, JSON, size, sha256)
        for path, size, sha256 in zip((MANIFEST, SIGNATURE), sizes, hashes, strict=False)
    ]


def blanked(root: bytes, outer: Iterable[bytes]) -> str:
    """The hash of a root METS with zeros for the hashes of the manifest and the signature."""
    for data in outer:
        root = root.replace(hashlib.sha256(data).hexdigest().encode(), ZEROS.encode())
    return hashlib.sha256(root).hexdigest()
