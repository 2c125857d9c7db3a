"""An identity provider of our own, which says what a test wants it to: the truth, or a lie.

It has no page to sign in at: a test asks it for the code that the browser would come back with, or
gives it a ``person``, who says where a browser goes on that comes to it.
Unlike the provider of ``test_signing_in`` it holds the verifier of PKCE against the challenge.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "redogor-prov", "hemlighet-som-delas-med-ingen-annan"
LOA3 = "http://id.demo.example/loa3"
Claims = dict[str, Any]


@cache
def key(name: str) -> RSAKey:
    """A key by its name; made once."""
    return RSAKey.generate_key(2048, {"kid": "prov-1", "use": "sig", "alg": "RS256"})


def signed(claims: Claims) -> str:
    """An ID token as it should be."""
    return jwt.encode({"alg": "RS256", "kid": "prov-1"}, claims, key("own"))


Say = Callable[[Claims], Any]
"""What the token endpoint answers for true claims: an ID token; or (status, type, body)."""


class Provider:
    """The provider on a port of its own until ``close``."""

    def __init__(self) -> None:
        self.asked: dict[str, tuple[Claims, str, Say]] = {}
        self.about: dict[str, Any] = {}
        self.down = False
        self.person: Callable[[str], str] | None = None
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def environment(self, **more: str) -> dict[str, str]:
        """The settings of an installation that uses it."""
        told = {"ISSUER": self.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET,
                "NAME": "Regionens inloggning", "ACR": LOA3, "LOCAL": "1", **more}  # fmt: skip
        return {f"SURVEY_APP_OIDC_{name}": value for name, value in told.items()}

    def agree(self, address: str, subject: str, say: Say = signed, **claims: Any) -> str:
        """What the browser comes back with after somebody signed in at ``address``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        now = int(time.time())
        true: Claims = {
            "iss": self.issuer, "sub": subject, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "auth_time": now, "acr": LOA3, **claims,
        }  # fmt: skip
        code = secrets.token_urlsafe(8)
        self.asked[code] = (true, asked["code_challenge"], say)
        return f"/sign-in/oidc/return?code={code}&state={asked['state']}"

    def metadata(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/leave",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.about,
        }


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        if self.provider.down:
            return self._answer(503, "text/plain", b"")
        if self.path.startswith("/authorize") and self.provider.person is not None:
            self.send_response(302)
            self.send_header("Location", self.provider.person(self.provider.issuer + self.path))
            return self.end_headers()
        if self.path == "/keys":
            return self._json(200, {"keys": [key("own").as_dict(private=False)]})
        return self._json(200, self.provider.metadata())

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        found = self.provider.asked.pop(form.get("code", [""])[0], None)
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = self.headers.get("Authorization") == f"Basic {basic}"
        if found is None or found[1] != challenge or not known:
            return self._json(400, {"error": "invalid_grant"})
        said = found[2](found[0])
        if isinstance(said, tuple):
            return self._answer(*said)
        return self._json(200, {"token_type": "Bearer", "access_token": "a", "id_token": said})

    def _json(self, status: int, body: Any) -> None:
        self._answer(status, "application/json", json.dumps(body).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status in (301, 302, 307):
            self.send_header("Location", self.provider.issuer + "/keys")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: Any) -> None:
        """Nothing."""
