"""What happened to a submission, as a package tells it: the facts behind PREMIS events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from survey_app.core.record import Record
from survey_app.export import attested

_NOTHING: Mapping[str, str] = MappingProxyType({})

KINDS: dict[str, str] = {
    "written": "Svaret skrevs.",
    "sent": "Svaret skickades för godkännande.",
    "withdrawn": "Svaret togs tillbaka från godkännaren.",
    "returned": "Svaret återsändes med frågor.",
    "endorsed": "Svaret tillstyrktes i ett steg före det som beslutar.",
    "approved": "Svaret godkändes.",
    "handed_over": "Svaret lämnades i en omgång till flera enheter.",
    "handed_in": "Svaret lämnades in till myndigheten.",
    "archived": "Svaret arkiverades.",
}
"""The kinds of events, and what each says in Swedish."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it: name and title, as the record has them, and nothing more."""

    name: str
    title: str = ""

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(filter(None, (self.name, self.title))))


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a submission's life.

    kind   a key of ``KINDS``
    at     ISO time with zone
    facts  what else is to be told, by a Swedish label
    """

    kind: str
    at: str
    people: tuple[Person, ...]
    facts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def in_words(self) -> str:
        """The event as Swedish sentences."""
        said = [f"{label}: {text}." for label, text in self.facts.items()]
        return " ".join([KINDS[self.kind], *said])


def approval_event(record: Record) -> Event:
    """The approval that a record carries, as an event; of what nobody approved, that it was handed
    over."""
    approval: Mapping[str, Any] = record["approval"]
    facts = {
        "Legitimering": attested.identified(approval),
        **_by_right_of(approval),
        "Skäl att godkänna eget arbete": approval.get("own_work_reason"),
        "Innehållets SHA-256": approval["content_sha256"],
    }
    kind = "handed_over" if attested.is_handed_over(approval) else "approved"
    return _attested(kind, approval, facts)


def endorsement_event(step: Mapping[str, Any]) -> Event:
    """A step before the one that decided, as a record has it, as an event."""
    facts = {
        "Steg": str(step["step"]),
        "Legitimering": attested.identified(step),
        **_by_right_of(step),
        "Innehållets SHA-256": step["content_sha256"],
    }
    return _attested("endorsed", step, facts)


def endorsement_events(record: Record) -> list[Event]:
    """The steps before the one that decided."""
    return [endorsement_event(step) for step in attested.steps_of(record["approval"])]


def _attested(kind: str, attestation: Mapping[str, Any], facts: Mapping[str, Any]) -> Event:
    approver = attestation["approver"]
    return Event(
        kind,
        attestation["approved_at"],
        (Person(approver.get("name") or "", approver.get("title") or ""),),
        {label: str(text).rstrip(".") for label, text in facts.items() if text},
    )


def _by_right_of(attestation: Mapping[str, Any]) -> dict[str, Any]:
    delegation, holder = attestation["delegation"], attestation.get("stands_in_for")
    if delegation is None:
        return {}
    facts = {
        "Delegationsbeslut": delegation["decision"],
        "Delegationen gäller från": delegation["valid_from"],
        "Delegationen gäller till": delegation.get("valid_to"),
    }
    if holder:
        facts |= {
            "Ersättare för": attested.named(holder),
            "Beslut om ersättare": holder["decision"],
            "Ersättare från": holder["valid_from"],
            "Ersättare till": holder["valid_to"],
        }
    return facts
