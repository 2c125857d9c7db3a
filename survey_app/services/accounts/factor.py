"""The second factor: codes of one minute (TOTP, RFC 6238), and codes for a lost telephone.

A code works once: the step that it belongs to moves forward in the statement that takes it.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
import secrets

import pyotp
from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.accounts.vault import Vault
from survey_app.services.actor import Actor
from survey_app.services.security.log import note
from survey_app.store.tables import Account, RecoveryCode, Totp, table_of

STEP = 30
DIGITS = 6
LATE = 1
"""Steps that a clock may be wrong, either way."""
RECOVERY_CODES = 10
ISSUER = "Redogör"


def make_secret() -> str:
    """A new secret, in letters that can be typed (base32, 160 bits)."""
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """The ``otpauth:`` address that an authenticator takes the secret from."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime.datetime) -> int | None:
    """The step that a code belongs to, if it is one of about now."""
    typed = re.sub(r"\s", "", code)
    current = int(now.timestamp()) // STEP
    generator, found = pyotp.HOTP(secret, digits=DIGITS), None
    for step in range(max(0, current - LATE), current + LATE + 1):
        if hmac.compare_digest(generator.at(step).encode(), typed.encode("utf-8", "replace")):
            found = step
    return found


def enrol(
    session: Session, account_id: int, secret: str, code: str, now: datetime.datetime, vault: Vault
) -> list[str] | None:
    """Make a secret the account's second factor; its recovery codes, or None for a wrong code."""
    step = step_of(secret, code, now)
    if step is None:
        return None
    session.execute(delete(Totp).where(col(Totp.account_id) == account_id))
    session.add(
        Totp(account_id=account_id, secret=vault.seal(secret), since=now, last_counter=step)
    )
    _set_factor(session, account_id, "totp")
    note(session, "factor_enrolled", account=account_id, by=account_id)
    session.flush()
    return make_recovery_codes(session, account_id)


def make_recovery_codes(session: Session, account_id: int) -> list[str]:
    """Ten new ones, told once; those before work no longer."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    rows = [{"account_id": account_id, "code_sha256": _digest(code)} for code in codes]
    session.execute(insert(table_of(RecoveryCode)).values(rows))
    return codes


def codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes are not used."""
    query = select(func.count()).where(
        col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used).is_(None)
    )
    return int(session.execute(query).scalar_one())


def use_code(
    session: Session, account_id: int, code: str, now: datetime.datetime, vault: Vault
) -> str:
    """Take a code: ``totp``, ``recovery`` or, for one that is wrong or used up, ``""``."""
    row = session.get(Totp, account_id)
    if row is None:
        return ""
    secret = vault.open(row.secret)
    step = step_of(secret, code, now) if secret else None
    if step is not None:
        assert secret is not None
        return "totp" if _move_on(session, account_id, step, vault.seal(secret)) else ""
    return "recovery" if _use_recovery_code(session, account_id, code, now) else ""


def _move_on(session: Session, account_id: int, step: int, sealed: str) -> bool:
    """Whether the step was not used; sealed anew, so that no key before the last is needed on."""
    done = session.execute(
        update(table_of(Totp))
        .where(col(Totp.account_id) == account_id, col(Totp.last_counter) < step)
        .values(last_counter=step, secret=sealed)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _use_recovery_code(
    session: Session, account_id: int, code: str, now: datetime.datetime
) -> bool:
    done = session.execute(
        update(table_of(RecoveryCode))
        .where(
            col(RecoveryCode.account_id) == account_id,
            col(RecoveryCode.code_sha256) == _digest(code),
            col(RecoveryCode.used).is_(None),
        )
        .values(used=now)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def drop_factor(session: Session, account_id: int) -> None:
    """The account has no second factor any more."""
    session.execute(delete(Totp).where(col(Totp.account_id) == account_id))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    _set_factor(session, account_id, "none")


def _set_factor(session: Session, account_id: int, factor: str) -> None:
    account = session.get(Account, account_id)
    assert account is not None
    account.factor = factor
    session.add(account)


def demanded_of(actor: Actor, policy: str) -> bool:
    """Whether a person must have a second factor. policy: ``all``, ``approvers`` or ``none``."""
    if policy == "approvers":
        return actor.has(Role.APPROVER) or actor.has(Role.ADMINISTRATOR)
    return policy == "all"


def _recovery_code() -> str:
    """140 bits as seven groups of four letters and digits: so many that a plain hash keeps it
    (ASVS 5.0, 6.5.2 and 11.5.1)."""
    letters = base64.b32encode(secrets.token_bytes(20)).decode("ascii").lower()
    return "-".join(letters[start : start + 4] for start in range(0, 28, 4))


def _digest(code: str) -> str:
    typed = re.sub(r"[\s\-]", "", code).lower()
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()
