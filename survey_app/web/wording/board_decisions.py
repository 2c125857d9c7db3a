"""Sentences on what cannot be done with memos to boards, and with their decisions."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

BOARD_DECISIONS = {
    "decision_body_missing": N_("Skriv vilken nämnd eller styrelse som beslutade."),
    "decision_paragraph_missing": N_("Skriv paragrafens nummer, till exempel §84."),
    "decision_matter_missing": N_("Skriv paragrafens rubrik."),
    "decision_decision_missing": N_("Skriv vad som beslutades."),
    "decision_day_in_future": N_("Dagen för beslutet har inte varit än."),
    "decision_recipients_missing": N_(
        "Skriv vilka beslutet expedieras till, eller kryssa i att det inte expedieras."
    ),
    "decision_sent_and_not": N_(
        "Det står mottagare, och att beslutet inte expedieras. Ta bort det ena."
    ),
    "decision_recorded_already": N_("%(name)s är redan registrerad i ärendet."),
    "no_memo": N_("Det är ingen tjänsteskrivelse."),
    "memo_form_unreadable": N_(
        "Det finns inget formulär för tjänsteskrivelser som kan läsas. Kan inte läsas: %(files)s. "
        "Säg till den som sköter installationen."
    ),
    "no_memo_form": N_("Det finns inget formulär för tjänsteskrivelser bland formulären."),
    "too_many_lines": N_("Högst %(max)s rader."),
}
