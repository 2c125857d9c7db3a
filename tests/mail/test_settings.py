"""Settings of mail: unsafe or half ones are refused, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.config import MailSettings, UnsafeSettings, read_settings

HOST = {"SURVEY_APP_SMTP_HOST": "mail.region.example"}
SENDER = {"SURVEY_APP_MAIL_FROM": "redogor@region.example"}


def mail_of(folder: Path, environment: dict[str, str]) -> MailSettings | None:
    return read_settings(environment, instance=folder).mail


def test_without_a_host_there_is_no_mail(tmp_path: Path) -> None:
    assert mail_of(tmp_path, SENDER) is None


@pytest.mark.parametrize(("security", "port"), [("", 587), ("starttls", 587), ("tls", 465)])
def test_usual_ports(tmp_path: Path, security: str, port: int) -> None:
    found = mail_of(tmp_path, {**HOST, **SENDER, "SURVEY_APP_SMTP_SECURITY": security})
    assert found is not None
    assert (found.security, found.port) == (security or "starttls", port)


def test_without_encryption_mail_goes_to_this_machine_only(tmp_path: Path) -> None:
    said = {**SENDER, "SURVEY_APP_SMTP_SECURITY": "none"}
    found = mail_of(tmp_path, {**said, "SURVEY_APP_SMTP_HOST": "localhost"})
    assert found is not None
    assert (found.security, found.port) == ("none", 25)
    with pytest.raises(UnsafeSettings, match="would travel unencrypted"):
        mail_of(tmp_path, {**said, **HOST})


def test_the_password_may_lie_in_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hemligt\n", encoding="utf-8")
    file.chmod(0o600)
    said = {**HOST, **SENDER, "SURVEY_APP_SMTP_USER": "redogor",
            "SURVEY_APP_SMTP_PASSWORD_FILE": str(file)}  # fmt: skip
    found = mail_of(tmp_path, said)
    assert found is not None
    assert found.password == "hemligt"
    assert "hemligt" not in repr(found)
    file.chmod(0o644)
    with pytest.raises(UnsafeSettings, match="SURVEY_APP_SMTP_PASSWORD_FILE: others can read"):
        mail_of(tmp_path, said)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (HOST, "SURVEY_APP_MAIL_FROM is missing"),
        ({**HOST, "SURVEY_APP_MAIL_FROM": "redogor"}, "no address"),
        ({"SURVEY_APP_SMTP_PORT": "25", **SENDER}, "SURVEY_APP_SMTP_HOST is missing"),
        ({**HOST, **SENDER, "SURVEY_APP_SMTP_PORT": "smtp"}, "no number of a port"),
        ({**HOST, **SENDER, "SURVEY_APP_SMTP_SECURITY": "ssl"}, "none of starttls"),
        (
            {**HOST, **SENDER, "SURVEY_APP_SMTP_SECURITY": "none", "SURVEY_APP_SMTP_USER": "r"},
            "would travel unencrypted",
        ),
        ({"SURVEY_APP_URL": "http://redogor.region.example"}, "SURVEY_APP_URL does not begin"),
    ],
)
def test_unsafe_and_half_settings_are_refused(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(UnsafeSettings, match=said):
        read_settings(environment, instance=tmp_path)
