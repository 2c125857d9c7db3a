"""How the service tells what it does, and how it stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.config.secret import UnsafeSettings, secret_in


@dataclass(frozen=True, slots=True)
class RunningSettings:
    """What concerns those who run the service.

    log            ``json``: one JSON object a line, each request has one; ``text``: for people
    drain_seconds  how long, after the signal to stop, new requests are still taken while
                   ``/readyz`` already says no, so that a balancer can turn away
    writes_a_minute
                   how often one account may write in a minute, in each process; 0: as it likes
    metrics_token  what ``/metrics`` asks for; "" and there is no such page
    """

    log: str = "text"
    drain_seconds: int = 0
    writes_a_minute: int = 0
    metrics_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.log not in ("json", "text"):
            raise UnsafeSettings("SURVEY_APP_LOG is neither json nor text.")
        if not 0 <= self.drain_seconds <= 300:
            raise UnsafeSettings("SURVEY_APP_DRAIN is no number of seconds up to 300.")
        if self.writes_a_minute < 0:
            raise UnsafeSettings("SURVEY_APP_WRITES is no number: 0, or writes in a minute.")
        if self.metrics_token and len(self.metrics_token) < 20:
            raise UnsafeSettings(
                "SURVEY_APP_METRICS_TOKEN is shorter than 20 characters. Set a longer one, such as "
                "`openssl rand -hex 20` prints."
            )


def read_running(env: Mapping[str, str], *, quick: bool) -> RunningSettings:
    """The settings in the environment. ``quick``: of a demo or a test, which stops at once."""
    prefix = "SURVEY_APP_"
    said = {name.removeprefix(prefix): env[name] for name in env if name.startswith(prefix)}
    return RunningSettings(
        log=said.get("LOG") or ("text" if quick else "json"),
        drain_seconds=_number(said.get("DRAIN") or ("0" if quick else "5")),
        writes_a_minute=_number(said.get("WRITES") or ("0" if quick else "600")),
        metrics_token=secret_in(said, "METRICS_TOKEN", prefix),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1
