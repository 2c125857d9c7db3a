"""What documents that were born here concern, in the words of the registrar's list (Swedish).

Another document of the list is named by its running number.
"""

from __future__ import annotations


def correction(title: str, of: int) -> str:
    """``"Enkäten (rättar handling 2)"``."""
    return f"{title} (rättar handling {of})"


def completed(title: str, of: int) -> str:
    """``"Enkäten (kompletterar handling 2)"``."""
    return f"{title} (kompletterar handling {of})"


def enclosure(name: str, number: int, to: int) -> str:
    """``"plan.pdf (bilaga 1 till handling 2)"``."""
    return f"{name} (bilaga {number} till handling {to})"


def approval(of: int, who: str, decision: str) -> str:
    """``"handling 2 godkänd av Namn, direktör (delegationsordningen 4.2)"``."""
    return f"handling {of} godkänd av {who} ({decision})"


def endorsement(step: str) -> str:
    """``", tillstyrkt i steg 1: Namn, enhetschef, 3 mars 2026 (delegationsordningen 4.3)"``."""
    return f", tillstyrkt i {step}"


def receipt(reference: str, of: int) -> str:
    """``"K-1 (avser handling 2)"``."""
    return f"{reference} (avser handling {of})"


def given_copy(of: int) -> str:
    """``"handling 2 med uppgifter maskerade"``."""
    return f"handling {of} med uppgifter maskerade"
