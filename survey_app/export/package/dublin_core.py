"""The description of a case in Dublin Core."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.export.etree import etree
from survey_app.export.package.contents import Contents
from survey_app.export.xml_text import add, written

DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://dublincore.org/schemas/xmls/qdc/2008/02/11/dc.xsd"


def describe(contents: Contents) -> bytes:
    """Diary number, title, who answers, to whom, when: one ``metadata`` element with DC in it."""
    root = etree.Element("metadata", nsmap={"dc": DC, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{DC} {SCHEMA}")
    for name, text in _elements(contents):
        add(root, f"{{{DC}}}{name}", text)
    return written(root)


def _elements(contents: Contents) -> Iterator[tuple[str, str]]:
    case, found = contents.case, [entry.content for entry in contents.entries]
    yield "identifier", case["diary_number"]
    yield "title", case["title"]
    for name in contents.units:
        yield "creator", name
    for content in found:
        yield "subject", content["questionnaire"]["title"]
    for form in (content["questionnaire"] for content in found):
        reference = f", {form['reference']}" if form["reference"] else ""
        yield "description", f"Svar till {form['authority']}{reference}: {form['title']}"
    if contents.draft:
        yield "description", "UTKAST: inte godkänt, inte inlämnat."
    if case.get("practice"):
        yield "description", "Övningsärende: svar och siffror gäller ingenting."
    yield "date", contents.created_at
    yield "type", "Text"
    yield "language", "sv"
