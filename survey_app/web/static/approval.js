// Sending questions back: what is typed at them is kept by the server, and named at the end.

import { clock } from "./moment.js";

const PAUSE = 800;
/** Milliseconds until what could not be kept is tried again. */
const AGAIN = 5000;
const form = document.getElementById("decision");

/** What is typed at one question, and whether the server has it. */
class Reason {
  constructor(field) {
    this.field = field;
    this.told = document.getElementById(`${field.id}.state`);
    this.kept = field.dataset.unkept === undefined ? field.defaultValue : null;
    this.timer = 0;
    this.sending = null;
  }

  get settled() {
    return this.field.value === this.kept;
  }

  touch(pause) {
    clearTimeout(this.timer);
    if (this.settled) return;
    this.told.textContent = form.dataset.unsaved;
    this.timer = setTimeout(() => this.keep(), pause);
  }

  /** One at a time, so that what is older never comes last. */
  async keep() {
    if (this.sending) return;
    const text = this.field.value;
    this.sending = this.send(text).catch(() => false);
    const done = await this.sending;
    this.sending = null;
    if (done) this.kept = text;
    if (done && this.settled) this.told.textContent = `${form.dataset.saved} ${clock(Date.now())}`;
    else this.touch(done ? 0 : AGAIN);
  }

  async send(text) {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("question", this.field.dataset.question);
    body.set("reason", text);
    const reply = await fetch(form.dataset.keep, { method: "POST", body, redirect: "manual" });
    return reply.status === 204;
  }
}

function start() {
  const fields = [...form.elements].filter((field) => field.name.startsWith("reason."));
  const reasons = fields.map((field) => new Reason(field));
  const marked = document.getElementById("marked");
  let leaving = false;

  function link(field) {
    const found = document.createElement("a");
    found.href = `#${field.id}`;
    found.textContent = field.dataset.label;
    found.addEventListener("click", () => { field.closest("details").open = true; });
    return found;
  }

  function tell() {
    const typed = fields.filter((field) => field.value.trim());
    marked.replaceChildren(typed.length ? marked.dataset.some : marked.dataset.none);
    typed.forEach((field, number) => marked.append(number ? ", " : " ", link(field)));
  }

  for (const reason of reasons) {
    reason.field.addEventListener("input", () => {
      reason.touch(PAUSE);
      tell();
    });
    reason.touch(0);  // what came back after a refusal, or was typed before the scripts came
  }
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && reasons.some((reason) => !reason.settled)) event.preventDefault();
  });
  tell();
}

if (form) start();
