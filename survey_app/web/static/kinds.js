// Each kind of question in its inputs: its value in the shape of survey_app/core/kinds, and back.
//
// A kind: gather(question) -> value or null; fill(question, value); settle(question, sent, stored)
// shows what was stored of what was sent; atoms(value, question) -> {"": [atom, ...]}, and by what
// follows the question's id in a condition's key, such as ".psykolog"; none where only the server
// knows; at(question, part) -> the input of a part of it, where a problem can be of one alone;
// listOf(question, part) -> the list of a part's own problems; take(question, {before, sent, stored,
// shun}): what others changed, into the inputs, where two may write in one answer at the same time
// (takeIn in fields.js); join(question, theirs, mine) -> both values, where both can stand in one;
// keepMine(theirs, mine) -> what "keep mine" means, where that is not all of it.

import { readNumber } from "./conditions.js";
import {
  NUMBERS, asTyped, byId, fillEnclosures, gatherEnclosures, nameOf, showFiles, typed, write,
} from "./inputs.js";
import { LIST } from "./list.js";
import { TABLE } from "./table.js";

const nothing = () => {};

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

function gatherChoice(question) {
  const chosen = chosenOf(question);
  const details = detailsOf(question);
  if (!chosen.length && !Object.keys(details).length) return null;
  return { chosen: question.dataset.kind === "single" ? (chosen[0] ?? null) : chosen, details };
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

function fillRows(question, value) {
  for (const input of question.querySelectorAll("[data-row] input")) {
    const row = input.closest("[data-row]").dataset.row.split(".")[1];
    input.checked = value?.[row] === input.value;
  }
}

function fillText(question, value) {
  if (byId(nameOf(question))) return fillLine(question, value);
  return [...question.querySelectorAll("[data-box]")].forEach((b, n) => write(b.id, value?.[n] ?? ""));
}

function fillLine(question, value) {
  write(nameOf(question), asTyped(question.dataset.kind, value));
}

function settleDetails(question, sent, stored) {
  for (const block of question.querySelectorAll('[data-detail][data-kind="attachment"]')) {
    const { detail } = block.dataset;
    showFiles(`${nameOf(question)}.detail.${detail}`, stored?.details?.[detail]?.files ?? []);
  }
}

function settleLine(question, sent, stored) {
  const input = byId(nameOf(question));
  if (!input || input.type !== "text") return;
  if (input === document.activeElement || typed(input.id) !== sent) return;
  write(input.id, asTyped(question.dataset.kind, stored));
}

function atomsOfRows(value) {
  const rows = Object.entries(value).map(([row, option]) => [`.${row}`, [option]]);
  return { ...Object.fromEntries(rows), "": Object.values(value) };
}

const LINE = {
  gather: (question) => typed(nameOf(question)),
  fill: fillLine,
  settle: settleLine,
  atoms: (value) => ({ "": [value.trim()] }),
};

const NUMBER = { ...LINE, atoms: (value) => ({ "": [readNumber(value) ?? value.trim()] }) };

const CHOICE = {
  gather: gatherChoice,
  fill: fillChoice,
  settle: settleDetails,
  atoms: (value) => ({ "": [value.chosen ?? []].flat() }),
};

const KINDS = {
  ...Object.fromEntries(NUMBERS.map((kind) => [kind, NUMBER])),
  text: {
    gather: gatherText,
    fill: fillText,
    settle: nothing,
    atoms: (value) => ({ "": [value].flat().filter((text) => text.trim()) }),
  },
  single: CHOICE,
  multiple: CHOICE,
  attachment: {
    gather: (question) => gatherEnclosures(nameOf(question)),
    fill: (question, value) => fillEnclosures(nameOf(question), value),
    settle: (question, sent, stored) => showFiles(nameOf(question), stored?.files ?? []),
    atoms: ({ files, text }) => ({ "": files.length ? files.map((file) => file.sha256) : [text] }),
  },
  matrix: { gather: gatherRows, fill: fillRows, settle: nothing, atoms: atomsOfRows },
  list: LIST,
  table: TABLE,
  attestation: { ...LINE, gather: (question) => byId(nameOf(question)).checked || null },
};

/** The kind of a question; one line where nothing else is said. */
export const kindOf = (question) => KINDS[question.dataset.kind] ?? LINE;
