"""Why something in a Word file that came back was not read."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

UNREAD = {
    "unknown": N_("En ruta som inte kommer från Redogör."),
    "no_such_part": N_("Rutan hör till något som inte finns i formuläret."),
    "twice": N_("Samma ruta står två gånger med olika innehåll. Den första har lästs."),
    "tick_lost": N_("Kryssrutan är inte längre någon kryssruta."),
    "picture": N_("I rutan ligger en bild eller ett objekt. Bara texten har lästs."),
    "several_ticks": N_("Mer än ett alternativ är förkryssat, där bara ett kan gälla:"),
    "missing": N_("Någon av frågans rutor saknas i filen. Det räknas som oförändrat."),
    "other_submission": N_("Rutan hör till ett annat svar än det här."),
    "outdated": N_(
        "Filen gjordes i en tidigare version av formuläret, och allt i svaret har inte plats nu:"
    ),
    "outdated_gone": N_(
        "Filen gjordes i en tidigare version av formuläret. Frågan finns inte längre:"
    ),
    "other_questionnaire": N_("Rutan hör till en annan version av formuläret, eller ett annat."),
}
