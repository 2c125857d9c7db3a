"""A PDF's structure tree as a screen reader walks it: elements with their words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from survey_app.export.pdf.words import read_marked, squeezed


@dataclass
class Heard:
    """An element: its role, its words, those of its kids, and the pages on which they stand."""

    role: str
    element: Any
    words: str = ""
    kids: list[Heard] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    annotations: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that is heard of it."""
        return self.words + "".join(kid.text for kid in self.kids)

    def walk(self) -> Iterator[Heard]:
        """It and all below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def all(self, *roles: str) -> list[Heard]:
        """All below it with one of these roles."""
        return [heard for heard in self.walk() if heard.role in roles]


class Reader:
    """Opens a PDF and listens: ``root`` is the tree, ``used`` what it points at."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.marked = read_marked(data)
        self.numbers = {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}
        self.used: list[tuple[int, int]] = []
        top = self.pdf.Root.StructTreeRoot.K
        self.root = self._listen(top[0] if isinstance(top, pikepdf.Array) else top)

    @property
    def text(self) -> str:
        return squeezed(self.root.text)

    def _listen(self, element: Any) -> Heard:
        heard = Heard(str(element.S).removeprefix("/"), element)
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                self._point(heard, element.Pg, kid)
            elif kid.get("/Type") == pikepdf.Name.MCR:
                self._point(heard, kid.Pg, kid.MCID)
            elif kid.get("/Type") == pikepdf.Name.OBJR:
                heard.annotations.append(kid.Obj)
            else:
                assert kid.P.objgen == element.objgen
                heard.kids.append(self._listen(kid))
        return heard

    def _point(self, heard: Heard, page: Any, mcid: int) -> None:
        number = self.numbers[page.objgen]
        self.used.append((number, int(mcid)))
        heard.pages.append(number)
        heard.words += self.marked[number].get(int(mcid), "")
