"""One module a topic; the same word in URL, page, service and template."""

from __future__ import annotations

from flask import Blueprint

from survey_app.web.pages import (
    accounts,
    approval,
    archive,
    attachments,
    carrying,
    cases,
    comments,
    completion,
    conflict,
    contributions,
    decisions,
    delegations,
    extension,
    giving_out,
    handing_in,
    history,
    language,
    mail,
    mine,
    registry,
    sections,
    sending,
    sign_in,
    stand_ins,
    submissions,
    tasks,
    together,
    verification,
    weeding,
)

BLUEPRINTS: list[Blueprint] = [
    module.pages
    for module in (
        sign_in,
        language,
        cases,
        mine,
        submissions,
        tasks,
        comments,
        sections,
        conflict,
        carrying,
        history,
        attachments,
        sending,
        approval,
        handing_in,
        extension,
        completion,
        contributions,
        archive,
        verification,
        giving_out,
        registry,
        weeding,
        accounts,
        decisions,
        delegations,
        stand_ins,
        together,
        mail,
    )
]
