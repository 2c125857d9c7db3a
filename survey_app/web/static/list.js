// The value of a list: read from its entries, put into them, and what others changed taken in.

import { tidy } from "./characters.js";
import { isShown, readNumber } from "./conditions.js";
import {
  addEntry, blocksOf, dropEntry, listRemoved, order, removedOf, setAside, showEntry, takeBack,
} from "./entries.js";
import { NUMBERS, asTyped, byId, nameOf, typed, write } from "./inputs.js";

const CHOICES = ["single", "multiple"];

const fieldsOf = (question) => JSON.parse(question.querySelector("[data-list]").dataset.fields);
const blockOf = (question, id) => blocksOf(question).find((block) => block.dataset.entry === id);
const inputName = (question, id, field) => `${nameOf(question)}.entry.${id}.${field.id}`;
const options = (name) => [...document.querySelectorAll(`input[name="${CSS.escape(name)}"]`)];

function readField(name, { kind }) {
  if (!CHOICES.includes(kind)) return typed(name);
  const chosen = options(name).filter((input) => input.checked).map((input) => input.value);
  if (!chosen.length) return null;
  return { chosen: kind === "single" ? chosen[0] : chosen, details: {} };
}

function writeField(name, { kind }, value) {
  if (!CHOICES.includes(kind)) return write(name, asTyped(kind, value));
  const chosen = [value?.chosen ?? []].flat();
  for (const input of options(name)) input.checked = chosen.includes(input.value);
  options(name)[0].dispatchEvent(new Event("filled", { bubbles: true }));
}

/** What stands in an entry: {id, values}. */
export function readEntry(question, block) {
  const id = block.dataset.entry;
  const read = fieldsOf(question).map((field) => [field.id, readField(inputName(question, id, field), field)]);
  return { id, values: Object.fromEntries(read.filter(([, value]) => value !== null)) };
}

/** An entry that was never stored and holds nothing is not there yet. */
const isThere = (block, { values }) => block.hasAttribute("data-kept") || Object.keys(values).length;

function gather(question) {
  const read = blocksOf(question).map((block) => [block, readEntry(question, block)]);
  const entries = read.filter(([block, entry]) => isThere(block, entry)).map(([, entry]) => entry);
  const removed = removedOf(question);
  const filled = entries.some(({ values }) => Object.keys(values).length);
  return filled || removed.length ? { entries, removed } : null;
}

/** Put an entry {id, values} into the list, at the end if it is not there. */
export function putEntry(question, { id, values }) {
  const block = blockOf(question, id) ?? addEntry(question, id);
  block.toggleAttribute("data-kept", true);
  for (const field of fieldsOf(question)) {
    writeField(inputName(question, id, field), field, values[field.id] ?? null);
  }
  follow(question, block);
  return block;
}

/** The list as it is stored, whatever stood here. */
function fill(question, value) {
  const { entries, removed } = value ?? { entries: [], removed: [] };
  const known = entries.map(({ id }) => id);
  for (const block of blocksOf(question)) {
    if (!known.includes(block.dataset.entry)) dropEntry(question, block);
  }
  for (const { id } of removedOf(question)) takeBack(question, id);
  for (const entry of entries) putEntry(question, entry);
  for (const entry of removed) listRemoved(question, entry, titleOf(question, entry.values));
  order(question, known);
}

/** Show what was stored as it was stored, but for the field that somebody is in. */
function settle(question, sent, stored) {
  for (const entry of stored?.entries ?? []) {
    blockOf(question, entry.id)?.toggleAttribute("data-kept", true);
    for (const field of fieldsOf(question)) {
      const input = byId(inputName(question, entry.id, field));
      if (!input || input.type !== "text" || input === document.activeElement) continue;
      write(input.id, asTyped(field.kind, entry.values[field.id]));
    }
  }
}

// What others changed.

const plain = ({ kind }, value) => {
  if (value === null || value === undefined) return "";
  if (CHOICES.includes(kind)) return [value.chosen ?? []].flat().sort().join(" ");
  const text = tidy(String(value)).trim();
  return NUMBERS.includes(kind) ? readNumber(text) ?? text : text;
};
const alike = (field, one, other) => plain(field, one) === plain(field, other);

/** The entries of a value by id, each with whether it was removed. */
function told(value) {
  const found = new Map();
  for (const entry of value?.entries ?? []) found.set(entry.id, { ...entry, gone: false });
  for (const entry of value?.removed ?? []) found.set(entry.id, { ...entry, gone: true });
  return found;
}

/** What is to be done here with one field; "conflict" where both changed it since it was sent. */
function fieldStep(question, id, field, values) {
  const [before, sent, stored, mine] = values.map((held) => held?.[field.id]);
  if (alike(field, sent, stored) || alike(field, mine, stored)) return null;
  const name = inputName(question, id, field);
  if (alike(field, mine, sent)) return { name, run: () => writeField(name, field, stored ?? null) };
  return alike(field, before, sent) ? "conflict" : null; // one's own, written as it is kept
}

/** What is to be done with an entry that is known here. */
function* steps(question, fields, { before, sent, stored, mine }) {
  const { id } = stored;
  if (sent && stored.gone !== sent.gone && stored.gone !== mine.gone) {
    const untouched = fields.every((field) => alike(field, mine.values[field.id], sent.values[field.id]));
    if (stored.gone && !untouched) yield "conflict";
    if (stored.gone) yield { id, run: () => setAside(question, mine) };
    else yield { run: () => putEntry(question, takeBack(question, id)) };
  }
  if (stored.gone || mine.gone) return;
  for (const field of fields) {
    const values = [before, sent, stored, mine].map((entry) => entry?.values);
    const step = fieldStep(question, id, field, values);
    if (step) yield step;
  }
}

