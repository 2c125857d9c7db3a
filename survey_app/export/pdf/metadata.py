"""What a PDF says of itself: document information and XMP, which must not contradict each other.

Raises nothing; the same metadata gives the same bytes.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from html import escape

from survey_app.export.swedish import STOCKHOLM

LANGUAGE = "sv-SE"
CREATOR = "Redogör"
_NO_TIME = "1980-01-01T00:00:00+00:00"
"""Where no time is known: the beginning of time in ZIP."""

# PDF/A-2, 6.6.2.3: a property from elsewhere, such as pdfuaid:part, is described in the file.
_XMP = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{created}</xmp:CreateDate>
<xmp:ModifyDate>{created}</xmp:ModifyDate>
<xmp:MetadataDate>{created}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the PDF, which then is PDF/A-3a: the data that it shows."""

    name: str
    data: bytes
    media_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """Texts are printable and on one line; ``created`` is an ISO time with zone, or None."""

    title: str
    author: str
    subject: str
    created: str | None
    producer: str = "ReportLab, pikepdf"

    @property
    def moment(self) -> datetime.datetime:
        """When the document came about, in Swedish time where it is known."""
        if self.created is None:
            return datetime.datetime.fromisoformat(_NO_TIME)
        return datetime.datetime.fromisoformat(self.created).astimezone(STOCKHOLM)

    def xmp(self, part: int) -> bytes:
        """The XMP packet of a file that conforms to PDF/A, this part of it, and to PDF/UA-1."""
        said = {
            "title": self.title,
            "author": self.author,
            "subject": self.subject,
            "creator": CREATOR,
            "producer": self.producer,
            "language": LANGUAGE,
            "created": self.moment.isoformat(timespec="seconds"),
        }
        escaped = {key: escape(text, quote=False) for key, text in said.items()}
        return _XMP.format(part=part, **escaped).encode()

    def information(self) -> dict[str, str]:
        """The entries of the document information dictionary."""
        made = pdf_date(self.moment)
        return {
            "/Title": self.title,
            "/Author": self.author,
            "/Subject": self.subject,
            "/Creator": CREATOR,
            "/Producer": self.producer,
            "/CreationDate": made,
            "/ModDate": made,
        }


def pdf_date(moment: datetime.datetime) -> str:
    """A time as PDF writes it: ``D:20261122140509+01'00'``."""
    zone = moment.strftime("%z")
    return moment.strftime("D:%Y%m%d%H%M%S") + f"{zone[:3]}'{zone[3:]}'"
