"""The metadata of a package, held against its files: METS, PREMIS, Dublin Core, a bag's lists."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.export.etree import etree
from survey_app.export.package import bag, dublin_core, eark, mets, premis
from survey_app.export.package.event import Event, approval_event, endorsement_events
from survey_app.export.package.manifest import Manifest
from survey_app.export.verification.container import Files
from survey_app.export.verification.inventory import SIGNATURES, manifest_path
from survey_app.export.verification.verdict import Fact, Finding
from survey_app.export.xml_text import UnreadableXml, possible, read

DECLARED = b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64}) {1,2}(\S.*)", re.ASCII)
Documents = Mapping[str, dict[str, Any]]


def check_surroundings(manifest: Manifest, documents: Documents, files: Files) -> Iterator[Finding]:
    """What is wrong in the metadata. ``documents``: the records by path, as far as readable."""
    if manifest.packed_as == "eark":
        yield from _mets(manifest, files)
        yield from _description(manifest, eark.DESCRIPTION, files)
        yield from _holdings(manifest, eark.HOLDINGS, files)
        yield from _approvals(manifest, eark.HISTORY, documents, files)
    else:
        yield from _bag(manifest, files)
        yield from _description(manifest, bag.DESCRIPTION, files)
        yield from _holdings(manifest, bag.HISTORY, files)
        yield from _approvals(manifest, bag.HISTORY, documents, files)


def _xml(path: str, files: Files) -> tuple[etree._Element | None, list[Finding]]:
    """The root of an XML file; one that is missing is told by the inventory."""
    if path not in files:
        return None, []
    try:
        return read(files[path]), []
    except UnreadableXml:
        return None, [Finding("xml_unreadable", path)]


def _mets(manifest: Manifest, files: Files) -> Iterator[Finding]:
    outer = [files[path] for path in (manifest_path(manifest), SIGNATURES["eark"]) if path in files]
    if eark.ROOT in files and eark.blanked(files[eark.ROOT], outer) != manifest.mets_sha256:
        yield Finding("mets_changed", eark.ROOT)
    yield from _references(eark.ROOT, "", manifest.identifier, eark.STRUCTURE, files)
    yield from _references(eark.STRUCTURE, f"{eark.REPRESENTATION}/", "rep1", "", files)


def _references(
    path: str, folder: str, identifier: str, pointer: str, files: Files
) -> Iterator[Finding]:
    """A METS file names every file in its folder, each as it is, and nothing else."""
    root, findings = _xml(path, files)
    yield from findings
    if root is None:
        return
    if root.get("OBJID") != identifier:
        facts = {"found": root.get("OBJID", "")[:100], "expected": identifier}
        yield Finding("mets_identifier", path, facts)
    named: set[str] = set()
    try:
        told = list(mets.references(root))
    except UnreadableXml:
        yield Finding("xml_unreadable", path)
        return
    for reference in told:
        place = folder + reference.path
        if place in named:
            yield Finding("mets_twice", path, {"file": place})
        named.add(place)
        yield from _fixed(path, place, reference, files)
    if pointer and list(mets.pointers(root)) != [pointer]:
        yield Finding("mets_pointer", path, {"file": pointer})
    for place in files:
        # What lies in the representation is named by its METS, which the root names.
        below = place.startswith(folder) and (bool(folder) or not _is_represented(place))
        if below and place not in named and place != path:
            yield Finding("not_in_mets", path, {"file": place})


def _is_represented(path: str) -> bool:
    return path.startswith(f"{eark.REPRESENTATION}/") and path != eark.STRUCTURE


def _fixed(path: str, place: str, told: mets.Reference, files: Files) -> Iterator[Finding]:
    data = files.get(place)
    if data is None:
        yield Finding("mets_missing", path, {"file": place[:200]})
        return
    if len(data) != told.size:
        facts: dict[str, Fact] = {"file": place, "found": len(data), "expected": told.size}
        yield Finding("mets_size", path, facts)
    found = hashlib.sha256(data).hexdigest()
    if found != told.sha256:
        facts = {"file": place, "found": found, "expected": told.sha256[:100]}
        yield Finding("mets_hash", path, facts)


def _description(manifest: Manifest, path: str, files: Files) -> Iterator[Finding]:
    root, findings = _xml(path, files)
    yield from findings
    if root is None:
        return
    found = [element.text or "" for element in root.iterfind(f"{{{dublin_core.DC}}}identifier")]
    if found != [manifest.case.diary_number]:
        facts = {"found": ", ".join(found)[:100], "expected": manifest.case.diary_number}
        yield Finding("dublin_core_differs", path, facts)


def _holdings(manifest: Manifest, path: str, files: Files) -> Iterator[Finding]:
    """PREMIS names the files of the representation, and no others, as they are."""
    root, findings = _xml(path, files)
    yield from findings
    if root is None:
        return
    folder = f"{eark.REPRESENTATION}/data/" if manifest.packed_as == "eark" else "data/"
    told = premis.told_fixity(root)
    for place, data in files.items():
        if not place.startswith(folder):
            continue
        if place not in told:
            yield Finding("premis_missing", path, {"file": place})
            continue
        digest, size = told.pop(place)
        found = hashlib.sha256(data).hexdigest()
        if digest != found:
            facts = {"file": place, "found": found, "expected": digest[:100]}
            yield Finding("premis_hash", path, facts)
        if size != str(len(data)):
            facts = {"file": place, "found": str(len(data)), "expected": size[:100]}
            yield Finding("premis_size", path, facts)
    for place in told:
        yield Finding("premis_unknown", path, {"file": place[:200]})


def _approvals(
    manifest: Manifest, path: str, documents: Documents, files: Files
) -> Iterator[Finding]:
    """PREMIS tells each approval exactly once, as the record has it, and no other; and each of its
    steps, perhaps beside some that a return made void."""
    root, findings = _xml(path, files)
    yield from findings
    if root is None or manifest.draft:
        return
    told, steps = premis.told_approvals(root), premis.told_approvals(root, "endorsed")
    for entry in manifest.records:
        name = premis.submission_name(manifest.case.diary_number, entry.submission)
        document = documents.get(entry.path)
        found = told.pop(name, [])
        if document is None:
            continue
        if len(found) != 1 or not _tells(found[0], approval_event(document)):
            yield Finding("premis_approval", path, {"submission": name})
        for event in endorsement_events(document):
            if not any(_tells(item, event) for item in steps.get(name, ())):
                yield Finding("premis_approval", path, {"submission": name})
    for name in told:
        yield Finding("premis_approval", path, {"submission": name[:200]})


def _tells(told: premis.Approval, event: Event) -> bool:
    """Whether an approval tells the time, the person and every fact of the record's approval.

    The facts are looked for in the words, since the words around them may be put otherwise by
    another version of this program.
    """
    if told.at != event.at or len(told.agents) != 1:
        return False
    person = event.people[0]
    if not all(possible(part) in told.agents[0] for part in (person.name, person.title)):
        return False
    at = 0
    for fact in event.facts.values():
        at = told.words.find(possible(fact), at)
        if at < 0:
            return False
        at += len(possible(fact))
    return True


def _bag(manifest: Manifest, files: Files) -> Iterator[Finding]:
    if files.get(bag.DECLARATION, DECLARED) != DECLARED:
        yield Finding("bag_declaration", bag.DECLARATION)
    payload = {path for path in files if path.startswith("data/")}
    yield from _listed(bag.PAYLOAD, payload, files)
    yield from _listed(bag.TAGS, set(files) - payload - {bag.TAGS}, files)
    yield from _info(manifest, payload, files)


def _listed(path: str, wanted: set[str], files: Files) -> Iterator[Finding]:
    """A bag's list names the wanted files, each once and as it is."""
    named: set[str] = set()
    lines = files.get(path, b"").decode("utf-8", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            yield Finding("bag_line", path, {"line": number})
            continue
        digest, place = match.groups()
        if place in named:
            yield Finding("bag_twice", path, {"file": place[:200]})
        named.add(place)
        if place not in wanted:
            yield Finding("bag_missing", path, {"file": place[:200]})
        elif (found := hashlib.sha256(files[place]).hexdigest()) != digest:
            facts = {"file": place, "found": found, "expected": digest}
            yield Finding("bag_hash", path, facts)
    for place in sorted(wanted - named):
        yield Finding("bag_unlisted", path, {"file": place})


def _info(manifest: Manifest, payload: set[str], files: Files) -> Iterator[Finding]:
    lines = files.get(bag.INFO, b"").decode("utf-8", "replace").splitlines()
    told = dict(line.split(": ", 1) for line in lines if ": " in line)
    found = f"{sum(len(files[path]) for path in payload)}.{len(payload)}"
    if told.get("Payload-Oxum") != found:
        facts = {"found": found, "expected": told.get("Payload-Oxum", "")[:100]}
        yield Finding("bag_sum", bag.INFO, facts)
    number = told.get("External-Identifier", "")
    if number != manifest.case.diary_number:
        facts = {"found": number[:100], "expected": manifest.case.diary_number}
        yield Finding("bag_other_case", bag.INFO, facts)
