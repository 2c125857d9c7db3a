"""The log: one line for each request and for each entry of the security log, as JSON or as text.

A line holds ids, codes and times; never the query, a form, a header, a cookie, or an address that
is a secret (invitations, ballots). Nothing at all is written of requests that are nameless, nor,
while all is well, of those of machines.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import time
import traceback
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

from survey_app.services.security.log import log as security

log = logging.getLogger("redogor.request")
FAILED = {401, 403, 409, 413, 422, 429}
"""Statuses whose line tells from what address was asked; and all from 500 on."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_VALUE = 200


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what is in ``record.fields`` beside the usual."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: control signs are escaped by JSON, so one record is one line."""
        told: dict[str, Any] = {
            "at": _moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = describe_error(record.exc_info[1])
        return json.dumps(told, ensure_ascii=True, default=str)


class TextLines(logging.Formatter):
    """A record as one line for people; a line break inside becomes ``\\n``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the traceback of an error."""
        fields = " ".join(f"{key}={value}" for key, value in getattr(record, "fields", {}).items())
        line = f"{record.levelname} {record.name} {record.getMessage()} {fields}".rstrip()
        told = f"{_moment(record.created)} {_escaped(line)}"
        if record.exc_info:
            told += "\n" + self.formatException(record.exc_info)
        return told


def _moment(created: float) -> str:
    moment = datetime.datetime.fromtimestamp(created, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def describe_error(error: BaseException) -> dict[str, Any]:
    """An error by its sort and its places in the code; its words may quote what somebody typed."""
    chain: list[str] = []
    found: BaseException | None = error
    while found is not None and len(chain) < 5:
        chain.append(type(found).__name__)
        found = found.__cause__ or found.__context__
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"sort": chain, "at": places[-25:]}


def configure(kind: str) -> None:
    """Write the log to the standard error: ``json`` or ``text``."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Who serves a demo by hand wants to read what goes wrong, not each request.
    quiet = logging.INFO if kind == "json" else logging.WARNING
    log.setLevel(quiet)
    security.setLevel(quiet)


def install(app: Flask) -> None:
    """Write a line for each request once it is answered."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        if g.get("request_id") and not (g.get("machine") and response.status_code < 500):
            level = logging.ERROR if response.status_code >= 500 else logging.INFO
            if log.isEnabledFor(level):
                log.log(level, "request", extra={"fields": _fields(response)})
        return response


def _fields(response: Response) -> dict[str, Any]:
    status, actor = response.status_code, g.get("actor")
    fields = {
        "request": g.request_id,
        "method": request.method,
        "endpoint": request.endpoint or "none",
        **_ids(status),
        "status": status,
        "ms": round((time.perf_counter() - g.began) * 1000, 1),
        "account": getattr(actor, "account_id", None),
        "login": g.get("login", ""),
    }
    if status in FAILED or status >= 500:
        fields["address"] = request.remote_addr
    return fields


def _ids(status: int) -> dict[str, Any]:
    """What of the address is a number of ours; of its words only the diary number of a case."""
    told = {name: value for name, value in (request.view_args or {}).items()
            if isinstance(value, int)}  # fmt: skip
    number = (request.view_args or {}).get("diary_number")
    if number is not None and status < 400:
        return {**told, "diary_number": str(number)[:_LONGEST_VALUE]}
    return told
