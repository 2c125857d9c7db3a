"""Sentences on what of an earlier answer has no place in a question here."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

MISFITS = {
    "other_kind": N_("svaret är av ett annat slag än det som frågas efter nu"),
    "no_such_option": N_("svarsalternativet finns inte längre"),
    "no_such_row": N_("raden finns inte längre"),
    "no_such_column": N_("kolumnen finns inte längre"),
    "no_such_field": N_("fältet finns inte längre"),
    "no_such_place": N_("raden eller kolumnen som det hör till finns inte längre"),
    "no_such_box": N_("det finns färre rutor nu"),
    "no_field": N_("alternativet har inget fält att skriva i längre"),
    "one_only": N_("bara ett alternativ kan väljas nu, och flera var valda"),
    "taken": N_("det ska stå på samma plats som något annat"),
}
