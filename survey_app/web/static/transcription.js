// Typing over into the authority's form: copy a field, tick it at once, go on by the keyboard alone.

const form = document.getElementById("transcription");
const said = document.getElementById("typed-said");
const fields = [...form.querySelectorAll("[data-field]")];

const textOf = (field) => field.querySelector(".typed-text");
const boxOf = (field) => field.querySelector("[name=done]");

function tell(text) {
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = text; });
}

/** The field's text on the clipboard; where the browser refuses, it is selected for Ctrl + C. */
async function copy(field) {
  const text = textOf(field);
  text.focus();
  text.select();
  let copied;
  try {
    await navigator.clipboard.writeText(text.value);
    copied = true;
  } catch {
    copied = document.execCommand("copy");
  }
  tell(copied ? form.dataset.copied.replace("{name}", field.dataset.name) : form.dataset.select);
}

function show(field, reply) {
  field.querySelector(".typed-told").textContent = reply.told[field.dataset.field] ?? "";
  const changed = field.querySelector(".typed-changed");
  if (changed) changed.hidden = boxOf(field).checked;
  document.getElementById("typed-progress").textContent = reply.progress;
  form.querySelector("progress").value = reply.done;
  if (reply.done === reply.total) tell(form.dataset.all);
}

/** Keep the tick as it is now; where that fails the box goes back, and the page says so. */
async function keep(field) {
  const box = boxOf(field);
  const wanted = box.checked;
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set(wanted ? "done" : "was", field.dataset.field);
  body.set("whole", "1");
  try {
    const reply = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" },
    });
    if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
    show(field, await reply.json());
    return true;
  } catch {
    box.checked = !wanted;
    tell(form.dataset.failed);
    return false;
  }
}

/** Ctrl + Enter: what stands in the authority's form is ticked; the next that does not is copied. */
async function goOn(here) {
  if (here && !boxOf(here).checked) {
    boxOf(here).checked = true;
    if (!await keep(here)) return;
  }
  const after = here ? fields.slice(fields.indexOf(here) + 1) : fields;
  const next = [...after, ...fields].find((field) => !boxOf(field).checked);
  if (next) await copy(next);
  else document.getElementById("receipt_number").focus();
}

let busy = Promise.resolve();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const place = document.activeElement;
  if (place && place !== document.body && !form.contains(place) && place.id !== "main") return;
  event.preventDefault();
  if (event.repeat) return;
  busy = busy.then(() => goOn(document.activeElement?.closest("[data-field]")));
});
form.addEventListener("click", (event) => {
  const button = event.target.closest(".typed-copy");
  if (button) copy(button.closest("[data-field]"));
});
form.addEventListener("change", (event) => {
  if (event.target.name !== "done") return;
  // One after the other, as the boxes are when their turn comes: what is sent last holds.
  busy = busy.then(() => keep(event.target.closest("[data-field]")));
});

for (const button of form.querySelectorAll(".typed-copy")) button.hidden = false;
for (const button of form.querySelectorAll("[data-by-hand]")) button.hidden = true;
document.getElementById("keys").hidden = false;
