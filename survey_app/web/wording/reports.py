"""Sentences on what is refused of compiled reports."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

REPORTS = {
    "no_report": N_("Sammanställningen finns inte, eller så hör den till ett annat ärende."),
    "no_rounds_chosen": N_("Välj minst en omgång i ärendet att sammanställa."),
    "not_so_arranged": N_(
        "Omgångens formulär kan inte ordnas så. Välj ett av de sätt som formuläret anger."
    ),
    "report_settled": N_(
        "Sammanställningen är fastställd och kan inte ändras. Öppna en ny version av den för att "
        "ändra."
    ),
    "report_not_settled": N_("Sammanställningen är inte fastställd: den kan ändras som den är."),
    "report_round_open": N_(
        "Omgången är inte stängd, och svaren kan ännu ändras. Stäng omgången först; då blir svaren "
        "handlingar som sammanställningen kan hänvisa till."
    ),
    "report_outdated": N_(
        "Svar har lämnats eller skickats tillbaka sedan sammanställningen gjordes. Hämta "
        "ändringarna och läs dem, och fastställ sedan."
    ),
    "report_source_waiting": N_(
        "%(n)s stycken väntar på att du tar ställning: källan har ändrats eller är borttagen. Välj "
        "”Ta in” eller ”Behåll” för vart och ett, och fastställ sedan."
    ),
    "report_changed": N_(
        "Sammanställningen har ändrats sedan du läste den. Inget är gjort. Läs den igen och "
        "fastställ sedan."
    ),
    "report_not_confirmed": N_(
        "Kryssa i att du har läst sammanställningen och vill fastställa den."
    ),
    "piece_gone": N_("Stycket finns inte i sammanställningen."),
    "piece_not_there": N_("Dit går stycket inte att flytta. Välj en annan rubrik i listan."),
    "piece_moved": N_(
        "Någon annan har flyttat stycket sedan du öppnade sidan. Inget är gjort. Se var det står "
        "nu."
    ),
    "piece_changed": N_(
        "Stycket har ändrats sedan du öppnade sidan. Inget är gjort. Läs det igen och välj sedan."
    ),
    "piece_too_long": N_("Texten är för lång: högst %(max)s tecken i ett stycke. Dela upp den."),
    "piece_empty": N_("Skriv den rubrik eller text som ska läggas till."),
    "heading_missing": N_("En rubrik kan inte vara tom. Skriv den, eller ta bort rubriken."),
}

ARRANGEMENTS = {
    "unit": N_("Efter organisation"),
    "question": N_("Efter fråga"),
    "group": N_("Efter fokusområde eller annan grupp"),
}

SORTS = {
    "heading": N_("Rubrik"),
    "text": N_("Stycke"),
    "points": N_("Lista"),
    "entry": N_("Stycke"),
    "answer": N_("Svar"),
    "table": N_("Tabell"),
    "indicator": N_("Indikator"),
    "missing": N_("Organisationer som inte svarat"),
}

CHANGES = {
    "added": N_("Nytt"),
    "followed": N_("Ändrat i källan, och följer med"),
    "moved": N_("Flyttat, eftersom svaret ändrats"),
    "returned": N_("Finns i svaret igen"),
    "waiting": N_("Ändrat i källan, men redigerat här: ta ställning"),
    "gone": N_("Borttaget ur svaret: ta ställning"),
}
