// When something is shown: the same rules as survey_app/core/condition.py and core/number.py.
// tests/vectors.json holds both together. The server decides.

const UNITS = /(?:procent|%|kronor|kr|sek|st|stycken|personer)\.?$/i;
const SPACES = /[ \t\n\u00a0\u202f\u2009\u2007]/g;
const NUMBER = /^[+\-\u2212]?[0-9]+(?:[.,][0-9]+)?$/;

/** The number a person wrote as a canonical decimal string: "90 296 880" -> "90296880"; or null. */
export function readNumber(text) {
  let bare = String(text).trim().replace(UNITS, "").trim();
  if (bare.endsWith(":-") || bare.endsWith(",-")) bare = bare.slice(0, -2);
  bare = bare.replace(SPACES, "");
  if (bare.length > 40 || !NUMBER.test(bare) || bare.endsWith(".000")) return null;
  const [, sign, digits] = bare.replace(",", ".").match(/^([+\-\u2212]?)(.*)$/);
  let [whole, part = ""] = digits.split(".");
  whole = whole.replace(/^0+(?=\d)/, "");
  part = part.replace(/0+$/, "");
  const number = part ? `${whole}.${part}` : whole;
  return number !== "0" && (sign === "-" || sign === "\u2212") ? `-${number}` : number;
}

/** Negative, zero or positive as a is less than, equal to or more than b; exact. */
function compare(a, b) {
  const places = Math.max(...[a, b].map((number) => (number.split(".")[1] ?? "").length));
  const [left, right] = [a, b].map((number) => {
    const [whole, part = ""] = number.split(".");
    return BigInt(whole + part.padEnd(places, "0"));
  });
  return left < right ? -1 : Number(left > right);
}

const ORDER = {
  ">": (order) => order > 0,
  "<": (order) => order < 0,
  ">=": (order) => order >= 0,
  "<=": (order) => order <= 0,
};

const asText = (atom) => (typeof atom === "boolean" ? (atom ? "True" : "False") : String(atom));

const asNumber = (atom) => (typeof atom === "boolean" ? null : readNumber(atom));

/** Where the atoms are found that a condition looks at: "39.psykolog", "exempel.niva". */
const keyOf = ({ question, row, column, field }) =>
  [question, row, column, field].filter(Boolean).join(".");

/** Whether one condition {question, row, operator, answer} holds for atoms {key: [atom, ...]}. */
export function holds(condition, atoms) {
  const key = keyOf(condition);
  const found = atoms[key] ?? [];
  const { operator = "=", answer } = condition;
  const same = (atom) => asText(atom) === asText(answer);
  if (operator === "exists") return found.length > 0 === Boolean(answer);
  if (operator === "=") return found.some(same);
  if (operator === "!=") return found.length > 0 && !found.some(same);
  const wanted = asNumber(answer);
  if (wanted === null) return false;
  return found
    .map(asNumber)
    .some((number) => number !== null && ORDER[operator](compare(number, wanted)));
}

/** Whether something with this condition {all: [...]} or {any: [...]}, or null, is shown. */
export function isShown(when, atoms) {
  if (!when) return true;
  if (when.all?.length) return when.all.every((condition) => holds(condition, atoms));
  return (when.any ?? []).some((condition) => holds(condition, atoms));
}

/**
 * The items that are shown, in the order of the form. What a hidden item says is not heard, so
 * what follows from it is hidden too. An item: {id, when, section_when}; "39.psykolog" is a row.
 */
export function evaluate(items, atoms) {
  return judge(items, atoms).shown;
}

/** The ids of the items that are shown, and the atoms that were heard. */
export function judge(items, atoms) {
  const heard = { ...atoms };
  const silent = new Set();
  const shown = items.filter((item) => {
    const [question, row] = item.id.split(".");
    const open = isShown(item.section_when, heard) && !(row && silent.has(question));
    if (open && isShown(item.when, heard)) return true;
    delete heard[item.id];
    silencePlaces(item.id, heard);
    if (row) hearRows(question, heard);
    else silent.add(question);
    return false;
  });
  return { shown: shown.map((item) => item.id), heard };
}

/** The keys of what stands within an answer, or within one of its rows. */
const placesIn = (id, heard) => Object.keys(heard).filter((key) => key.startsWith(`${id}.`));

function hearRows(question, heard) {
  const said = placesIn(question, heard).flatMap((key) => heard[key]);
  if (said.length) heard[question] = said;
  else delete heard[question];
}

function silencePlaces(id, heard) {
  for (const key of placesIn(id, heard)) delete heard[key];
}
