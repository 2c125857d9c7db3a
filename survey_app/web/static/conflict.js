// Two wrote in the same answer: both texts side by side, until someone chooses.

import { fill, gather } from "./fields.js";
import { announce, say } from "./texts.js";

function join(theirs, mine) {
  if (!Array.isArray(mine) && !Array.isArray(theirs)) {
    return [theirs, mine].filter(Boolean).join("\n\n");
  }
  const boxes = Math.max(theirs?.length ?? 0, mine?.length ?? 0);
  return Array.from({ length: boxes }, (_, n) =>
    theirs?.[n] === mine?.[n] ? mine[n] : join(theirs?.[n] ?? "", mine?.[n] ?? ""));
}

/**
 * Show both texts in the question. choose(version, save) goes on from their version: with save the
 * field is saved over it, without it the field already holds what is stored.
 */
export function showConflict(question, reply, choose, formatTime) {
  const { theirs, texts } = reply;
  const panel = document.getElementById("conflict-template").content.cloneNode(true);
  const section = panel.firstElementChild;
  section.querySelector("[data-yours]").textContent = texts?.yours ?? "";
  section.querySelector("[data-theirs]").textContent = texts?.theirs ?? "";
  const when = { who: theirs.author, when: formatTime(theirs.at) };
  section.querySelector("[data-author]").textContent = say("theirs_at", when);
  section.querySelector('[data-keep="both"]').hidden = question.dataset.kind !== "text";
  section.addEventListener("click", (event) => {
    const { keep } = event.target.dataset;
    if (!keep) return;
    if (keep === "theirs") fill(question, theirs.value, theirs.blank);
    if (keep === "both") fill(question, join(theirs.value, gather(question)), null);
    section.remove();
    choose(theirs.version, keep !== "theirs");
  });
  question.querySelector(".conflict-place").replaceChildren(panel);
  announce(`${question.dataset.label}: ${say("page_conflict")}`);
}
