// A page of questions: starts the parts, and lets its buttons save without leaving unsaved text.

import { startBudgets, startCounting } from "./counter.js";
import { startFollowing } from "./following.js";
import { pressInList, startLists } from "./list_buttons.js";
import { Saver } from "./saving.js";
import { startTables } from "./table.js";
import { startPasting } from "./table_paste.js";
import { announce, say } from "./texts.js";
import { startTogether } from "./together.js";
import { startUploading } from "./uploading.js";
import { startWork } from "./work.js";

const plan = JSON.parse(document.getElementById("plan").textContent);
const form = document.getElementById("answers");
startLists(form);
const saver = new Saver(plan, form);

/** The "clear" button of a question is shown while something is chosen. */
function showClear(question) {
  const button = question?.querySelector(":scope .clear:not([data-field] *)");
  if (button) button.hidden = !question.querySelector("input[type=radio]:checked");
}

/** A field after an option that is not chosen stays in sight while it holds something. */
function keepDetail(target) {
  const detail = target.closest(".detail");
  if (detail && target.value !== undefined) detail.classList.toggle("detail-kept", Boolean(target.value));
}

function clear(button) {
  const question = button.closest("[data-field], [data-question]");
  const first = question.querySelector("input[type=radio]");
  for (const input of question.querySelectorAll("input[type=radio]")) input.checked = false;
  first.dispatchEvent(new Event("change", { bubbles: true }));
  first.focus();
}

const LEAVING = ["carry", "reviewed", "insert", "propose"];

/** Go where a button of a question leads; all that was typed is stored by now. */
function leave(button) {
  const chosen = document.createElement("input");
  Object.assign(chosen, { type: "hidden", name: button.name, value: button.value });
  form.append(chosen);
  form.submit();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (event.submitter?.classList.contains("clear")) return clear(event.submitter);
  if (pressInList(event.submitter)) return;
  const stored = await saver.flush() && await saveWork();
  if (!stored) return announce(say("page_unsaved"));
  if (LEAVING.includes(event.submitter?.name)) return leave(event.submitter);
  if (event.submitter?.value === "next") location.href = form.dataset.next;
  else announce(say("page_saved"));
});

form.addEventListener("change", (event) => showClear(event.target.closest("[data-question]")));
form.addEventListener("answered", () => {
  for (const question of form.querySelectorAll("[data-question]")) showClear(question);
});
form.addEventListener("input", (event) => keepDetail(event.target));

startCounting(form);
form.addEventListener("entry", (event) => startCounting(event.target));
startBudgets();
startFollowing(plan, form);
startUploading(saver, form);
startTables(form);
startPasting(saver, form);
startTogether(saver, plan);
const saveWork = startWork(saver, plan, form);
saver.tell("saved");

const fold = document.querySelector(".contents-fold");
// Where the stylesheet cannot hold the contents open beside the page, the script does.
if (fold && matchMedia("(min-width: 62rem)").matches) fold.open = true;

// Last year's text and other units' stand beside the question where there is room for them.
if (matchMedia("(min-width: 75rem)").matches) {
  for (const earlier of document.querySelectorAll(".alongside > [data-said]")) earlier.open = true;
}

// The section that is open is in sight among all the others.
const column = document.querySelector(".contents");
const here = column?.querySelector("[aria-current]");
if (here) column.scrollTop = here.getBoundingClientRect().bottom + 24 - innerHeight;
