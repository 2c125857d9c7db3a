"""The words of mails, a function a kind of message: in Swedish, since it is the unit's language.

A mail says that something happened and where to see it. It never holds an answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from survey_app.export.swedish import HARD_SPACE, STOCKHOLM
from survey_app.export.swedish import day as written_day
from survey_app.services.mail.notice import Kind
from survey_app.web.wording.personal_mails import PERSONAL, personal_words

Facts = Mapping[str, Any]
Words = tuple[str, list[str]]
"""A subject and paragraphs."""

_FOOT = "Det här är ett automatiskt meddelande från Redogör. Det går inte att svara på det."
_CHOICE = "Hur du får meddelanden väljer du under Meddelanden i Redogör."


def _day(day: str) -> str:
    return written_day(day).replace(HARD_SPACE, " ")


def _about(facts: Facts) -> str:
    practice = "Övning: " if facts["practice"] else ""
    rest = f"{facts['questionnaire']} ({facts['diary_number']})"
    return practice + ("rättelse av " if facts["correction"] else "") + rest


def _late(facts: Facts) -> str:
    """The last day, and what happens after it."""
    if not facts["deadline"]:
        return ""
    day = _day(facts["deadline"])
    return f"Sista dag: {day}. {facts['consequence']}".strip()


def _sent(facts: Facts) -> Words:
    return f"Väntar på ditt godkännande: {_about(facts)}", [
        f"{facts['unit']} har ett svar till {facts['authority']} som är skickat för godkännande "
        "och väntar på dig. Läs igenom det, och godkänn eller skicka tillbaka frågor.",
        _late(facts),
    ]


def _so_many(facts: Facts) -> str:
    number = facts["questions"]
    return "En fråga" if number == 1 else f"{number} frågor"


def _returned(facts: Facts) -> Words:
    return f"Skickat tillbaka: {_about(facts)}", [
        f"{_so_many(facts)} har skickats tillbaka till er av den som godkänner. Skälen står vid "
        "frågorna. Bara de frågorna går att ändra nu.",
        _late(facts),
    ]


def _approved(facts: Facts) -> Words:
    return f"Godkänt: {_about(facts)}", [
        f"Svaret är godkänt och kan inte längre ändras. Nu ska det lämnas in till "
        f"{facts['authority']}.",
        _late(facts),
    ]


def _receipt(facts: Facts) -> Words:
    at = datetime.datetime.fromisoformat(facts["at"]).astimezone(STOCKHOLM)
    day = _day(facts["day"])
    practice = ["Det här är en övning. Inget har skickats till någon myndighet."]
    return f"Svarskvitto: {_about(facts)}", [
        *(practice if facts["practice"] else []),
        f"{facts['unit']} har lämnat in {facts['questionnaire']} till {facts['authority']}. "
        "Du får kvittot för att du är angiven som kontaktperson.",
        "\n".join([
            f"Diarienummer: {facts['diary_number']}",
            f"Myndighetens kvittonummer: {facts['reference']}",
            f"Inlämnat: {day}",
            f"Registrerat: {_day(at.date().isoformat())} kl. {at:%H.%M}",
            f"Handlingens SHA-256: {facts['sha256']}",
        ]),
    ]  # fmt: skip


_WHAT_IS_LEFT = {
    "draft": "Svaret är ett utkast. Det ska skickas för godkännande, godkännas och lämnas in.",
    "awaiting_approval": "Svaret väntar på godkännande. Därefter ska det lämnas in.",
    "approved": "Svaret är godkänt men inte inlämnat.",
}


def _deadline(facts: Facts) -> Words:
    left = facts["left"]
    day = _day(facts["deadline"])
    if left < 0:
        head, said = "Sista dagen har passerat", f"Svaret skulle ha lämnats in senast {day}."
    else:
        head = {0: "Sista dagen är i dag", 1: "En dag kvar"}.get(left, f"{left} dagar kvar")
        said = f"Svaret ska vara inlämnat till {facts['authority']} senast {day}."
    return f"{head}: {_about(facts)}", [said, _WHAT_IS_LEFT[facts["state"]], facts["consequence"]]


def _assigned(facts: Facts) -> Words:
    count = facts["count"]
    which = f"fråga {facts['question']}" if count == 1 else f"{count} frågor"
    due = f"Klar senast {_day(facts['due'])}." if facts["due"] else ""
    return f"Du äger {which}: {_about(facts)}", [
        f"{facts['by']} har gett dig {which} i svaret till {facts['authority']}. {due}".strip(),
        _late(facts),
    ]


def _waiting(facts: Facts) -> Words:
    days = facts["days"]
    waited = "en arbetsdag" if days == 1 else f"{days} arbetsdagar"
    return f"Väntar fortfarande på ditt godkännande: {_about(facts)}", [
        f"Svaret från {facts['unit']} till {facts['authority']} har väntat på dig i {waited}. "
        "Läs igenom det, och godkänn eller skicka tillbaka frågor. Är du borta kan en ersättare "
        "registreras under Ersättare i Redogör.",
        _late(facts),
    ]


def _mentioned(facts: Facts) -> Words:
    return f"Du nämns i en kommentar: {_about(facts)}", [
        f"{facts['by']} nämner dig i en kommentar till fråga {facts['question']}."
    ]


def _until(facts: Facts) -> str:
    return f"Sista dag: {_day(facts['deadline'])}." if facts["deadline"] else ""


def _contribution_asked(facts: Facts) -> Words:
    return f"Underlag begärt: {_about(facts)}", [
        f"{facts['asked_by']} ber {facts['unit']} om underlag till ett svar till "
        f"{facts['authority']}. Ni ser bara de frågor som ni får. Lämna över underlaget när det "
        "är klart; innan dess läser ingen annan det.",
        _until(facts),
    ]


def _contribution_handed_over(facts: Facts) -> Words:
    return f"Underlag överlämnat: {_about(facts)}", [
        f"{facts['unit']} har lämnat över sitt underlag. Det står bredvid frågorna och kan infogas "
        "i svaret, eller skickas tillbaka.",
    ]


def _contribution_sent_back(facts: Facts) -> Words:
    return f"Underlag skickat tillbaka: {_about(facts)}", [
        f"{_so_many(facts)} har skickats tillbaka från {facts['asked_by']}. Skälen står vid "
        "frågorna. Lämna över underlaget igen när det är ändrat.",
        _until(facts),
    ]


def _contribution_recalled(facts: Facts) -> Words:
    return f"Underlag behövs inte: {_about(facts)}", [
        f"{facts['asked_by']} har tagit tillbaka sin begäran. Ni behöver inte svara.",
    ]


def _contribution_due(facts: Facts) -> Words:
    left, day = facts["left"], _day(facts["deadline"])
    if left < 0:
        head, said = "Sista dagen för underlag har passerat", "skulle ha lämnats över"
    else:
        head = {0: "Sista dagen för underlag är i dag", 1: "En dag kvar för underlag"}.get(
            left, f"{left} dagar kvar för underlag"
        )
        said = "ska vara överlämnat"
    return f"{head}: {_about(facts)}", [
        f"Underlaget från {facts['unit']} till {facts['asked_by']} {said} senast {day}."
    ]


def _round_asked(facts: Facts) -> Words:
    return f"Svar begärt: {_about(facts)}", [
        f"{facts['asked_by']} ber {facts['unit']} att svara på {facts['title']}. Lämna svaret när "
        "det är klart; innan dess läser ingen annan det.",
        _until(facts),
    ]


def _round_handed_over(facts: Facts) -> Words:
    return f"Svar lämnat: {_about(facts)}", [
        f"{facts['unit']} har lämnat sitt svar på {facts['title']}. Det kan läsas, eller skickas "
        "tillbaka så länge omgången är öppen.",
    ]


def _round_sent_back(facts: Facts) -> Words:
    return f"Svar skickat tillbaka: {_about(facts)}", [
        f"{_so_many(facts)} har skickats tillbaka från {facts['asked_by']}. Skälen står vid "
        "frågorna. Lämna svaret igen när det är ändrat.",
        _until(facts),
    ]


def _round_recalled(facts: Facts) -> Words:
    return f"Svar behövs inte: {_about(facts)}", [
        f"{facts['asked_by']} har tagit tillbaka sin begäran. Ni behöver inte svara.",
    ]


def _round_extended(facts: Facts) -> Words:
    return f"Mer tid att svara: {_about(facts)}", [
        f"{facts['asked_by']} har ändrat sista dagen för {facts['unit']}. Skäl: {facts['reason']}",
        _until(facts),
    ]


def _round_due(facts: Facts) -> Words:
    left, day = facts["left"], _day(facts["deadline"])
    if left < 0:
        head, said = "Sista dagen att svara har passerat", "skulle ha lämnats"
    else:
        head = {0: "Sista dagen att svara är i dag", 1: "En dag kvar att svara"}.get(
            left, f"{left} dagar kvar att svara"
        )
        said = "ska vara lämnat"
    return f"{head}: {_about(facts)}", [
        f"Svaret från {facts['unit']} till {facts['asked_by']} {said} senast {day}."
    ]


def _round_reminder(facts: Facts) -> Words:
    return f"Påminnelse om att svara: {_about(facts)}", [
        f"{facts['asked_by']} påminner om att {facts['unit']} inte har svarat på {facts['title']}.",
        facts["said"],
        _until(facts),
    ]


def _round_closed(facts: Facts) -> Words:
    handed_over = f"Svaret från {facts['unit']} är med och kan inte ändras längre."
    missing = f"Inget svar kom från {facts['unit']}."
    return f"Omgång stängd: {_about(facts)}", [
        f"{facts['asked_by']} har stängt {facts['title']}.",
        handed_over if facts["handed_over"] else missing,
    ]


def _removal_asked(facts: Facts) -> Words:
    return "Borttagning av personuppgifter begärd", [
        f"{facts['by']} ber att få sina uppgifter i Redogör borttagna. Du som administrerar "
        "enheten prövar det: sidan visar vad som försvinner, vad som måste stå kvar, och vad som "
        "ska göras innan dess. Svara personen inom en månad (artikel 12.3 i "
        "dataskyddsförordningen).",
    ]


_MAILS: dict[str, Callable[[Facts], Words]] = {
    Kind.SENT: _sent,
    Kind.RETURNED: _returned,
    Kind.APPROVED: _approved,
    Kind.RECEIPT: _receipt,
    Kind.DEADLINE: _deadline,
    Kind.ASSIGNED: _assigned,
    Kind.MENTIONED: _mentioned,
    Kind.WAITING: _waiting,
    Kind.CONTRIBUTION_ASKED: _contribution_asked,
    Kind.CONTRIBUTION_HANDED_OVER: _contribution_handed_over,
    Kind.CONTRIBUTION_SENT_BACK: _contribution_sent_back,
    Kind.CONTRIBUTION_RECALLED: _contribution_recalled,
    Kind.CONTRIBUTION_DUE: _contribution_due,
    Kind.ROUND_ASKED: _round_asked,
    Kind.ROUND_HANDED_OVER: _round_handed_over,
    Kind.ROUND_SENT_BACK: _round_sent_back,
    Kind.ROUND_RECALLED: _round_recalled,
    Kind.ROUND_EXTENDED: _round_extended,
    Kind.ROUND_DUE: _round_due,
    Kind.ROUND_REMINDER: _round_reminder,
    Kind.ROUND_CLOSED: _round_closed,
    Kind.REMOVAL_ASKED: _removal_asked,
}


def _case(facts: Facts) -> str:
    return f"Ärende: {facts['diary_number']} {facts['case']}"


def mail_words(kind: str, facts: Facts, url: str) -> tuple[str, str]:
    """Subject and text of one message.

    url  the address of the installation; "" leaves the link out
    A receipt goes to somebody who may have no account, so it has no link.
    """
    if kind in PERSONAL:
        return personal_words(kind, facts, url, _FOOT)
    subject, paragraphs = _MAILS[kind](facts)
    own = kind == Kind.RECEIPT
    link = [] if own or not url else [f"{url}{facts['path']}"]
    case = [] if own or "case" not in facts else [_case(facts)]
    foot = _FOOT if own else f"{_FOOT}\n{_CHOICE}"
    said = [item for item in (*paragraphs, *case, *link) if item]
    return subject, "\n\n".join([*said, f"-- \n{foot}"]) + "\n"


def digest_words(messages: Sequence[tuple[str, Facts]], url: str) -> tuple[str, str]:
    """Subject and text of several messages in one mail; one by itself is as it would be alone."""
    if len(messages) == 1:
        return mail_words(*messages[0], url)
    parts = []
    for kind, facts in messages:
        subject, paragraphs = _MAILS[kind](facts)
        link = f"{url}{facts['path']}" if url else ""
        parts.append("\n".join([subject, *(item for item in (*paragraphs, link) if item)]))
    said = [*parts, f"-- \n{_FOOT}\n{_CHOICE}"]
    return f"{len(messages)} meddelanden från Redogör", "\n\n".join(said) + "\n"
