"""Sentences on the key that signs and the seal of archive copies: what is refused, and why."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

KEYS = {
    "seal_key_unreachable": N_(
        "Nyckeln som förseglar arkivkopior svarar inte. Ingenting är arkiverat. "
        "Be en administratör se till nyckeln och dess PIN-kod, och försök igen."
    ),
    "seal_certificate_expired": N_(
        "Certifikatet som förseglar arkivkopior gick ut %(day)s. Ingenting är arkiverat. "
        "Be en administratör sätta in ett nytt."
    ),
    "seal_certificate_not_yet_valid": N_(
        "Certifikatet som förseglar arkivkopior gäller först från %(day)s. Ingenting är arkiverat."
    ),
    "seal_key_usage": N_(
        "Certifikatet som skulle försegla arkivkopior är inte utfärdat för underskrifter. "
        "Ingenting är arkiverat. Be en administratör sätta in ett som är det."
    ),
    "seal_stamp_unreachable": N_(
        "Tjänsten som tidsstämplar arkivkopior svarar inte som den ska. Ingenting är arkiverat. "
        "Försök igen om en stund."
    ),
    "seal_failed": N_(
        "Arkivkopian kunde inte förseglas så att förseglingen håller. Ingenting är arkiverat. "
        "Be en administratör kontrollera nyckeln."
    ),
    # the key that signs
    "key_replaced": N_(
        "Nyckeln som skriver under har bytts sedan den här servern startades. Ingenting är gjort. "
        "Be den som sköter driften starta om servern, och gör sedan om det."
    ),
    "key_kept_elsewhere": N_(
        "Nyckeln hålls i den fil som SURVEY_APP_SIGNING_KEY_FILE namnger. Gör den nya där nycklar "
        "hålls, och ange filen med --to."
    ),
    "key_kept_here": N_(
        "Nyckeln hålls i installationens mapp och görs där. Skriv kommandot utan --to."
    ),
    "key_in_use": N_("Den nyckeln skriver redan under här. Ange en annan."),
    "key_of_another": N_(
        "Databasen hör till en annan nyckel än den som finns här. Lägg tillbaka den nyckel som hör "
        "till databasen, och byt den sedan."
    ),
    "key_chains_broken": N_(
        "Kedjorna håller inte: %(places)s ställen. Nyckeln byts inte, för då skulle en ny "
        "underskrift stå för det. Se efter vad det är med survey-app audit verify."
    ),
}
