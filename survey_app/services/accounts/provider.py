"""The identity provider outside: what it says of itself, the way to it, and tokens it signed.

OpenID Connect Core 1.0 by the code flow, with PKCE (RFC 7636). A provider that does not answer is
``identity_unreachable``; whatever it says that is not as it must be is ``identity_refused``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from survey_app.config import OidcSettings
from survey_app.services.refusal import Invalid, Unavailable

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""How tokens may be signed: never not at all, nor with a secret that we share."""
PATIENCE = 5
KEPT_FOR, KEYS_AGAIN = 3600.0, 60.0
LEEWAY = 60
_ENDED, ENDED_LATELY = "http://schemas.openid.net/event/backchannel-logout", 300
"""What a provider calls it that a session ended; and for how many seconds it may tell."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Trip:
    """What is sent to the provider and must come back; all of it made of one secret ``state``."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def of(cls, state: str, secret_key: str) -> Trip:
        """The trip of a state: nonce and verifier need not be kept anywhere, and nobody who has
        seen the state can make them."""
        made = (
            hmac.digest(secret_key.encode(), f"oidc {what} {state}".encode(), "sha256")
            for what in ("nonce", "verifier")
        )
        return cls(state, *(base64.urlsafe_b64encode(item).rstrip(b"=").decode() for item in made))


