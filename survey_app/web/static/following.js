// Follow-ups: questions, rows, passages and sections open and close as one answers.

import { isShown, judge } from "./conditions.js";
import { atomsOf, gather } from "./fields.js";
import { announce, say } from "./texts.js";

/** Show or hide one question; an answer that is no longer asked for folds away and is kept. */
function showQuestion(question, shown) {
  const fold = question.querySelector(":scope > details.fold");
  const was = fold && !question.hidden ? fold.firstElementChild.hidden : !question.hidden;
  const kept = fold && question.hasAttribute("data-editable") && gather(question) !== null;
  question.hidden = !shown && !kept;
  if (fold) {
    fold.firstElementChild.hidden = shown;
    if (shown !== was) fold.open = shown;
  }
  if (shown !== was) announce(say(shown ? "shown" : "hidden", { question: question.dataset.label }));
}

function gatherAtoms(plan) {
  const atoms = { ...plan.elsewhere };
  for (const question of document.querySelectorAll("[data-question]")) {
    const own = question.hasAttribute("data-editable") ? atomsOf(question) : null;
    Object.assign(atoms, own ?? plan.here?.[question.dataset.question]);
  }
  return atoms;
}

function showSections(items, heard) {
  for (const item of items) {
    const note = document.getElementById(`section-${item.section}`)?.querySelector(".section-hidden");
    if (note) note.hidden = isShown(item.section_when, heard);
  }
}

function follow(plan) {
  const { shown, heard } = judge(plan.items, gatherAtoms(plan));
  for (const { id } of plan.items) {
    const row = id.includes(".") && document.querySelector(`[data-row="${CSS.escape(id)}"]`);
    if (row) row.hidden = !shown.includes(id);
    else decide(id, shown.includes(id));
  }
  for (const [key, when] of Object.entries(plan.passages ?? {})) {
    const passage = document.querySelector(`[data-passage="${CSS.escape(key)}"]`);
    if (passage) passage.hidden = !isShown(when, heard);
  }
  showSections(plan.items, heard);
}

/** Follow every answer; the server's word on what opened and closed is final. */
export function startFollowing(plan, form) {
  for (const name of ["input", "change", "filled", "answered"]) {
    form.addEventListener(name, () => follow(plan));
  }
  form.addEventListener("reply", (event) => {
    for (const id of event.detail.opened ?? []) decide(id, true);
    for (const id of event.detail.closed ?? []) decide(id, false);
  });
}

function decide(id, shown) {
  const question = document.getElementById(`question-${id}`);
  if (question) showQuestion(question, shown);
}
