// Two wrote in the same answer: both texts side by side, until someone chooses.

import { fill, gather, gatherBlank, joiner, keepMine } from "./fields.js";
import { announce, say } from "./texts.js";

function join(theirs, mine) {
  if (!Array.isArray(mine) && !Array.isArray(theirs)) {
    return [theirs, mine].filter(Boolean).join("\n\n");
  }
  const boxes = Math.max(theirs?.length ?? 0, mine?.length ?? 0);
  return Array.from({ length: boxes }, (_, n) =>
    theirs?.[n] === mine?.[n] ? mine[n] : join(theirs?.[n] ?? "", mine?.[n] ?? ""));
}

/** A text with the words marked that the other one lacks: [[text, differs], ...]. */
function mark(place, parts, text) {
  const nodes = (parts ?? [[text, false]]).map(([words, differs]) => {
    if (!differs) return words;
    const node = document.createElement("mark");
    node.textContent = words;
    return node;
  });
  place.replaceChildren(...(text ? nodes : [say("empty")]));
}

function draw(question, { theirs, texts, differences }, formatTime) {
  const panel = document.getElementById("conflict-template").content.cloneNode(true);
  const section = panel.firstElementChild;
  mark(section.querySelector("[data-yours]"), differences?.yours, texts?.yours);
  mark(section.querySelector("[data-theirs]"), differences?.theirs, texts?.theirs);
  const when = { who: theirs.author, when: formatTime(theirs.at) };
  section.querySelector("[data-author]").textContent = say("theirs_at", when);
  for (const part of section.querySelectorAll("[data-text-only]")) {
    const both = part.dataset.keep === "both" && joiner(question);
    part.hidden = question.dataset.kind !== "text" && !both;
  }
  return section;
}

/** Both texts in the field, to be made into one; the field is saved when they say so. */
function edit(question, section, theirs) {
  fill(question, join(theirs.value, gather(question)), null);
  section.querySelector('[data-keep="edit"]').hidden = true;
  section.querySelector('[data-keep="both"]').hidden = true;
  section.querySelector('[data-keep="mine"]').textContent = say("save_edited");
  section.querySelector("[data-editing]").hidden = false;
  question.querySelector(".input").focus();
}

/**
 * Show both texts in the question. choose(version, save) goes on from their version: with save the
 * field is saved over it, without it the field already holds what is stored. keepAside() puts what
 * was typed meanwhile into the history; false if it could not.
 */
export function showConflict(question, reply, { choose, keepAside, formatTime }) {
  const { theirs } = reply;
  const section = draw(question, reply, formatTime);
  section.addEventListener("click", async (event) => {
    const { keep } = event.target.dataset;
    if (!keep) return;
    if (keep === "edit") return edit(question, section, theirs);
    if (keep === "theirs") {
      const failed = section.querySelector("[data-aside-failed]");
      failed.hidden = await keepAside();
      if (!failed.hidden) return;
      fill(question, theirs.value, theirs.blank);
    }
    if (keep === "mine" && joiner(question)) {
      fill(question, keepMine(question, theirs.value), gatherBlank(question, null));
    }
    if (keep === "both") {
      const both = joiner(question) ?? join;
      fill(question, both(theirs.value, gather(question)), null);
    }
    section.remove();
    choose(theirs.version, keep !== "theirs");
  });
  question.querySelector(".theirs")?.remove();
  question.querySelector(".conflict-place").replaceChildren(section);
  announce(`${question.dataset.label}: ${say("page_conflict")}`);
}
