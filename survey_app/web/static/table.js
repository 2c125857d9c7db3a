// A table: its cells and notes, its totals as one types, and the keys that lead from cell to cell.

import { tidy } from "./characters.js";
import { readNumber } from "./conditions.js";
import { byId, formatNumber } from "./inputs.js";

const cellsOf = (question) => [...question.querySelectorAll("[data-cell]")];
const notesOf = (question) => [...question.querySelectorAll("[data-note]")];
const wordsOf = (question) => JSON.parse(question.querySelector("[data-table]").dataset.words);
const placeOf = (input) => input.dataset.cell.split(" ");
const put = (text, values) => text.replace(/\{(\w)\}/g, (whole, name) => values[name] ?? whole);

/** A stored cell as it stands in its input; nothing where it is not filled in. */
function shown(input, cells, words) {
  const [row, column] = placeOf(input);
  const cell = cells?.[row]?.[column];
  if (cell === undefined) return "";
  return cell === null ? words.missing : withDecimals(cell, input.dataset.decimals);
}

/** A number the Swedish way, with so many decimals at least. */
function withDecimals(value, decimals = 0) {
  const text = formatNumber(value);
  if (readNumber(text) === null || !Number(decimals)) return text;
  const [whole, part = ""] = text.split(",");
  return `${whole},${part.padEnd(Number(decimals), "0")}`;
}

/** The text of a cell or a note; null where nothing is written. */
function written(input) {
  const text = tidy(input.value);
  return text.trim() ? text : null;
}

function gather(question) {
  const [cells, notes] = [Object.create(null), Object.create(null)];
  for (const input of cellsOf(question)) {
    const text = written(input);
    const [row, column] = placeOf(input);
    if (text !== null) (cells[row] ??= Object.create(null))[column] = text;
  }
  for (const input of notesOf(question)) {
    if (written(input) !== null) notes[input.dataset.note] = written(input);
  }
  return Object.keys(cells).length || Object.keys(notes).length ? { cells, notes } : null;
}

/** Put what is stored into the inputs that ``may`` be written over. */
function show(question, value, may) {
  const words = wordsOf(question);
  for (const input of cellsOf(question)) if (may(input)) input.value = shown(input, value?.cells, words);
  for (const input of notesOf(question)) if (may(input)) input.value = value?.notes?.[input.dataset.note] ?? "";
  question.dispatchEvent(new Event("filled", { bubbles: true }));
}

/** What was sent of an input. */
function sentOf(input, sent) {
  if (input.dataset.note !== undefined) return sent?.notes?.[input.dataset.note] ?? null;
  const [row, column] = placeOf(input);
  return sent?.cells?.[row]?.[column] ?? null;
}

/** A text to compare: a number however it is written, anything else as it stands. */
const plain = (text) => readNumber(text ?? "") ?? (text ?? "").trim();

/** See takeIn in fields.js. */
function take(question, { before, sent, stored, shun }) {
  const words = wordsOf(question);
  const changed = [];
  for (const input of [...cellsOf(question), ...notesOf(question)]) {
    const { note } = input.dataset;
    const now = note === undefined ? shown(input, stored?.cells, words) : stored?.notes?.[note];
    const [was, kept, here] = [sentOf(input, sent), now, input.value].map(plain);
    if (was === kept || here === kept) continue;
    if (here === was) changed.push(input);
    else if (plain(sentOf(input, before)) === was) return false; // both changed it since it was sent
  }
  if (changed.includes(shun)) return false;
  show(question, stored, (input) => changed.includes(input));
  return true;
}

function atoms(value, question) {
  const found = { "": [] };
  for (const input of cellsOf(question)) {
    const number = input.closest(".total") ? null : readNumber(input.value);
    if (number === null) continue;
    found[""].push(number);
    found[`.${placeOf(input).join(".")}`] = [number];
  }
  return found;
}

/** A table as a kind of question (kinds.js). */
export const TABLE = {
  gather,
  fill: (question, value) => show(question, value, () => true),
  // Cell by cell, so that what others wrote elsewhere in the table comes in while one writes here.
  settle: (question, sent, stored) => show(question, stored,
    (input) => input !== document.activeElement && written(input) === sentOf(input, sent)),
  take,
  atoms,
  at: (question, part) => byId(`q.${question.dataset.question}.${part.replaceAll(":", ".")}`),
};

