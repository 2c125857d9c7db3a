// The entries of a list on the page: added, moved, removed and taken back.

import { nameOf } from "./inputs.js";
import { say } from "./texts.js";

const BLANK = "new";
const blanks = new WeakMap();

const listOf = (question) => question.querySelector("[data-list]");
const placeOf = (question) => listOf(question).querySelector(".entries");

/** The entries that stand in a list, in their order. */
export const blocksOf = (question) => [...placeOf(question).children];

/** What one entry is called: "Exempel 2". */
export const nameOfBlock = (block) => block.querySelector("[data-name]").textContent;

/** Keep the empty entry that ends a list to make others of; what stands in it stays. */
export function keepBlank(question, id) {
  const blank = blocksOf(question).find((block) => block.dataset.entry === BLANK);
  if (!blank) return;
  blanks.set(question, blank.outerHTML);
  const inputs = (block) => [...block.querySelectorAll("input:not([type=hidden]), textarea")];
  const held = inputs(blank);
  const written = held.some((input) => (input.type === "radio" || input.type === "checkbox"
    ? input.checked : input.value));
  blank.remove();
  if (!written && blocksOf(question).length) return number(question);
  const made = addEntry(question, id);
  for (const [place, input] of inputs(made).entries()) {
    input.value = held[place].value;
    input.checked = held[place].checked;
  }
}

/** A new entry at the end of a list. */
export function addEntry(question, id) {
  const name = nameOf(question);
  const made = document.createElement("template");
  made.innerHTML = blanks.get(question)
    .replaceAll(`entry-${BLANK}-${question.dataset.question}`, `entry-${id}`)
    .replaceAll(`${name}.entry.${BLANK}.`, `${name}.entry.${id}.`);
  const block = made.content.firstElementChild;
  block.dataset.entry = id;
  block.querySelector(`input[name="${CSS.escape(`${name}.entry`)}"]`).value = id;
  block.querySelector(".entry-actions").hidden = false;
  placeOf(question).append(block);
  number(question);
  block.dispatchEvent(new CustomEvent("entry", { bubbles: true }));
  return block;
}

/** Let an entry go that nobody will miss. */
export function dropEntry(question, block) {
  block.remove();
  number(question);
}

/** Move an entry one place; false at the end of the list. */
export function moveEntry(question, block, up) {
  const beside = up ? block.previousElementSibling : block.nextElementSibling;
  if (!beside) return false;
  // The other one moves, so that the focus stays where it is.
  if (up) block.after(beside);
  else block.before(beside);
  number(question);
  return true;
}

/** Put the entries in an order, without moving the one that the focus is in. */
export function order(question, ids) {
  const place = placeOf(question);
  const blocks = new Map(blocksOf(question).map((block) => [block.dataset.entry, block]));
  const wanted = ids.map((id) => blocks.get(id)).filter(Boolean);
  if (wanted.every((block, at) => place.children[at] === block)) return number(question);
  const still = wanted.findIndex((block) => block.contains(document.activeElement));
  for (const [at, block] of wanted.entries()) {
    if (at < still) wanted[still].before(block);
    else if (at > still) place.append(block);
  }
  number(question);
}

/** Number the entries, and show of their buttons those that can do something. */
export function number(question) {
  const blocks = blocksOf(question);
  const { word } = listOf(question).dataset;
  for (const [at, block] of blocks.entries()) {
    const name = `${word} ${at + 1}`;
    block.querySelector("[data-name]").textContent = name;
    for (const button of block.querySelectorAll("[data-do]")) {
      button.value = `${button.dataset.do}:${block.dataset.entry}`;
      button.querySelector("[data-which]").textContent = ` ${name}`;
      button.hidden = { up: at === 0, down: at === blocks.length - 1 }[button.dataset.do] ?? false;
    }
  }
}

/** Show the title of an entry, and of its fields those that are asked for or hold something. */
export function showEntry(block, { values, shown, title }) {
  const empty = !Object.keys(values).length;
  block.querySelector("[data-titled]").textContent = empty ? say("nothing_yet") : title;
  for (const place of block.querySelectorAll("[data-field]")) {
    const asked = shown.includes(place.dataset.field);
    place.hidden = !asked && !(place.dataset.field in values);
    place.querySelector("[data-unasked]").hidden = asked;
    const clear = place.querySelector(".clear");
    if (clear) clear.hidden = !(place.dataset.field in values);
  }
}

// Removed entries.

const itemsOf = (question) => [...listOf(question).querySelectorAll("[data-removed]")];
const storedIn = (item) => JSON.parse(item.dataset.removed);

/** The removed entries as they are stored, the latest last. */
export const removedOf = (question) => itemsOf(question).map(storedIn);

function count(question) {
  const removed = listOf(question).querySelector(".removed-entries");
  const { length } = itemsOf(question);
  removed.hidden = !length;
  removed.querySelector("[data-count]").textContent = length;
}

/** Name an entry {id, values} among the removed ones. */
export function listRemoved(question, { id, values }, title = "") {
  const item = document.createElement("li");
  item.dataset.removed = JSON.stringify({ id, values });
  const label = document.createElement("span");
  label.textContent = [listOf(question).dataset.word, title].filter(Boolean).join(": ");
  const button = document.createElement("button");
  const hidden = document.createElement("span");
  hidden.className = "visually-hidden";
  hidden.textContent = ` ${title}`;
  Object.assign(button, { type: "submit", className: "button-link", value: `restore:${id}`,
    name: `${nameOf(question)}.do` });
  button.append(say("undo"), hidden);
  item.append(label, " ", button);
  listOf(question).querySelector(".removed-entries ul").append(item);
  count(question);
  return item;
}

/** Take an entry {id, values} out of the list, and keep it among the removed ones. */
export function setAside(question, entry) {
  const block = blocksOf(question).find((one) => one.dataset.entry === entry.id);
  const title = block?.querySelector("[data-titled]").textContent;
  block?.remove();
  number(question);
  return listRemoved(question, entry, title);
}

/** Take an entry from among the removed ones; it is to be put into the list. */
export function takeBack(question, id) {
  const item = itemsOf(question).find((one) => storedIn(one).id === id);
  const entry = storedIn(item);
  item.remove();
  count(question);
  return entry;
}
