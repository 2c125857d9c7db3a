"""Sentences on accounts, passwords, second factors and links that are used once."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

ACCOUNTS = {
    "no_such_unit": N_("Det finns ingen enhet som heter %(typed)s."),
    "password_too_long": N_("Lösenordet är för långt: högst %(max)s tecken."),
    "password_common": N_(
        "Det lösenordet hör till dem som gissas först. Välj ett annat, till exempel flera ord som "
        "inte hör ihop."
    ),
    "password_context": N_(
        "Lösenordet består till mer än hälften av ditt namn, din adress, enheten, programmet eller "
        "ett årtal. Välj ett annat."
    ),
    "password_breached": N_(
        "Det lösenordet har läckt någonstans och gissas först. Välj ett annat."
    ),
    "password_same": N_("Det är lösenordet som gäller nu. Välj ett annat."),
    "wrong_password": N_("Lösenordet stämmer inte."),
    "too_many_tries": N_(
        "Det har misslyckats för många gånger härifrån. Ingenting är ändrat. Vänta en kvart och "
        "försök igen."
    ),
    "busy": N_("Servern är upptagen just nu. Ingenting är ändrat. Försök igen om några sekunder."),
    "no_link": N_(
        "Länken leder inte någonstans. Kontrollera att hela adressen kom med, eller be om en ny."
    ),
    "link_used_up": N_(
        "Länken är redan använd, eller så har en nyare skickats. Logga in med ditt lösenord, eller "
        "be om en ny länk."
    ),
    "link_expired": N_("Länken gäller inte längre. Be om en ny."),
    "factor_wrong": N_(
        "Koden stämmer inte, eller så är den redan använd. Vänta på nästa kod och skriv den. "
        "Går det inte: se efter att telefonens klocka går rätt."
    ),
    "factor_needed": N_("Skriv koden ur appen, eller en reservkod."),
    "factor_old": N_("Sidan hade legat öppen för länge. Ingenting är ändrat. Läs av koden igen."),
    "factor_reason_missing": N_("Skriv varför engångskoderna tas bort."),
    "identity_wrong": N_("Lösenordet eller koden stämmer inte. Ingenting är ändrat."),
    "session_not_yours": N_("Den inloggningen finns inte längre."),
    "no_token": N_("Den nyckeln finns inte längre."),
    "token_days": N_("En nyckel kan gälla i 1 till %(max)s dagar."),
}
