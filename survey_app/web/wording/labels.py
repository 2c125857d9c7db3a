"""Names of states, roles, documents and working material; how far a question is."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

STATES = {
    "draft": N_("utkast"),
    "awaiting_approval": N_("väntar på godkännande"),
    "approved": N_("godkänt"),
    "handed_in": N_("inlämnat"),
    "archived": N_("arkiverat"),
}

TASK_STATES = {
    "not_started": N_("ej påbörjad"),
    "draft": N_("utkast"),
    "ready": N_("klar för granskning"),
    "done": N_("klar"),
}

FALLEN = {
    "changed": N_("ändrad sedan %(who)s satte klar"),
    "returned": N_("returnerad sedan %(who)s satte klar"),
}

CONTRIBUTIONS = {
    "asked": N_("begärt"),
    "sent_back": N_("skickat tillbaka"),
    "handed_over": N_("överlämnat"),
    "recalled": N_("begäran återtagen"),
}

ROUND_ANSWERS = {
    "asked": N_("begärt"),
    "begun": N_("påbörjat"),
    "sent_back": N_("skickat tillbaka"),
    "handed_over": N_("lämnat"),
    "recalled": N_("återtaget"),
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
    "endorsed": N_("Tillstyrkt"),
    "approved": N_("Godkänt"),
    "handed_in": N_("Inlämnat till myndigheten"),
    "archived": N_("Arkiverat"),
    "contribution_asked": N_("Underlag begärt"),
    "handed_over": N_("Överlämnat"),
    "sent_back": N_("Skickat tillbaka med frågor att ändra"),
    "recalled": N_("Begäran återtagen"),
    "round_asked": N_("Svar begärt"),
    "round_handed_over": N_("Svaret lämnat"),
    "round_extended": N_("Förlängd tid"),
    "round_reminded": N_("Påminnelse skickad"),
    "round_imported": N_("Svar inlästa ur fil"),
    "round_closed": N_("Omgången stängd"),
    "copy_given": N_("Kopia med maskerade uppgifter gjord för utlämnande"),
}

MESSAGES = {
    "sent": N_("Väntar på godkännande"),
    "returned": N_("Skickat tillbaka"),
    "approved": N_("Godkänt"),
    "receipt": N_("Svarskvitto"),
    "deadline": N_("Påminnelse om sista dag"),
    "assigned": N_("Du äger en fråga"),
    "mentioned": N_("Du nämns i en kommentar"),
    "waiting": N_("Påminnelse om godkännande"),
    "contribution_asked": N_("Underlag begärt"),
    "contribution_handed_over": N_("Underlag överlämnat"),
    "contribution_sent_back": N_("Underlag skickat tillbaka"),
    "contribution_recalled": N_("Underlag behövs inte"),
    "contribution_due": N_("Påminnelse om sista dag för underlag"),
    "round_asked": N_("Svar begärt"),
    "round_handed_over": N_("Svar lämnat"),
    "round_sent_back": N_("Svar skickat tillbaka"),
    "round_recalled": N_("Svar behövs inte"),
    "round_extended": N_("Mer tid att svara"),
    "round_due": N_("Påminnelse om sista dag att svara"),
    "round_reminder": N_("Påminnelse om att svara"),
    "round_closed": N_("Omgång stängd"),
    "removal_asked": N_("Borttagning av personuppgifter begärd"),
}

MAIL_MODES = {
    "each": N_("Ett mejl för varje händelse"),
    "digest": N_("Ett mejl om dagen med allt som har hänt"),
    "off": N_("Inga meddelanden, varken som mejl eller här"),
}

DOCUMENTS = {
    "request": N_("Begäran från myndigheten"),
    "completion": N_("Komplettering"),
    "extension": N_("Anstånd"),
    "decision": N_("Beslut"),
    "other": N_("Annan handling"),
}

DIRECTIONS = {
    "in": N_("Inkommen"),
    "out": N_("Skickad härifrån"),
    "own": N_("Upprättad här"),
}

WORKING_VALUES = {
    "older": N_("Äldre lydelse"),
    "never_held": N_("Gällde aldrig: någon annan hann före"),
    "hidden": N_("Frågan ställdes inte med de svar som godkändes"),
    "unsent": N_("En del av svaret lämnades inte in"),
}

MATERIAL = {
    "older": N_("Äldre lydelser av svar"),
    "never_held": N_("Lydelser som aldrig gällde"),
    "hidden": N_("Svar på frågor som inte ställdes"),
    "unsent": N_("Svar med delar som inte lämnades in"),
    "reasons": N_("Skäl till att frågor skickades tillbaka"),
    "table_files": N_("Namn på filer som tabeller lästes in ur, och det som inte lästes in"),
    "word_files": N_("Word-filer som har kommit tillbaka, och förslagen ur dem"),
    "snapshots": N_("Kopior av svaret som det skickades för godkännande"),
    "files": N_("Filer som inte hör till handlingen"),
    "comments": N_("Kommentarer till frågor"),
    "tasks": N_("Frågor med ägare, datum eller klarmarkering"),
    "contributions": N_("Underlag från andra enheter"),
    "notes": N_("Vad enheterna ombads om"),
}
