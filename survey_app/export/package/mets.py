"""METS by E-ARK CSIP and SIP 2.1.0, which is FGS Paketstruktur 2.0: at the root and below it.

What each element is for, and which must be there, stands in the two specifications; their numbers
(CSIP58, SIP7) name the requirement that a line answers to.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from survey_app.export.etree import etree
from survey_app.export.xml_text import UnreadableXml, add, written

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAMES = {None: METS, "xlink": XLINK, "csip": CSIP, "sip": SIP, "xsi": XSI}
FILE = "METS.xml"


@dataclass(frozen=True, slots=True)
class Reference:
    """A file as METS names it; ``path`` is relative to the METS file."""

    path: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """A metadata file: ``kind`` is METS's own word (DC, PREMIS), or OTHER with ``other``."""

    reference: Reference
    kind: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one use: Documentation, Schemas, Representations/rep1, or Data."""

    use: str
    files: Sequence[Reference]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who made the data and submits it."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a METS file says of itself and its package.

    identifier  the name of the folder in which it stands (CSIP1)
    """

    identifier: str
    title: str
    profile: str
    created: str
    software: tuple[str, str]
    organisations: Sequence[Organisation] = ()
    status: str = ""
    record_ids: Sequence[tuple[str, str]] = ()
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Structure:
    """Everything that a METS file refers to. ``pointer`` is the METS of a representation."""

    descriptive: Sequence[Metadata] = ()
    provenance: Sequence[Metadata] = ()
    groups: Sequence[Group] = ()
    pointers: Sequence[Group] = ()


def describe(heading: Heading, structure: Structure) -> bytes:
    """A METS file."""
    writer = _Writer(heading, structure)
    return written(writer.root)


