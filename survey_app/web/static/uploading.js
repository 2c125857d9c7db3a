// Files: sent as soon as they are chosen, one after the other, with progress.

import { enclosuresOf, showFiles } from "./fields.js";
import { csrfToken, mustSignIn, signIn } from "./signing.js";
import { announce, say } from "./texts.js";

function post(url, form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, reply: request.response ?? {} });
    request.onerror = () => reject(new Error(say("network")));
    request.send(form);
  });
}

/** The files within a reply's value, for the whole answer or for one option's field. */
function storedFiles(reply, option) {
  const value = option ? reply.value?.details?.[option] : reply.value;
  return value?.files ?? [];
}

class Upload {
  constructor(file, input, saver) {
    this.file = file;
    this.saver = saver;
    this.question = input.closest("[data-question]");
    this.option = input.closest("[data-detail]")?.dataset.detail;
    this.name = input.closest("[data-enclosures]").dataset.enclosures;
    this.place = document.getElementById("upload-template").content.cloneNode(true).firstElementChild;
    this.bar = this.place.querySelector("progress");
    this.place.querySelector("span").textContent = say("uploading", { name: file.name });
    this.bar.setAttribute("aria-label", say("uploading", { name: file.name }));
    enclosuresOf(this.name).querySelector(".uploads").append(this.place);
  }

  form() {
    const form = new FormData();
    form.append("version", this.question.dataset.version);
    if (this.option) form.append("option", this.option);
    form.append("file", this.file);
    return form;
  }

  send() {
    // What is typed beside the file is saved first, and later waits, so that the two do not collide.
    return this.saver.draftOf(this.question).hold(() => this.transmit());
  }

  async transmit() {
    const url = `${this.saver.urlOf(this.question)}/files`;
    const { status, reply } = await post(url, this.form(), (part) => (this.bar.value = part));
    if (mustSignIn(status, reply)) {
      if (await signIn(this.saver.plan.session_url)) return this.transmit();
      throw new Error(say("waiting_sign_in"));
    }
    if (status === 409 && reply.theirs) this.saver.draftOf(this.question).dispute(reply);
    if (status !== 200) throw new Error(reply.message ?? say("server"));
    return this.accept(reply);
  }

  accept(reply) {
    const files = storedFiles(reply, this.option);
    const urls = new Map((reply.files ?? []).map((file) => [file.sha256, file]));
    this.saver.draftOf(this.question).acceptUpload(reply, () => showFiles(
      this.name, files.map((file) => ({ ...urls.get(file.sha256), ...file }))));
    this.place.remove();
    announce(say("uploaded", { name: this.file.name }));
  }

  fail(error) {
    const values = { name: this.file.name, reason: error.message };
    this.place.className = "upload-failed";
    this.place.setAttribute("role", "alert");
    this.place.textContent = say("upload_failed", values);
  }
}

async function sendAll(input, saver) {
  const uploads = [...input.files].map((file) => new Upload(file, input, saver));
  input.value = "";
  for (const upload of uploads) {
    try {
      await upload.send();
    } catch (error) {
      upload.fail(error);
    }
  }
}

/** Send files when they are chosen. */
export function startUploading(saver, form) {
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file" || !event.target.files.length) return;
    const block = event.target.closest("[data-enclosures]");
    for (const old of block.querySelectorAll(".upload-failed")) old.remove();
    sendAll(event.target, saver);
  });
}
