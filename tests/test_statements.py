"""What everybody may read: how accessible the product is, and what it keeps of people."""

from __future__ import annotations

import dataclasses
import html

import pytest

from .conftest import Installation


@pytest.mark.parametrize(("page", "heading", "english"), [
    ("/accessibility", "Tillgängligheten i Redogör", "Accessibility of Redogör"),
    ("/privacy", "Personuppgifter i Redogör", "Personal data in Redogör"),
])  # fmt: skip
def test_whoever_comes_may_read_it(
    installation: Installation, page: str, heading: str, english: str
) -> None:
    here = installation.app.extensions["redogor"]
    stranger = installation.stranger()
    read = html.unescape(stranger.get(page).text)
    assert f"<h1>{heading}</h1>" in read
    assert "Region Halland" in read
    assert 'href="mailto:redogor@demo.example"' in read
    with stranger.session_transaction() as kept:
        kept["language"] = "en"
    assert f"<h1>{english}</h1>" in html.unescape(stranger.get(page).text)
    with stranger.session_transaction() as kept:
        kept["language"] = "sv"
    here.settings = dataclasses.replace(here.settings, organisation="", contact="")
    nobody = html.unescape(stranger.get(page).text)
    assert "Region Halland" not in nobody
    assert "den som har gett dig ett konto" in nobody


def test_every_page_leads_there(installation: Installation) -> None:
    for read in (installation.stranger().get("/sign-in"), installation.person("strateg").get("/")):
        assert 'href="/accessibility"' in read.text
        assert 'href="/privacy"' in read.text
