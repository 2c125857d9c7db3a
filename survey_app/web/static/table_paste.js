// Several cells pasted into a table go to the page that shows what would end up where.

import { csrfToken } from "./signing.js";

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

document.addEventListener("paste", (event) => {
  const cell = event.target.closest?.("[data-cell]");
  const link = cell?.closest("[data-question]")?.querySelector("[data-paste]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  // One cell with its line break is a number like any other.
  if (!link || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  event.preventDefault();
  send(link.href, text, cell.dataset.cell);
});
