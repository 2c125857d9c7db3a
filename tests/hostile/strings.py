"""Our own list of hostile texts, by what they would do where they are not taken as text.

What would make an element makes ``<x-pwned>``; what would run sets ``window.pwned``; what would
fetch asks ``fetched.example``; what would be reckoned comes to 673627, which is the number of no
row. So a look at the page tells whether one of them worked.
"""

from __future__ import annotations

RECKONED = 673_627
AWAY = "http://fetched.example/away"

MARKUP = (
    "<x-pwned>", "</p></div><x-pwned>", "<!--<x-pwned>-->", "--><x-pwned><!--", "<x-pwned/",
    "</textarea><x-pwned>", "</title><x-pwned>", "</option></select><x-pwned>", "</x><x-pwned x=",
    "</script><x-pwned>", "</style><x-pwned>", "<![CDATA[<x-pwned>]]>", "<svg><x-pwned>",
    "&lt;x-pwned&gt;", "&#60;x-pwned&#62;", "%3Cx-pwned%3E", "\\u003cx-pwned\\u003e",
    "<x-pwned\u2028>", "<\u0131mg><x-pwned>", "\uff1cx-pwned\uff1e", "<math><mi><x-pwned>",
)  # fmt: skip
ATTRIBUTES = (
    '" x-pwned="1', "' x-pwned='1", "` x-pwned=`1", '"><x-pwned>', "'><x-pwned>",
    '" autofocus onfocus="window.pwned=1', "' onmouseover='window.pwned=1' x='",
    '" style="background:url(' + AWAY + ')', 'x" tabindex="1" onfocus="window.pwned=1',
    "x onerror=window.pwned=1 ", "&quot; x-pwned=&quot;1",
)  # fmt: skip
SCRIPTS = (
    "<script>window.pwned=1</script>", "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1>", "<body onload=window.pwned=1>", "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1", "java\tscript:window.pwned=1", "data:text/html,<x-pwned>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>", "<a href=javascript:window.pwned=1>x</a>",
    "<details open ontoggle=window.pwned=1>", "<video><source onerror=window.pwned=1>",
    "<input autofocus onfocus=window.pwned=1>", "';window.pwned=1;//", '";window.pwned=1;//',
    "</script><script>window.pwned=1</script>", "<scr<script>ipt>window.pwned=1</scr</script>ipt>",
    "[x](javascript:window.pwned=1)", "<form action=javascript:window.pwned=1><button>x",
)  # fmt: skip
TEMPLATES = (
    "{{ 733*919 }}", "{% for x in (1,) %}pwned{% endfor %}", "{{ config }}", "${733*919}",
    "#{733*919}", "<%= 733*919 %>", "{{ ''.__class__.__mro__ }}",
    "%(name)s %s %d {0} {name}", "{# pwned #}",
    "{{ request.environ }}", "\\{\\{733*919}}", "*{733*919}",
)  # fmt: skip
FORMULAS = (
    "=673626+1", "+673626+1", "-673628+1", "@SUM(673626,1)", "=cmd|' /C calc'!A0", "\t=673626+1",
    '=HYPERLINK("' + AWAY + '")', '=WEBSERVICE("' + AWAY + '")', "=IMPORTXML(\"x\",\"y\")",
    "\u200b=673626+1", "＝673626+1", ";=673626+1", '","=673626+1',
)  # fmt: skip
FETCHES = (
    AWAY, f"<img src={AWAY}>", f'<link rel=stylesheet href="{AWAY}">', f"@import url({AWAY});",
    f'<!DOCTYPE x [<!ENTITY e SYSTEM "{AWAY}">]><x>&e;</x>', "file:///etc/passwd",
    f"<base href={AWAY}>", f"<meta http-equiv=refresh content=0;url={AWAY}>", f"![x]({AWAY})",
    "http://169.254.169.254/latest/meta-data/", "\\\\fetched.example\\away", "//fetched.example/x",
)  # fmt: skip
QUERIES = (
    "' OR '1'='1", "'; DROP TABLE answer; --", '" OR ""="', "1 UNION SELECT password_hash FROM x",
    "%", "_", "\\", "')) --", "admin'/*", "$gt", "*)(uid=*))(|(uid=*", "; ls -la /", "`id`",
    "$(id)", "../../../../etc/passwd", "..\\..\\x", "/etc/passwd\x00.pdf",
)  # fmt: skip
SIGNS = (
    "\u202eabc\u202c", "\u2066x\u2069", "\ufeffx", "a\u0301\u0301\u0301" * 20, "\u200b\u200d\u2060",
    "\x1b[31mx", "x\r\nSet-Cookie: pwned=1", "x\nLocation: " + AWAY, "\x7f\x85\x9f", "😀🏥👩‍⚕️",
    "İıſK", "ﷺ" * 5, "\ud83d", "\U0010ffff", "NULL", "undefined", "NaN", "true", "0", "-0", "1e999",
    "x" * 300, "Å" * 200, "x" * 80 + "\u00ad" * 40, "\u2028\u2029", "\v\f",
)  # fmt: skip

SORTS = {
    "markup": MARKUP, "attributes": ATTRIBUTES, "scripts": SCRIPTS, "templates": TEMPLATES,
    "formulas": FORMULAS, "fetches": FETCHES, "queries": QUERIES, "signs": SIGNS,
}  # fmt: skip
STRINGS = tuple(text for texts in SORTS.values() for text in texts)
