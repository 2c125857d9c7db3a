"""What verification has to say: findings by code, and their Swedish words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from survey_app.export.package.manifest import Format
from survey_app.export.package.signature import AuditHead

Fact = str | int
_NOTHING: Mapping[str, Fact] = MappingProxyType({})


def N_(message: str) -> str:
    """Mark a sentence for the English catalogue: the page shows it in the reader's language."""
    return message


WORDS: dict[str, str] = {
    "too_large": N_("Filen är större än %(limit)s byte och prövas inte."),
    "unreadable_file": N_("Filen kan inte läsas från disken."),
    "not_a_zip": N_("Filen är inget ZIP-arkiv som kan läsas."),
    "too_many_files": N_("Arkivet har fler än %(limit)s filer och prövas inte."),
    "unsafe_name": N_("Ett filnamn i arkivet är otillåtet."),
    "duplicate_name": N_("Samma filnamn finns två gånger i arkivet."),
    "encrypted": N_("Filen är krypterad."),
    "compressed": N_("Filen är komprimerad; det är inga filer i våra paket."),
    "overlapping": N_("Arkivets delar säger sig vara större än arkivet självt."),
    "damaged": N_("Filen är skadad: den stämmer inte med arkivets egen kontrollsumma."),
    "container_changed": N_("Arkivet är ändrat utanför filerna, först vid byte %(offset)s."),
    "no_single_folder": N_("Filerna i arkivet ligger inte i en gemensam mapp."),
    "other_folder": N_("Mappen heter %(found)s; manifestet säger %(expected)s."),
    "manifest_missing": N_("Manifestet saknas."),
    "manifest_unreadable": N_("Manifestet kan inte läsas: %(reason)s."),
    "manifest_changed": N_("Manifestet är inte skrivet så som våra paket skrivs."),
    "file_missing": N_("Filen står i manifestet men saknas i arkivet."),
    "file_unknown": N_("Filen finns i arkivet men står inte i manifestet."),
    "file_twice": N_("Filen står två gånger i manifestet."),
    "role_missing": N_("Manifestet förtecknar inte filen med uppgiften ”%(role)s”."),
    "size_differs": N_("Filen är %(found)s byte; manifestet säger %(expected)s."),
    "hash_differs": N_("Filens SHA-256 är %(found)s; manifestet säger %(expected)s."),
    "signature_unreadable": N_("Underskriften kan inte läsas."),
    "xml_unreadable": N_("Filen är ingen XML som kan läsas."),
    "mets_changed": N_("Paketets METS-fil är inte den som manifestet avser."),
    "mets_size": N_("%(file)s är %(found)s byte; METS-filen säger %(expected)s."),
    "mets_hash": N_("%(file)s har SHA-256 %(found)s; METS-filen säger %(expected)s."),
    "mets_missing": N_("METS-filen hänvisar till %(file)s, som saknas."),
    "mets_twice": N_("METS-filen hänvisar till %(file)s två gånger."),
    "not_in_mets": N_("METS-filen nämner inte %(file)s."),
    "mets_pointer": N_("METS-filen visar inte vidare till %(file)s."),
    "mets_identifier": N_("METS-filen gäller %(found)s, inte %(expected)s."),
    "dublin_core_differs": N_("Beskrivningen gäller ärende %(found)s, paketet %(expected)s."),
    "premis_hash": N_("%(file)s har SHA-256 %(found)s; PREMIS-filen säger %(expected)s."),
    "premis_size": N_("%(file)s är %(found)s byte; PREMIS-filen säger %(expected)s."),
    "premis_missing": N_("PREMIS-filen nämner inte %(file)s."),
    "premis_unknown": N_("PREMIS-filen nämner %(file)s, som inte finns bland handlingarna."),
    "premis_approval": N_("Godkännandet av %(submission)s står inte så som i handlingen."),
    "bag_declaration": N_("Filen är inte BagIt-formatets deklaration."),
    "bag_line": N_("Rad %(line)s är ingen kontrollsumma med filnamn."),
    "bag_hash": N_("%(file)s har SHA-256 %(found)s; förteckningen säger %(expected)s."),
    "bag_missing": N_("Förteckningen nämner %(file)s, som saknas."),
    "bag_twice": N_("Förteckningen nämner %(file)s två gånger."),
    "bag_unlisted": N_("Förteckningen nämner inte %(file)s."),
    "bag_sum": N_("Paketet säger sig bära %(expected)s (byte.filer); det bär %(found)s."),
    "bag_other_case": N_("Paketet säger sig gälla %(found)s, manifestet %(expected)s."),
    "json_unreadable": N_("Filen är ingen JSON som kan läsas."),
    "not_canonical": N_("Filen är inte skriven i kanonisk form (RFC 8785)."),
    "record_shape": N_("Handlingen har inte den form som schemat säger: %(reason)s."),
    "not_a_record": N_("Filen är ingen handling."),
    "content_changed": N_("Godkännandet avser ett annat innehåll än det som finns här."),
    "step_of_other_content": N_("Ett steg i godkännandet avser ett annat innehåll, eller saknas."),
    "record_hash_differs": N_("Handlingens SHA-256 är %(found)s; manifestet säger %(expected)s."),
    "content_hash_differs": N_("Innehållets SHA-256 är %(found)s; manifestet säger %(expected)s."),
    "questionnaire_differs": N_("Formuläret är inte det som handlingen namnger (%(expected)s)."),
    "draft_differs": N_("Manifestet och filen säger olika om detta är ett utkast."),
    "other_case": N_("Handlingen hör till ärende %(found)s, paketet till %(expected)s."),
    "other_submission": N_("Manifestet och handlingen namnger olika svar eller formulär."),
    "record_unknown": N_("Filen är en handling som manifestet inte förtecknar bland handlingarna."),
    "enclosure_missing": N_("Bilagan ”%(name)s” saknas (SHA-256 %(sha256)s)."),
    "enclosure_unknown": N_("Ingen handling namnger den här bilagan."),
    "pdf_unreadable": N_("PDF-filen kan inte läsas."),
    "pdf_text_differs": N_("PDF-filens text stämmer inte med handlingen vid fråga %(question)s."),
    "pdf_hash_missing": N_("PDF-filen nämner inte handlingens SHA-256 (%(expected)s)."),
    "seal_unsound": N_("%(reason)s"),
    "unverifiable": N_("Filen kunde inte prövas: %(reason)s."),
}


