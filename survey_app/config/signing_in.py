"""How people sign in with a password: the second factor, how long they stay, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.config.secret import UnsafeSettings

POLICIES = ("all", "approvers", "none")


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """What is asked of a local account.

    second_factor     of whom a second factor is demanded: ``all``, ``approvers`` (and
                      administrators), ``none`` (in a demo)
    most_hours        how long a login lasts, whatever one does
    password_words    further words that make no password: the town, the organisation's short name
    breached          a file of SHA-1 hashes of leaked passwords, sorted, one a line; None: none
    address_failures  failures from one address in a quarter of an hour before no more is tried
    """

    second_factor: str = "none"
    most_hours: int = 168
    password_words: tuple[str, ...] = ()
    breached: Path | None = None
    address_failures: int = 100

    def __post_init__(self) -> None:
        if self.second_factor not in POLICIES:
            raise UnsafeSettings(
                "SURVEY_APP_SECOND_FACTOR is none of all, approvers and none: of whom is a second "
                "factor demanded?"
            )
        if self.most_hours < 1:
            raise UnsafeSettings("SURVEY_APP_SESSION_MOST_HOURS is no number of hours.")
        if self.address_failures < 10:
            raise UnsafeSettings("SURVEY_APP_ADDRESS_FAILURES is no number of 10 or more.")
        if self.breached is not None and not self.breached.is_file():
            raise UnsafeSettings(f"SURVEY_APP_BREACHED_PASSWORDS: there is no {self.breached}.")


def read_sign_in(env: Mapping[str, str], *, unguarded: bool) -> SignInSettings:
    """The settings of local accounts. Raises UnsafeSettings.

    unguarded  a demo or a test, where a second factor is demanded only if it is set
    """
    policy = env.get("SURVEY_APP_SECOND_FACTOR") or ("none" if unguarded else "all")
    if policy == "none" and not unguarded:
        raise UnsafeSettings(
            "SURVEY_APP_SECOND_FACTOR is none outside the demo: a password alone would approve. "
            "Set all or approvers, or remove the setting."
        )
    breached = env.get("SURVEY_APP_BREACHED_PASSWORDS", "")
    return SignInSettings(
        second_factor=policy,
        most_hours=_whole(env.get("SURVEY_APP_SESSION_MOST_HOURS") or "168"),
        password_words=tuple(env.get("SURVEY_APP_PASSWORD_WORDS", "").split()),
        breached=Path(breached) if breached else None,
        address_failures=_whole(env.get("SURVEY_APP_ADDRESS_FAILURES") or "100"),
    )


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else -1
