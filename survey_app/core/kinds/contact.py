"""Contact fields: e-mail, telephone, postal code, organisation number. Value: a string.

Written as Swedes write them and stored alike: ``301 80``, ``232100-0115``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

from survey_app.core.condition import Atom
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.kinds.text import parse_line
from survey_app.core.problem import Problem
from survey_app.core.wording import Part, Words

_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_TELEPHONE = re.compile(r"\+?[\d \-/()]{5,24}(?:vx|växel)?", re.IGNORECASE)


class _Contact(Part):
    label: Words | None = None


class EmailAnswer(_Contact):
    """An e-mail address."""

    kind: Literal["email"]


class TelephoneAnswer(_Contact):
    """A telephone number, with "vx" where it is a switchboard."""

    kind: Literal["telephone"]


class PostalCodeAnswer(_Contact):
    """A Swedish postal code: five digits."""

    kind: Literal["postal_code"]


class OrganisationNumberAnswer(_Contact):
    """A Swedish organisation number: ten digits, the last one a check digit (Luhn)."""

    kind: Literal["organisation_number"]


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (modulus 10)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _digits(text: str) -> str:
    return "".join(text.replace("-", "").split())


def _parse_with(tidy_up: Callable[[str], str]) -> Callable[[_Contact, object], Value]:
    def parse(spec: _Contact, raw: object) -> Value:
        if raw is None:
            return None
        text = parse_line(raw).strip()
        return tidy_up(text) or None

    return parse


def _telephone(text: str) -> str:
    """The number with plain spaces and hyphens, where Word has put hard ones."""
    return " ".join(re.sub("[\u2010-\u2013\u2212]", "-", text).split())


def _postal_code(text: str) -> str:
    digits = _digits(text)
    return f"{digits[:3]} {digits[3:]}" if re.fullmatch(r"[0-9]{5}", digits) else text


def _organisation_number(text: str) -> str:
    digits = _digits(text)
    if re.fullmatch(r"16[0-9]{10}", digits):
        digits = digits[2:]
    return f"{digits[:6]}-{digits[6:]}" if re.fullmatch(r"[0-9]{10}", digits) else text


def check_email(spec: EmailAnswer, value: Value) -> Iterator[Problem]:
    if not _EMAIL.fullmatch(value) or len(value) > 254:
        yield Problem("not_an_email", facts={"typed": value[:60]})


def check_telephone(spec: TelephoneAnswer, value: Value) -> Iterator[Problem]:
    if not _TELEPHONE.fullmatch(value) or sum(sign.isdigit() for sign in value) < 5:
        yield Problem("not_a_telephone", facts={"typed": value[:40]})


def check_postal_code(spec: PostalCodeAnswer, value: Value) -> Iterator[Problem]:
    if not re.fullmatch(r"[1-9][0-9]{2} [0-9]{2}", value):
        yield Problem("not_a_postal_code", facts={"typed": value[:40]})


def check_organisation_number(spec: OrganisationNumberAnswer, value: Value) -> Iterator[Problem]:
    """Third digit 2 or more tells a legal person (Bolagsverket); the last is a check digit."""
    if not re.fullmatch(r"[0-9]{6}-[0-9]{4}", value) or int(value[2]) < 2:
        yield Problem("not_an_organisation_number", facts={"typed": value[:40]})
    elif not luhn(_digits(value)):
        yield Problem("wrong_check_digit", facts={"typed": value})


def atoms(spec: _Contact, value: Value) -> tuple[Atom, ...]:
    return (value,)


EMAIL = Kind("email", _parse_with(str), check_email, atoms)
TELEPHONE = Kind("telephone", _parse_with(_telephone), check_telephone, atoms)
POSTAL_CODE = Kind("postal_code", _parse_with(_postal_code), check_postal_code, atoms)
ORGANISATION_NUMBER = Kind(
    "organisation_number", _parse_with(_organisation_number), check_organisation_number, atoms
)
