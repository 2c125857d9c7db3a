"""The words of mails about signing in, and of alarms. They go to the owner of an account, or to
administrators, whatever messages they want otherwise; those with a link are worth a password, and
say how long it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from survey_app.export.swedish import HARD_SPACE
from survey_app.export.swedish import day as written_day

Facts = Mapping[str, Any]
Words = tuple[str, list[str]]
_ASK = "Var det inte du? Säg till enhetens administratör genast."


def _invite(facts: Facts) -> Words:
    return "Inbjudan till Redogör", [
        "Du har fått ett konto i Redogör, där regionen svarar på nationella myndigheters frågor. "
        "Välj ett lösenord på den här adressen, så är kontot ditt:",
        f"Länken gäller i {facts['hours']} timmar och kan användas en gång. Ge den inte bort.",
    ]


def _reset(facts: Facts) -> Words:
    lives = f"{facts['minutes']} minuter" if "minutes" in facts else f"{facts['hours']} timmar"
    return "Nytt lösenord till Redogör", [
        "Någon har bett om ett nytt lösenord till ditt konto i Redogör. Välj det på den här "
        "adressen:",
        f"Länken gäller i {lives} och kan användas en gång. Bad du inte om det behöver du inte "
        "göra något: lösenordet är detsamma som förut.",
    ]


def _locked(facts: Facts) -> Words:
    return "Ditt konto i Redogör är låst en stund", [
        "Många försök att logga in på ditt konto har misslyckats. I "
        f"{facts['minutes']} minuter går det inte att logga in. Den som redan är inloggad arbetar "
        "vidare.",
        "Har du glömt lösenordet väljer du ett nytt med Glömt lösenordet? på inloggningssidan; då "
        f"öppnas kontot också. {_ASK}",
    ]


def _password_set(facts: Facts) -> Words:
    return "Lösenordet till Redogör är ändrat", [
        f"Ditt konto i Redogör har fått ett nytt lösenord. {_ASK}"
    ]


def _factor_reset(facts: Facts) -> Words:
    return "Inloggningen till Redogör är återställd", [
        f"{facts['by']} har tagit bort engångskoderna och lösenordet från ditt konto i Redogör. Du "
        f"får en länk för att börja om. {_ASK}"
    ]


def _factor_set(facts: Facts) -> Words:
    return "Engångskoder till Redogör", [
        f"Ditt konto i Redogör frågar från och med nu efter en engångskod. {_ASK}"
    ]


_LOOK = "Se efter i säkerhetsloggen."


def _alarm_locks(facts: Facts) -> Words:
    return "Flera konton i Redogör har låsts", [
        f"Minst {facts['locks']} konton har låsts den senaste timmen, efter många misslyckade "
        "försök att logga in. Någon kan vara i färd med att gissa lösenord.",
        "Se efter i säkerhetsloggen och fråga dem det gäller. Kommer försöken från en adress kan "
        "IT-avdelningen stänga ute den.",
    ]


def _alarm_factor(facts: Facts) -> Words:
    return "Engångskoderna är borttagna från ett konto i Redogör", [
        f"{facts['by'] or 'Någon med tillgång till servern'} har återställt inloggningen för "
        f"{facts['whose']} ({facts['unit']}): engångskoder och lösenord är borta. {_LOOK} Är det "
        "inte väntat: stäng kontot, och fråga den som gjorde det.",
    ]


def _alarm_administrator(facts: Facts) -> Words:
    by = facts["by"] or "Någon med tillgång till servern, eller inloggningstjänstens grupper,"
    return f"Ny administratör i Redogör: {facts['unit']}", [
        f"{by} har gjort {facts['whose']} till administratör för {facts['unit']}. {_LOOK} Är det "
        "inte väntat: ta bort rollen, och fråga den som gav den.",
    ]


def _alarm_chain(facts: Facts) -> Words:
    so_many = "ett ställe" if facts["places"] == 1 else f"{facts['places']} ställen"
    return "Händelsekedjan i Redogör håller inte", [
        f"Något är ändrat, borttaget eller tillagt i efterhand i Redogörs databas, på {so_many}.",
        "Rör inget. Låt den som sköter servern skriva survey-app audit verify och survey-app "
        "doctor, och jämföra med en säkerhetskopia.",
    ]


def _alarm_backup(facts: Facts) -> Words:
    last = (
        f"Den senaste gjordes {written_day(facts['day'])}" if "day" in facts else "Ingen är gjord"
    )
    return "Redogör har ingen färsk säkerhetskopia", [
        f"Säkerhetskopian av Redogör är äldre än två dygn. {last}.".replace(HARD_SPACE, " "),
        "Låt den som sköter servern skriva systemctl status redogor-backup.timer, och survey-app "
        "backup.",
    ]


PERSONAL: dict[str, Callable[[Facts], Words]] = {
    "invite": _invite,
    "reset": _reset,
    "locked": _locked,
    "password_set": _password_set,
    "factor_reset": _factor_reset,
    "factor_set": _factor_set,
    "alarm_locks": _alarm_locks,
    "alarm_factor": _alarm_factor,
    "alarm_administrator": _alarm_administrator,
    "alarm_chain": _alarm_chain,
    "alarm_backup": _alarm_backup,
}


def personal_words(kind: str, facts: Facts, url: str, foot: str) -> tuple[str, str]:
    """Subject and text; the link, where there is one to tell, after the first paragraph."""
    subject, paragraphs = PERSONAL[kind](facts)
    link = [f"{url}{facts['path']}"] if url and "path" in facts else []
    said = [paragraphs[0], *link, *paragraphs[1:]]
    return subject, "\n\n".join([*said, f"-- \n{foot}"]) + "\n"
