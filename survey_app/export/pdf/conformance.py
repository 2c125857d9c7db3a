"""From what ReportLab drew to PDF/A-2a (or 3a) and PDF/UA-1 in one file.

Puts over the pages what makes them speak: the structure tree and the way back to it from every
page (ISO 32000-1, 14.7 and 14.8), clickable areas, XMP, the colour profile, an attached file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote

from pikepdf import Array, Dictionary, Name, String

from survey_app.export.pdf.graft import Graft, put_in
from survey_app.export.pdf.limits import pikepdf
from survey_app.export.pdf.metadata import LANGUAGE, Attachment, Metadata, pdf_date
from survey_app.export.pdf.structure import Area, Element, Mark, TaggedCanvas, UntaggedContent

_PRINT = 4
"""The flag of an annotation that PDF/A asks for (6.3.2)."""


class Place(NamedTuple):
    """Where something stands: page from 0, and how far up its upper edge, in points."""

    page: int
    top: float


@dataclass(slots=True)
class Drawn:
    """What drawing found out: the canvas, the tree, and the places of headings in the outline."""

    canvas: TaggedCanvas
    root: Element
    places: dict[int, Place] = field(default_factory=dict)


def conform(
    data: bytes,
    drawn: Drawn,
    metadata: Metadata,
    attachment: Attachment | None = None,
    grafts: Sequence[Graft] = (),
) -> bytes:
    """The conforming file. The same input gives the same bytes. Raises UntaggedContent."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _Tree(pdf, drawn).write(grafts)
        _describe(pdf, metadata, 3 if attachment else 2)
        if attachment:
            _attach(pdf, attachment, metadata)
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            linearize=False,
        )
    return target.getvalue()


class _Tree:
    """The structure tree on its way into a file; ``made`` is what was made of each element."""

    def __init__(self, pdf: pikepdf.Pdf, drawn: Drawn) -> None:
        self.pdf = pdf
        self.drawn = drawn
        self.pages = [page.obj for page in pdf.pages]
        self.made: dict[Element, pikepdf.Object] = {}
        self.clickable: dict[Element, list[pikepdf.Object]] = {}
        self.numbers: dict[int, pikepdf.Object] = {}

    def write(self, grafts: Sequence[Graft]) -> None:
        """Write all of it. Raises UntaggedContent for words of an element outside the tree."""
        for area in self.drawn.canvas.areas:
            self._make_clickable(area)
        root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = Array([self._write(self.drawn.root, root)])
        for page, owners in enumerate(self.drawn.canvas.owners):
            if lost := [element.role for element in owners if element not in self.made]:
                raise UntaggedContent(f"on page {page + 1} {lost[0]} is no part of the tree")
            self.pages[page].StructParents = page
            self.pages[page].Tabs = Name.S
            if "/Trans" in self.pages[page]:
                # ReportLab's, and empty: nobody turns the pages of an archive copy by effects.
                del self.pages[page].Trans
            self.numbers[page] = self._owned(owners)
        for element, clickable in self.clickable.items():
            for annotation in clickable:
                self.numbers[int(annotation.StructParent)] = self.made[element]
        put_in(self.pdf, grafts, self.made, self.numbers)
        numbers = [item for key in sorted(self.numbers) for item in (key, self.numbers[key])]
        root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        root.ParentTreeNextKey = max(self.numbers, default=-1) + 1
        self.pdf.Root.StructTreeRoot = root

    def _owned(self, owners: list[Element]) -> pikepdf.Object:
        return self.pdf.make_indirect(Array([self.made[element] for element in owners]))

    def _write(self, element: Element, parent: pikepdf.Object) -> pikepdf.Object:
        written = self.pdf.make_indirect(
            Dictionary({"/Type": Name.StructElem, "/S": Name(f"/{element.role}"), "/P": parent})
        )
        self.made[element] = written
        for key, value in _about(element).items():
            written[key] = value
        kids = [self._write(kid, written) for kid in element.kids if self._is_heard(kid)]
        self._write_content(element, written, kids)
        return written

    def _is_heard(self, element: Element) -> bool:
        # A cell may be empty, for the sake of its row; a list or a section without words is none.
        kept = element.role in ("TH", "TD") or element in self.drawn.canvas.marks
        return kept or any(map(self._is_heard, element.kids))

    def _write_content(
        self, element: Element, written: pikepdf.Object, kids: list[pikepdf.Object]
    ) -> None:
        marks = self.drawn.canvas.marks.get(element, [])
        if marks:
            written.Pg = self.pages[marks[0].page]
        found: list[Any] = [*kids, *(self._content(mark, marks[0].page) for mark in marks)]
        for annotation in self.clickable.get(element, ()):
            found.append(Dictionary(Type=Name.OBJR, Obj=annotation, Pg=annotation.P))
        if len(found) == 1:
            written.K = found[0]
        elif found:
            written.K = Array(found)

    def _content(self, mark: Mark, page: int) -> Any:
        if mark.page == page:
            return mark.mcid
        return Dictionary(Type=Name.MCR, Pg=self.pages[mark.page], MCID=mark.mcid)

    def _make_clickable(self, area: Area) -> None:
        page, target = self.pages[area.page], area.element.target
        annotation = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([round(value, 2) for value in area.rectangle]),
            Border=Array([0, 0, 0]),
            F=_PRINT,
            P=page,
            StructParent=len(self.pages) + sum(map(len, self.clickable.values())),
        )
        if isinstance(target, str):
            annotation.Contents = String(f"Länk till {target}")
            annotation.A = Dictionary(S=Name.URI, URI=String(_ascii(target)))
        elif target is not None:
            place = self.drawn.places[target]
            annotation.Contents = String(f"Gå till {area.element.title}")
            annotation.Dest = Array([self.pages[place.page], Name.XYZ, 0, place.top, None])
        made = self.pdf.make_indirect(annotation)
        self.clickable.setdefault(area.element, []).append(made)
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(made)


