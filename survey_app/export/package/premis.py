"""PREMIS 3.0: the files with their checksums, what happened, and who did it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.export.etree import etree
from survey_app.export.package.contents import Contents, Entry, Item
from survey_app.export.package.event import (
    KINDS,
    Event,
    Person,
    approval_event,
    endorsement_events,
)
from survey_app.export.package.preservation import advice
from survey_app.export.xml_text import add, written

PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://www.loc.gov/standards/premis/premis.xsd"
NAMES = {"p": PREMIS}
LOCAL = "lokal"
SOFTWARE = "Redogör"

_TYPES = {
    "written": "creation",
    "sent": "submission for approval",
    "withdrawn": "withdrawal",
    "returned": "return",
    "endorsed": "endorsement",
    "approved": "approval",
    "handed_over": "handing over",
    "handed_in": "transfer",
    "archived": "archiving",
    "packed": "information package creation",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of a package and its path there."""

    path: str
    item: Item


def submission_name(diary_number: str, submission: str | int) -> str:
    """How a submission is named among the objects."""
    return f"{diary_number}/inlämning/{submission}"


def history(contents: Contents, package: str, version: str) -> bytes:
    """The case, its submissions, and all that happened to them until they were packed."""
    root = _root()
    add_history(root, contents, package, version)
    return written(root)


def holdings(contents: Contents, files: Iterable[Placed], representation: str) -> bytes:
    """The files of a representation, each with checksum, size, format and name as received."""
    root = _root()
    name = contents.case["diary_number"]
    whole = _object(root, "representation", representation)
    _related(whole, "structural", "represents", name)
    add_files(root, contents, files, representation)
    return written(root)


def everything(contents: Contents, files: Iterable[Placed], package: str, version: str) -> bytes:
    """Files, history and agents in one."""
    root = _root()
    _add_case(root, contents, package)
    add_files(root, contents, files, contents.case["diary_number"])
    _add_events(root, contents, package, version)
    return written(root)


def _root() -> etree._Element:
    root = etree.Element(f"{{{PREMIS}}}premis", nsmap={None: PREMIS, "xsi": XSI})
    root.set("version", "3.0")
    root.set(f"{{{XSI}}}schemaLocation", f"{PREMIS} {SCHEMA}")
    return root


def add_history(root: etree._Element, contents: Contents, package: str, version: str) -> None:
    """Add the case, the events and the agents, in PREMIS's order."""
    _add_case(root, contents, package)
    _add_events(root, contents, package, version)


def _object(root: etree._Element, kind: str, identifier: str) -> etree._Element:
    made = add(root, "object")
    # The type is a name in PREMIS's namespace, which is the default one here.
    made.set(f"{{{XSI}}}type", kind)
    _identifier(made, "object", identifier)
    return made


def _identifier(parent: etree._Element, of: str, value: str, kind: str = LOCAL) -> None:
    made = add(parent, f"{of}Identifier")
    add(made, f"{of}IdentifierType", kind)
    add(made, f"{of}IdentifierValue", value)


def _related(parent: etree._Element, kind: str, part: str, to: str) -> None:
    made = add(parent, "relationship")
    add(made, "relationshipType", kind)
    add(made, "relationshipSubType", part)
    target = add(made, "relatedObjectIdentifier")
    add(target, "relatedObjectIdentifierType", LOCAL)
    add(target, "relatedObjectIdentifierValue", to)


def _add_case(root: etree._Element, contents: Contents, package: str) -> None:
    case = contents.case
    whole = _object(root, "intellectualEntity", case["diary_number"])
    _identifier(whole, "object", package, "paket")
    add(whole, "originalName", case["title"])
    for entry in contents.entries:
        name = submission_name(case["diary_number"], entry.content["submission"]["id"])
        made = _object(root, "intellectualEntity", name)
        _identifier(made, "object", entry.content["questionnaire"]["id"], "formulär")
        add(made, "originalName", entry.content["questionnaire"]["title"])
        _related(made, "structural", "is part of", case["diary_number"])


def add_files(
    root: etree._Element, contents: Contents, files: Iterable[Placed], whole: str
) -> None:
    """Add the objects of files, each a part of ``whole``."""
    owners = {path: entry for entry in contents.entries for path in _paths(entry)}
    for file in files:
        made = _object(root, "file", file.path)
        _characteristics(made, file.item)
        if file.item.original_name:
            add(made, "originalName", file.item.original_name)
        _related(made, "structural", "is part of", whole)
        if entry := owners.get(file.item.path):
            submission = entry.content["submission"]["id"]
            name = submission_name(contents.case["diary_number"], submission)
            _related(made, "structural", "represents", name)


def _paths(entry: Entry) -> tuple[str, ...]:
    return (entry.record, entry.answers, entry.questionnaire)


def _characteristics(parent: etree._Element, item: Item) -> None:
    made = add(parent, "objectCharacteristics")
    fixity = add(made, "fixity")
    add(fixity, "messageDigestAlgorithm", "SHA-256")
    add(fixity, "messageDigest", item.sha256)
    add(made, "size", str(len(item.data)))
    kind = add(made, "format")
    add(add(kind, "formatDesignation"), "formatName", item.media_type)
    if note := advice(item):
        add(kind, "formatNote", note)


