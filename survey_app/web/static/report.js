// A report's draft: each piece is saved while one writes, as an answer is; a button that moves or
// removes leaves the page only when everything typed is stored.

import { Saver } from "./saving.js";
import { announce, say } from "./texts.js";

const plan = JSON.parse(document.getElementById("plan").textContent);
const form = document.getElementById("answers");
const saver = new Saver(plan, form);

/** Do what a button says. All texts are stored by now: only the button goes along. */
function leave({ name, value }) {
  const small = document.createElement("form");
  Object.assign(small, { method: "post", action: form.action, hidden: true });
  const told = { csrf_token: form.elements.csrf_token.value, [name]: value };
  for (const [key, said] of Object.entries(told)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: key, value: said });
    small.append(input);
  }
  document.body.append(small);
  small.submit();
}

/** What was decided upon a text that was changed since is decided of the text as it is now. */
function upon(button) {
  const [what, piece] = button.value.split(":");
  if (what !== "take" && what !== "keep") return button;
  const { version } = document.getElementById(`piece-${piece}`).dataset;
  return { name: button.name, value: `${what}:${piece}:${version}` };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!await saver.flush()) return announce(say("page_unsaved"));
  if (event.submitter?.name === "do") leave(upon(event.submitter));
  else announce(say("page_saved"));
});

saver.tell("saved");

// After a move the page opens where the piece stands now; a new text is written at once.
const here = location.hash.startsWith("#piece-") && document.getElementById(location.hash.slice(1));
if (here) {
  const box = here.querySelector("[data-box]");
  (box && !box.value ? box : here).focus({ preventScroll: true });
}