class _Writer:
    """Writes one METS file; ids are made from what they name, so they are always the same."""

    def __init__(self, heading: Heading, structure: Structure) -> None:
        self.heading = heading
        self.structure = structure
        self.root = etree.Element(f"{{{METS}}}mets", nsmap=_NAMES)
        self._root_attributes()
        self._header()
        described = [self._described(item) for item in structure.descriptive]
        proven = self._provenance()
        groups = self._files()
        self._map(described, proven, groups)

    def _id(self, *names: str) -> str:
        name = "/".join((self.heading.namespace or self.heading.identifier, *names))
        return f"uuid-{uuid.uuid5(uuid.NAMESPACE_URL, name)}"

    def _root_attributes(self) -> None:
        heading, whole = self.heading, bool(self.structure.pointers)
        schemas = "schemas" if whole else "../../schemas"
        self.root.set("OBJID", heading.identifier)
        self.root.set("TYPE", "Mixed")
        self.root.set("PROFILE", heading.profile)
        self.root.set("LABEL", heading.title)
        self._content_type(self.root, "MIXED" if whole else "")
        self.root.set(
            f"{{{XSI}}}schemaLocation",
            f"{METS} {schemas}/mets.xsd {XLINK} {schemas}/xlink.xsd "
            f"{CSIP} {schemas}/DILCISExtensionMETS.xsd "
            f"{SIP} {schemas}/DILCISExtensionSIPMETS.xsd",
        )

    def _content_type(self, element: etree._Element, kind: str) -> None:
        element.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", kind or "OTHER")
        if not kind:
            element.set(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE", "redogor/package/2")

    def _header(self) -> None:
        heading = self.heading
        made = add(self.root, "metsHdr", CREATEDATE=heading.created, LASTMODDATE=heading.created)
        if heading.status:
            made.set("RECORDSTATUS", heading.status)
        made.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
        name, version = heading.software
        agent = add(made, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
        self._named(agent, name, version, "SOFTWARE VERSION")
        for organisation in heading.organisations:
            for role in ("ARCHIVIST", "CREATOR"):
                agent = add(made, "agent", ROLE=role, TYPE="ORGANIZATION")
                self._named(agent, organisation.name, organisation.number, "IDENTIFICATIONCODE")
        for kind, value in heading.record_ids:
            add(made, "altRecordID", value, TYPE=kind)

    def _named(self, agent: etree._Element, name: str, note: str, kind: str) -> None:
        add(agent, "name", name)
        if note:
            add(agent, "note", note).set(f"{{{CSIP}}}NOTETYPE", kind)

    def _described(self, item: Metadata) -> str:
        identifier = self._id("dmdSec", item.reference.path)
        made = add(
            self.root, "dmdSec", ID=identifier, CREATED=self.heading.created, STATUS="CURRENT"
        )
        self._metadata(made, item)
        return identifier

    def _provenance(self) -> list[str]:
        if not self.structure.provenance:
            return []
        section = self._id("amdSec")
        made = add(self.root, "amdSec", ID=section)
        found = []
        for item in self.structure.provenance:
            identifier = self._id("digiprovMD", item.reference.path)
            entry = add(
                made, "digiprovMD", ID=identifier, CREATED=self.heading.created, STATUS="CURRENT"
            )
            self._metadata(entry, item)
            found.append(identifier)
        return found

    def _metadata(self, parent: etree._Element, item: Metadata) -> None:
        made = add(parent, "mdRef", LOCTYPE="URL")
        self._linked(made, item.reference.path)
        made.set("MDTYPE", item.kind)
        if item.other:
            made.set("OTHERMDTYPE", item.other)
        self._fixed(made, item.reference)

    def _linked(self, element: etree._Element, path: str) -> None:
        element.set(f"{{{XLINK}}}type", "simple")
        element.set(f"{{{XLINK}}}href", path)

    def _fixed(self, element: etree._Element, file: Reference) -> None:
        element.set("MIMETYPE", file.media_type)
        element.set("SIZE", str(file.size))
        element.set("CREATED", self.heading.created)
        element.set("CHECKSUM", file.sha256)
        element.set("CHECKSUMTYPE", "SHA-256")

    def _files(self) -> dict[str, str]:
        section = add(self.root, "fileSec", ID=self._id("fileSec"))
        found = {}
        for group in (*self.structure.groups, *self.structure.pointers):
            found[group.use] = self._id("fileGrp", group.use)
            made = add(section, "fileGrp", ID=found[group.use], USE=group.use)
            if group.use.startswith("Representations"):
                self._content_type(made, "")
            for file in group.files:
                entry = add(made, "file", ID=self._id("file", file.path))
                self._fixed(entry, file)
                self._linked(add(entry, "FLocat", LOCTYPE="URL"), file.path)
        return found

    def _map(self, described: list[str], proven: list[str], groups: dict[str, str]) -> None:
        made = add(self.root, "structMap", ID=self._id("structMap"), TYPE="PHYSICAL", LABEL="CSIP")
        whole = add(made, "div", ID=self._id("div"), LABEL=self.heading.identifier)
        metadata = self._div(whole, "Metadata")
        if proven:
            metadata.set("ADMID", " ".join(proven))
        if described:
            metadata.set("DMDID", " ".join(described))
        for group in self.structure.groups:
            add(self._div(whole, group.use), "fptr", FILEID=groups[group.use])
        for pointer in self.structure.pointers:
            target = add(self._div(whole, pointer.use), "mptr", LOCTYPE="URL")
            self._linked(target, pointer.files[0].path)
            target.set(f"{{{XLINK}}}title", groups[pointer.use])

    def _div(self, parent: etree._Element, label: str) -> etree._Element:
        return add(parent, "div", ID=self._id("div", label), LABEL=label)


def references(root: etree._Element) -> Iterator[Reference]:
    """Every file that a METS file names with size and checksum. Raises UnreadableXml."""
    if root.tag != f"{{{METS}}}mets":
        raise UnreadableXml("no_mets")
    href = f"{{{XLINK}}}href"
    for found in root.iter(f"{{{METS}}}mdRef", f"{{{METS}}}file"):
        place = found if found.get(href) is not None else found.find(f"{{{METS}}}FLocat")
        size = found.get("SIZE", "")
        yield Reference(
            path="" if place is None else place.get(href, ""),
            media_type=found.get("MIMETYPE", ""),
            size=int(size) if size.isdecimal() and len(size) < 16 else -1,
            sha256=found.get("CHECKSUM", ""),
        )


def pointers(root: etree._Element) -> Iterator[str]:
    """The METS files to which a METS file points."""
    for found in root.iter(f"{{{METS}}}mptr"):
        yield found.get(f"{{{XLINK}}}href", "")
