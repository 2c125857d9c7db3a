"""Sentences on what the services of surveys refuse; first those that somebody with a link reads."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

SURVEYS = {
    "link_unknown": N_(
        "Länken gäller inte. Kontrollera att hela adressen är med, eller be om en ny."
    ),
    "link_not_open": N_("Enkäten öppnar %(day)s. Kom tillbaka då, med samma länk."),
    "link_closed": N_(
        "Enkäten är stängd och tar inte emot fler svar. Tack för att du ville svara."
    ),
    "link_used": N_(
        "Länken är redan använd. Den kan användas en gång, och svaret som skickades är sparat."
    ),
    "ballot_refused": N_("Svaret är inte skickat. Rätta det som är fel."),
    "form_not_anonymous": N_("Formuläret kan inte besvaras utan namn (”anonymous”)."),
    "form_is_anonymous": N_(
        "Formuläret besvaras utan namn genom en länk. Öppna det som en enkät i stället."
    ),
    "links_unreadable": N_("Skriv hur många länkar det ska vara, med siffror."),
    "too_many_shared_links": N_(
        "En enkät kan ha högst %(max)s gemensamma länkar samtidigt. Dra in en som inte behövs "
        "längre."
    ),
    "too_many_links": N_("En enkät kan ha högst %(max)s länkar. Ta färre."),
    "round_not_closed": N_("Enkäten är inte stängd. Stäng den först."),
    "ballots_weeded_already": N_("De enskilda svaren är redan gallrade."),
    "survey_not_confirmed": N_("Kryssa i att enkäten ska stängas för gott."),
    "weeding_decision_missing": N_("Skriv vilket beslut gallringen stöder sig på."),
}