/** What is to be done with an entry that others brought. */
const arrival = (question, entry) => () => (entry.gone
  ? listRemoved(question, entry, titleOf(question, entry.values)) : putEntry(question, entry));

/** Whether a step would touch the input that somebody is in, or take away the entry around it. */
function isInTheWay({ id, name }, input) {
  if (name) return input.id === name || input.name === name;
  return Boolean(id) && input.closest("[data-entry]")?.dataset.entry === id;
}

const idsOf = (value, known) => (value?.entries ?? []).map(({ id }) => id).filter((id) => known.has(id));

/** The order that others made, where nobody made one here; what they do not know stays in place. */
function orderFor(question, { sent, stored }) {
  const here = blocksOf(question).map((block) => block.dataset.entry);
  const first = told(sent);
  const [mine, was] = [here.filter((id) => first.has(id)), idsOf(sent, new Set(here))];
  if (String(mine) !== String(was)) return null;
  const made = (stored?.entries ?? []).map(({ id }) => id).filter((id) => here.includes(id));
  for (const [place, id] of here.entries()) {
    if (!made.includes(id)) made.splice(made.indexOf(here[place - 1]) + 1, 0, id);
  }
  return made;
}

/** See takeIn in fields.js. */
function take(question, { before, sent, stored, shun }) {
  const fields = fieldsOf(question);
  const [was, out, kept] = [before, sent, stored].map(told);
  const here = told({
    entries: blocksOf(question).map((block) => readEntry(question, block)),
    removed: removedOf(question),
  });
  const todo = [...kept].flatMap(([id, entry]) => {
    const held = { before: was.get(id), sent: out.get(id), stored: entry, mine: here.get(id) };
    return held.mine ? [...steps(question, fields, held)] : [{ run: arrival(question, entry) }];
  });
  if (todo.includes("conflict") || (shun && todo.some((step) => isInTheWay(step, shun)))) return false;
  for (const { run } of todo) run();
  for (const block of blocksOf(question)) {
    block.toggleAttribute("data-kept", kept.has(block.dataset.entry));
  }
  const made = orderFor(question, { sent, stored });
  if (made) order(question, made);
  return true;
}

/** Both: what the other has, and one's own entries that are not alike, as further ones. */
function join(question, theirs, mine) {
  const kept = told(theirs);
  const entries = [...(theirs?.entries ?? [])];
  const isSame = (one, other) => one && fieldsOf(question).every(
    (field) => alike(field, one.values[field.id], other.values[field.id]));
  for (const entry of mine?.entries ?? []) {
    if (!isSame(kept.get(entry.id), entry)) entries.push(kept.has(entry.id) ? { ...entry, id: newId() } : entry);
  }
  return { entries, removed: theirs?.removed ?? [] };
}

/** One's own, with the entries that others added meanwhile: as core/listing.keep_additions. */
function keepMine(theirs, mine) {
  if (!mine) return mine;
  const known = told(mine);
  const added = (theirs?.entries ?? []).filter(({ id }) => !known.has(id));
  return { ...mine, entries: [...mine.entries, ...added] };
}

/** An id for an entry that is made here. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What conditions see.

function fieldAtoms({ kind }, value) {
  if (CHOICES.includes(kind)) return [value.chosen ?? []].flat();
  const text = String(value).trim();
  if (NUMBERS.includes(kind)) return [readNumber(text) ?? text];
  return text ? [text] : [];
}

/** The fields of an entry that are asked for, and what each says: as survey_app/core/kinds/entry.py. */
export function heardIn(fields, values) {
  const atoms = {};
  const shown = fields.filter((field) => {
    if (!isShown(field.when, atoms)) return false;
    if (field.id in values) atoms[field.id] = fieldAtoms(field, values[field.id]);
    return true;
  });
  return { shown: shown.map(({ id }) => id), atoms };
}

function atoms({ entries }, question) {
  const found = { "": [] };
  for (const { id, values } of entries) {
    const heard = Object.entries(heardIn(fieldsOf(question), values).atoms);
    if (heard.length) found[""].push(id);
    for (const [field, said] of heard) (found[`.${field}`] ??= []).push(...said);
  }
  return found;
}

/** The first input of a part such as "entry:e3f9a1c2:niva". */
function at(question, part) {
  const [, id, field] = part.split(":");
  const place = field && blockOf(question, id)?.querySelector(`[data-field="${CSS.escape(field)}"]`);
  return place ? place.querySelector("input, textarea") : null;
}

/** Where the problems of an entry stand. */
const listOf = (question, part) => blockOf(question, part.split(":")[1])?.querySelector("ul.problems");

/** Follow an entry: its title, and the fields that come and go with the others. */
export function follow(question, block) {
  const { values } = readEntry(question, block);
  const { shown } = heardIn(fieldsOf(question), values);
  showEntry(block, { values, shown, title: titleOf(question, values) });
}

function titleOf(question, values) {
  const list = question.querySelector("[data-list]");
  const texts = fieldsOf(question).filter(({ kind }) => kind === "text").map(({ id }) => id);
  const found = [list.dataset.title, ...texts].map((id) => values[id]).find((text) => text);
  const line = (found ?? "").split(/\s+/).filter(Boolean).join(" ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

export const LIST = { gather, fill, settle, take, join, keepMine, atoms, at, listOf };
