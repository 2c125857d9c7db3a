// One question's inputs: its value in the shapes of survey_app/core/kinds, and back.

import { tidy } from "./characters.js";
import { readNumber } from "./conditions.js";

const NUMBERS = ["integer", "percent", "money"];

const byId = (id) => document.getElementById(id);

/** The name of a question's inputs: "q.6a". */
const nameOf = (question) => `q.${question.dataset.question}`;

function typed(id) {
  const input = byId(id);
  const text = input ? tidy(input.value) : "";
  return text.trim() ? text : null;
}

/** The enclosures block of a name such as "q.6a" or "q.37.detail.ja". */
export function enclosuresOf(name) {
  return document.querySelector(`[data-enclosures="${CSS.escape(name)}"]`);
}

function gatherEnclosures(name) {
  const block = enclosuresOf(name);
  if (!block) return null;
  const removed = [...block.querySelectorAll('.remove input:checked')].map((box) => box.value);
  const files = JSON.parse(block.dataset.files).filter((file) => !removed.includes(file.sha256));
  const text = typed(`${name}.text`) ?? "";
  return files.length || text ? { files, text } : null;
}

function chosenOf(question) {
  const name = CSS.escape(nameOf(question));
  return [...question.querySelectorAll(`input[name="${name}"]:checked`)].map((input) => input.value);
}

function detailsOf(question) {
  const details = {};
  for (const block of question.querySelectorAll("[data-detail]")) {
    const name = `${nameOf(question)}.detail.${block.dataset.detail}`;
    const value = block.dataset.kind === "attachment" ? gatherEnclosures(name) : typed(name);
    if (value !== null) details[block.dataset.detail] = value;
  }
  return details;
}

function gatherRows(question) {
  const rows = {};
  for (const input of question.querySelectorAll("[data-row] input:checked")) {
    rows[input.closest("[data-row]").dataset.row.split(".")[1]] = input.value;
  }
  return Object.keys(rows).length ? rows : null;
}

function gatherText(question) {
  const name = nameOf(question);
  if (byId(name)) return typed(name);
  const boxes = [...question.querySelectorAll("[data-box]")].map((box) => typed(box.id) ?? "");
  return boxes.some(Boolean) ? boxes : null;
}

/** The value of a question as its inputs stand; null if empty. */
export function gather(question) {
  const { kind } = question.dataset;
  if (kind === "text") return gatherText(question);
  if (kind === "attachment") return gatherEnclosures(nameOf(question));
  if (kind === "matrix") return gatherRows(question);
  if (kind === "attestation") return byId(nameOf(question)).checked || null;
  if (kind !== "single" && kind !== "multiple") return typed(nameOf(question));
  const chosen = chosenOf(question);
  const details = detailsOf(question);
  if (!chosen.length && !Object.keys(details).length) return null;
  return { chosen: kind === "single" ? (chosen[0] ?? null) : chosen, details };
}

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

/** What conditions see of a question: {key: [atom, ...]}, with a key for each row of a matrix. */
export function atomsOf(question) {
  const { kind, question: id } = question.dataset;
  if (kind === "computed") {
    const { value } = byId(nameOf(question)).dataset;
    return { [id]: value ? [value] : [] };
  }
  const value = gather(question);
  if (value === null) return { [id]: [] };
  if (kind === "single" || kind === "multiple") return { [id]: [value.chosen ?? []].flat() };
  if (kind === "attachment") {
    return { [id]: value.files.length ? value.files.map((file) => file.sha256) : [value.text] };
  }
  if (kind === "matrix") {
    const rows = Object.entries(value).map(([row, option]) => [`${id}.${row}`, [option]]);
    return { ...Object.fromEntries(rows), [id]: Object.values(value) };
  }
  if (NUMBERS.includes(kind)) return { [id]: [readNumber(value) ?? value.trim()] };
  return { [id]: kind === "text" ? [value].flat().filter((text) => text.trim()) : [value.trim()] };
}

/** A stored number the Swedish way: 90 296 880 with hard spaces and a decimal comma. */
export function formatNumber(value) {
  if (!/^-?\d+(\.\d+)?$/.test(String(value))) return String(value);
  const [whole, part] = String(value).replace("-", "\u2212").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return part ? `${grouped},${part}` : grouped;
}

