// Saving in the background: one answer at a time for each question, and nothing lost.

import { showConflict } from "./conflict.js";
import { showProgress } from "./contents.js";
import { fill, formatNumber, gather, gatherBlank, settle } from "./fields.js";
import { showProblems } from "./problems.js";
import { csrfToken, signIn } from "./signing.js";
import { announce, say } from "./texts.js";

const PAUSE = 600;
const LONGEST_WAIT = 30_000;

/** States of a question: saved, unsaved, saving, retrying, conflict, refused, waiting_sign_in. */
const PAGE_STATES = ["conflict", "refused", "retrying", "waiting_sign_in", "unsaved", "saving"];

const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : "sv-SE";

const clock = (time) =>
  new Date(time).toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" });

const moment = (time) =>
  new Date(time).toLocaleString(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });

/** One question: what was last stored, and what is on its way. */
class Draft {
  constructor(question, saver) {
    this.question = question;
    this.saver = saver;
    this.state = "saved";
    this.stored = this.current();
    this.timer = 0;
    this.wait = 1000;
    this.sending = null;
    this.rest = question.querySelector(".save-state").textContent;
    this.unheard = [];
  }

  /** The inputs as JSON text, to compare. */
  current() {
    const value = gather(this.question);
    return JSON.stringify({ value, blank: gatherBlank(this.question, value) });
  }

  get version() {
    return Number(this.question.dataset.version);
  }

  set version(version) {
    this.question.dataset.version = version;
    document.getElementsByName(`q.${this.question.dataset.question}.version`)[0].value = version;
  }

  get settled() {
    return this.state === "saved" && !this.sending;
  }

  /** Whether nothing of one's own waits here. */
  get untouched() {
    return this.settled && this.current() === this.stored;
  }

  /** Show what a colleague stored; only where nothing of one's own waits. */
  take(change, text) {
    fill(this.question, change.value, change.blank);
    this.question.dataset.blank = JSON.stringify(change.blank ?? null);
    this.version = change.version;
    this.stored = this.current();
    this.become("saved", text);
  }

  /** Something was typed or chosen: save it after a pause, or at once. */
  touch(pause) {
    if (this.state === "conflict") return;
    clearTimeout(this.timer);
    if (this.current() === this.stored && !this.sending) {
      if (this.state !== "saved") this.become("saved");
      return;
    }
    if (!this.sending && this.state !== "retrying") this.become("unsaved");
    this.timer = setTimeout(() => this.save(), pause);
  }

  become(state, text) {
    this.state = state;
    const place = this.question.querySelector(".save-state");
    if (state === "saved") this.rest = text ?? this.rest;
    place.textContent = state === "saved" ? this.rest : text ?? say(state);
    place.dataset.state = state;
    this.saver.showState();
  }

  /** Send what stands in the inputs. Resolves when nothing is on its way any more. */
  save() {
    clearTimeout(this.timer);
    if (this.sending) return this.sending;
    if (this.state === "conflict") return Promise.resolve();
    const body = this.current();
    if (body === this.stored) return Promise.resolve(this.become("saved"));
    this.become("saving");
    this.sending = this.send(body).finally(() => {
      this.sending = null;
      this.saver.showState();
    }).then((again) => (again ? this.save() : undefined));
    return this.sending;
  }

  async send(body) {
    let response;
    try {
      response = await this.put(body);
    } catch {
      return this.retry(body);
    }
    if (response.status >= 500 || response.status === 429) return this.retry(body);
    const reply = await response.json().catch(() => ({}));
    if (response.ok) return this.accept(reply, body);
    if (response.status === 401) return this.signInAndSave();
    if (response.status === 409 && reply.theirs) return this.recognise(reply) || this.dispute(reply, body);
    return this.refuse(reply);
  }

