"""Sentences on what the services of rounds refuse."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

ROUNDS = {
    "no_round": N_("Omgången finns inte, eller så hör den till ett annat ärende."),
    "round_closed": N_(
        "Omgången är stängd, så svaret kan inte längre ändras eller lämnas. Hör av dig till "
        "%(unit)s."
    ),
    "round_not_to_archive": N_(
        "Omgången är inte stängd, eller så finns det inga svar i den att arkivera."
    ),
    "round_not_open_yet": N_("Omgången öppnar %(day)s. Svaret kan lämnas från och med då."),
    "not_all_explained": N_(
        "Svaret kan inte lämnas ännu. Rätta det som är fel, och skriv varför frågor lämnas tomma."
    ),
    "form_needs_approval": N_(
        "Formuläret ska godkännas av någon med delegation, så det kan inte besvaras i en omgång."
    ),
    "deadline_before_opening": N_("Sista dagen kan inte vara före den dag då omgången öppnar."),
    "no_units_chosen": N_("Välj minst en enhet som ska svara."),
    "unit_in_round_already": N_("%(unit)s är redan med i omgången."),
    "unit_not_in_round": N_("Enheten är inte med i omgången."),
    "unit_name_unknown": N_("Ingen enhet heter ”%(name)s”. Inget är gjort."),
    "unit_name_near": N_("Ingen enhet heter ”%(name)s”. Menar du ”%(near)s”? Inget är gjort."),
    "round_not_confirmed": N_("Kryssa i att omgången ska stängas för gott."),
    "nobody_to_remind": N_("Alla har svarat, så det finns ingen att påminna."),
}
