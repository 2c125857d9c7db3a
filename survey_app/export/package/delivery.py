"""What an installation decides about the packages that it delivers to an archive."""

from __future__ import annotations

from dataclasses import dataclass

SIP_PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-1-0.xml"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a package introduces itself to the archive that receives it.

    profile               address of the METS profile; an archive may have its own
    reference_code        where it belongs in the archive; ``{diary_number}`` is filled in
    submission_agreement  the archive's number of the agreement, or ``""``
    """

    profile: str = SIP_PROFILE
    reference_code: str = "{diary_number}"
    submission_agreement: str = ""

    def reference_of(self, diary_number: str) -> str:
        """The reference code of a case."""
        return self.reference_code.replace("{diary_number}", diary_number)
