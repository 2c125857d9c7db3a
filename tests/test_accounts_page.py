"""The administrator's page of accounts: short, however many units there are."""

from __future__ import annotations

import html

from .conftest import Installation, csrf_of


def test_a_person_is_shown_with_the_roles_they_have(rounds_installation: Installation) -> None:
    """Of 18 units only those of the person, and one form for all the others."""
    admin = rounds_installation.person("admin")
    page = html.unescape(admin.get("/accounts").text)
    card = page.partition(">Arkivarie</h2>")[2].partition("</section>")[0]
    assert "<p>Region Halland: arkivarie</p>" in card
    assert "Roller i Region Halland" in card
    assert "Roller i Laholms kommun" not in card
    assert card.count('name="role"') == 8
    laholm = card.partition(">Laholms kommun</option>")[0].rpartition('value="')[2].strip('">')
    account = card.partition("/accounts/")[2].partition('"')[0]
    form = {"change": "roles", "unit": laholm, "role": "archivist",
            "csrf_token": csrf_of(page)}  # fmt: skip
    assert admin.post(f"/accounts/{account}", form).status_code == 302
    card = html.unescape(admin.get("/accounts").text).partition(">Arkivarie</h2>")[2]
    assert "Laholms kommun: arkivarie" in card.partition("</section>")[0]
