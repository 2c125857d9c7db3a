"""The security log in words."""

from __future__ import annotations

from survey_app.services.security.log import Kind
from survey_app.web.wording.mark import N_

KINDS: dict[Kind, str] = {
    "sign_in": N_("Inloggning"),
    "sign_in_failed": N_("Misslyckad inloggning"),
    "locked": N_("Kontot låst efter för många försök"),
    "sign_out": N_("Utloggning"),
    "session_ended": N_("Inloggning avslutad"),
    "password_set": N_("Lösenord valt"),
    "password_reset_asked": N_("Nytt lösenord begärt"),
    "factor_enrolled": N_("Andra faktor tillagd"),
    "factor_reset": N_("Andra faktor nollställd"),
    "recovery_used": N_("Reservkod använd"),
    "invited": N_("Konto skapat"),
    "role_given": N_("Roll tilldelad"),
    "role_taken": N_("Roll borttagen"),
    "account_closed": N_("Konto stängt"),
    "account_opened": N_("Konto öppnat"),
    "account_renamed": N_("Namn eller befattning rättad"),
    "token_issued": N_("API-nyckel utfärdad"),
    "token_ended": N_("API-nyckel avslutad"),
    "identity_linked": N_("Konto kopplat till identitetsleverantören"),
    "confirmed": N_("Legitimerad inför ett beslut"),
    "confirm_failed": N_("Misslyckad legitimering inför ett beslut"),
    "access_refused": N_("Åtkomst nekad"),
    "too_many_tries": N_("För många försök, avvisat"),
    "exported": N_("Uppgifter hämtade ut"),
    "given_out": N_("Kopia utlämnad"),
    "backup_made": N_("Säkerhetskopia tagen"),
    "restored": N_("Återläst från säkerhetskopia"),
    "case_removed": N_("Ärende gallrat"),
    "person_exported": N_("Personuppgifter hämtade ut"),
    "person_removed": N_("Person borttagen"),
    "removal_asked": N_("Borttagning av egna uppgifter begärd"),
    "file_refused": N_("Fil avvisad av virusskyddet"),
    "settings_changed": N_("Inställningar ändrade"),
    "key_changed": N_("Signeringsnyckel bytt"),
}

EXPORTS: dict[str, str] = {
    "security_csv": N_("säkerhetsloggen"),
    "security_jsonl": N_("säkerhetsloggen"),
    "record_pdf": N_("ett svar som PDF"),
    "record_json": N_("ett svar som JSON"),
    "package": N_("ett arkivpaket"),
    "draft_package": N_("ett paket med utkast"),
    "case_pdf": N_("ett ärende som PDF"),
    "results_xlsx": N_("resultatet av en omgång som kalkylblad"),
    "results_csv": N_("resultatet av en omgång som CSV"),
    "results_json": N_("resultatet av en omgång som JSON"),
    "results_pdf": N_("resultatet av en omgång som PDF"),
    "registry_pdf": N_("ett ärendes handlingar som PDF"),
    "registry_csv": N_("ett ärendes handlingar som CSV"),
    "word": N_("ett svar som Word-fil"),
    "stored_copy": N_("en arkivkopia"),
}
"""What left the house, by the fact ``what``."""

METHODS: dict[str, str] = {
    "password": N_("lösenord"),
    "totp": N_("lösenord och engångskod"),
    "password+totp": N_("lösenord och engångskod"),
    "oidc": N_("identitetsleverantören"),
}
"""How somebody showed who they are, by the fact ``how``."""
