"""Sentences on backups: why one was not made, or not restored."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

KEEPING = {
    "backup_there": N_(
        "%(file)s finns redan och skrivs inte över. Ange ett annat namn, eller en mapp."
    ),
    "backup_under_way": N_("En säkerhetskopia med det namnet görs just nu (%(file)s)."),
    "backup_no_folder": N_("Mappen %(folder)s finns inte. Skapa den, eller ange en annan."),
    "backup_of_nothing": N_("Databasen är tom: det finns inget att säkerhetskopiera."),
    "backup_no_room": N_(
        "Det finns inte plats i %(folder)s. Det behövs två gånger databasens storlek. Ingen "
        "säkerhetskopia är gjord."
    ),
    "backup_not_written": N_("%(file)s kunde inte skrivas: %(reason)s. Ingen kopia är gjord."),
    "database_damaged": N_(
        "Databasen är skadad, så en kopia av den vore ingen säkerhetskopia. Se vad "
        "som är fel med survey-app doctor."
    ),
    "database_newer": N_(
        "Databasen är av en nyare version (%(revision)s) än programmet. Kör det program som hör "
        "till den."
    ),
    "database_older": N_(
        "Databasen är av en äldre version (%(revision)s) än programmet, och på PostgreSQL går den "
        "då inte att säkerhetskopiera. Kopiera den med det program som hör till den."
    ),
    "backup_missing": N_("Det finns ingen fil %(file)s."),
    "backup_unreadable": N_(
        "%(file)s är ingen hel säkerhetskopia: filen är avhuggen eller av annat slag. Hämta den "
        "igen, eller ta en annan kopia. Inget är återställt."
    ),
    "backup_newer": N_(
        "%(file)s är gjord av en nyare version av programmet (%(version)s). Installera den först. "
        "Inget är återställt."
    ),
    "backup_foreign_key": N_(
        "Nyckeln i %(file)s är inte den som säkerhetskopian är underskriven med. Inget är "
        "återställt."
    ),
    "backup_member_missing": N_(
        "%(file)s är skadad: %(member)s saknas i den. Ta en annan kopia. Inget är återställt."
    ),
    "backup_member_foreign": N_(
        "%(file)s är skadad: %(member)s hör inte till den. Ta en annan kopia. Inget är återställt."
    ),
    "backup_member_changed": N_(
        "%(file)s är skadad: %(member)s är inte vad som en gång skrevs. Ta en annan kopia. Inget "
        "är återställt."
    ),
    "backup_file_changed": N_(
        "%(file)s är skadad: innehållet är helt, men filen runt det är inte vad som en gång "
        "skrevs. Ta en annan kopia. Inget är återställt."
    ),
    "backup_content": N_(
        "Det som %(file)s innehåller är inte helt (%(flaw)s: %(where)s). Det var så redan när "
        "kopian gjordes. Ta en äldre kopia. Inget är återställt."
    ),
    "backup_without_keys": N_(
        "Säkerhetskopian är gjord utan nycklar, och %(name)s saknas. Ange mappen där nycklarna "
        "ligger med --keys. Inget är återställt."
    ),
    "place_not_empty": N_(
        "%(folder)s är inte tom. En säkerhetskopia återställs bara på en tom plats: ange en annan "
        "med --instance."
    ),
    "database_not_empty": N_(
        "Databasen som --to eller DATABASE_URL anger är inte tom. Skapa en ny. Inget är återställt."
    ),
    "restored_otherwise": N_(
        "Det som kom till den nya databasen är inte vad som fanns i säkerhetskopian (%(tables)s). "
        "Databasen är märkt som ofullständig och startar inte: ta bort den och försök igen."
    ),
    "restore_not_written": N_(
        "Det gick inte att skriva i %(folder)s: %(reason)s. Inget är återställt."
    ),
    "unfinished_copy": N_(
        "En kopia till den här databasen kom inte till sitt slut, så inget startar på den. Ta bort "
        "den, skapa en tom och kör survey-app copy igen."
    ),
    "copy_not_empty": N_(
        "Databasen som --to anger är inte tom. Skapa en ny och ange den. Inget är kopierat."
    ),
    "copy_source_older": N_(
        "Databasen är av en äldre version än programmet. Starta programmet en gång, så tas den "
        "till den nya. Inget är kopierat."
    ),
    "copy_differs": N_(
        "Det som kom till den nya databasen är inte vad som fanns i den gamla (%(tables)s). Den "
        "nya är märkt som ofullständig och startar inte: ta bort den och försök igen."
    ),
    "copy_broken": N_(
        "Kopieringen avbröts: %(reason)s. Den gamla databasen är orörd. Den nya startar inte: ta "
        "bort den och försök igen."
    ),
}