  put(body) {
    return fetch(this.saver.urlOf(this.question), {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ ...JSON.parse(body), version: this.version }),
    });
  }

  /** Stored. True if more was typed meanwhile. */
  accept(reply, body) {
    this.wait = 1000;
    this.unheard = [];
    this.version = reply.version;
    this.stored = body;
    const sent = JSON.parse(body);
    this.question.dataset.blank = JSON.stringify(reply.blank ?? null);
    const same = this.current() === body;
    if (same) {
      settle(this.question, sent.value, reply.value);
      this.stored = this.current();
    }
    this.become(same ? "saved" : "unsaved", same ? say("saved", { time: clock(Date.now()) }) : undefined);
    this.saver.hear(this.question, reply);
    return !same;
  }

  /** Do something else that stores this answer; what is typed meanwhile is saved after it. */
  async hold(work) {
    await this.save();
    if (this.state === "conflict") throw new Error(say("page_conflict"));
    this.sending = work().finally(() => {
      this.sending = null;
      this.touch(0);
    });
    return this.sending;
  }

  /** An upload stored the files, and nothing else of this answer. */
  acceptUpload(reply) {
    this.version = reply.version;
    this.stored = this.state === "saved" ? this.current() : "";
    if (this.state === "saved") this.become("saved", say("saved", { time: clock(Date.now()) }));
    this.saver.hear(this.question, reply);
  }

  /** What stands there is what one sent oneself, and the reply was lost: no conflict. */
  recognise(reply) {
    const { value, blank, version } = reply.theirs;
    if (!this.unheard.includes(JSON.stringify({ value, blank }))) return false;
    this.unheard = [];
    this.version = version;
    return true;
  }

  /** Try again later. What was sent may have been stored all the same, so it is remembered. */
  retry(body) {
    this.unheard.push(body);
    this.become("retrying");
    this.timer = setTimeout(() => this.save(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return false;
  }

  async signInAndSave() {
    this.become("waiting_sign_in");
    return signIn(this.saver.plan.session_url);
  }

  dispute(reply, body) {
    this.become("conflict");
    showConflict(this.question, reply, {
      choose: (version, save) => this.resolve(version, save),
      keepAside: () => this.keepAside(body),
      formatTime: moment,
    });
    return false;
  }

  /** What was typed while the conflict stood goes into the history before it leaves the field. */
  async keepAside(disputed) {
    const body = this.current();
    if (body === disputed) return true;
    const response = await this.put(body).catch(() => null);
    return response?.status === 409 || response?.ok === true;
  }

  /** A person chose in a conflict. */
  resolve(version, save) {
    this.version = version;
    this.stored = save ? "" : this.current();
    this.become(save ? "unsaved" : "saved", save ? undefined : say("saved", { time: clock(Date.now()) }));
    if (save) this.save();
    (this.question.querySelector(".input, .choice input") ?? this.question).focus();
  }

  refuse(reply) {
    const message = reply.message ?? say("refused");
    this.become("refused", `${say("refused")}: ${message}`);
    announce(`${this.question.dataset.label}: ${say("refused")}. ${message}`);
    return false;
  }
}

/** All questions of the page. */
export class Saver {
  constructor(plan, form) {
    this.plan = plan;
    this.form = form;
    this.place = document.getElementById("page-state");
    this.drafts = new Map();
    for (const question of form.querySelectorAll("[data-editable]")) {
      if (question.dataset.kind !== "computed") {
        this.drafts.set(question, new Draft(question, this));
      }
    }
    this.listen();
  }

  listen() {
    this.form.addEventListener("input", (event) => this.touch(event, PAUSE));
    this.form.addEventListener("change", (event) => this.touch(event, 0));
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (!this.settled) event.preventDefault();
    });
  }

  touch(event, pause) {
    if (event.target.type === "file") return;
    const choice = ["radio", "checkbox"].includes(event.target.type);
    this.drafts.get(event.target.closest("[data-question]"))?.touch(choice ? 0 : pause);
  }

  urlOf(question) {
    const id = encodeURIComponent(question.dataset.question);
    return this.plan.save_url.replace(/\{question\}|%7Bquestion%7D/i, id);
  }

  get settled() {
    return [...this.drafts.values()].every((draft) => draft.settled);
  }

  /** Save everything now; true if all is stored. */
  async flush() {
    const open = [...this.drafts.values()].filter((draft) => draft.state !== "saved");
    await Promise.all(open.map((draft) => draft.save()));
    return this.settled;
  }

  /** The draft of a question, for uploads, which are saves as well. */
  draftOf(question) {
    return this.drafts.get(question);
  }

  /** Show what the server said of one answer and of all that hangs on it. */
  hear(question, reply) {
    const own = reply.problems?.filter(
      (problem) => (problem.question ?? question.dataset.question) === question.dataset.question);
    if (own) showProblems(question, own);
    if (!reply.derived) question.querySelector(".derived")?.remove();
    if (!reply.carried) question.querySelector(".carried")?.remove();
    this.hearPage(reply);
  }

  /** Show what the server said of what hangs on answers, and let the page follow. */
  hearPage(reply) {
    for (const [id, computed] of Object.entries(reply.computed ?? {})) {
      const output = document.getElementById(`q.${id}`);
      if (!output) continue;
      output.dataset.value = computed.value ?? "";
      output.textContent = computed.value === null ? say("not_computed")
        : computed.text ?? formatNumber(computed.value);
    }
    if (reply.progress) showProgress(reply.progress);
    this.form.dispatchEvent(new CustomEvent("reply", { detail: reply }));
    this.form.dispatchEvent(new Event("answered"));
  }

  /** The page's own state: the worst of its questions', told only when it changes. */
  showState() {
    const states = new Set([...this.drafts.values()].map((draft) => draft.state));
    const worst = PAGE_STATES.find((state) => states.has(state)) ?? "saved";
    clearTimeout(this.timer);
    // A save that goes well is over before anyone has read "Sparar".
    const calm = worst === "saving" || worst === "unsaved";
    this.timer = setTimeout(() => this.tell(worst), calm ? 1500 : 0);
  }

  tell(state) {
    const key = { saving: "unsaved", waiting_sign_in: "unsaved" }[state] ?? state;
    const text = say(`page_${key}`);
    if (this.place.textContent !== text) this.place.textContent = text;
    this.place.dataset.state = key;
    this.place.hidden = false;
  }
}
