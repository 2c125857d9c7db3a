"""PDF files put into a PDF of ours, page by page, with nothing that acts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

MOST_PAGES = 500
_ACTING = ("/A", "/AA", "/Dest", "/Parent", "/Popup", "/StructParent", "/IRT")
_OF_THE_WHOLE = ("/AA", "/StructParents", "/B", "/Tabs", "/PieceInfo")


@dataclass(frozen=True, slots=True)
class Appended:
    """A file that can be put in, and its number of pages; or the reason why it cannot."""

    pages: int
    reason: str = ""


def look_at(data: bytes, media_type: str) -> Appended:
    """Whether a file can be put into a document of ours. Never raises: the reason is in words."""
    if media_type != "application/pdf":
        return Appended(0, "filen är ingen PDF")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        return Appended(0, "filen är skyddad med lösenord")
    # A damaged file can fail in any way; that it cannot be read is all that matters here.
    except Exception:
        return Appended(0, "filen kan inte läsas som PDF")
    if pages > MOST_PAGES:
        return Appended(0, f"filen har fler än {MOST_PAGES} sidor")
    return Appended(pages) if pages else Appended(0, "filen har inga sidor")


def put_in(document: bytes, insertions: Sequence[tuple[int, bytes]]) -> bytes:
    """The document with files put in; each insertion is (pages of the document before it, PDF).

    Links, scripts and other actions of the files are left out, and what they look like is kept.
    The same input gives the same bytes.
    """
    if not insertions:
        return document
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        # From the end, so that the places before stay what they are.
        for before, data in sorted(insertions, key=lambda item: item[0], reverse=True):
            with pikepdf.open(io.BytesIO(data)) as source:
                for page in source.pages:
                    _make_harmless(page)
                for place, page in enumerate(source.pages):
                    pdf.pages.insert(before + place, page)
        pdf.save(target, deterministic_id=True, linearize=False)
    return target.getvalue()


def _make_harmless(page: pikepdf.Page) -> None:
    for key in _OF_THE_WHOLE:
        if key in page.obj:
            del page.obj[key]
    annotations = page.obj.get("/Annots")
    if annotations is None:
        return
    kept = pikepdf.Array()
    if isinstance(annotations, pikepdf.Array):
        for annotation in annotations:
            if isinstance(annotation, pikepdf.Dictionary) and _is_seen(annotation):
                for key in _ACTING:
                    if key in annotation:
                        del annotation[key]
                kept.append(annotation)
    page.obj["/Annots"] = kept


def _is_seen(annotation: pikepdf.Dictionary) -> bool:
    # What has no appearance of its own (links, attached files) is only something to act on.
    return "/AP" in annotation and annotation.get("/Subtype") not in ("/Link", "/FileAttachment")
