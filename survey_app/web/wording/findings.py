"""Sentences on questionnaire files, for those who write them and are no programmers."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

MEANT = N_("Menade du ”%(nearest)s”?")
KNOWN_KEYS = N_("Nycklar som finns: %(keys)s.")

PLACES = {
    "sections": N_("avsnittet"),
    "questions": N_("frågan"),
    "options": N_("svarsalternativet"),
    "rows": N_("raden"),
    "columns": N_("kolumnen"),
    "fields": N_("fältet"),
    "totals": N_("summan"),
    "charts": N_("diagrammet"),
    "series": N_("serie"),
    "comparability": N_("brottet i jämförbarhet"),
    "parts": N_("plats"),
    "show_fields": N_("plats"),
    "arrange": N_("plats"),
    "opening": N_("inledningen, del"),
    "closing": N_("avslutningen, del"),
    "privacy": N_("upplysningen, del"),
    "boxes": N_("rutan"),
    "all": N_("villkor"),
    "any": N_("villkor"),
    "intro": N_("inledningen, del"),
    "before": N_("texten före frågan, del"),
    "help": N_("hjälptexten, del"),
    "after": N_("texten efter frågan, del"),
    "items": N_("punkt"),
    "of": N_("plats"),
    "types": N_("filslag"),
    "continues": N_("föregångare"),
}

KEYS = {
    "shown_when": N_("”shown_when” (när det visas)"),
    "field": N_("”field” (fältet efter alternativet)"),
}

TYPES = {
    "text": N_("en text inom citattecken"),
    "integer": N_("ett heltal utan citattecken"),
    "boolean": N_("true eller false utan citattecken"),
    "list": N_("en lista inom [ ]"),
    "object": N_("ett objekt inom { }"),
    "date": N_("ett datum inom citattecken"),
}

# The file as JSON, and the shape of its parts.
FINDINGS = {
    "json_trailing_comma": N_(
        "Det står ett komma efter det sista i en lista eller ett objekt, vid tecken %(column)s. "
        "Ta bort kommat."
    ),
    "json_key": N_(
        "Vid tecken %(column)s ska en nyckel inom citattecken stå. Kanske står ett komma för "
        "mycket före }, eller så saknas citattecknen."
    ),
    "json_comma": N_("Vid tecken %(column)s saknas ett komma, eller en avslutande } eller ]."),
    "json_colon": N_("Vid tecken %(column)s saknas ett kolon mellan nyckeln och dess värde."),
    "json_value": N_(
        "Vid tecken %(column)s saknas ett värde. Kanske står ett komma för mycket före ], eller så "
        "saknas citattecken kring en text. Är filen tom?"
    ),
    "json_string": N_(
        "Texten vid tecken %(column)s slutar inte på samma rad. Skriv citattecken i slutet; skriv "
        '\\n där raden ska brytas och \\" för ett citattecken i texten.'
    ),
    "json_escape": N_(
        "Ett omvänt snedstreck (\\) följs av något som inte går att läsa. Skriv \\\\ för själva "
        "snedstrecket."
    ),
    "json_extra": N_(
        "Vid tecken %(column)s står något mer efter formulärets slut. Kanske står en } för mycket "
        "längre upp."
    ),
    "json_syntax": N_(
        "Filen kan inte läsas som JSON vid tecken %(column)s. Jämför med ett formulär som fungerar."
    ),
    "json_too_deep": N_("Filen har för många [ eller { i varandra. Något är fel i dess början."),
    "json_number": N_(
        "Filen innehåller ett tal med orimligt många siffror. Sök efter det och rätta det."
    ),
    "json_constant": N_("”%(word)s” är inget tal i JSON. Skriv ett tal eller ta bort nyckeln."),
    "repeated_key": N_(
        "Nyckeln ”%(key)s” står två gånger i samma objekt. Bara en av dem gäller; ta bort eller "
        "byt namn på den andra."
    ),
    "unknown_key": N_("Nyckeln ”%(key)s” finns inte här. Rätta stavningen eller ta bort den."),
    "missing_key": N_("Nyckeln ”%(key)s” saknas. Lägg till den."),
    "wrong_type": N_("Här ska stå %(expected)s."),
    "unknown_kind": N_("Slaget ”%(kind)s” finns inte. Slag som finns: %(kinds)s."),
    "unknown_word": N_("”%(typed)s” kan inte stå här. Skriv ett av: %(words)s."),
    "bad_identifier": N_(
        "”%(typed)s” kan inte vara ett id. Använd bara a–z, 0–9, bindestreck och understreck, "
        "högst "
        "64 tecken, och börja med en bokstav eller siffra."
    ),
    "bad_period": N_(
        "”%(typed)s” är ingen tid. Skriv ett år, ett kvartal eller en månad: 2025, 2025-Q3 eller "
        "2025-03."
    ),
    "bad_version": N_("”%(typed)s” är inget versionsnummer. Skriv tre tal, till exempel 1.0.0."),
    "empty_text": N_("Texten är tom. Skriv texten eller ta bort nyckeln."),
    "list_too_short": N_("Här ska stå minst %(min)s; det är %(count)s. Lägg till det som saknas."),
    "value_too_small": N_("Talet får inte vara mindre än %(min)s."),
    "value_too_large": N_("Talet får inte vara större än %(max)s."),
    "not_a_day": N_('”%(typed)s” är inget datum. Skriv till exempel "2026-03-12".'),
    "invalid_value": N_("”%(typed)s” kan inte stå här. Jämför med ett formulär som fungerar."),
    "all_or_any": N_(
        "Skriv villkoren i antingen ”all” (alla ska gälla) eller ”any” (något räcker), inte båda, "
        "och minst ett."
    ),
    "one_of_text_heading_items_link": N_(
        "Skriv precis en av ”text”, ”heading”, ”items” och ”link”. Dela upp i flera delar om det "
        "behövs."
    ),
}

# How the parts hang together.
CHAINS = {
    "repeated_id": N_("%(of)s ”%(id)s” finns redan. Ge en av dem ett annat id."),
    "unknown_question": N_(
        "Frågan ”%(question)s” finns inte i formuläret. Skriv id på en fråga som finns."
    ),
    "self_reference": N_(
        "Frågan ”%(question)s” hänvisar till sig själv. Skriv id på en tidigare fråga."
    ),
    "forward_reference": N_(
        "Frågan ”%(question)s” kommer senare eller är samma som den här. Hänvisa till en tidigare "
        "fråga, eller flytta den."
    ),
    "condition_on_approver": N_(
        "Frågan ”%(question)s” fylls i först vid godkännandet. Ett villkor kan inte bero på den."
    ),
    "row_of_no_matrix": N_(
        "Frågan ”%(question)s” har inga rader (den är av slaget %(kind)s). Ta bort ”row”."
    ),
    "column_of_no_table": N_(
        "Frågan ”%(question)s” är ingen tabell (den är av slaget %(kind)s). Ta bort ”column”."
    ),
    "field_of_no_list": N_(
        "Frågan ”%(question)s” är ingen lista (den är av slaget %(kind)s). Ta bort ”field”."
    ),
    "row_and_column": N_(
        "I tabellen ”%(question)s” pekar ”row” och ”column” ut en cell tillsammans. Skriv båda."
    ),
    "unknown_column": N_(
        "Frågan ”%(question)s” har ingen kolumn ”%(column)s”. Kolumner som finns: %(columns)s."
    ),
    "unknown_field": N_(
        "Frågan ”%(question)s” har inget fält ”%(field)s”. Fält som finns: %(fields)s."
    ),
    "condition_on_list": N_(
        "Frågan ”%(question)s” är en lista. Använd ”exists”, eller nämn ett fält med ”field”."
    ),
    "condition_within_field": N_(
        "Ett villkor inom en lista ser på ett tidigare fält i samma post. Skriv bara dess id i "
        "”question”."
    ),
    "forward_field": N_(
        "Fältet ”%(field)s” kommer senare eller är samma som det här. Hänvisa till ett tidigare."
    ),
    "boxes_in_list": N_("Ett fält i en lista har en enda ruta. Ta bort ”boxes”."),
    "field_in_list": N_(
        "Svarsalternativet ”%(option)s” står i en lista och kan inte ha ett eget fält. Lägg till "
        "ett fält efter det, med ”shown_when”."
    ),
    "group_split": N_("Det som står under ”%(group)s” ska stå tillsammans. Flytta ihop det."),
    "unknown_part": N_("”%(id)s” finns inte i tabellen. Skriv id på något som finns."),
    "named_twice": N_("”%(id)s” står två gånger. Ta bort ett av dem."),
    "table_too_large": N_("Tabellen har %(count)s celler; gränsen är %(max)s. Dela upp den."),
    "where_and_field": N_("Skriv fältet antingen i ”field” eller i ”where”, inte i båda."),
    "where_of_no_choice": N_(
        "”where” räknar svar på en fråga med ett enda val, men ”%(question)s” är av slaget "
        "%(kind)s."
    ),
    "privacy_missing": N_(
        "Ett formulär som besvaras anonymt ska berätta hur uppgifterna hanteras. Skriv ”privacy”."
    ),
    "kind_not_anonymous": N_(
        "Frågan ”%(question)s” är av slaget %(kind)s och kan inte stå i ett anonymt formulär."
    ),
    "field_not_anonymous": N_(
        "Alternativet ”%(option)s” i frågan ”%(question)s” har ett fält. I ett anonymt formulär "
        "pekar det ut den som valde alternativet. Gör en egen fråga av det."
    ),
    "approver_of_none": N_(
        "Frågan ”%(question)s” fylls i av den som godkänner, men det här formuläret godkänns inte "
        "(”settled_by”)."
    ),
    "part_of_no_list": N_("”%(question)s” är ingen lista (den är av slaget %(kind)s)."),
    "group_by_missing": N_("Att ordna efter grupp kräver ”group_by”: en lista och ett val i den."),
    "grouped_by_no_choice": N_(
        "”%(field)s” i ”%(question)s” är inget fält med ett enda val. Skriv id på ett sådant."
    ),
    "unknown_row": N_("Frågan ”%(question)s” har ingen rad ”%(row)s”. Rader som finns: %(rows)s."),
    "no_such_option": N_(
        "Frågan ”%(question)s” har inget svarsalternativ ”%(answer)s”, så villkoret kan aldrig "
        "gälla. Alternativ som finns: %(options)s."
    ),
    "exists_needs_boolean": N_(
        "Med ”exists” ska ”answer” vara true (besvarad) eller false (obesvarad), utan citattecken."
    ),
    "boolean_answer": N_(
        "Inget svar på ”%(question)s” är true eller false. Skriv svaret, eller använd ”exists”."
    ),
    "order_of_no_number": N_(
        "Svaret på ”%(question)s” är inget tal (frågan är av slaget %(kind)s), så det kan inte "
        "jämföras med >, <, >= eller <=. Använd =, != eller exists."
    ),
    "condition_on_file": N_("Filer kan inte jämföras. Använd ”exists” för frågan ”%(question)s”."),
    "impossible_answer": N_(
        "Ingen kan svara ”%(answer)s” på frågan ”%(question)s”, så villkoret kan aldrig gälla. "
        "Skriv ett svar som går att ge."
    ),
    "answer_form": N_("Svaret ”%(answer)s” sparas som ”%(write)s”. Skriv det så i villkoret."),
    "never_shown": N_(
        "Det här kan aldrig visas: villkoren säger emot varandra om frågan ”%(question)s”. Räkna "
        "också med villkoren för avsnittet och för de frågor som nämns."
    ),
    "share_of_two": N_("En andel räknas av precis två frågor, del och helhet; här är %(count)s."),
    "computed_of_approver": N_(
        "Frågan ”%(question)s” fylls i först vid godkännandet och kan inte räknas in."
    ),
    "computed_of_no_number": N_(
        "Frågan ”%(question)s” har inget tal att räkna med (den är av slaget %(kind)s). Räkna "
        "antal med ”count”, eller välj en fråga med tal."
    ),
    "computed_twice": N_("Frågan ”%(question)s” räknas två gånger. Ta bort den ena."),
    "receipt_not_email": N_(
        "Kvittot skickas till en e-postadress, men frågan ”%(question)s” är av slaget %(kind)s. "
        "Välj en fråga av slaget email."
    ),
    "link_without_url": N_("Länken saknar adress. Lägg till ”url”."),
    "url_without_link": N_("Adressen saknar text. Skriv länkens text i ”link”."),
    "bad_url": N_(
        "”%(typed)s” är ingen adress. Den ska börja med https://, http:// eller mailto:."
    ),
    "min_above_max": N_(
        "Det minsta värdet (%(min)s) är större än det största (%(max)s). Byt plats på dem eller "
        "rätta det ena."
    ),
    "field_required_without_field": N_(
        "Alternativet har inget fält som kan krävas. Lägg till ”field” eller ta bort "
        "”field_required”."
    ),
    "cannot_be_stated_but_required": N_(
        "Frågan är obligatorisk och kan ändå lämnas med ”cannot_be_stated”. Ta bort ett av dem."
    ),
    "required_computed": N_("Det som räknas ut kan inte krävas. Ta bort ”required”."),
    "file_ending": N_(
        "Filslag skrivs med små bokstäver och utan punkt. Skriv ”%(write)s” i stället för "
        "”%(typed)s”."
    ),
    "continues_itself": N_(
        "Formuläret kan inte fortsätta på sig självt. Skriv id på den förra periodens formulär."
    ),
    "continues_on_approver": N_(
        "Frågan ”%(question)s” fylls i först vid godkännandet, så inget kan föras över till den. "
        "Ta bort ”continues”."
    ),
    "continued_twice": N_(
        "Frågan fortsätter redan på en fråga i ”%(questionnaire)s”. Ta bort den ena."
    ),
    "mapped_to_nothing": N_(
        "Här finns inte %(of)s ”%(id)s”, så dit kan inget föras. Rätta id eller ta bort det."
    ),
    "nothing_to_answer": N_(
        "Formuläret har ingen fråga som den som skriver kan besvara. Lägg till minst en."
    ),
}