@dataclass(slots=True)
class Provider:
    """The identity provider of the settings; what it says of itself is kept for an hour."""

    settings: OidcSettings
    _metadata: dict[str, Any] = field(default_factory=dict)
    _keys: dict[str, Any] = field(default_factory=dict)
    _since: float = -KEPT_FOR
    _keys_since: float = -KEPT_FOR
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def address(
        self, trip: Trip, back: str, *, acr: tuple[str, ...] = (), anew: bool = False
    ) -> str:
        """Where the browser goes.

        back  where it comes back to
        acr   how surely the person must be identified, in the provider's words
        anew  whether the person must be asked again however short ago they were
        """
        more: dict[str, Any] = {"nonce": trip.nonce}
        if acr:
            more["acr_values"] = " ".join(acr)
        if anew:
            more["max_age"] = "0"
        with self._session(back) as session:
            url, _state = session.create_authorization_url(
                self._about()["authorization_endpoint"],
                state=trip.state,
                code_verifier=trip.verifier,
                **more,
            )
        return str(url)

    def redeem(self, code: str, trip: Trip, back: str) -> dict[str, Any]:
        """The claims that the provider signed for a code that came back, held against the trip.

        Raises Unavailable (``identity_unreachable``), Invalid (``identity_refused``).
        """
        import requests
        from authlib.integrations.base_client import OAuthError

        about = self._about()
        try:
            with self._session(back) as session:
                token = session.fetch_token(
                    about["token_endpoint"],
                    code=code,
                    code_verifier=trip.verifier,
                    grant_type="authorization_code",
                    timeout=PATIENCE,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise Invalid("identity_refused") from error
        except requests.exceptions.JSONDecodeError as error:
            raise Invalid("identity_refused") from error
        except requests.RequestException as error:
            raise Unavailable("identity_unreachable") from error
        except Exception as error:  # whatever else is in a reply that is none
            raise Invalid("identity_refused") from error
        if not isinstance(token.get("id_token"), str):
            raise Invalid("identity_refused")
        return self._judged(token, trip)

    def ended(self, token: str, now: float) -> str:
        """Whose session ended there, by a token that the provider sent to say so: its own name of
        the person (OpenID Connect Back-Channel Logout 1.0, 2.6; ASVS 5.0, 10.5.5).

        now  seconds since 1970
        Raises Unavailable (``identity_unreachable``), Invalid (``identity_refused``): also where
        the token names a session only, which we do not know by name.
        """
        from joserfc.errors import JoseError
        from joserfc.jwt import JWTClaimsRegistry

        decoded = self._decoded(token)
        claims, kind = decoded.claims, str(decoded.header.get("typ", "")).lower()
        registry = JWTClaimsRegistry(
            now=int(now), leeway=LEEWAY,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            exp={"essential": True}, iat={"essential": True},
            jti={"essential": True}, sub={"essential": True},
        )  # fmt: skip
        try:
            registry.validate(claims)
            events = claims["events"]
            right = isinstance(events, dict) and isinstance(events.get(_ENDED), dict)
            fresh = now - claims["iat"] <= ENDED_LATELY
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise Invalid("identity_refused") from error
        if kind.removeprefix("application/") != "logout+jwt":
            raise Invalid("identity_refused")
        if not right or not fresh or "nonce" in claims or not isinstance(claims["sub"], str):
            raise Invalid("identity_refused")
        return str(claims["sub"])

    def leave_address(self, back: str) -> str | None:
        """Where one signs out at the provider, too; None where it has no such page."""
        from authlib.common.urls import add_params_to_uri

        end = self._about().get("end_session_endpoint")
        if not isinstance(end, str) or not self._is_safe(end):
            return None
        told = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        return str(add_params_to_uri(end, list(told.items())))

    def look(self) -> dict[str, Any]:
        """What it says of itself, held against the settings, for who sets it up.

        Raises Unavailable (``identity_unreachable``), Invalid (``identity_refused``).
        """
        return dict(self._about())

    def check_sender(self, issuer: str | None) -> None:
        """Raise Invalid if what came back says that it is from another (RFC 9207)."""
        must = self._about().get("authorization_response_iss_parameter_supported") is True
        if (issuer is None and must) or issuer not in (None, self.settings.issuer):
            raise Invalid("identity_refused")

    def _judged(self, token: dict[str, Any], trip: Trip) -> dict[str, Any]:
        """The claims of a reply's ID token. Raises Invalid."""
        from authlib.oidc.core import CodeIDToken

        decoded = self._decoded(token["id_token"])
        client = self.settings.client_id
        try:
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": client},
                },
                {
                    "nonce": trip.nonce,
                    "client_id": client,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY)
        except Exception as error:  # a claim of another type breaks the library's own checks
            raise Invalid("identity_refused") from error
        audience = claims["aud"]
        alone = audience == client or audience == [client]
        if not alone and claims.get("azp") != client:
            raise Invalid("identity_refused")
        return dict(claims)

    def _decoded(self, text: str) -> Any:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        registry = JWSRegistry(algorithms=_algorithms(self._about()), strict_check_header=False)
        for again in (False, True):
            try:
                keys = KeySet.import_key_set(self._key_set(again=again))  # type: ignore[arg-type]
                return jwt.decode(text, keys, registry=registry)
            except InvalidKeyIdError as error:  # perhaps it has new keys since
                if again:
                    raise Invalid("identity_refused") from error
            except Unavailable:
                raise
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise Invalid("identity_refused") from error
        raise AssertionError

    def _session(self, back: str) -> OAuth2Session:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            scope=self.settings.scopes,
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method=self._authentication(),
        )

    def _authentication(self) -> str:
        said = self._about().get("token_endpoint_auth_methods_supported")
        basic = not isinstance(said, list) or "client_secret_basic" in said
        return "client_secret_basic" if basic else "client_secret_post"

    def _about(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        with self._turn:
            if time.monotonic() - self._since > KEPT_FOR:
                url = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
                found = _fetch(url)
                if found.get("issuer") != self.settings.issuer:
                    raise Invalid("identity_refused")
                if not all(self._is_safe(found.get(name)) for name in _ENDPOINTS):
                    raise Invalid("identity_refused")
                if not _algorithms(found):
                    raise Invalid("identity_refused")
                self._metadata, self._since = found, time.monotonic()
            return self._metadata

    def _is_safe(self, url: Any) -> bool:
        """Whether an address may be asked: by HTTPS, as the issuer is; by HTTP only in a demo."""
        schemes = {"https", urlsplit(self.settings.issuer).scheme}
        return isinstance(url, str) and urlsplit(url).scheme in schemes

    def _key_set(self, *, again: bool) -> dict[str, Any]:
        """The provider's public keys; fetched anew at most once a minute."""
        url = self._about()["jwks_uri"]
        with self._turn:
            age = time.monotonic() - self._keys_since
            if age > (KEYS_AGAIN if again else KEPT_FOR):
                self._keys, self._keys_since = _fetch(url), time.monotonic()
            return self._keys


def _algorithms(about: dict[str, Any]) -> list[str]:
    """Those by which its tokens may be signed. Joserfc takes an empty list for any of its own."""
    said = about.get("id_token_signing_alg_values_supported")
    return [item for item in ALGORITHMS if item in (said if isinstance(said, list) else ["RS256"])]


def _fetch(url: str) -> dict[str, Any]:
    import requests

    try:
        reply = requests.get(url, timeout=PATIENCE, allow_redirects=False)
        reply.raise_for_status()
        found = reply.json()
    except requests.exceptions.JSONDecodeError as error:
        raise Invalid("identity_refused") from error
    except requests.RequestException as error:
        raise Unavailable("identity_unreachable") from error
    if not isinstance(found, dict):
        raise Invalid("identity_refused")
    return found


def digest_of(state: str) -> str:
    """How a state is stored."""
    return hashlib.sha256(state.encode()).hexdigest()
