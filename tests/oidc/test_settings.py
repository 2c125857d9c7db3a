"""The settings of the identity provider: each that would be unsafe is refused at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.config import UnsafeSettings, read_settings
from survey_app.core.workflow import Role

GOOD = {"ISSUER": "https://id.region.example/", "CLIENT_ID": "redogor", "CLIENT_SECRET": "delad",
        "ACR": "loa3 loa4"}  # fmt: skip


def read(folder: Path, **told: str) -> object:
    environment = {f"SURVEY_APP_OIDC_{name}": value for name, value in (GOOD | told).items()}
    return read_settings(environment, instance=folder / "instance").oidc


def test_what_is_told_is_taken(tmp_path: Path) -> None:
    found = read_settings(
        {f"SURVEY_APP_OIDC_{name}": value for name, value in GOOD.items()}
        | {"SURVEY_APP_OIDC_GROUPS": "CN=chefer,OU=x=Region Egen:approver; it=Annan:administrator"},
        instance=tmp_path / "instance",
    ).oidc
    assert found is not None
    assert (found.issuer, found.acr, found.join) == (GOOD["ISSUER"], ("loa3", "loa4"), "invited")
    assert [tuple(item) for item in map(_parts, found.groups)] == [
        ("CN=chefer,OU=x", "Region Egen", Role.APPROVER), ("it", "Annan", Role.ADMINISTRATOR),
    ]  # fmt: skip
    assert "delad" not in repr(found)


def _parts(mapping: object) -> list[object]:
    return [getattr(mapping, name) for name in ("group", "unit", "role")]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"ISSUER": ""}, "ISSUER is no https"),
        ({"ISSUER": "http://id.region.example"}, "ISSUER is no https"),
        ({"ISSUER": "http://localhost:9"}, "ISSUER is no https"),
        ({"ISSUER": "https://id.region.example?x=1"}, "ISSUER is no https"),
        ({"ISSUER": "https://id.region.example#x"}, "ISSUER is no https"),
        ({"ISSUER": "https://a:b@id.region.example"}, "ISSUER is no https"),
        ({"CLIENT_ID": ""}, "CLIENT_ID is missing"),
        ({"CLIENT_SECRET_FILE": "/nowhere"}, "CLIENT_SECRET_FILE: there is no file"),
        ({"CLIENT_SECRET_FILE": "OPEN"}, "CLIENT_SECRET_FILE: others can read"),
        ({"ACR": " "}, "ACR is missing"),
        ({"SCOPES": "email profile"}, "SCOPES lacks openid"),
        ({"JOIN": "anybody"}, "JOIN is neither"),
        ({"JOIN": "groups"}, "JOIN is neither"),
        ({"GROUPS": "chefer=Region Egen"}, "GROUPS: .* is not group=unit:role"),
        ({"GROUPS": "chefer=Region Egen:king"}, "GROUPS: .* is not group=unit:role"),
        ({"GROUPS": "=Region Egen:approver"}, "GROUPS: .* is not group=unit:role"),
    ],
)
def test_unsafe_settings_are_refused(told: dict[str, str], message: str, tmp_path: Path) -> None:
    shown = tmp_path / "OPEN"
    shown.write_text("hemligt", encoding="utf-8")
    shown.chmod(0o644)
    with pytest.raises(UnsafeSettings, match=message):
        read(tmp_path, **{name: str(shown) if value == "OPEN" else value
                          for name, value in told.items()})  # fmt: skip


def test_a_demo_may_ask_a_provider_on_this_machine_and_for_no_acr(tmp_path: Path) -> None:
    said = {"SURVEY_APP_OIDC_ISSUER": "http://localhost:9", "SURVEY_APP_OIDC_CLIENT_ID": "x"}
    assert read_settings(said, instance=tmp_path / "demo", demo=True).oidc is not None
    with pytest.raises(UnsafeSettings):
        read_settings(said, instance=tmp_path / "no-demo")
