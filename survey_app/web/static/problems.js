// What is wrong with an answer, shown at its question.

import { gather } from "./fields.js";
import { kindOf } from "./kinds.js";

// That a question is still empty is seen; the list before sending tells it.
const SEEN = ["unanswered", "required", "hidden_answer"];
/** What is empty is not wrong in itself. */
const EMPTY = ["field_required"];

/** The sentence of a problem; where it is of one input, its place leads there. */
function sentence({ place, message }, input) {
  if (!place) return [message];
  if (!input) return [`${place}: ${message}`];
  const link = document.createElement("a");
  Object.assign(link, { href: `#${input.id}`, textContent: place });
  return [link, `: ${message}`];
}

function itemOf(problem, input) {
  const item = document.createElement("li");
  item.className = `problem problem-${problem.severity}`;
  item.dataset.code = problem.code;
  item.replaceChildren(...sentence(problem, input));
  return item;
}

/** List the problems [{code, part, place, severity, message}] of a question, each where it is. */
export function showProblems(question, problems) {
  const list = document.getElementById(`q.${question.dataset.question}.problems`);
  const { at, listOf } = kindOf(question);
  const inputOf = ({ part }) => (at && part ? at(question, part) : null);
  for (const place of question.querySelectorAll("ul.problems")) place.replaceChildren();
  for (const problem of problems.filter(({ code }) => !SEEN.includes(code))) {
    const place = listOf && problem.part ? listOf(question, problem.part) : null;
    (place ?? list).append(itemOf(problem, inputOf(problem)));
  }
  const isError = ({ severity, code }) => severity === "error" && !EMPTY.includes(code);
  const errors = gather(question) === null ? [] : problems.filter(isError);
  const wrong = new Set(errors.map(inputOf));
  for (const input of question.querySelectorAll(".input")) {
    markInput(input, at ? wrong.has(input) : errors.length > 0, at ? list.id : "");
  }
}

/** Say that an input is wrong, and, where it is one of many, by which list. */
function markInput(input, wrong, list) {
  if (wrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  const described = input.getAttribute("aria-describedby");
  if (list && wrong && !described) input.setAttribute("aria-describedby", list);
  if (list && !wrong && described === list) input.removeAttribute("aria-describedby");
}
