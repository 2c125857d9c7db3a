// Signing in again without leaving the page: a dialog, and everyone who waits for it.

import { say } from "./texts.js";

const dialog = document.getElementById("sign-in");
/** Milliseconds without a key: a pause. */
const REST = 1500;
/** Milliseconds in which nobody can have begun with a password. */
const SLIP = 600;
let asking = null;
let typedAt = -REST;
document.addEventListener("input", () => { typedAt = performance.now(); }, true);

/** The token that goes with every request that changes something. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

/** Whether a reply asks one to sign in: the login ran out, or it is another one since, in a tab
 * beside this, and this page's token went with the old. */
export const mustSignIn = (status, reply) => status === 401 || reply?.error === "csrf";

async function enter(form, url) {
  const data = Object.fromEntries(new FormData(form));
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
  });
  const reply = await response.json().catch(() => ({}));
  if (!response.ok) {
    const told = new Error(reply.message ?? say("wrong_password"));
    told.field = reply.error?.startsWith("factor_") ? "code" : "password";
    throw told;
  }
  renew(reply.csrf_token);
}

function renew(token) {
  if (!token) return;
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.getElementsByName("csrf_token")) field.value = token;
}

/** Resolves once nobody has typed for a while: a dialog that opens under somebody's hands would
 * take the rest of the sentence for a password. */
async function rest() {
  for (;;) {
    const left = typedAt + REST - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}

/** Keys that were on their way when the dialog opened belong where they were meant to go. */
function giveBack(place, key) {
  dialog.close("slipped");
  place.goBack();
  place.field.setRangeText(key, ...place.caret, "end");
  place.field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Where somebody was writing; a dialog that closes gives the field back, but not the caret. */
function whereWriting() {
  const field = document.activeElement;
  if (!field?.matches("textarea")) return null;
  const caret = [field.selectionStart, field.selectionEnd];
  return { field, caret, goBack() { field.focus(); field.setSelectionRange(...caret); } };
}

/** Show the field for the code of the second factor, once the password was right; or put it away. */
function askForCode(form, wanted) {
  const field = form.elements.code;
  if (!field) return; // nobody signs in by a password here
  field.closest("[data-factor]").hidden = !wanted;
  field.disabled = !wanted;
  field.value = "";
  if (wanted) field.focus();
}

/** Signing in takes place in a window beside this: ask now and then whether it is done. */
function watch(url, closed) {
  const asked = setInterval(async () => {
    const response = await fetch(url).catch(() => null);
    if (!response?.ok || closed.signal.aborted) return;
    renew((await response.json()).csrf_token);
    dialog.close("entered");
  }, 2000);
  closed.signal.addEventListener("abort", () => clearInterval(asked));
}

/** Open the dialog; resolves with how it was closed: "entered", "later" or "slipped". */
function ask(url) {
  const form = dialog.querySelector("form");
  const error = dialog.querySelector(".form-error");
  const place = whereWriting();
  const opened = performance.now();
  const slips = () => place && performance.now() - opened < SLIP;
  const closed = new AbortController();
  error.hidden = true;
  form.addEventListener("beforeinput", (event) => {
    // One key: what comes whole is a password that something filled in.
    if (!slips() || event.inputType !== "insertText" || event.data.length > 2) return;
    event.preventDefault();
    giveBack(place, event.data);
  }, { signal: closed.signal });
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (!form.elements.password) return;
    if (slips() && !form.elements.password.value) return giveBack(place, "\n");
    try {
      await enter(form, url);
      dialog.close("entered");
    } catch (problem) {
      error.textContent = problem instanceof TypeError ? say("network") : problem.message;
      error.hidden = false;
      if (problem.field === "code") askForCode(form, true);
      else form.elements.password.select();
    }
  };
  dialog.querySelector("[data-later]").onclick = () => dialog.close("later");
  dialog.returnValue = "";
  dialog.showModal();
  const elsewhere = dialog.querySelector("[data-elsewhere]");
  if (elsewhere) watch(url, closed);
  const { email, password } = form.elements;
  (elsewhere ?? (email.value ? password : email)).focus();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      closed.abort();
      if (dialog.returnValue !== "slipped") place?.goBack();
      if (password) password.value = "";
      askForCode(form, false);
      resolve(dialog.returnValue || "later");
    };
  });
}

async function askUntilAnswered(url) {
  let answer = "slipped";
  while (answer === "slipped") {
    await rest();
    answer = await ask(url);
  }
  asking = null;
  return answer === "entered";
}

/** Ask for the password in place; resolves with true once signed in, false for "later". */
export function signIn(url) {
  asking ??= askUntilAnswered(url);
  return asking;
}
