"""The proxy in front, believed under servers that do not know of it themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_TOLD = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def behind_proxy(application: Application, proxy: str) -> Application:
    """The application; ``X-Forwarded-`` headers count from the proxy's address and nobody else's.

    proxy  its address as the server sees it
    """
    believing = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR") == proxy:
            return believing(environ, start_response)
        for name in _TOLD:
            environ.pop(name, None)
        return application(environ, start_response)

    return answer
