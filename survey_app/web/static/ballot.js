// Answering a survey by its link: counts, follow-ups and taking a choice back. Sends nothing itself.

import { startCounting } from "./counter.js";
import { startFollowing } from "./following.js";

const plan = JSON.parse(document.getElementById("plan").textContent);
const form = document.getElementById("questions");

function showClear(question) {
  const button = question?.querySelector(".clear");
  if (button) button.hidden = !question.querySelector("input[type=radio]:checked");
}

function clear(button) {
  const inputs = button.closest("[data-question]").querySelectorAll("input[type=radio]");
  for (const input of inputs) input.checked = false;
  inputs[0].dispatchEvent(new Event("change", { bubbles: true }));
  inputs[0].focus();
}

form.addEventListener("change", (event) => showClear(event.target.closest("[data-question]")));
form.addEventListener("submit", (event) => {
  const clears = event.submitter?.classList.contains("clear");
  if (clears || event.submitter?.name === "stay") event.preventDefault();
  if (clears) clear(event.submitter);
});

startCounting(form);
startFollowing(plan, form);
