"""The eight tables of the indicator report as the source prints them: cells between bars.

Months are in English and years on lines of their own where they are so printed; a cell without
anything is empty there. Tests make their pastes and their XLSX files of these.
"""

from __future__ import annotations

_UNDER = "|Inskrivna|Enstaka" * 6

PRINTED = {
    "inskrivna": f"""
Kommun|Falkenberg||Halmstad||Hylte||Kungsbacka||Laholm||Varberg||Totalt|Enstaka
{_UNDER}
2024
December|632|21|1220|74|172|5|839|28|429|4|||3292|132
2025
January|625|25|1237|74|174|3|834|17|420|3|||3290|122
February|626|36|1234|75|169|9|858|20|412|1|||3259|141
March|624|56|1252|89|179|10|860|30|410|8|||3325|193
April|629|35|1192|92|175|12|864|32|422|11|||3282|182
May|622|30|1158|43|171|6|847|20|429|2|||3227|101
June|619|47|1171|47|172|4|857|24|426|7|||3245|129
July|637|49|1136|46|173|9|845|9|435|3|||3226|116
August|636|34|1129|45|173|19|841|16|441|5|||3220|119
September|642|65|1121|53|173|5|848|29|435|4|||3219|157
October|643|51|1112|49|162|4|879|27|425|4|826|25|4047|160
November|633|45|1098|63|163|5|875|27|425|8|824|33|4018|181
December|634|41|1115|59|165|9|871|22|421|5|838|41|4044|177
Totalt|8202|535|15175|809|2221|101|11118|301|5530|65|2488|99|44734|1910
""",
    "andel-kon": """
År|Kvinna|Man
2024|36,7|21,5
2025|36,9|22,0
""",
    "inskrivna-80": f"""
Year|Falkenberg||Halmstad||Hylte||Kungsbacka||Laholm||Varberg||Totalt
{_UNDER}
2024
December|312||711||96||529||268||||1916
2025
January|307||730||101||523||262||||1923
February|308||727||97||543||264||||1939
March|340||735||103||546||266||||1990
April|339||713||105||508||264||||1929
May|324||693||102||506||263||||1888
June|336||697||100||510||268||||1911
July|345||672||98||510||267||||1892
August|345||672||94||515||267||||1893
September|354||676||92||522||262||||1906
October|356||665||85||538||262||486||2392
November|349||659||82||541||260||473||2364
December|348||676||79||533||259||489||2384
""",
    "enstaka": """
År|Antal enstaka besök
2025|1778
2024|132
""",
    "unika": """
Year|Antal /period
2024|772
2025|9654
""",
    "fast": """
Year|Antal / period
2024|693
2025|8834
""",
    "plan-sjukhus": """
Year|Month|Grön planering|Blå planering|Gul planering|Röd planering
2024|December|108|267|324|24
2025|January|137|316|377|34
2025|February|108|250|322|23
2025|March|137|315|328|24
2025|April|105|276|320|31
2025|May|133|302|270|27
2025|June|116|271|295|19
2025|July|117|271|299|30
2025|August|116|280|312|24
2025|September|143|269|333|27
2025|October|140|311|329|27
2025|November|120|301|340|26
2025|December|147|265|319|29
""",
    "plan-psykiatri": """
Year|Month|Grön planering|Blå planering|Gul planering|Röd planering
2024|December|12|20|5|12
2025|January|10|23|6|11
2025|February|11|15|3|1
2025|March|16|28|8|3
2025|April|17|16|4|5
2025|May|7|29|7|7
2025|June|10|20|4|9
2025|July|11|26|4|6
2025|August|8|29|3|9
2025|September|8|13|5|10
2025|October|8|30|5|3
2025|November|11|28|6|11
2025|December|6|20|3|8
""",
}


def printed(table: str) -> list[list[str]]:
    """The rows of a table, header rows first, all equally wide."""
    lines = [line.split("|") for line in PRINTED[table].strip("\n").split("\n")]
    width = max(len(line) for line in lines)
    return [[cell.strip() for cell in line] + [""] * (width - len(line)) for line in lines]


def pasted(table: str) -> str:
    """The table as a spreadsheet puts it on the clipboard."""
    return "".join("\t".join(row) + "\r\n" for row in printed(table))
