"""By which identity provider people sign in, and what its groups mean here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from survey_app.config.secret import UnsafeSettings, secret_in
from survey_app.core.identity import Mapping as GroupMapping
from survey_app.core.workflow import Role

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The identity provider (OpenID Connect), and what is asked of it.

    issuer       its name, exactly as it gives it itself
    name         what people call it; on the button
    groups       what its groups mean here; empty leaves all roles to the administrator
    join         ``invited``: who has an account already; ``groups``: whose groups give a role, too
    acr          how surely somebody must be identified to attest, in the provider's words; empty
                 (in a demo only) takes any
    acr_sign_in  the same for signing in
    local        whether passwords of our own work beside it
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = ""
    scopes: str = "openid email profile"
    groups_claim: str = "groups"
    groups: tuple[GroupMapping, ...] = ()
    join: Literal["invited", "groups"] = "invited"
    acr: tuple[str, ...] = ()
    acr_sign_in: tuple[str, ...] = ()
    local: bool = False

    @property
    def called(self) -> str:
        """What people call it, or where it is."""
        return self.name or urlsplit(self.issuer).hostname or self.issuer


def read_oidc(env: Mapping[str, str], *, demo: bool) -> OidcSettings | None:
    """The settings SURVEY_APP_OIDC_…; None: nobody signs in that way. Raises UnsafeSettings.

    demo  a demo or a test may ask a provider on this machine without HTTPS, and for no acr
    """
    prefix = "SURVEY_APP_OIDC_"
    said = {name.removeprefix(prefix): env[name] for name in env if name.startswith(prefix)}
    if not any(said.values()):
        return None
    issuer, client = said.get("ISSUER", ""), said.get("CLIENT_ID", "")
    _check_issuer(issuer, demo=demo)
    if not client:
        raise UnsafeSettings(
            "SURVEY_APP_OIDC_CLIENT_ID is missing: the name under which the identity provider "
            "knows this installation."
        )
    acr = tuple(said.get("ACR", "").split())
    if not acr and not demo:
        raise UnsafeSettings(
            "SURVEY_APP_OIDC_ACR is missing: say how surely somebody must be identified to attest, "
            "in the words of the identity provider, such as http://id.sambi.se/loa/loa3."
        )
    join = said.get("JOIN") or "invited"
    groups = _read_groups(said.get("GROUPS", ""))
    if join not in ("invited", "groups") or (join == "groups" and not groups):
        raise UnsafeSettings(
            "SURVEY_APP_OIDC_JOIN is neither invited nor groups, or is groups without any "
            "SURVEY_APP_OIDC_GROUPS that give a role."
        )
    scopes = said.get("SCOPES") or "openid email profile"
    if "openid" not in scopes.split():
        raise UnsafeSettings("SURVEY_APP_OIDC_SCOPES lacks openid, without which nobody is named.")
    return OidcSettings(
        issuer=issuer,
        client_id=client,
        client_secret=secret_in(said, "CLIENT_SECRET", prefix),
        name=said.get("NAME", ""),
        scopes=scopes,
        groups_claim=said.get("GROUPS_CLAIM") or "groups",
        groups=groups,
        join="groups" if join == "groups" else "invited",
        acr=acr,
        acr_sign_in=tuple(said.get("ACR_SIGN_IN", "").split()),
        local=said.get("LOCAL", "").lower() in _TRUE,
    )


def _check_issuer(issuer: str, *, demo: bool) -> None:
    parts = urlsplit(issuer)
    near = demo and parts.scheme == "http" and parts.hostname in _LOOPBACK
    plain = not (parts.query or parts.fragment or parts.username)
    if not (parts.hostname and plain and (parts.scheme == "https" or near)):
        raise UnsafeSettings(
            "SURVEY_APP_OIDC_ISSUER is no https address: set the identity provider's issuer, "
            "exactly as it stands in its /.well-known/openid-configuration."
        )


def _read_groups(text: str) -> tuple[GroupMapping, ...]:
    """``group=unit:role``, by semicolons or lines: names of groups may have commas and ``=``."""
    found = []
    for item in filter(None, (part.strip() for part in text.replace(";", "\n").splitlines())):
        group, equals, what = item.rpartition("=")
        unit, colon, role = what.rpartition(":")
        if not (group and equals and unit and colon and role in set(Role)):
            raise UnsafeSettings(
                f"SURVEY_APP_OIDC_GROUPS: {item!r} is not group=unit:role with a role of "
                f"{', '.join(Role)}. Several are parted by semicolons."
            )
        found.append(GroupMapping(group.strip(), unit.strip(), Role(role)))
    return tuple(found)