def _about(element: Element) -> Mapping[str, Any]:
    """What an element says beside its kids."""
    said: dict[str, Any] = {}
    if element.scope:
        said["/A"] = Dictionary(O=Name.Table, Scope=Name(f"/{element.scope}"))
    if element.span > 1:
        said["/A"] = said.get("/A", Dictionary(O=Name.Table))
        said["/A"].ColSpan = element.span
    if element.numbering:
        said["/A"] = Dictionary(O=Name.List, ListNumbering=Name(f"/{element.numbering}"))
    if element.alt:
        said["/Alt"] = String(element.alt)
    if element.box:
        box = Array([round(value, 2) for value in element.box])
        said["/A"] = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=box)
    return said


def _ascii(address: str) -> str:
    """An address as PDF wants it: seven bits."""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def _describe(pdf: pikepdf.Pdf, metadata: Metadata, part: int) -> None:
    """Language, title, XMP and colours: what the file says of itself."""
    root = pdf.Root
    root.Lang = String(LANGUAGE)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    xmp = pdf.make_stream(metadata.xmp(part), Type=Name.Metadata, Subtype=Name.XML)
    root.Metadata = xmp
    profile = pdf.make_stream(_profile(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )
    root.OutputIntents = Array([intent])
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary({key: String(text) for key, text in metadata.information().items()})
    )


@cache
def _profile() -> bytes:
    return (files("survey_app.export.pdf") / "colour" / "sRGB.icc").read_bytes()


def _attach(pdf: pikepdf.Pdf, attachment: Attachment, metadata: Metadata) -> None:
    """Carry a file inside (PDF/A-3, 6.8): the source of what the pages show."""
    data = attachment.data
    stream = pdf.make_stream(
        data,
        Type=Name.EmbeddedFile,
        Subtype=Name(f"/{attachment.media_type}"),
        Params=Dictionary(
            ModDate=String(pdf_date(metadata.moment)),
            Size=len(data),
            CheckSum=String(hashlib.md5(data, usedforsecurity=False).digest()),
        ),
    )
    file = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description),
            AFRelationship=Name.Source,
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    pdf.Root.AF = Array([file])
    if "/Names" not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.EmbeddedFiles = Dictionary(Names=Array([String(attachment.name), file]))
