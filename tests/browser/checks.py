"""What is looked at on every page, run in the page. Every sentence says what to do."""

# ruff: noqa: E501

# Labels are asked for in what is folded away, too.
CHECK = r"""() => {
  const wrong = [];
  const tell = (element, advice) =>
    wrong.push(`${element.outerHTML.slice(0, 160).replace(/\s+/g, " ")} → ${advice}`);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const known = (id) => document.getElementById(id);

  if (!["sv", "en"].includes(document.documentElement.lang)) wrong.push('<html> → give it lang="sv" or lang="en"');
  if (!/^[^–\s].* – Redogör$/.test(document.title)) wrong.push(`title “${document.title}” → fill in {% block title %}`);
  for (const [selector, what] of [["h1", "one <h1>"], ["main", "one <main>"], ["body > header", "one <header>"], ["body > footer", "one <footer>"]]) {
    const found = all(selector).length;
    if (found !== 1) wrong.push(`${found} ${selector} → a page has exactly ${what}`);
  }
  const navigations = all("nav");
  for (const nav of navigations) {
    if (!nav.getAttribute("aria-label") && !nav.getAttribute("aria-labelledby")) tell(nav, "give it an aria-label");
  }
  const seen = new Set();
  for (const element of all("[id]")) {
    if (seen.has(element.id)) tell(element, "its id is used twice: make it unique");
    seen.add(element.id);
  }
  for (const input of all('input:not([type="hidden"]), select, textarea')) {
    const named = input.labels?.length && [...input.labels].some((label) => label.textContent.trim());
    if (!named && !input.getAttribute("aria-label") && !input.getAttribute("aria-labelledby")) {
      tell(input, "has no label: add <label for> or aria-label");
    }
  }
  for (const label of all("label[for]")) {
    if (!known(label.htmlFor)) tell(label, `no element has the id ${label.htmlFor}`);
  }
  for (const name of ["aria-describedby", "aria-labelledby", "aria-controls", "aria-details"]) {
    for (const element of all(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/).filter(Boolean)) {
        if (!known(id)) tell(element, `${name} names ${id}, which does not exist`);
      }
    }
  }
  for (const link of all('a[href^="#"]')) {
    const id = decodeURIComponent(link.getAttribute("href").slice(1));
    if (id && !known(id)) tell(link, `it leads to ${id}, which does not exist`);
  }
  const describers = new Set(all("[aria-describedby]").flatMap((e) => e.getAttribute("aria-describedby").split(/\s+/)));
  for (const list of all(".problems, .form-error")) {
    if (!list.textContent.trim() || list.getAttribute("role") === "alert") continue;
    const editable = list.closest("[data-question]")?.matches("[data-editable]") ?? true;
    if (editable && !describers.has(list.id)) tell(list, "name its id in the aria-describedby of its input");
  }
  for (const input of all('[aria-invalid="true"]')) {
    const ids = (input.getAttribute("aria-describedby") ?? "").split(/\s+/).concat(
      (input.closest("fieldset")?.getAttribute("aria-describedby") ?? "").split(/\s+/));
    if (!ids.some((id) => known(id)?.textContent.trim())) tell(input, "is invalid but nothing says why: describe it");
  }
  const unfilled = document.querySelector("main")?.innerText.match(
    /.{0,40}(\{\{|%\(\w+\)s|\{\w+\}|\bundefined\b|\bNaN\b).{0,40}/);
  if (unfilled) {
    wrong.push(`the page shows a placeholder that was never filled in: ${unfilled[0]}`);
  }
  return wrong;
}"""

OVERFLOW = r"""() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.right > width + 1 && box.width && !element.closest(".table-scroll, .visually-hidden");
  });
  return wide.slice(-3).map((element) =>
    `${element.outerHTML.slice(0, 160).replace(/\s+/g, " ")} → it reaches past ${width} px: let it wrap or scroll`)
    .concat(wide.length ? [] : [`the page is wider than ${width} px`]);
}"""

SHADES = r"""() => {
  const beneath = new Map();  // what the text of an element lies on, down to the page
  const under = (element) => {
    if (!element) return "";
    if (!beneath.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
        style.mixBlendMode, /absolute|fixed/.test(style.position)].join(" ");
      const rest = under(element.parentElement);
      beneath.set(element, own === "rgba(0, 0, 0, 0) none 1 none normal false" ? rest : `${own} / ${rest}`);
    }
    return beneath.get(element);
  };
  const shade = (element) => {
    const style = getComputedStyle(element);
    const disabled = element.closest(":disabled, [aria-disabled=true]") || element.control?.disabled;
    return [style.color, style.fontSize, style.fontWeight, style.textShadow, style.clipPath,
      Boolean(disabled), under(element)].join(" ");
  };
  const says = (element) => element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  window.shades = (elements) => [...new Set(elements.map(shade))];
  window.shown = new Map();  // the elements of each shade
  for (const element of document.querySelectorAll("body *")) {
    if (!says(element)) continue;
    if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const name = shade(element);
    if (!window.shown.has(name)) window.shown.set(name, []);
    window.shown.get(name).push(element);
  }
  return [...window.shown.keys()];
}"""
"""In which ways text is shown on a page: its colour and size, and all that it lies on."""

AXE = r"""async ([options, unmeasured]) => {
  const found = await axe.run(document, options);
  const shown = unmeasured.flatMap((shade) => window.shown.get(shade).slice(0, 5));
  const rule = {...options, rules: {}, runOnly: {type: "rule", values: ["color-contrast"]},
    resultTypes: [...options.resultTypes, "passes"]};
  const contrast = shown.length ? await axe.run({include: shown}, rule) : null;
  const elements = (rules) => (rules ?? []).flatMap((rule) => rule.nodes).map((node) => node.element);
  const [passed, unsure] = [elements(contrast?.passes), elements(contrast?.incomplete)];
  const told = [...found.violations, ...(contrast?.violations ?? [])].map(({id, help, helpUrl, nodes}) =>
    ({id, help, helpUrl, nodes: nodes.slice(0, 3).map((node) => node.html)}));
  return {violations: told, passed: window.shades(passed.filter(Boolean)),
    unsure: unsure.includes(undefined) ? null : window.shades(unsure)};
}"""
"""What axe finds; the ways of showing text whose contrast is enough; and of which it cannot tell."""
