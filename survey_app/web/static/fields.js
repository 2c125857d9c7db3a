// One question's inputs, whatever its kind: its value, and what conditions see of it.

import { byId, enclosuresOf, formatNumber, nameOf, showFiles } from "./inputs.js";
import { kindOf } from "./kinds.js";

export { enclosuresOf, formatNumber, showFiles };

/** The value of a question as its inputs stand; null if empty. */
export const gather = (question) => kindOf(question).gather(question);

/** Why the question is left empty: "cannot be stated", or the reason stored earlier. */
export function gatherBlank(question, value) {
  const stored = JSON.parse(question.dataset.blank ?? "null");
  if (byId(`${nameOf(question)}.blank`)?.checked) {
    return { code: "cannot_be_stated", text: stored?.text ?? "" };
  }
  return value === null && stored?.code === "reason" ? stored : null;
}

/** Whether the inputs still say what the page came with. A line drops the breaks of its text. */
export function isAsLoaded(question) {
  const line = (input) => input.defaultValue.replace(/[\r\n]/g, "");
  return [...question.querySelectorAll("textarea, input[type=radio], input[type=checkbox], input[type=text]")]
    .every((input) => {
      if (input.type === "textarea") return input.value === input.defaultValue;
      return input.type === "text" ? input.value === line(input) : input.checked === input.defaultChecked;
    });
}

/**
 * What conditions see of a question: {key: [atom, ...]}, with a key for each place in it; null
 * where only the server knows.
 */
export function atomsOf(question) {
  const { kind, question: id } = question.dataset;
  if (kind === "computed") {
    const { value } = byId(nameOf(question)).dataset;
    return { [id]: value ? [value] : [] };
  }
  const { gather: read, atoms } = kindOf(question);
  if (!atoms) return null;
  const value = read(question);
  if (value === null) return { [id]: [] };
  const found = Object.entries(atoms(value, question));
  return Object.fromEntries(found.map(([place, said]) => [`${id}${place}`, said]));
}

/** Put a stored value into the inputs; used when a person chose it, never while they type. */
export function fill(question, value, blank) {
  kindOf(question).fill(question, value);
  const box = byId(`${nameOf(question)}.blank`);
  if (box) box.checked = blank?.code === "cannot_be_stated";
  question.dataset.blank = JSON.stringify(blank ?? null);
}

/** A stored value with the addresses of its files, as [{sha256, url, size_text}] gives them. */
export function settleFiles(value, files = []) {
  if (!files.length || typeof value !== "object" || value === null) return value;
  const known = new Map(files.map((file) => [file.sha256, file]));
  const settled = (part) => (Array.isArray(part?.files)
    ? { ...part, files: part.files.map((file) => known.get(file.sha256) ?? file) } : part);
  if (!value.details) return settled(value);
  const details = Object.entries(value.details).map(([id, detail]) => [id, settled(detail)]);
  return { ...value, details: Object.fromEntries(details) };
}

/** Show an answer as it was stored ("90 296 880"), unless someone is in the field. */
export function settle(question, sent, stored) {
  kindOf(question).settle(question, sent, stored);
}

/** Whether an answer can take in what others changed in other parts of it. */
export const canTakeIn = (question) => Boolean(kindOf(question).take);

/**
 * Put what others changed into the inputs, and leave alone whatever is changed here.
 *
 * before  what the inputs said when they were last stored
 * sent    what they said when they were sent
 * stored  what the server holds now: what was sent, and what others did
 * shun    an input that is not to be touched, or nothing
 *
 * False, and nothing is done, where somebody else changed what is changed here since it was sent.
 */
export function takeIn(question, { before, sent, stored, shun = null }) {
  const blank = JSON.stringify(gatherBlank(question, null));
  const values = { before: before.value, sent: sent.value, stored: stored.value, shun };
  if (!kindOf(question).take(question, values)) return false;
  const box = byId(`${nameOf(question)}.blank`);
  if (box && blank === JSON.stringify(sent.blank)) box.checked = stored.blank?.code === "cannot_be_stated";
  question.dataset.blank = JSON.stringify(stored.blank ?? null);
  return true;
}

/** How two values become both, where a kind has a way of its own: (theirs, mine) -> value. */
export function joiner(question) {
  const { join } = kindOf(question);
  return join ? (theirs, mine) => join(question, theirs, mine) : null;
}

/** What is kept of two values where somebody says "mine": never without what others only added. */
export const keepMine = (question, theirs) =>
  kindOf(question).keepMine?.(theirs, gather(question)) ?? gather(question);