/** The sum of canonical decimal strings, exact. */
export function sum(numbers) {
  const places = Math.max(0, ...numbers.map((number) => (number.split(".")[1] ?? "").length));
  const total = numbers.reduce((all, number) => {
    const [whole, part = ""] = number.split(".");
    return all + BigInt(whole + part.padEnd(places, "0"));
  }, 0n);
  const digits = String(total < 0n ? -total : total).padStart(places + 1, "0");
  const [whole, part] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  return readNumber(`${total < 0n ? "-" : ""}${whole}${part ? `.${part}` : ""}`);
}

/** What a total adds along an axis: its parts where the line is a total, else the line itself. */
function added(totals, axis, line, isShown) {
  const total = totals.find((item) => item.axis === axis && item.id === line);
  return total ? total.of.filter(isShown) : [line];
}

function showTotals(question) {
  const table = question.querySelector("[data-table]");
  const [totals, words] = [JSON.parse(table.dataset.totals), wordsOf(question)];
  const inputs = new Map(cellsOf(question).map((input) => [input.dataset.cell, input]));
  const hidden = new Set([...table.querySelectorAll("tr[data-row][hidden]")]
    .map((row) => row.dataset.row.split(".")[1]));
  for (const output of table.querySelectorAll("[data-total]")) {
    const [row, column] = output.dataset.total.split(" ");
    const rows = added(totals, "row", row, (id) => !hidden.has(id));
    const columns = added(totals, "column", column, () => true);
    const all = rows.flatMap((r) => columns.map((c) => readNumber(inputs.get(`${r} ${c}`)?.value ?? "")));
    showTotal(output, all, inputs.get(output.dataset.total), words);
  }
}

/** The same sentences as kinds/table.html. */
function showTotal(output, all, input, words) {
  const known = all.filter((number) => number !== null);
  const total = known.length ? sum(known) : null;
  const stated = input ? readNumber(input.value) : null;
  const differs = total !== null && stated !== null && stated !== total;
  output.closest("td").classList.toggle("differs", differs);
  const text = total === null ? "" : totalText(output, total, all.length - known.length, words);
  let said = input && text ? put(words.computed, { n: text }) : text;
  if (input && written(input) !== null) said = differs ? put(words.differs, { n: text }) : "";
  if (output.textContent !== said) output.textContent = said;
}

function totalText(output, total, missing, words) {
  const n = withDecimals(total, output.dataset.decimals);
  return missing ? put(words.some_missing, { n, m: missing }) : n;
}

const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0],
};

/** Where a key leads; null where it does something within the text. */
function moveOf(event, input) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return null;
  if (event.shiftKey) return event.key === "Enter" ? [-1, 0] : null;
  const [start, end] = [input.selectionStart === 0, input.selectionEnd === input.value.length];
  if (event.key === "ArrowLeft" && !start) return null;
  if (event.key === "ArrowRight" && !end) return null;
  return MOVES[event.key] ?? null;
}

function neighbour(input, [down, right]) {
  const row = input.closest("tr");
  if (right) {
    const cells = [...row.querySelectorAll("[data-cell]")];
    return cells[cells.indexOf(input) + right];
  }
  const [, column] = placeOf(input);
  const same = [...input.closest("table").querySelectorAll("tr:not([hidden]) [data-cell]")]
    .filter((other) => placeOf(other)[1] === column);
  return same[same.indexOf(input) + down];
}

function walk(event) {
  const input = event.target.closest("[data-cell]");
  const move = input && moveOf(event, input);
  if (!move) return;
  event.preventDefault(); // Enter would send the form
  const next = neighbour(input, move);
  next?.focus();
  next?.select();
}

/** A keyboard of digits has no word for what is not known: a button in the cell that one is in. */
function startStating(question) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button-link state-missing" });
  button.textContent = wordsOf(question).state_missing;
  question.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-cell]")) event.target.after(button);
  });
  button.addEventListener("click", () => {
    const input = button.parentElement.querySelector("[data-cell]");
    input.value = wordsOf(question).missing;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
}

function start(question) {
  for (const input of cellsOf(question)) input.inputMode = "decimal";
  for (const note of question.querySelectorAll("[data-moving]")) note.hidden = false;
  question.addEventListener("keydown", walk);
  for (const name of ["input", "change", "filled"]) {
    question.addEventListener(name, () => showTotals(question));
  }
  question.addEventListener("focusout", (event) => {
    const left = !question.contains(event.relatedTarget);
    if (left) question.dispatchEvent(new Event("change", { bubbles: true })); // saved at once
  });
  startStating(question);
  showTotals(question);
}

/** Bring every table of the page to life; rows that come and go change what is added. */
export function startTables(form) {
  const questions = [...form.querySelectorAll("[data-table]")].map((table) => table.closest("[data-question]"));
  for (const question of questions) start(question);
  form.addEventListener("answered", () => questions.forEach(showTotals));
}
