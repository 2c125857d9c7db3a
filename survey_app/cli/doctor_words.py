"""What the doctor says: the areas, and each finding with what to do about it."""

from __future__ import annotations

AREAS = {
    "place": "Mappen, nycklarna och utrymmet",
    "questionnaires": "Formulären",
    "settings": "Inställningarna",
    "outside": "Mejlserver, virusskydd, inloggningstjänst och försegling",
    "database": "Databasen och dess tabeller",
    "pages": "Databasens sidor",
    "references": "Rader som hör ihop",
    "files": "Filer, handlingar och formulär mot sina kontrollsummor",
    "chains": "Händelsekedjorna och deras underskrifter",
    "work": "Säkerhetskopior, utkorg, klocka och konton",
}
"""In the order in which they are looked at. The doctor speaks Swedish, as all commands do."""

FINDINGS: dict[str, tuple[str, str]] = {
    # code: (what it is, what to do)
    "not_looked": ("Gick inte att undersöka.", "Åtgärda felet som står här, och kör igen."),
    "folder_open": ("Andra på datorn kan läsa mappen.", "Skriv: chmod 700 MAPPEN"),
    "file_open": ("Andra på datorn kan läsa filen.", "Skriv: chmod 600 FILEN"),
    "no_key": (
        "Installationens nyckel saknas. Utan den kan ingen underskrift prövas, och en ny nyckel "
        "passar inte till det som redan är underskrivet.",
        "Lägg tillbaka audit_key.pem från säkerhetskopian, innan något startas.",
    ),
    "unreadable_key": (
        "Installationens nyckel går inte att läsa.",
        "Lägg tillbaka audit_key.pem från säkerhetskopian.",
    ),
    "no_secret": (
        "Filen secret_key saknas, och SECRET_KEY är inte satt.",
        "Lägg tillbaka den från säkerhetskopian. Annars görs en ny, och alla loggas ut.",
    ),
    "unsafe_settings": ("En inställning är osäker eller fel.", "Gör som det står här."),
    "restore_left": (
        "En återställning har brutits av och lämnat filer efter sig.",
        "Ta bort mappen restoring.part och återställ igen på en tom plats.",
    ),
    "little_room": (
        "Det är ont om plats på disken: en säkerhetskopia behöver två gånger databasens storlek.",
        "Frigör plats, eller låt säkerhetskopian gå till en annan disk.",
    ),
    "no_questionnaires": ("Det finns inga formulär i mappen.", "Rätta SURVEY_APP_QUESTIONNAIRES."),
    "unreadable_questionnaire": ("Formuläret kan inte användas.", "Skriv: survey-app check FILEN"),
    "is_a_demo": (
        "Det här är en demo: vem som helst kan logga in.",
        "Använd en tom --instance för verkligt arbete.",
    ),
    "no_address": (
        "Adressen till produkten är inte satt, så mejl saknar länkar.",
        "Sätt SURVEY_APP_URL till adressen som folk skriver i webbläsaren.",
    ),
    "no_mail": (
        "Ingen mejlserver är satt: påminnelser stannar i utkorgen.",
        "Sätt SURVEY_APP_SMTP_HOST och SURVEY_APP_MAIL_FROM.",
    ),
    "no_scanner": (
        "Inget virusskydd är satt: filer tas emot som de är.",
        "Sätt SURVEY_APP_CLAMD till clamd:s socket.",
    ),
    "mail_silent": (
        "Mejlservern svarar inte som den ska.",
        "Pröva namn, port och lösenord i SURVEY_APP_SMTP_*, och brandväggen.",
    ),
    "scanner_silent": (
        "Virusskyddet svarar inte, så inga filer kan tas emot.",
        "Skriv: systemctl status clamav-daemon",
    ),
    "no_contact": (
        "Ingen står som kontakt på sidorna om tillgänglighet och personuppgifter.",
        "Sätt SURVEY_APP_CONTACT, och SURVEY_APP_ORGANISATION.",
    ),
    "no_leaked_list": (
        "Lösenord prövas inte mot en lista över läckta lösenord.",
        "Hämta en lista över SHA-1-summor, sorterad, och sätt SURVEY_APP_BREACHED_PASSWORDS.",
    ),
    "leaked_list_unsorted": (
        "Listan över läckta lösenord går inte att slå i: den är tom, osorterad, eller håller annat "
        "än SHA-1 i versaler, en summa på varje rad.",
        "Skriv: LC_ALL=C sort LISTAN > NY, och peka ut den nya.",
    ),
    "identity_silent": (
        "Inloggningstjänsten svarar inte, så ingen kan logga in genom den.",
        "Pröva adressen i SURVEY_APP_OIDC_ISSUER, brandväggen och tjänstens certifikat.",
    ),
    "identity_other": (
        "Inloggningstjänsten säger något annat om sig själv än inställningarna: ett annat namn, en "
        "adress utan HTTPS, eller bara underskrifter som inte tas emot.",
        "Jämför SURVEY_APP_OIDC_ISSUER, tecken för tecken, med issuer på tjänstens sida "
        "/.well-known/openid-configuration. Den ska signera med RS256, PS256, ES256 eller EdDSA.",
    ),
    "identity_words": (
        "Inloggningstjänsten känner inte till den tillitsnivå som krävs, så ingen når den.",
        "Skriv den som tjänsten gör, i acr_values_supported.",
    ),
    "identity_extra": (
        "En inloggningstjänst är satt, men det som behövs för den är inte installerat.",
        "Skriv: pip install 'survey-app[oidc]'",
    ),
    "seal_unusable": (
        "Handlingar kan inte förseglas: det som är satt går inte att använda.",
        "Rätta SURVEY_APP_SEAL_*, eller skaffa ett nytt certifikat.",
    ),
    "seal_ends": (
        "Certifikatet som handlingar förseglas med går ut inom trettio dagar.",
        "Skaffa ett nytt nu: utan det kan inget arkiveras.",
    ),
    "no_installation": ("Det finns ingen installation här.", "Ange rätt --instance."),
    "no_database": (
        "Det finns ingen databas här.",
        "Ange rätt --instance, eller återställ med: survey-app restore FIL",
    ),
    "empty_database": ("Databasen är tom.", "Skriv: survey-app unit, eller återställ en kopia."),
    "database_behind": (
        "Databasen är av en äldre version än programmet.",
        "Säkerhetskopiera, och starta sedan: survey-app run uppgraderar den.",
    ),
    "database_newer": (
        "Databasen är av en nyare version än programmet.",
        "Kör det program som databasen hör till.",
    ),
    "unfinished_copy": (
        "Databasen är en kopia som inte blev färdig.",
        "Ta bort den, och kopiera igen till en tom databas.",
    ),
    "other_tables": (
        "Tabellerna är inte de som programmet lade upp.",
        "Någon har ändrat dem. Återställ från en säkerhetskopia, eller ändra tillbaka.",
    ),
    "old_sqlite": (
        "SQLite är äldre än 3.51.3: en långsammare journal används i stället för WAL.",
        "Installera pysqlite3, eller en nyare Python.",
    ),
    "commits_do_not_wait": (
        "PostgreSQL väntar inte på disken: ett strömavbrott kan ta det som är sparat.",
        "Sätt inställningen till on i postgresql.conf.",
    ),
    "not_utf8": ("Databasen är inte i UTF-8.", "Skapa en ny med ENCODING 'UTF8' och flytta dit."),
    "clocks_apart": (
        "Databasens klocka och den här datorns skiljer sig åt.",
        "Slå på tidssynkronisering (timedatectl set-ntp true) på båda.",
    ),
    "idle_slot": (
        "En replikeringsplats används inte, och PostgreSQL sparar allt för dess skull.",
        "Ta bort den med pg_drop_replication_slot, eller starta mottagaren.",
    ),
    "damaged_pages": (
        "Databasfilen är skadad.",
        "Stoppa tjänsten, spara filen undan, och återställ den senaste säkerhetskopian.",
    ),
    "dangling": (
        "Rader pekar på rader som inte finns.",
        "Något har tagits bort utanför programmet. Återställ från en säkerhetskopia.",
    ),
    "changed_file": ("En lagrad fil är inte den som lämnades.", "Hämta den ur en säkerhetskopia."),
    "changed_record": ("En handling är inte den som godkändes.", "Hämta den ur en säkerhetskopia."),
    "changed_questionnaire": (
        "Ett använt formulär är inte det som det var.",
        "Hämta det ur en säkerhetskopia.",
    ),
    "unused_file": ("En lagrad fil hör inte till något.", "Gör inget: den tar bara plats."),
    "broken_chain": (
        "Händelsekedjan håller inte: något är ändrat, borttaget eller tillagt i efterhand.",
        "Rör inget. Jämför med en säkerhetskopia: survey-app audit verify",
    ),
    "missing_case": (
        "Ett ärende som är underskrivet finns inte längre.",
        "Rör inget. Jämför med en säkerhetskopia.",
    ),
    "no_heads": (
        "Filen med underskrifter utanför databasen saknas: ett avhugget slut skulle inte märkas.",
        "Lägg tillbaka audit-heads.jsonl från säkerhetskopian.",
    ),
    "unreadable_heads": (
        "Filen med underskrifter går inte att läsa på den raden.",
        "Lägg tillbaka audit-heads.jsonl från säkerhetskopian.",
    ),
    "other_installation": (
        "Databasen hör till en installation med en annan nyckel.",
        "Lägg tillbaka den audit_key.pem som hör till databasen.",
    ),
    "key_change_left": (
        "Ett byte av nyckeln som skriver under är inte avslutat.",
        "Skriv: survey-app change-key, som avslutar det eller börjar om.",
    ),
    "clock_behind": (
        "Det senaste som är sparat är från framtiden: klockan här går efter.",
        "Ställ klockan (timedatectl set-ntp true) innan något mer sparas.",
    ),
    "no_backup": (
        "Ingen säkerhetskopia är gjord.",
        "Skriv: survey-app backup MAPP, och gör det varje natt.",
    ),
    "old_backup": (
        "Den senaste säkerhetskopian är äldre än två dygn.",
        "Se efter varför: systemctl status redogor-backup.timer",
    ),
    "stuck_mail": (
        "Meddelanden har väntat i utkorgen i mer än ett dygn.",
        "Skriv: survey-app remind, och läs vad mejlservern svarar.",
    ),
    "no_administrator": (
        "Ingen enhet har någon administratör som kan logga in.",
        "Skriv: survey-app unit NAMN --administrator ADRESS",
    ),
}
