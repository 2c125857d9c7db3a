"""What a package says to whoever opens it in thirty years, without this program. Swedish."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from survey_app.export.memo import is_memo
from survey_app.export.package import manifest, signature
from survey_app.export.package.contents import TEXT, Contents, Item
from survey_app.export.package.preservation import SOURCE, flagged

NAME = "LASMIG.txt"

_ROLES = {
    "case_document": "hela ärendet som ett dokument",
    "record": "handlingen: frågor, svar och godkännande (kanonisk JSON, RFC 8785)",
    "content": "utkastets frågor och svar (kanonisk JSON, RFC 8785)",
    "answers": "samma handling att läsa",
    "questionnaire": "formuläret så som det var",
    "enclosure": "bilaga, så som den mottogs",
    "receipt": "myndighetens kvitto, så som det mottogs",
    "document": "annan handling i ärendet, så som den mottogs eller skickades",
}
_METADATA = {
    "eark": """\
METS.xml                             förteckning över alla filer, med kontrollsummor
metadata/descriptive/dc.xml          ärendet i korthet (Dublin Core)
metadata/preservation/premis.xml     vad som hände, när och av vem (PREMIS 3.0)
metadata/other/manifest.json         alla filer och hur de hör ihop
metadata/other/signature.json        systemets underskrift av manifest.json
representations/rep1/METS.xml        förteckning över handlingarna
representations/rep1/metadata/       handlingarnas kontrollsummor och format (PREMIS 3.0)
schemas/                             vad varje slags fil får innehålla""",
    "bagit": """\
manifest-sha256.txt                  kontrollsummor för handlingarna (BagIt, RFC 8493)
tagmanifest-sha256.txt               kontrollsummor för allt annat
metadata/dc.xml                      ärendet i korthet (Dublin Core)
metadata/premis.xml                  vad som hände, när och av vem (PREMIS 3.0)
metadata/manifest.json               alla filer och hur de hör ihop
metadata/signature.json              systemets underskrift av manifest.json
schemas/                             vad varje slags fil får innehålla""",
}
_STANDARD = {
    "eark": "E-ARK CSIP och SIP 2.1.0, vilket är FGS Paketstruktur 2.0",
    "bagit": "BagIt 0.97 (RFC 8493 beskriver formatet)",
}


def guide(contents: Contents, packed_as: manifest.Format, path_of: Callable[[Item], str]) -> Item:
    """The text file that tells what the package is, and how to read and check it by hand."""
    lines = [*_opening(contents, packed_as), *_files(contents, path_of)]
    lines += ["", "SÅ ÄR PAKETET ORDNAT", "", *_METADATA[packed_as].splitlines()]
    lines += [*_formats(contents, path_of), *_checking()]
    data = ("\n".join(lines) + "\n").encode()
    return Item("documentation", NAME, data, "documentation", TEXT)


def _opening(contents: Contents, packed_as: manifest.Format) -> Iterator[str]:
    case, found = contents.case, [entry.content for entry in contents.entries]
    yield f"{case['diary_number']} {case['title']}"
    if contents.draft:
        yield "UTKAST: inte godkänt, inte inlämnat. Får inte arkiveras som handling."
    if case.get("practice"):
        yield "Övningsärende: svar och siffror är delvis påhittade och gäller ingenting."
    yield ""
    if found:
        yield "Det här är ett arkivpaket med en organisations svar till en myndighet."
    else:
        yield "Det här är ett arkivpaket med handlingarna i ett ärende utan besvarade formulär."
    for content in found:
        form, unit = content["questionnaire"], content["unit"]["name"]
        if is_memo(content):
            yield f"- {form['title']} till {form['authority']}, från {unit}"
        else:
            yield f"- {form['title']} ({form['authority']}), besvarat av {unit}"
    yield ""
    yield f"Paketet följer {_STANDARD[packed_as]}."
    yield f"Det gäller läget {contents.created_at}. Skrivet av programmet Redogör."
    yield "Allt kan läsas utan Redogör: PDF, JSON, XML och ren text, okomprimerat i en ZIP-fil."


def _files(contents: Contents, path_of: Callable[[Item], str]) -> Iterator[str]:
    yield ""
    yield "HANDLINGARNA"
    for item in contents.items:
        if item.role in _ROLES:
            yield ""
            yield path_of(item)
            yield f"  {_ROLES[item.role]}"
            if item.original_name:
                yield f"  filens namn när den mottogs: {item.original_name}"
            yield f"  SHA-256 {item.sha256}"


def _formats(contents: Contents, path_of: Callable[[Item], str]) -> Iterator[str]:
    yield ""
    yield "FORMAT"
    yield ""
    data = [item for item in contents.items if item.area == "data"]
    found = flagged((path_of(item), item) for item in data)
    if not found:
        yield "Alla filer är i format för bevarande."
        return
    yield "Dessa filer är inte i ett format för bevarande. De är bevarade som de mottogs och har"
    yield f"inte konverterats. Bedömningen följer {SOURCE}."
    yield ""
    for name, why in found:
        yield f"- {name}: {why}"


def _checking() -> Iterator[str]:
    yield from _CHECKING.splitlines()


_CHECKING = f"""
SÅ PRÖVAS PAKETET FÖR HAND

1. Räkna ut SHA-256 för varje fil (till exempel med sha256sum) och jämför med {manifest.NAME}.
   Manifestet förtecknar alla filer utom sig självt, {signature.NAME} och den yttersta
   förteckningen (METS.xml, eller tagmanifest-sha256.txt).
2. I varje handling (record.json) står under approval.content_sha256 vad som godkändes: SHA-256
   av den kanoniska formen (RFC 8785) av det som står under content. Samma summa står i PDF-filen.
3. {signature.NAME} innehåller en Ed25519-underskrift (RFC 8032) av den kanoniska formen av det
   som står under statement: manifestets SHA-256 och den sista länken i ärendets revisionslogg.
   Den prövas med organisationens öppna nyckel, som ska hämtas från annat håll än ur paketet.
   Stämmer den är paketet äkta: skrivet av organisationens system och oförändrat sedan dess.
4. I ett E-ARK-paket räknas manifestets mets_sha256 på METS.xml efter att summorna i den för
   {manifest.NAME} och {signature.NAME} har ersatts med 64 nollor.

Med programmet: survey-app verify PAKET.zip --key NYCKEL"""
