"""A Word file as somebody fills it in: Word's own changes to the XML, without Word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from survey_app.export.word.markup import TICKED, UNTICKED, W14, W, run, w
from survey_app.export.word.tag import read_tag

Root = Any


def controls(root: Root) -> dict[str, Root]:
    """The controls with a tag of ours, by question and part: ``18a.b.2``."""
    found = {}
    for control in root.iter(f"{W}sdt"):
        told = control.find(f"{W}sdtPr/{W}tag")
        tag = read_tag(told.get(f"{W}val")) if told is not None else None
        if tag is not None:
            found[f"{tag.question}.{tag.part}"] = control
    return found


def edited(data: bytes, change: Callable[[Root], None], part: str = "word/document.xml") -> bytes:
    """The file with one part changed."""
    files = parts(data)
    root = etree.fromstring(files[part])
    change(root)
    files[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return zipped(files)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return target.getvalue()


def filled(data: bytes, values: Mapping[str, str | bool]) -> bytes:
    """The file with texts written and boxes ticked, by question and part."""

    def change(root: Root) -> None:
        found = controls(root)
        for key, value in values.items():
            fill(found[key], value)

    return edited(data, change)


def fill(control: Root, value: str | bool) -> None:
    """Write into one control as Word does."""
    if isinstance(value, bool):
        control.find(f".//{W14}checked").set(f"{W14}val", "1" if value else "0")
        control.find(f".//{W}t").text = TICKED if value else UNTICKED
        return
    hint = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    if hint is not None:
        hint.getparent().remove(hint)
    content = control.find(f"{W}sdtContent")
    content[:] = [run(value)]


def typed_beside(root: Root, text: str) -> None:
    """A paragraph between the questions, as a program that knows no locked groups lets through."""
    controls(root).popitem()[1].getparent().addnext(w("p", run(text)))