function write(id, text) {
  const input = byId(id);
  if (!input || input.value === text) return;
  input.value = text;
  input.dispatchEvent(new Event("filled", { bubbles: true }));
}

function asTyped(kind, value) {
  if (value === null || value === undefined) return "";
  return NUMBERS.includes(kind) ? formatNumber(value) : String(value);
}

function fillEnclosures(name, value) {
  showFiles(name, value?.files ?? []);
  write(`${name}.text`, value?.text ?? "");
}

function fillChoice(question, value) {
  const chosen = [value?.chosen ?? []].flat();
  for (const input of question.querySelectorAll(`input[name="${CSS.escape(nameOf(question))}"]`)) {
    input.checked = chosen.includes(input.value);
  }
  for (const block of question.querySelectorAll("[data-detail]")) {
    const name = `${nameOf(question)}.detail.${block.dataset.detail}`;
    const detail = value?.details?.[block.dataset.detail] ?? null;
    if (block.dataset.kind === "attachment") fillEnclosures(name, detail);
    else write(name, asTyped(block.dataset.kind, detail));
  }
}

/** Put a stored value into the inputs; used when a person chose it, never while they type. */
export function fill(question, value, blank) {
  const { kind } = question.dataset;
  const name = nameOf(question);
  if (kind === "attachment") fillEnclosures(name, value);
  else if (kind === "single" || kind === "multiple") fillChoice(question, value);
  else if (kind === "matrix") {
    for (const input of question.querySelectorAll("[data-row] input")) {
      const row = input.closest("[data-row]").dataset.row.split(".")[1];
      input.checked = value?.[row] === input.value;
    }
  } else if (byId(name)) write(name, asTyped(kind, value));
  else [...question.querySelectorAll("[data-box]")].forEach((b, n) => write(b.id, value?.[n] ?? ""));
  const box = byId(`${name}.blank`);
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
  const name = nameOf(question);
  if (question.dataset.kind === "attachment") showFiles(name, stored?.files ?? []);
  for (const block of question.querySelectorAll('[data-detail][data-kind="attachment"]')) {
    const { detail } = block.dataset;
    showFiles(`${name}.detail.${detail}`, stored?.details?.[detail]?.files ?? []);
  }
  settleLine(question, sent, stored);
}

function settleLine(question, sent, stored) {
  const input = byId(nameOf(question));
  if (!input || question.dataset.kind === "text" || input.type !== "text") return;
  if (input === document.activeElement || typed(input.id) !== sent) return;
  write(input.id, asTyped(question.dataset.kind, stored));
}

/** List the stored files of an enclosures block, keeping the links it already had. */
export function showFiles(name, files) {
  const block = enclosuresOf(name);
  if (!block) return;
  const list = block.querySelector(".files");
  const old = new Map([...list.children].map((item) => [item.dataset.sha256, item]));
  list.replaceChildren(...files.map((file) => old.get(file.sha256) ?? fileItem(name, file)));
  for (const box of list.querySelectorAll(".remove input")) box.checked = false;
  list.hidden = files.length === 0;
  block.dataset.files = JSON.stringify(files.map(storedFile));
}

/** A file as an answer names it, without what only the page needs of it. */
function storedFile({ name, size, sha256, media_type }) {
  return { name, size, sha256, media_type };
}

function fileItem(name, file) {
  const item = byId("file-template").content.cloneNode(true).firstElementChild;
  item.dataset.sha256 = file.sha256;
  const link = item.querySelector("a");
  link.textContent = file.name;
  if (file.url) link.href = file.url;
  item.querySelector(".quiet").textContent = file.size_text ?? formatSize(file.size);
  item.querySelector(".visually-hidden").textContent = ` ${file.name}`;
  Object.assign(item.querySelector("input"), { name: `${name}.remove`, value: file.sha256 });
  return item;
}

function formatSize(size) {
  if (size < 1000) return `${size}\u00a0B`;
  if (size < 1e6) return `${Math.round(size / 1000)}\u00a0kB`;
  return `${(size / 1e6).toFixed(1).replace(".", ",")}\u00a0MB`;
}
