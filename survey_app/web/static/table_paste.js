// Several cells pasted into a table go to the page that shows what would end up where.

import { csrfToken } from "./signing.js";
import { announce, say } from "./texts.js";

/** Send a paste as the form of that page does; ``at``: the row and column where it was pasted. */
function send(url, paste, at) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  form.hidden = true;
  for (const [name, value] of Object.entries({ csrf_token: csrfToken(), at, paste })) {
    const field = document.createElement("textarea");
    [field.name, field.value] = [name, value];
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

/** Whether a paste is more than one cell; one comes with a line break of its own. */
const isTable = (text) => /[\t\n]/.test(text.replace(/\r?\n$/, ""));

/** Let pastes into cells lead there, once all that was typed is stored. */
export function startPasting(saver, form) {
  form.addEventListener("paste", async (event) => {
    const cell = event.target.closest("[data-cell]");
    const link = cell?.closest("[data-question]").querySelector("[data-paste]");
    const text = event.clipboardData.getData("text/plain");
    if (!link || !isTable(text)) return;
    event.preventDefault();
    if (await saver.flush()) send(link.href, text, cell.dataset.cell);
    else announce(say("page_unsaved"));
  });
}
