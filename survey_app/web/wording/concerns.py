"""Sentences on what a copy may tell although it is masked."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

CONCERNS = {
    "follower_shown": N_("%(where)s visas, men det röjer svaret på det som är maskerat: %(what)s."),
    "can_be_reckoned": N_("%(what)s är maskerat, men kan räknas ut ur svar som inte är maskerade."),
    "echo": N_("%(what)s är maskerat, men samma text står också i %(where)s."),
}
