"""Pages of other files put into a file of ours, with their structure trees and without what acts.

The files are tagged PDF/A (``export.pdf.appendix`` looks at them first), so what is put in is heard
as the rest is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name

from survey_app.export.pdf.limits import pikepdf
from survey_app.export.pdf.structure import Element

_OF_THE_WHOLE = ("/AA", "/B", "/PieceInfo", "/Metadata", "/AF")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Graft:
    """A file to put in: after how many pages of ours, below which element, and its bytes."""

    after: int
    section: Element
    data: bytes


def put_in(
    pdf: pikepdf.Pdf,
    grafts: Sequence[Graft],
    made: Mapping[Element, pikepdf.Object],
    numbers: MutableMapping[int, Any],
) -> None:
    """Put in the files.

    made     what was made of each element of our tree
    numbers  the parent tree, to which those of the files are added
    """
    # From the end, so that the places before stay what they are.
    for graft in sorted(grafts, key=lambda graft: graft.after, reverse=True):
        with pikepdf.open(io.BytesIO(graft.data)) as source:
            _put_in(pdf, source, graft.after, made[graft.section], numbers)


def _put_in(
    pdf: pikepdf.Pdf,
    source: pikepdf.Pdf,
    after: int,
    section: pikepdf.Object,
    numbers: MutableMapping[int, Any],
) -> None:
    jumps = list(_take_jumps(source))
    for place, page in enumerate(source.pages):
        for key in _OF_THE_WHOLE:
            if key in page.obj:
                del page.obj[key]
        pdf.pages.insert(after + place, page)
    pages = [pdf.pages[after + place].obj for place in range(len(source.pages))]
    for page_number, annotation, target in jumps:
        pages[page_number].Annots[annotation].Dest = Array([pages[target], Name.Fit])
    first = max(numbers, default=-1) + 1
    for copy in pages:
        _renumber(copy, first)
    tree = pdf.copy_foreign(source.Root.StructTreeRoot)
    for number, owners in pikepdf.NumberTree(tree.ParentTree).items():
        numbers[first + int(number)] = owners
    _adopt(section, tree, source.Root.get("/Lang"))


def _renumber(page: pikepdf.Object, first: int) -> None:
    page.StructParents = first + int(page.StructParents)
    page.Tabs = Name.S
    for annotation in page.get("/Annots", ()):
        if "/StructParent" in annotation:
            annotation.StructParent = first + int(annotation.StructParent)


def _adopt(section: pikepdf.Object, tree: pikepdf.Object, language: Any) -> None:
    """Hang a tree below a section of ours, its roles being standard ones from now on."""
    roles = tree.get("/RoleMap", Dictionary())
    tops = tree.K if isinstance(tree.K, Array) else [tree.K]
    kids = section.K if isinstance(section.K, Array) else [section.K]
    for top in tops:
        for element in elements(top):
            element.S = standard_role(element.S, roles)
        if Name.Document == top.S:
            top.S = Name.Part
        if language is not None and "/Lang" not in top:
            top.Lang = language
        top.P = section
    section.K = Array([*kids, *tops])


def elements(top: Any, depth: int = 0) -> Iterator[pikepdf.Object]:
    """A structure element and all below it; what hangs deeper than any document does is left out.

    Raises RecursionError.
    """
    if depth > _DEEPEST:
        raise RecursionError("a structure tree without end")
    if not isinstance(top, Dictionary) or "/S" not in top:
        return
    yield top
    kids = top.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        yield from elements(kid, depth + 1)


def standard_role(role: Any, roles: Any) -> Any:
    """The role to which a file's own role map leads in the end."""
    for _ in range(_DEEPEST):
        if str(role) not in roles:
            return role
        role = roles[str(role)]
    return role


def _take_jumps(source: pikepdf.Pdf) -> Iterator[tuple[int, int, int]]:
    """Links within the file: page, place among its annotations, page to which it leads.

    They lead by the file's own names and pages, so they are taken out, and made anew in ours.
    """
    places = {page.obj.objgen: number for number, page in enumerate(source.pages)}
    for number, page in enumerate(source.pages):
        for place, annotation in enumerate(page.obj.get("/Annots", ())):
            action = annotation.get("/A", Dictionary())
            target = annotation.get("/Dest", action.get("/D"))
            if target is None:
                continue
            for key in ("/A", "/Dest"):
                if key in annotation:
                    del annotation[key]
            yield number, place, places.get(_page_named(source, target), number)


def _page_named(source: pikepdf.Pdf, target: Any) -> Any:
    """The object number of the page of a destination, if it can be found."""
    if isinstance(target, pikepdf.String):
        names = source.Root.get("/Names", Dictionary()).get("/Dests")
        target = pikepdf.NameTree(names).get(str(target)) if names is not None else None
    elif isinstance(target, Name):
        target = source.Root.get("/Dests", Dictionary()).get(str(target))
    if isinstance(target, Dictionary):
        target = target.get("/D")
    page = target[0] if isinstance(target, Array) and len(target) else None
    return page.objgen if isinstance(page, Dictionary) else None
