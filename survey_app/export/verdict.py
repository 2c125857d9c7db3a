"""What verification has to say: findings by code, and their Swedish words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Fact = str | int
_NOTHING: Mapping[str, Fact] = MappingProxyType({})

WORDS: dict[str, str] = {
    "too_large": "Filen är större än {limit} byte och prövas inte.",
    "unreadable_file": "Filen kan inte läsas från disken.",
    "not_a_zip": "Filen är inget ZIP-arkiv som kan läsas.",
    "too_many_files": "Arkivet har fler än {limit} filer och prövas inte.",
    "unsafe_name": "Ett filnamn i arkivet är otillåtet.",
    "duplicate_name": "Samma filnamn finns två gånger i arkivet.",
    "encrypted": "Filen är krypterad.",
    "compressed": "Filen är komprimerad; det är inga filer i våra paket.",
    "overlapping": "Arkivets delar säger sig vara större än arkivet självt.",
    "damaged": "Filen är skadad: den stämmer inte med arkivets egen kontrollsumma.",
    "container_changed": "Arkivet är ändrat utanför filerna, först vid byte {offset}.",
    "manifest_missing": "Manifestet saknas.",
    "manifest_unreadable": "Manifestet kan inte läsas: {reason}.",
    "manifest_changed": "Manifestet är inte skrivet så som våra paket skrivs.",
    "file_missing": "Filen står i manifestet men saknas i arkivet.",
    "file_unknown": "Filen finns i arkivet men står inte i manifestet.",
    "file_twice": "Filen står två gånger i manifestet.",
    "role_missing": "Manifestet förtecknar inte filen med uppgiften ”{role}”.",
    "size_differs": "Filen är {found} byte; manifestet säger {expected}.",
    "hash_differs": "Filens SHA-256 är {found}; manifestet säger {expected}.",
    "json_unreadable": "Filen är ingen JSON som kan läsas.",
    "not_canonical": "Filen är inte skriven i kanonisk form (RFC 8785).",
    "record_shape": "Handlingen har inte den form som schemat säger: {reason}.",
    "not_a_record": "Filen är ingen handling.",
    "content_changed": "Godkännandet avser ett annat innehåll än det som finns här.",
    "record_hash_differs": "Handlingens SHA-256 är {found}; manifestet säger {expected}.",
    "content_hash_differs": "Innehållets SHA-256 är {found}; manifestet säger {expected}.",
    "questionnaire_differs": "Formuläret är inte det som handlingen namnger ({expected}).",
    "draft_differs": "Manifestet och filen säger olika om detta är ett utkast.",
    "other_case": "Handlingen hör till ärende {found}, paketet till {expected}.",
    "other_submission": "Manifestet och handlingen namnger olika svar eller formulär.",
    "record_unknown": "Filen är en handling som manifestet inte förtecknar bland handlingarna.",
    "enclosure_missing": "Bilagan ”{name}” saknas (SHA-256 {sha256}).",
    "enclosure_unknown": "Ingen handling namnger den här bilagan.",
    "pdf_unreadable": "PDF-filen kan inte läsas.",
    "pdf_text_differs": "PDF-filens text stämmer inte med handlingen vid fråga {question}.",
    "pdf_hash_missing": "PDF-filen nämner inte handlingens SHA-256 ({expected}).",
    "unverifiable": "Filen kunde inte prövas: {reason}.",
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
        sentence = WORDS[self.code].format_map(self.facts)
        return f"{self.path}: {sentence}" if self.path else sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome. ``intact`` means that nothing was found; a draft can be intact too.

    case, sha256  the diary number that the package tells, and the hash of the whole file
    """

    intact: bool
    draft: bool
    findings: tuple[Finding, ...]
    case: str = ""
    sha256: str = ""
