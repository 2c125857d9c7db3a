"""Who approved, when and by what right, in Swedish words: what records, packages and lists tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.export import swedish

Attestation = Mapping[str, Any]
"""``approved_at``, ``approver``, ``delegation``, perhaps ``identified``, ``stands_in_for``: an
approval, or one of its ``earlier_steps``."""


def named(person: Mapping[str, Any]) -> str:
    """``"Namn, direktör"``; once, where name and title are the same."""
    return ", ".join(dict.fromkeys(filter(None, (person.get("name"), person.get("title")))))


def who(attestation: Attestation) -> str:
    """``"Namn, direktör"``, with ``", ersättare för Namn, direktör"`` where it is so."""
    said = named(attestation["approver"])
    holder = attestation.get("stands_in_for")
    return f"{said}, ersättare för {named(holder)}" if holder else said


_BY = {
    "password": "lösenord",
    "password+totp": "lösenord och engångskod",
    "oidc": "organisationens inloggning",
}


def identified(attestation: Attestation) -> str | None:
    """How and when somebody showed who they are, such as ``"organisationens inloggning hos
    https://… (loa3), 3 mars 2026 kl. …"``; None where that was not kept yet."""
    told = attestation.get("identified")
    if not told:
        return None
    issuer, acr = told.get("issuer"), told.get("acr")
    where = f" hos {issuer}" if issuer else ""
    surely = f" ({acr})" if acr else ""
    return f"{_BY[told['by']]}{where}{surely}, {swedish.moment(told['at'])}"


def validity(terms: Mapping[str, Any]) -> str:
    """``"1 mars 2026 till och med 3 mars 2026"``."""
    end = terms.get("valid_to")
    start = swedish.day(terms["valid_from"])
    return f"{start} till och med {swedish.day(end)}" if end else f"från {start}, tills vidare"


def is_handed_over(approval: Attestation) -> bool:
    """Whether nobody approved it: a unit handed it over in a round, and had no delegation for
    that."""
    return approval.get("basis") == "handed_over"


def by_right_of(attestation: Attestation) -> Iterator[tuple[str, str]]:
    """The delegation, and who was stood in for, as labelled facts; none of what was handed over."""
    delegation, holder = attestation["delegation"], attestation.get("stands_in_for")
    if delegation is None:
        return
    if holder:
        yield "Ersättare för", named(holder)
        yield "Beslut om ersättare", str(holder["decision"])
        yield "Ersättare under tiden", validity(holder)
    yield "Delegationsbeslut", str(delegation["decision"])
    yield "Delegationen gäller", validity(delegation)


def steps_of(approval: Attestation) -> list[Attestation]:
    """The steps before the one that decided, in their order."""
    return list(approval.get("earlier_steps") or ())


def endorsed(step: Attestation) -> str:
    """``"steg 1: Namn, enhetschef, 3 mars 2026 kl. 10.00 (delegationsordningen 4.2)"``."""
    moment = swedish.moment(step["approved_at"])
    return f"steg {step['step']}: {who(step)}, {moment} ({decision(step)})"


def decision(attestation: Attestation) -> str:
    """Under which decision: that of the delegation, and that by which somebody stands in."""
    if attestation["delegation"] is None:
        return ""
    said, holder = str(attestation["delegation"]["decision"]), attestation.get("stands_in_for")
    return f"{said}; ersättare enligt {holder['decision']}" if holder else said