class Authenticity(StrEnum):
    """Whether the holder of a key made the package as it is."""

    AUTHENTIC = "authentic"
    FOREIGN = "foreign"
    NOT_CHECKED = "not_checked"


AUTHENTICITY_WORDS: dict[str, str] = {
    "authentic": N_("Underskriften är gjord med den angivna nyckeln, och allt är som då."),
    "unsigned": N_("Paketet bär ingen underskrift."),
    "unreadable": N_("Underskriften kan inte läsas."),
    "other_key": N_("Paketet är underskrivet, men inte med den angivna nyckeln."),
    "doubted_key": N_(
        "Paketet är underskrivet med en nyckel som byttes för att någon annan kan ha kommit åt "
        "den. Jämför paketets SHA-256 med det som lämnades till arkivet före bytet."
    ),
    "other_manifest": N_("Underskriften avser ett annat manifest än det som finns här."),
    "no_key": N_("Ingen öppen nyckel är angiven."),
    "no_manifest": N_("Utan ett manifest som kan läsas finns inget att pröva."),
    "not_intact": N_(
        "Manifestet är underskrivet med den angivna nyckeln, men paketet är inte helt: det som är "
        "fel är inte vad som skrevs under."
    ),
}
"""Why the authenticity is what it is, by code."""

_VERDICTS = {
    "authentic": Authenticity.AUTHENTIC,
    "unsigned": Authenticity.FOREIGN,
    "unreadable": Authenticity.FOREIGN,
    "other_key": Authenticity.FOREIGN,
    "other_manifest": Authenticity.FOREIGN,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; ``path`` is the file within the package, or ``""``.

    code   a key of ``WORDS``; facts fill its sentence
    """

    code: str
    path: str = ""
    facts: Mapping[str, Fact] = field(default_factory=lambda: _NOTHING)

    def in_words(self) -> str:
        """The finding as a Swedish sentence, with the file before it."""
        sentence = self.sentence()
        return f"{self.path}: {sentence}" if self.path else sentence

    def sentence(self) -> str:
        """The finding as a Swedish sentence."""
        return WORDS[self.code] % self.facts


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at."""

    files: int = 0
    records: int = 0
    questions: int = 0
    pdfs: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome. ``intact`` means that nothing was found; a draft can be intact too.

    case, title, created_at  the diary number, the title and the time that the package tells
    sha256     the hash of the whole file
    reason     a key of ``AUTHENTICITY_WORDS``
    audit      the head of the audit chain that was signed, if the signature could be read
    seals      what the seals of PDFs say, by path
    signed_by  the public key, of those that were given, that signed the manifest; "" if none did
    sealed     whether every PDF bears a seal behind which a given certificate stands
    """

    intact: bool
    draft: bool
    findings: tuple[Finding, ...]
    case: str = ""
    sha256: str = ""
    title: str = ""
    created_at: str = ""
    packed_as: Format | None = None
    reason: str = "no_manifest"
    audit: AuditHead | None = None
    signed_by: str = ""
    seals: tuple[tuple[str, str], ...] = ()
    sealed: bool = False
    checked: Checked = field(default_factory=Checked)

    @property
    def authentic_by_seal(self) -> bool:
        """Whether the seals prove what was approved. A PDF names its record's hash, and the record
        those of questionnaire and enclosures; the metadata around them only the signature proves.
        """
        return self.intact and self.sealed

    @property
    def authenticity(self) -> Authenticity:
        """Whether the holder of the key made this, by the reason."""
        return _VERDICTS.get(self.reason, Authenticity.NOT_CHECKED)

    def authenticity_in_words(self) -> str:
        """Why the authenticity is what it is, as a Swedish sentence."""
        return AUTHENTICITY_WORDS[self.reason]
