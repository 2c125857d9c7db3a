"""A package as a bag (BagIt, RFC 8493), written by the ``bagit`` library.

The library works in a folder on disk and makes it the process's current one meanwhile, so bags are
made on the command line and not by the server.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app.export.package import dublin_core, manifest, premis, signature
from survey_app.export.package.contents import XML, Contents, Item
from survey_app.export.package.eark import Origin, entry_of
from survey_app.export.package.guide import guide
from survey_app.export.package.manifest import Manifest

if TYPE_CHECKING:
    import bagit

_FOLDERS = {"data": "data/", "documentation": "documentation/", "schemas": "schemas/"}
MANIFEST = f"metadata/{manifest.NAME}"
SIGNATURE = f"metadata/{signature.NAME}"
DESCRIPTION = "metadata/dc.xml"
HISTORY = "metadata/premis.xml"
DECLARATION, INFO = "bagit.txt", "bag-info.txt"
PAYLOAD, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
_TEXTS = (DECLARATION, INFO, PAYLOAD)


def path_of(item: Item) -> str:
    """Where a file stands in the bag."""
    return _FOLDERS[item.area] + item.path


def pack(contents: Contents, origin: Origin, open_manifest: Manifest) -> dict[str, bytes]:
    """The files of the bag by their path in it, the declaration first.

    open_manifest  the manifest without its files
    """
    placed = {path_of(item): item for item in contents.items}
    made = guide(contents, "bagit", path_of)
    placed[path_of(made)] = made
    placed |= _metadata(contents, origin)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / origin.identifier
        bagged = _payload(root, contents, origin, placed)
        tags = {path: item.data for path, item in placed.items() if not path.startswith("data/")}
        texts = {
            path: Item("documentation", path, (root / path).read_bytes(), "structure", "text/plain")
            for path in _TEXTS
        }
        entries = [entry_of(path, item) for path, item in {**texts, **placed}.items()]
        tags |= _outer(open_manifest.model_copy(update={"files": entries}), origin)
        _write(root, tags)
        bagged.save()
        tags |= {path: (root / path).read_bytes() for path in (*_TEXTS, TAGS)}
        # The library lists the folder as the disk gives it, which is never sure to be the same.
        lines = sorted((line[65:], line) for line in tags[TAGS].splitlines(keepends=True))
        tags[TAGS] = b"".join(line for _, line in lines)
    payload = {path: item.data for path, item in placed.items() if path.startswith("data/")}
    first = {path: tags.pop(path) for path in (*_TEXTS, TAGS)}
    return {**first, **tags, **payload}


def _metadata(contents: Contents, origin: Origin) -> dict[str, Item]:
    files = [premis.Placed(path_of(item), item) for item in contents.items if item.area == "data"]
    history = premis.everything(contents, files, origin.identifier, origin.version)
    return {
        DESCRIPTION: Item(
            "documentation", DESCRIPTION, dublin_core.describe(contents), "descriptive", XML
        ),
        HISTORY: Item("documentation", HISTORY, history, "preservation", XML),
    }


def _payload(root: Path, contents: Contents, origin: Origin, placed: dict[str, Item]) -> bagit.Bag:
    import bagit  # not at the start: it takes 2 MB, and the server needs none of it

    payload = {path.removeprefix("data/"): item.data for path, item in placed.items()
               if path.startswith("data/")}  # fmt: skip
    root.mkdir()
    _write(root, payload)
    return bagit.make_bag(str(root), _info(contents, origin), checksums=["sha256"])


def _info(contents: Contents, origin: Origin) -> dict[str, str | list[str]]:
    case, delivery = contents.case, origin.delivery
    units = contents.owners
    numbers = [unit.get("organisation_number") or "" for unit in units.values()]
    info = {
        "Source-Organization": list(units),
        "Organization-Number": [number for number in numbers if number],
        "External-Identifier": case["diary_number"],
        "Reference-Code": delivery.reference_of(case["diary_number"]),
        "Submission-Agreement": delivery.submission_agreement,
        "External-Description": f"{'UTKAST: ' if contents.draft else ''}{case['title']}",
        "Internal-Sender-Identifier": origin.identifier,
        "Bagging-Date": contents.created_at[:10],
        "Bag-Software-Agent": f"{premis.SOFTWARE} {origin.version}",
    }
    return {name: value for name, value in info.items() if value}


def _outer(told: Manifest, origin: Origin) -> dict[str, bytes]:
    files = {MANIFEST: manifest.written(told)}
    if origin.signing is not None:
        files[SIGNATURE] = signature.sign(files[MANIFEST], origin.signing)
    return files


def _write(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
