"""Sentences on signing in, and showing who one is, by an identity provider."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

IDENTITY = {
    "identity_needed": N_(
        "Legitimera dig för att bekräfta att det är du. Det gäller i fem minuter, för just det "
        "innehåll som sidan visade."
    ),
    "identity_refused": N_(
        "Svaret från inloggningstjänsten går inte att lita på. Ingenting är ändrat. Försök igen, "
        "och fråga IT-avdelningen om det händer igen."
    ),
    "identity_other_person": N_(
        "Någon annan legitimerade sig än den som är inloggad här. Ingenting är ändrat."
    ),
    "identity_too_weak": N_(
        "Inloggningstjänsten kände inte igen dig tillräckligt säkert. Ingenting är ändrat. Försök "
        "igen, och välj ett säkrare sätt att legitimera dig."
    ),
    "identity_too_old": N_(
        "Inloggningstjänsten frågade inte vem du är nu, utan svarade med en äldre inloggning. "
        "Ingenting är ändrat. Försök igen."
    ),
    "identity_cancelled": N_("Du legitimerade dig inte. Ingenting är ändrat."),
    "identity_unreachable": N_(
        "Inloggningstjänsten svarar inte. Ingenting är ändrat. Vänta en stund och försök igen."
    ),
    "identity_trip_over": N_(
        "Det gick för lång tid, eller så är inloggningen redan använd. Börja om."
    ),
    "identity_other_login": N_(
        "Inloggningen började i ett annat fönster, eller av någon annan. Ingenting är ändrat. "
        "Börja om."
    ),
    "not_invited": N_(
        "Det finns inget konto för dig här. Be en administratör bjuda in dig, med den "
        "e-postadress som inloggningstjänsten känner dig med."
    ),
    "no_identity_provider": N_("Här loggar ingen in genom en annan tjänst."),
    "signs_in_elsewhere": N_(
        "Kontot loggar in genom organisationens inloggningstjänst, och har inget lösenord här."
    ),
    "sign_in_anew": N_(
        "Du loggade in för mer än %(minutes)s minuter sedan. Logga ut, logga in igen och försök "
        "sedan här."
    ),
    "form_too_large": N_("Texterna är för långa för att följa med. Korta dem."),
}
