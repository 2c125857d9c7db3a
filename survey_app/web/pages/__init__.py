"""One module a topic; the same word in URL, page, service and template."""

from __future__ import annotations

from flask import Blueprint

from survey_app.web.pages import (
    accounts,
    approval,
    archive,
    attachments,
    cases,
    delegations,
    handing_in,
    history,
    language,
    sections,
    sending,
    sign_in,
    submissions,
)

BLUEPRINTS: list[Blueprint] = [
    module.pages
    for module in (
        sign_in,
        language,
        cases,
        submissions,
        sections,
        history,
        attachments,
        sending,
        approval,
        handing_in,
        archive,
        accounts,
        delegations,
    )
]
