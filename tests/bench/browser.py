"""Somebody signed in over HTTP."""

from __future__ import annotations

import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.conftest import Server, csrf_of


class Browser:
    """Somebody signed in over HTTP."""

    def __init__(self, server: Server, name: str) -> None:
        self.url = server.url
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        account = server.accounts[name]
        form = {
            "csrf_token": csrf_of(self.get("/sign-in").decode()),
            "email": account["email"],
            "password": account["password"],
        }
        data = urllib.parse.urlencode(form).encode()
        self.token = csrf_of(self.opener.open(f"{self.url}/sign-in", data).read().decode())

    def get(self, path: str) -> bytes:
        body: bytes = self.opener.open(self.url + path).read()
        return body

    @property
    def headers(self) -> dict[str, str]:
        """What a browser sends with each request."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        return {"Cookie": cookies, "X-CSRFToken": self.token}