def _add_events(root: etree._Element, contents: Contents, package: str, version: str) -> None:
    agents: dict[str, str] = {}
    number = contents.case["diary_number"]
    for entry in contents.entries:
        name = submission_name(number, entry.content["submission"]["id"])
        for place, event in enumerate(_events(entry, draft=contents.draft)):
            _add_event(root, f"{package}/{name}/{place}", event, name, agents)
    packed = add(root, "event")
    _begin_event(packed, f"{package}/packed", "packed", contents.created_at)
    words = f"Paketet skrevs av {SOFTWARE} {version}."
    add(add(packed, "eventDetailInformation"), "eventDetail", words)
    _linked(packed, "Agent", agents.setdefault(SOFTWARE, _agent_id(SOFTWARE)), "executing program")
    _linked(packed, "Object", number)
    for name, identifier in agents.items():
        _add_agent(root, identifier, name, version)


def _events(entry: Entry, *, draft: bool) -> Sequence[Event]:
    """The events of a submission; its approval is told as the record has it, with its steps."""
    events = list(entry.part.events)
    if not draft:
        told = [*endorsement_events(entry.part.document), approval_event(entry.part.document)]
        steps = {event.at for event in told if event.kind == "endorsed"}
        events = [event for event in events if event.kind not in ("approved", "handed_over")
                  and not (event.kind == "endorsed" and event.at in steps)]  # fmt: skip
        events += told
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(events, key=lambda event: (datetime.fromisoformat(event.at), order[event.kind]))


def _begin_event(made: etree._Element, identifier: str, kind: str, at: str) -> None:
    value = str(uuid.uuid5(uuid.NAMESPACE_URL, identifier))
    _identifier(made, "event", value, "UUID")
    add(made, "eventType", _TYPES[kind])
    add(made, "eventDateTime", at)


def _add_event(
    root: etree._Element, identifier: str, event: Event, to: str, agents: dict[str, str]
) -> None:
    made = add(root, "event")
    _begin_event(made, identifier, event.kind, event.at)
    add(add(made, "eventDetailInformation"), "eventDetail", event.in_words())
    for person in event.people:
        agent = agents.setdefault(str(person), _agent_id(person))
        _linked(made, "Agent", agent, "implementer")
    _linked(made, "Object", to)


def _agent_id(who: Person | str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"redogor/agent/{who}"))


def _linked(parent: etree._Element, of: str, value: str, role: str = "") -> None:
    made = add(parent, f"linking{of}Identifier")
    add(made, f"linking{of}IdentifierType", "UUID" if of == "Agent" else LOCAL)
    add(made, f"linking{of}IdentifierValue", value)
    if role:
        add(made, f"linking{of}Role", role)


def _add_agent(root: etree._Element, identifier: str, name: str, version: str) -> None:
    made = add(root, "agent")
    _identifier(made, "agent", identifier, "UUID")
    add(made, "agentName", name)
    add(made, "agentType", "software" if name == SOFTWARE else "person")
    if name == SOFTWARE:
        add(made, "agentVersion", version)


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as a PREMIS file tells it."""

    at: str
    words: str
    agents: tuple[str, ...]


def told_approvals(root: etree._Element, kind: str = "approved") -> dict[str, list[Approval]]:
    """The approvals in a PREMIS file by the name of the submission, with what was handed over
    instead; or the steps before them (``endorsed``)."""
    types = {_TYPES[kind], _TYPES["handed_over"]} if kind == "approved" else {_TYPES[kind]}
    agents = {
        agent.findtext("p:agentIdentifier/p:agentIdentifierValue", "", NAMES): agent.findtext(
            "p:agentName", "", NAMES
        )
        for agent in root.iterfind("p:agent", NAMES)
    }
    found: dict[str, list[Approval]] = {}
    for event in root.iterfind("p:event", NAMES):
        if event.findtext("p:eventType", "", NAMES) not in types:
            continue
        approval = Approval(
            event.findtext("p:eventDateTime", "", NAMES),
            event.findtext("p:eventDetailInformation/p:eventDetail", "", NAMES),
            tuple(agents.get(value, "") for value in _linked_to(event, "Agent")),
        )
        for name in _linked_to(event, "Object"):
            found.setdefault(name, []).append(approval)
    return found


def _linked_to(event: etree._Element, of: str) -> list[str]:
    path = f"p:linking{of}Identifier/p:linking{of}IdentifierValue"
    return [link.text or "" for link in event.iterfind(path, NAMES)]


def told_fixity(root: etree._Element) -> dict[str, tuple[str, str]]:
    """The files in a PREMIS file: SHA-256 and size by path."""
    found = {}
    for made in root.iterfind("p:object", NAMES):
        digest = made.findtext("p:objectCharacteristics/p:fixity/p:messageDigest", "", NAMES)
        if digest:
            path = made.findtext("p:objectIdentifier/p:objectIdentifierValue", "", NAMES)
            found[path] = (digest, made.findtext("p:objectCharacteristics/p:size", "", NAMES))
    return found
