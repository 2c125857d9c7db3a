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

/** Start counting in every box of a place that has a limit. */
export function startCounting(place) {
  for (const input of place.querySelectorAll("[data-limit]")) watch(input);
}

/** Whether what stands in a field would be handed in: after an option only if that is chosen. */
function counts(input) {
  const option = input.closest(".detail")?.parentElement.querySelector(".choice input");
  return !option || option.checked;
}

function watchBudget(place) {
  const question = place.closest("[data-question]");
  const inputs = () => [
    ...question.querySelectorAll(".now textarea, .now input[type=text]:not([inputmode])"),
  ];
  const own = place.querySelector("[data-own]");
  const total = Number(place.dataset.total);
  const update = () => {
    const texts = inputs().filter(counts).map((input) => input.value);
    const count = texts.reduce((sum, text) => sum + (text.trim() ? countCharacters(text) : 0), 0);
    const values = { n: formatNumber(count), m: formatNumber(total) };
    own.textContent = say(total ? "own" : "own_free", values);
    own.classList.toggle("count-over", Boolean(total) && count > total);
  };
  if (!inputs().length) return;
  for (const name of ["input", "change", "filled"]) question.addEventListener(name, update);
  update();
}

/** Follow how much of the room that contributions share the answer itself takes. */
export function startBudgets() {
  for (const place of document.querySelectorAll("[data-budget]")) watchBudget(place);
}
