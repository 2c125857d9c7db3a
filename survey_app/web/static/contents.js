// The contents column, kept up to date by the replies to saves.

import { say } from "./texts.js";

function update(entry, progress) {
  const text = entry.querySelector("[data-progress]");
  const fix = entry.querySelector("[data-fix]");
  Object.assign(text.dataset, { answered: progress.answered, shown: progress.shown });
  const asked = progress.shown > 0;
  text.textContent = asked
    ? say("answered", { n: progress.answered, m: progress.shown })
    : say("not_asked");
  entry.classList.toggle("not-asked", !asked);
  fix.hidden = !asked || !progress.problems;
  fix.textContent = say("to_fix", { n: progress.problems });
}

function sum(key) {
  const places = [...document.querySelectorAll("[data-progress]")];
  return places.reduce((total, place) => total + Number(place.dataset[key]), 0);
}

/** Show how far each section is: {section: {shown, answered, problems}}. */
export function showProgress(progress) {
  for (const [id, of] of Object.entries(progress ?? {})) {
    const entry = document.querySelector(`[data-section="${CSS.escape(id)}"]`);
    if (entry) update(entry, of);
  }
  const bar = document.querySelector("[data-total]");
  if (!bar) return;
  Object.assign(bar, { max: sum("shown"), value: sum("answered") });
  const text = say("answered", { n: bar.value, m: bar.max });
  for (const place of document.querySelectorAll("[data-total-text]")) place.textContent = text;
}

/** A step's state beside it, as soon as it is chosen. */
document.addEventListener("change", ({ target }) => {
  if (target.type !== "radio") return;
  const step = document.querySelector(`[data-step="${CSS.escape(target.name.slice(2))}"]`);
  if (step && target.labels.length) step.textContent = target.labels[0].textContent.trim();
});
