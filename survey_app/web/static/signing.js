// Signing in again without leaving the page: a dialog, and everyone who waits for it.

import { say } from "./texts.js";

const dialog = document.getElementById("sign-in");
let asking = null;

/** The token that goes with every request that changes something. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

async function enter(form, url) {
  const data = Object.fromEntries(new FormData(form));
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
  });
  const reply = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(reply.message ?? say("wrong_password"));
  renew(reply.csrf_token);
}

function renew(token) {
  if (!token) return;
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.getElementsByName("csrf_token")) field.value = token;
}

/** Ask for the password in place; resolves with true once signed in, false for "later". */
export function signIn(url) {
  asking ??= new Promise((resolve) => {
    const form = dialog.querySelector("form");
    const error = dialog.querySelector(".form-error");
    error.hidden = true;
    form.onsubmit = async (event) => {
      event.preventDefault();
      try {
        await enter(form, url);
        dialog.returnValue = "entered";
        dialog.close("entered");
      } catch (problem) {
        error.textContent = problem instanceof TypeError ? say("network") : problem.message;
        error.hidden = false;
        form.elements.password.select();
      }
    };
    dialog.querySelector("[data-later]").onclick = () => dialog.close("later");
    dialog.onclose = () => {
      form.elements.password.value = "";
      asking = null;
      resolve(dialog.returnValue === "entered");
    };
    dialog.returnValue = "";
    dialog.showModal();
    (form.elements.email.value ? form.elements.password : form.elements.email).focus();
  });
  return asking;
}
