// The inputs of a question, whatever its kind: texts, numbers and files.

import { tidy } from "./characters.js";

export const NUMBERS = ["integer", "percent", "money"];

export const byId = (id) => document.getElementById(id);

/** The name of a question's inputs: "q.6a". */
export const nameOf = (question) => `q.${question.dataset.question}`;

/** What is typed into an input; null if nothing is. */
export function typed(id) {
  const input = byId(id);
  const text = input ? tidy(input.value) : "";
  return text.trim() ? text : null;
}

/** The enclosures block of a name such as "q.6a" or "q.37.detail.ja". */
export function enclosuresOf(name) {
  return document.querySelector(`[data-enclosures="${CSS.escape(name)}"]`);
}

/** The files that stay, and the text beside them; null if empty. */
export function gatherEnclosures(name) {
  const block = enclosuresOf(name);
  if (!block) return null;
  const removed = [...block.querySelectorAll('.remove input:checked')].map((box) => box.value);
  const files = JSON.parse(block.dataset.files).filter((file) => !removed.includes(file.sha256));
  const text = typed(`${name}.text`) ?? "";
  return files.length || text ? { files, text } : null;
}

/** A stored number the Swedish way: 90 296 880 with hard spaces and a decimal comma. */
export function formatNumber(value) {
  if (!/^-?\d+(\.\d+)?$/.test(String(value))) return String(value);
  const [whole, part] = String(value).replace("-", "\u2212").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return part ? `${grouped},${part}` : grouped;
}

/** Put a text into an input, and let the page follow. */
export function write(id, text) {
  const input = byId(id);
  if (!input || input.value === text) return;
  input.value = text;
  input.dispatchEvent(new Event("filled", { bubbles: true }));
}

/** A stored value as it stands in an input. */
export function asTyped(kind, value) {
  if (value === null || value === undefined) return "";
  return NUMBERS.includes(kind) ? formatNumber(value) : String(value);
}

/** Put files and the text beside them into their block. */
export function fillEnclosures(name, value) {
  showFiles(name, value?.files ?? []);
  write(`${name}.text`, value?.text ?? "");
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
