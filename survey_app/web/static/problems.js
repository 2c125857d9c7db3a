// What is wrong with an answer, shown at its question.

import { gather } from "./fields.js";

// That a question is still empty is seen; the list before sending tells it.
const SEEN = ["unanswered", "required", "hidden_answer"];

const sentence = ({ place, message }) => (place ? `${place}: ${message}` : message);

/** List the problems [{code, place, severity, message}] of a question. */
export function showProblems(question, problems) {
  const list = document.getElementById(`q.${question.dataset.question}.problems`);
  const items = problems.filter((problem) => !SEEN.includes(problem.code)).map((problem) => {
    const item = document.createElement("li");
    item.className = `problem problem-${problem.severity}`;
    item.textContent = sentence(problem);
    return item;
  });
  list.replaceChildren(...items);
  const wrong = gather(question) !== null && problems.some(({ severity }) => severity === "error");
  for (const input of question.querySelectorAll(".input")) {
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}
