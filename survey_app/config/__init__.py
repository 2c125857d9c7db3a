"""What the installation decides, a module for each matter."""

from __future__ import annotations

from survey_app.config.mail import MailSettings
from survey_app.config.oidc import OidcSettings
from survey_app.config.seal import SealSettings
from survey_app.config.secret import UnsafeSettings
from survey_app.config.settings import (
    DEMO_ACCOUNTS,
    Settings,
    found_beside,
    instance_folder,
    read_settings,
    with_driver,
)
from survey_app.config.signing_in import SignInSettings

__all__ = [
    "DEMO_ACCOUNTS",
    "MailSettings",
    "OidcSettings",
    "SealSettings",
    "Settings",
    "SignInSettings",
    "UnsafeSettings",
    "found_beside",
    "instance_folder",
    "read_settings",
    "with_driver",
]
