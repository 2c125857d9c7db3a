// The line of work at a question: saved beside the answers, without leaving the page.

import { csrfToken, mustSignIn, signIn } from "./signing.js";
import { announce, say } from "./texts.js";

const fieldOf = (fold, name) => fold.querySelector(`[name$=".${name}"]`);

/** What the fields of a line say, as its hidden field keeps it: owner/day/mark. */
const told = (fold) => ["owner", "due", "mark"].map((name) => fieldOf(fold, name).value).join("/");

const changed = (fold) => {
  const was = fieldOf(fold, "was").value;
  return told(fold) !== was.slice(0, was.lastIndexOf("/"));
};

function tell(fold, text) {
  fold.querySelector("[data-status]").textContent = text;
}

/** Show the work as the server has it; fields that somebody changed are left as they are. */
function show(fold, reply) {
  const own = changed(fold);
  fold.querySelector("[data-said]").replaceChildren(...reply.said.flatMap((part) => {
    const span = document.createElement("span");
    span.className = part.class;
    span.textContent = part.text;
    return [span, " "];
  }));
  fold.dataset.state = reply.state;
  fieldOf(fold, "mark").options[0].textContent = reply.plain;
  if (own) return;
  fieldOf(fold, "was").value = reply.was;
  fieldOf(fold, "owner").value = reply.owner ?? "";
  fieldOf(fold, "due").value = reply.due ?? "";
  fieldOf(fold, "mark").value = reply.mark ?? "";
}

/** Whether an answer that was saved makes the work another than the line says. */
function concerns(fold, { value, blank }) {
  const empty = value === null && !blank;
  return { done: true, not_started: !empty }[fold.dataset.state] ?? empty;
}

/** Show what the server has now. ``onto``: what the fields say is to be saved upon that. */
async function renew(fold, { onto = false } = {}) {
  const response = await fetch(fold.dataset.save).catch(() => null);
  if (!response?.ok) return;
  const reply = await response.json();
  show(fold, reply);
  if (onto) fieldOf(fold, "was").value = reply.was;
}

/** Resolves with the status and the reply. */
async function send(fold) {
  const was = fieldOf(fold, "was").value;
  const owner = fieldOf(fold, "owner").value;
  const response = await fetch(fold.dataset.save, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify({
      owner: owner ? Number(owner) : null,
      due: fieldOf(fold, "due").value || null,
      mark: fieldOf(fold, "mark").value || null,
      version: Number(was.slice(was.lastIndexOf("/") + 1)),
    }),
  });
  return { status: response.status, reply: await response.json() };
}

/** Save one line; true if it is stored. What was typed in answers is saved before, so that a mark
    is set upon the answer that one sees. */
async function save(fold, saver, plan) {
  await saver.flush();
  tell(fold, say("saving"));
  let status;
  let reply;
  try {
    ({ status, reply } = await send(fold));
    if (mustSignIn(status, reply) && await signIn(plan.session_url)) {
      ({ status, reply } = await send(fold));
    }
  } catch {
    tell(fold, `${say("refused")}: ${say("network")}`);
    return false;
  }
  if (status === 200) {
    fieldOf(fold, "was").value = `${told(fold)}/${reply.version}`;
    show(fold, reply);
  }
  if (status === 409) await renew(fold, { onto: true });
  const text = status === 200 ? say("work_saved") : `${say("refused")}. ${reply.message ?? ""}`;
  tell(fold, text);
  return status === 200;
}

/** Let the lines of a page save themselves. Returns a function that saves what was changed. */
export function startWork(saver, plan, form) {
  const folds = [...form.querySelectorAll(".work-fold[data-save]")];
  form.addEventListener("change", (event) => {
    const fold = event.target.closest(".work-fold");
    if (fold) tell(fold, changed(fold) ? say("unsaved") : "");
  });
  form.addEventListener("reply", ({ detail }) => {
    const fold = folds.find((item) => item.parentElement.dataset.work === detail.question);
    if (fold && concerns(fold, detail)) renew(fold);
  });
  form.addEventListener("keydown", (event) => {
    const fold = event.target.closest(".work-fields")?.closest(".work-fold");
    if (!fold || event.key !== "Enter" || event.target.matches("button")) return;
    event.preventDefault();
    save(fold, saver, plan);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".work-save button");
    if (!button) return;
    event.preventDefault();
    save(button.closest(".work-fold"), saver, plan);
  });
  return async () => {
    const open = folds.filter(changed);
    const stored = await Promise.all(open.map((fold) => save(fold, saver, plan)));
    if (stored.includes(false)) announce(say("refused"));
    return !stored.includes(false);
  };
}
