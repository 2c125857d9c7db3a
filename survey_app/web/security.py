"""Headers that every answer carries, and a request that is refused if it arrived half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from flask import Flask, Request, request
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from survey_app.services.refusal import Invalid, Refused
from survey_app.web.unstorable import NUL

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 31_536_000


class WholeRequest(Request):
    """A request whose form is taken whole or not at all.

    Werkzeug's own turns a form that was cut off into an empty one, which would read as "the
    answers were emptied".
    """

    max_form_memory_size = 8_000_000
    arriving: Sequence[IO[bytes]] = ()

    def make_form_data_parser(self) -> FormDataParser:
        """A parser that raises where the form ends too early."""
        return self.form_data_parser_class(
            stream_factory=self._get_file_stream,
            max_form_memory_size=self.max_form_memory_size,
            max_content_length=self.max_content_length,
            max_form_parts=12_000,  # a table has up to 5,000 cells, and totals beside them
            cls=self.parameter_storage_class,
            silent=False,
        )

    def _get_file_stream(self, *told: Any, **more: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*told, **more)
        self.arriving = [*self.arriving, stream]
        return stream

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        try:
            super()._load_form_data()
            self._hold_storable()
        except Exception as error:
            for stream in self.arriving:  # nobody else knows of these files any more
                stream.close()
            if isinstance(error, ValueError):
                raise Refused("form_cut_off") from error
            raise

    def _hold_storable(self) -> None:
        """U+0000 becomes U+FFFD in what was typed, and is refused in the name of a field."""
        told = list(self.__dict__["form"].items(multi=True))
        if any(name is None for name, _ in (*told, *self.__dict__["files"].items())):
            raise Refused("form_cut_off")  # a part without a name: no page of ours sends one
        if any(NUL in name or NUL in value for name, value in told):
            self.__dict__["form"] = self.parameter_storage_class(
                [(name, value.replace(NUL, "\N{REPLACEMENT CHARACTER}"))
                 for name, value in told if NUL not in name]
            )  # fmt: skip
        if any(NUL in name for name, _ in (*told, *self.__dict__["files"].items())):
            raise Invalid("unstorable")


def install(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer."""
    app.request_class = WholeRequest

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        if request.endpoint == "static":
            versioned = "v" in request.args
            response.headers["Cache-Control"] = (
                f"public, max-age={A_YEAR}, immutable" if versioned else "no-cache"
            )
        else:
            response.headers["Cache-Control"] = "no-store"
        return response
