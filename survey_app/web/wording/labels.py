"""Names of states and roles."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

STATES = {
    "draft": N_("utkast"),
    "awaiting_approval": N_("väntar på godkännande"),
    "approved": N_("godkänt"),
    "handed_in": N_("inlämnat"),
    "archived": N_("arkiverat"),
}

ROLES = {
    "strategist": N_("hälso- och sjukvårdsstrateg"),
    "approver": N_("godkännare"),
    "archivist": N_("arkivarie"),
    "administrator": N_("administratör"),
}

EVENTS = {
    "sent": N_("Skickat för godkännande"),
    "withdrawn": N_("Taget tillbaka till utkast"),
    "returned": N_("Skickat tillbaka med frågor att ändra"),
    "approved": N_("Godkänt"),
    "handed_in": N_("Inlämnat till myndigheten"),
    "archived": N_("Arkiverat"),
}
