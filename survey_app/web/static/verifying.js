// Trying a package: drop it anywhere on the form, and see how far it has come.

function labels(form) {
  const place = form.querySelector("[data-progress]");
  return (shown) => {
    place.hidden = !shown;
    for (const name of ["sending", "trying", "failed"]) {
      place.querySelector(`[data-${name}]`).hidden = name !== shown;
    }
    place.querySelector("progress").hidden = shown === "failed";
  };
}

function showReply(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.getElementById("main");
  // Another page than ours, such as signing in, is better met as a page of its own.
  if (!main?.querySelector("[data-verifying]")) return false;
  document.getElementById("main").replaceChildren(...main.childNodes);
  document.title = page.title;
  const found = document.querySelector("#outcome, #problem-summary");
  const target = found ?? document.querySelector("h1");
  start();
  target.setAttribute("tabindex", "-1");
  target.focus();
  return true;
}

function send(form) {
  const show = labels(form);
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const fail = () => {
    show("failed");
    button.disabled = false;
  };
  request.open("POST", form.action);
  request.upload.onprogress = (event) => (bar.value = event.loaded / event.total);
  request.upload.onload = () => {
    bar.removeAttribute("value"); // how long the trying takes, nobody knows
    show("trying");
  };
  request.onload = () => {
    if (!showReply(request)) HTMLFormElement.prototype.submit.call(form);
  };
  request.onerror = fail;
  const body = new FormData(form);
  button.disabled = true;
  bar.value = 0;
  show("sending");
  request.send(body);
}

function takeDrops(form) {
  const input = form.querySelector("input[type=file]");
  form.querySelector("[data-drop]").hidden = false;
  const over = (event, on) => {
    event.preventDefault();
    form.classList.toggle("drop-over", on);
  };
  form.addEventListener("dragover", (event) => over(event, true));
  form.addEventListener("dragleave", (event) => over(event, false));
  form.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
    send(form);
  });
}

function start() {
  const form = document.querySelector("[data-verifying]");
  takeDrops(form);
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("input[type=file]").files.length) return; // the server says what to do
    event.preventDefault();
    send(form);
  });
}

start();
