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


def test_a_misspelt_name_is_put_right_and_told_in_the_security_log(
    installation: Installation,
) -> None:
    """Article 16 of the GDPR; nothing empty or endless, and what was typed comes back."""
    admin = installation.person("admin")
    page = html.unescape(admin.get("/accounts").text)
    card = page.partition(">Arkivarie</h2>")[2].partition("</section>")[0]
    address = "/accounts/" + card.partition("/accounts/")[2].partition('"')[0]
    token = {"change": "name"}
    empty = admin.post(address, {**token, "new_name": " ", "new_title": "Registrator"})
    assert empty.status_code == 422
    assert 'value="Registrator"' in empty.text
    assert 'aria-invalid="true"' in empty.text
    assert admin.post(address, {**token, "new_name": "A" * 201}).status_code == 422
    right = {**token, "new_name": "Arkivarien Östra", "new_title": "Registrator"}
    assert admin.post(address, right).status_code == 302
    page = html.unescape(admin.get("/accounts").text)
    assert "Arkivarien Östra</h2>" in page
    assert ">Arkivarie</h2>" not in page
    assert "Namn eller befattning rättad" in html.unescape(admin.get("/security").text)
    archivist = installation.person("arkivarie")
    assert archivist.post(address, right).status_code == 403
