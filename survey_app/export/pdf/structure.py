"""The structure tree of a PDF: what a screen reader walks through, and what keeps text in it.

Layout makes the elements, drawing marks which words of which page belong to them. A canvas of
this module refuses to draw anything that is neither marked nor an artifact, so no word can stand
on a page that a reader does not hear.

Only an element without kids holds words of a page, so the order of kids is the order of reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from reportlab.pdfgen.canvas import Canvas

Role = Literal[
    "Document", "Part", "Sect", "Div", "H1", "H2", "H3", "H4", "P", "Span", "Link",
    "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TR", "TH", "TD",
    "TOC", "TOCI", "Reference", "Figure",
]  # fmt: skip
"""Standard structure types (ISO 32000-1, 14.8.4), so no role map is needed."""

HEADINGS: tuple[Role, ...] = ("H1", "H2", "H3", "H4")


class UntaggedContent(RuntimeError):
    """Something was about to be drawn that belongs to no element and is no artifact."""


class MissingAlternative(ValueError):
    """A figure without a text in its stead."""


@dataclass(eq=False, slots=True)
class Element:
    """One element of the tree.

    scope      of a header cell; span: over how many columns a cell stands
    numbering  of a list, as PDF names it (``Disc``, ...)
    alt        the text in a figure's stead
    target     of a link: the place of a heading in the outline, or an address
    title      of a section: what it is called; of a link: where it leads
    box        of a figure: where it stands on its page, told when it is drawn
    """

    role: Role
    parent: Element | None = None
    kids: list[Element] = field(default_factory=list)
    scope: Literal["Column", "Row"] | None = None
    span: int = 1
    numbering: Literal["Disc", "Decimal", "None"] | None = None
    alt: str = ""
    target: int | str | None = None
    title: str = ""
    box: tuple[float, float, float, float] | None = None

    def add(self, role: Role, **about: Any) -> Element:
        """A new last kid."""
        self.kids.append(Element(role, self, **about))
        return self.kids[-1]

    def walk(self) -> Iterator[Element]:
        """The element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()


class Sections:
    """Where in the tree a block belongs. Headings open sections, nested without a gap: a heading
    that is small to the eye may stand right below a large one, and is then its second level."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self._open: list[tuple[int, Element]] = []

    @property
    def here(self) -> Element:
        """The innermost open section."""
        return self._open[-1][1] if self._open else self.root

    def leave(self, level: int) -> None:
        """Close the sections of this level and below."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()

    def heading(self, level: int, title: str) -> Element:
        """Open a section; gives the element of its heading."""
        self.leave(level)
        section = self.here.add("Part" if level == 1 else "Sect", title=title)
        self._open.append((level, section))
        return section.add(HEADINGS[len(self._open) - 1])


class Mark(NamedTuple):
    """Words on a page: number of the page from 0, and their MCID there."""

    page: int
    mcid: int


class Area(NamedTuple):
    """Where a link can be clicked: a rectangle in points."""

    page: int
    element: Element
    rectangle: tuple[float, float, float, float]


class TaggedCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """A canvas that knows to which element all it draws belongs.

    marks   the words of each element, in the order in which they were drawn
    owners  per page the element of each MCID
    areas   what can be clicked
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.marks: dict[Element, list[Mark]] = {}
        self.owners: list[list[Element]] = [[]]
        self.areas: list[Area] = []
        self._current: Element | None = None
        self._in_artifact = False
        super().__init__(*arguments, **named)

    def tag(self, element: Element) -> None:
        """What is drawn from now on belongs to this element."""
        if element is self._current:
            return
        if element.kids:
            raise UntaggedContent(f"{element.role} holds elements, so it cannot hold words")
        self._close()
        mark = Mark(len(self.owners) - 1, len(self.owners[-1]))
        self.owners[-1].append(element)
        self.marks.setdefault(element, []).append(mark)
        self.addLiteral(f"/{element.role} <</MCID {mark.mcid}>> BDC")
        self._current = element

    @contextmanager
    def artifact(self, kind: str = "/Type /Layout") -> Iterator[None]:
        """What is drawn inside is no part of the text, such as lines, head and foot of a page."""
        self._close()
        self.addLiteral(f"/Artifact <<{kind}>> BDC")
        self._in_artifact = True
        yield
        self._in_artifact = False
        self.addLiteral("EMC")

    def area(self, left: float, low: float, right: float, high: float) -> None:
        """Make a rectangle lead where the current element, a link, leads. What is no part of the
        text, such as the heading of a table on its next pages, leads nowhere."""
        if self._in_artifact:
            return
        assert self._current is not None
        self.areas.append(Area(len(self.owners) - 1, self._current, (left, low, right, high)))

    def _close(self) -> None:
        if self._current is not None:
            self.addLiteral("EMC")
            self._current = None

    def _demand_tag(self, what: object) -> None:
        if self._current is None and not self._in_artifact:
            raise UntaggedContent(f"{what} stands outside the structure of the document")

    def showPage(self) -> None:
        """End the page; an element that goes on is marked anew on the next one."""
        self._close()
        self.owners.append([])
        super().showPage()

    def save(self) -> None:
        """Write the document; its pages have been ended with ``showPage``."""
        self.owners.pop()
        super().save()

    def drawText(self, text: Any) -> None:
        """Draw a text object, if it belongs somewhere. Raises UntaggedContent."""
        # Asking a text object for its code ends it, so it is asked only once.
        code = str(text.getCode())
        self._demand_tag(f"text {code[-60:]!r}")
        self.addLiteral(code)

    def line(self, *place: float) -> None:
        """Draw a line, if it belongs somewhere. Raises UntaggedContent."""
        self._demand_tag("a line")
        super().line(*place)

    def drawPath(self, *path: Any, **named: Any) -> None:
        """Draw a path or a rectangle, if it belongs somewhere. Raises UntaggedContent."""
        self._demand_tag("a path")
        super().drawPath(*path, **named)

    def rect(self, *place: float, **named: Any) -> None:
        """Draw a rectangle, if it belongs somewhere. Raises UntaggedContent."""
        self._demand_tag("a rectangle")
        super().rect(*place, **named)

    def drawImage(self, *image: Any, **named: Any) -> Any:
        """Draw an image, if it belongs somewhere. Raises UntaggedContent."""
        self._demand_tag("an image")
        return super().drawImage(*image, **named)
