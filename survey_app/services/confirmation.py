"""That a person showed who they are, just before they attest."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

How = Literal["password", "password+totp", "oidc"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Proof that a person showed who they are just now.

    how     by what
    issuer  who vouches for it, where that is somebody else; ``acr`` is how surely, in their words
    """

    account_id: int
    at: datetime.datetime
    how: How = "password"
    issuer: str = ""
    acr: str = ""

    def told(self) -> dict[str, str]:
        """What a record tells of it: ``by``, ``at`` (UTC), perhaps ``issuer`` and ``acr``."""
        told = {
            "by": self.how,
            "at": self.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
            "issuer": self.issuer,
            "acr": self.acr,
        }
        return {key: text for key, text in told.items() if text}
