"""Whether an enclosure can stand in a PDF of ours without breaking what that promises.

Ours is PDF/A-2a and PDF/UA-1: every page reads aloud and needs nothing from outside. A file whose
pages do not would make the whole document fail, so it is listed instead, with the reason. What a
file claims of itself is believed only where its parts bear it out; its claim is no proof.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name

from survey_app.export.pdf.graft import elements, standard_role
from survey_app.export.pdf.limits import pikepdf
from survey_app.export.pdf.picture import UnreadablePicture, read_picture

MOST_PAGES = 500
MOST_OF_XMP = 1_000_000
MOST_OF_A_PAGE = 2_000_000
"""Bytes of instructions; read, they take some 140 times as much memory."""
_PICTURES = ("image/png", "image/jpeg")
_STANDARD = frozenset(
    (
        *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "NonStruct"),
        *("TOC", "TOCI", "Index", "P", "H1", "H2", "H3", "H4", "H5", "H6"),
        *("L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"),
        *("Span", "Quote", "Reference", "Code", "Link", "Annot", "Figure", "Formula"),
    )
)
"""Roles that we take over. ``H`` and ``Note`` (which must have an id of its own) are left out."""


_PAINTING = frozenset(
    (
        "Tj",
        "TJ",
        "'",
        '"',
        "Do",
        "sh",
        "f",
        "F",
        "f*",
        "B",
        "B*",
        "b",
        "b*",
        "S",
        "s",
        "INLINE IMAGE",
    )
)


class NotFit(ValueError):
    """Why a file cannot be put in, in Swedish."""


@dataclass(frozen=True, slots=True)
class Appended:
    """How a file can be put in: so many pages, or a picture; or the reason why it cannot."""

    pages: int = 0
    picture: bool = False
    reason: str = ""


def look_at(data: bytes, media_type: str) -> Appended:
    """Whether a file can be put into a document of ours. Never raises: the reason is in words."""
    try:
        if media_type in _PICTURES:
            read_picture(data)
            return Appended(picture=True)
        if media_type != "application/pdf":
            raise NotFit("filen är varken PDF eller bild")
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return Appended(_fit_pages(pdf))
    except (NotFit, UnreadablePicture) as error:
        return Appended(reason=str(error))
    except pikepdf.PasswordError:
        return Appended(reason="filen är skyddad med lösenord")
    # A damaged file can fail in any way; that it cannot be read is all that matters here.
    except Exception:
        return Appended(reason="filen kan inte läsas som PDF")


def _fit_pages(pdf: pikepdf.Pdf) -> int:
    """How many pages a file has that can be put in. Raises NotFit."""
    if not len(pdf.pages):
        raise NotFit("filen har inga sidor")
    if len(pdf.pages) > MOST_PAGES:
        raise NotFit(f"filen har fler än {MOST_PAGES} sidor")
    if pdf.is_encrypted:
        raise NotFit("filen är krypterad")
    _check_claim(pdf)
    _check_tree(pdf)
    _check_parts(pdf)
    return len(pdf.pages)


def _check_claim(pdf: pikepdf.Pdf) -> None:
    metadata = pdf.Root.get("/Metadata")
    xmp = metadata.read_bytes()[:MOST_OF_XMP] if metadata is not None else b""
    if _said(xmp, b"pdfaid:part") not in (b"2", b"3"):
        raise NotFit("filen är inte arkivformatet PDF/A-2 eller PDF/A-3")
    if _said(xmp, b"pdfaid:conformance") != b"A" or _said(xmp, b"pdfuaid:part") != b"1":
        raise NotFit("filen är inte märkt så att den kan läsas upp (PDF/A nivå A och PDF/UA-1)")


def _said(xmp: bytes, name: bytes) -> bytes | None:
    """The value of a property, which XMP writes as an element or as an attribute."""
    pattern = rb"<%b>\s*(\w+)\s*</|\b%b\s*=\s*[\"'](\w+)[\"']" % (name, name)
    found = re.search(pattern, xmp)
    return (found[1] or found[2]) if found else None


def _check_tree(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.get("/StructTreeRoot")
    if tree is None or "/K" not in tree or "/ParentTree" not in tree or "/ClassMap" in tree:
        raise NotFit("filens struktur kan inte föras över")
    numbers = pikepdf.NumberTree(tree.ParentTree)
    if any(int(page.obj.get("/StructParents", -1)) not in numbers for page in pdf.pages):
        raise NotFit("filen har sidor som inte kan läsas upp")
    roles = tree.get("/RoleMap", Dictionary())
    for top in tree.K if isinstance(tree.K, Array) else [tree.K]:
        for element in elements(top):
            role = str(standard_role(element.S, roles)).removeprefix("/")
            if role not in _STANDARD:
                raise NotFit(f"filens struktur kan inte föras över ({role})")
            if role == "Figure" and not str(element.get("/Alt", "")).strip():
                raise NotFit("filen har en bild utan alternativtext")


def _check_parts(pdf: pikepdf.Pdf) -> None:
    if "/OCProperties" in pdf.Root or _has_fields(pdf):
        raise NotFit("filen har lager eller ett formulär att fylla i")
    intents = [intent.get("/DestOutputProfile") for intent in pdf.Root.get("/OutputIntents", [])]
    if any(profile is not None and int(profile.N) != 3 for profile in intents):
        raise NotFit("filen har andra färger än sRGB")
    for page in pdf.pages:
        if "/AA" in page.obj or not all(map(_is_plain_link, page.obj.get("/Annots", Array()))):
            raise NotFit("filen har något på sidorna som gör något eller som inte kan läsas upp")
        if not all(_is_embedded(font) for font in _fonts(page)):
            raise NotFit("filen bär inte med sig sina teckensnitt")
        if _length(page) > MOST_OF_A_PAGE:
            raise NotFit("filen har en sida med för mycket på")
        if not _is_marked(page):
            raise NotFit("filen har sidor som inte kan läsas upp")


def _is_plain_link(annotation: Any) -> bool:
    """A link that a reader hears, and that leads somewhere and does nothing else."""
    leads = annotation.get("/A", Dictionary(S=Name.GoTo)).get("/S") in (Name.URI, Name.GoTo)
    is_link = annotation.get("/Subtype") == Name.Link and "/AA" not in annotation
    return is_link and leads and "/StructParent" in annotation and "/Contents" in annotation


def _length(page: pikepdf.Page) -> int:
    content = page.obj.get("/Contents", Array())
    return sum(
        len(part.read_bytes()) for part in (content if isinstance(content, Array) else [content])
    )


def _is_marked(page: pikepdf.Page) -> bool:
    """Whether all that is painted belongs to an element or is an artifact."""
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        depth += (operator in ("BMC", "BDC")) - (operator == "EMC")
        if depth <= 0 and operator in _PAINTING:
            return False
    return True


def _has_fields(pdf: pikepdf.Pdf) -> bool:
    form = pdf.Root.get("/AcroForm")
    return form is not None and bool(len(form.get("/Fields", Array())))


def _fonts(page: pikepdf.Page) -> Iterator[Any]:
    yield from (
        page.obj.get("/Resources", Dictionary()).get("/Font", Dictionary()).as_dict().values()
    )


def _is_embedded(font: Any) -> bool:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = inner.get("/FontDescriptor", Dictionary())
    has_file = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return inner.get("/Subtype") == Name.Type3 or has_file
