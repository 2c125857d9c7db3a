// The live count of a text box, "812 av 1 000 tecken", and what does not fit.

import { countCharacters, splitAtLimit } from "./characters.js";
import { formatNumber } from "./fields.js";
import { announce, say } from "./texts.js";

const PAUSE = 1000;
const CONTEXT = 30;

function describe(count, limit) {
  const values = { n: formatNumber(count), m: formatNumber(limit) };
  if (count <= limit) return say("count", values);
  return say("over", { ...values, excess: formatNumber(count - limit) });
}

function showExcess(place, text, limit) {
  const [within, excess] = splitAtLimit(text, limit);
  place.hidden = !excess;
  if (!excess) return;
  const mark = document.createElement("mark");
  mark.textContent = excess;
  const before = `${within.length > CONTEXT ? "…" : ""}${within.slice(-CONTEXT)}`;
  place.replaceChildren(`${say("excess")} ${before}`, mark);
}

function watch(input) {
  const limit = Number(input.dataset.limit);
  const place = document.getElementById(`${input.id}.count`);
  const excess = document.getElementById(`${input.id}.excess`);
  let wasOver = null;
  let timer = 0;
  const update = (event) => {
    const count = countCharacters(input.value);
    const text = describe(count, limit);
    const over = count > limit;
    place.textContent = text;
    place.classList.toggle("count-over", over);
    showExcess(excess, over ? input.value : "", limit);
    clearTimeout(timer);
    if (event && over !== wasOver) announce(text);
    else if (event) timer = setTimeout(() => announce(text), PAUSE);
    wasOver = over;
  };
  input.addEventListener("input", update);
  input.addEventListener("filled", () => update());
  update();
}

/** Start counting in every box that has a limit. */
export function startCounting() {
  for (const input of document.querySelectorAll("[data-limit]")) watch(input);
}
