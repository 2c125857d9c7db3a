// What the buttons of a list do where there are scripts: at once, and saved like everything else.

import {
  addEntry, blocksOf, dropEntry, keepBlank, moveEntry, nameOfBlock, number, setAside, takeBack,
} from "./entries.js";
import { follow, newId, putEntry, readEntry } from "./list.js";
import { announce, say } from "./texts.js";

const questionOf = (place) => place.closest("[data-question]");
const listsIn = (form) => [...form.querySelectorAll("[data-list]")].map(questionOf);

const firstInput = (block) => block.querySelector("input:not([type=hidden]), textarea");

function add(question) {
  const block = addEntry(question, newId());
  follow(question, block);
  firstInput(block).focus();
  announce(say("entry_added", { entry: nameOfBlock(block) }));
}

function move(question, block, button, up) {
  if (!moveEntry(question, block, up)) return;
  // At an end of the list the button is gone: the other one is there.
  if (button.hidden) block.querySelector(`[data-do="${up ? "down" : "up"}"]`).focus();
  const blocks = blocksOf(question);
  announce(say("entry_moved", { n: blocks.indexOf(block) + 1, m: blocks.length }));
}

function remove(question, block) {
  const next = block.nextElementSibling ?? block.previousElementSibling;
  const entry = nameOfBlock(block);
  const held = readEntry(question, block);
  const empty = !Object.keys(held.values).length;
  if (empty && !block.hasAttribute("data-kept")) dropEntry(question, block);
  else setAside(question, held);
  (next ?? question.querySelector(".entry-add button")).focus();
  announce(say(empty ? "entry_dropped" : "entry_removed", { entry }));
}

function undo(question, id) {
  const block = putEntry(question, takeBack(question, id));
  block.focus();
  announce(say("entry_restored", { entry: nameOfBlock(block) }));
}

/** Do what a button of a list says. False if it is none of a list's. */
export function pressInList(button) {
  if (!button?.name.endsWith(".do") || !button.closest("[data-list]")) return false;
  const question = questionOf(button);
  const [verb, id] = button.value.split(":");
  const block = button.closest("[data-entry]");
  if (verb === "add") add(question);
  if (verb === "up" || verb === "down") move(question, block, button, verb === "up");
  if (verb === "remove") remove(question, block);
  if (verb === "restore") undo(question, id);
  question.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** Make the lists of a page ready, before anything looks at what stands in them. */
export function startLists(form) {
  for (const question of listsIn(form)) {
    keepBlank(question, newId());
    number(question);
    for (const block of blocksOf(question)) follow(question, block);
  }
  for (const name of ["input", "change", "filled"]) {
    form.addEventListener(name, ({ target }) => {
      const block = target.closest("[data-entry]");
      if (block) follow(questionOf(block), block);
    });
  }
}
