// Saving in the background: one answer at a time for each question, and nothing lost.

import { showConflict } from "./conflict.js";
import { showProgress } from "./contents.js";
import {
  canTakeIn, fill, formatNumber, gather, gatherBlank, isAsLoaded, settle, takeIn,
} from "./fields.js";
import { clock, moment } from "./moment.js";
import { showProblems } from "./problems.js";
import { csrfToken, mustSignIn, signIn } from "./signing.js";
import { announce, say } from "./texts.js";

const PAUSE = 600;
const LONGEST_WAIT = 30_000;
const LONGEST_ASKED = 120;
/** Milliseconds after which a save that got no reply is sent again: a line can be dead in silence. */
const PATIENCE = 20_000;

/** A list or a table is long, and saved whole: not at every breath. */
const pauseOf = (target) => Number(target.closest("[data-pause]")?.dataset.pause ?? PAUSE);
/** A field that was left is saved at once; a cell only when one leaves the table, or rests. */
const changed = (target) => (target.matches("[data-cell]") ? pauseOf(target) : 0);

/** States of a question: saved, unsaved, saving, retrying, conflict, refused, waiting_sign_in. */
const PAGE_STATES = ["conflict", "refused", "retrying", "waiting_sign_in", "unsaved", "saving"];

/** One question: what was last stored, and what is on its way. */
class Draft {
  constructor(question, saver) {
    this.question = question;
    this.saver = saver;
    this.state = "saved";
    this.stored = isAsLoaded(question) ? this.current() : "";
    this.timer = 0;
    this.wait = 1000;
    this.sending = null;
    this.rest = question.querySelector(".save-state").textContent;
    this.unheard = null;
    this.balked = false;
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
    return this.settled && this.same;
  }

  /** Whether the inputs say what is stored; what was sent and not heard of may be stored too. */
  get same() {
    return this.current() === this.stored && this.unheard === null;
  }

  /** Show what a colleague stored; only where nothing of one's own waits. */
  take(change, text) {
    fill(this.question, change.value, change.blank);
    this.version = change.version;
    this.stored = this.current();
    this.become("saved", text);
  }

  /** Show what a colleague stored elsewhere in the answer than where one is. False if it is not
   * elsewhere, or the answer is one thing. */
  takeBeside(change, text) {
    if (!this.untouched || !canTakeIn(this.question)) return false;
    const here = JSON.parse(this.current());
    const shun = document.activeElement;
    if (!takeIn(this.question, { before: here, sent: here, stored: change, shun })) return false;
    this.version = change.version;
    this.stored = this.current();
    this.become("saved", text);
    return true;
  }

  /** Something was typed or chosen: save it after a pause, or at once. */
  touch(pause) {
    if (this.state === "conflict") return;
    clearTimeout(this.timer);
    if (this.same && !this.sending) {
      if (this.state !== "saved") this.become("saved");
      return;
    }
    const told = this.sending ? this.state !== "saved" : this.state === "retrying";
    if (!told) this.become("unsaved");
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

  /** Send what stands in the inputs. Resolves when nothing is on its way any more.
   *
   * What was sent before and not heard of goes first, as it was: if it is stored already the server
   * says so, and what was typed since is no conflict with it. */
  save() {
    clearTimeout(this.timer);
    if (this.sending) return this.sending;
    if (this.state === "conflict") return Promise.resolve();
    if (this.same) return Promise.resolve(this.become("saved"));
    const body = this.unheard ?? this.current();
    this.become("saving");
    this.sending = this.send(body).finally(() => {
      this.sending = null;
      this.saver.showState();
    }).then((again) => (again ? this.save() : undefined));
    return this.sending;
  }

  async send(body) {
    let response;
    let reply;
    try {
      response = await this.put(body);
      reply = await response.json();
    } catch {
      // No reply, half of one, or somebody else's, such as the page of a network that asks one to
      // sign in: nothing says that it is stored.
      return this.retry(body);
    }
    if (response.status >= 500 || response.status === 429) {
      return this.retry(body, reply.error, Number(response.headers.get("Retry-After")) || 0);
    }
    if (response.ok) return Number.isInteger(reply.version) ? this.accept(reply, body) : this.retry(body);
    if (mustSignIn(response.status, reply)) return this.signInAndSave();
    if (response.status === 409 && reply.theirs) return this.forget() || this.dispute(reply, body);
    return this.refuse(reply);
  }

  put(body) {
    return fetch(this.saver.urlOf(this.question), {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({
        ...JSON.parse(body),
        version: this.version,
        questionnaire_sha256: this.saver.plan.questionnaire_sha256,
      }),
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  /** Stored. True if more was typed meanwhile. */
  accept(reply, body) {
    this.wait = 1000;
    this.unheard = null;
    const sent = JSON.parse(body);
    const same = this.current() === body;
    if (reply.merged && !this.takeMerged(reply, sent)) return this.balk();
    this.version = reply.version;
    this.stored = reply.merged ? JSON.stringify({ value: reply.value, blank: reply.blank }) : body;
    this.question.dataset.blank = JSON.stringify(reply.blank ?? null);
    if (same) {
      settle(this.question, sent.value, reply.value);
      this.stored = this.current();
    }
    this.become(same ? "saved" : "unsaved", same ? say("saved", { time: clock(Date.now()) }) : undefined);
    this.saver.hear(this.question, reply);
    return !same;
  }

  /** Others had changed the answer elsewhere, and it is stored with both: their part comes into the
   * page. False where they changed what was typed since it was sent: that is sent upon the version
   * that one knew, and the server sets the two side by side. */
  takeMerged(reply, sent) {
    const before = JSON.parse(this.stored || '{"value": null}');
    if (!takeIn(this.question, { before, sent, stored: reply })) return false;
    this.balked = false;
    showTakenIn(this.question, reply.taken_in);
    return true;
  }

  /** What was typed goes against theirs at once; should the server see no conflict, in a while. */
  balk() {
    const again = this.balked;
    this.balked = true;
    if (!again) return true;
    this.become("unsaved");
    this.timer = setTimeout(() => this.save(), LONGEST_WAIT);
    return false;
  }

  /** Do something else that stores this answer; what is typed meanwhile is saved after it. */
  async hold(work) {
    await this.save();
    if (this.state === "conflict") throw new Error(say("page_conflict"));
    if (this.unheard !== null) throw new Error(say("network"));
    this.sending = work().finally(() => {
      this.sending = null;
      this.touch(0);
    });
    return this.sending;
  }

  /** An upload stored the files, and nothing else of this answer: show puts them on the page.
   * What was typed meanwhile is still to be saved. */
  acceptUpload(reply, show) {
    const { same } = this;
    show();
    this.version = reply.version;
    this.stored = same ? this.current() : "";
    if (same) this.become("saved", say("saved", { time: clock(Date.now()) }));
    this.saver.hear(this.question, reply);
  }

  /** Somebody wrote upon what was not heard of: what stands in the field now is set against that.
   * True if there was anything of the kind. */
  forget() {
    const had = this.unheard !== null;
    this.unheard = null;
    return had;
  }

  /** Try again later, not before the seconds that the server asks for. What was sent may have been stored all the same, so it is remembered; not
   * where the server itself says that it failed. */
  retry(body, error, seconds = 0) {
    this.unheard = error === "unforeseen" ? null : body;
    this.become("retrying");
    const asked = Math.min(seconds, LONGEST_ASKED) * 1000;
    this.timer = setTimeout(() => this.save(), Math.max(this.wait, asked));
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
    this.unheard = null;
    const message = this.saver.moved ?? reply.message ?? say("refused");
    this.become("refused", `${say("refused")}: ${message}`);
    announce(`${this.question.dataset.label}: ${say("refused")}. ${message}`);
    this.saver.form.dispatchEvent(new Event("refused"));
    return false;
  }
}

/** Say at the question what came into it from others with a save. */
function showTakenIn(question, text) {
  if (!text) return;
  const note = question.querySelector(".taken-in") ?? document.createElement("p");
  note.className = "taken-in notice notice-info";
  note.textContent = text;
  question.querySelector(".conflict-place").before(note);
  announce(`${question.dataset.label}: ${text}`);
}

/** All questions of the page. */
export class Saver {
  constructor(plan, form) {
    this.plan = plan;
    this.form = form;
    this.place = document.getElementById("page-state");
    this.drafts = new Map();
    this.moved = null;
    for (const question of form.querySelectorAll("[data-editable]")) {
      if (question.dataset.kind !== "computed") {
        this.drafts.set(question, new Draft(question, this));
      }
    }
    this.listen();
    // What was typed before the scripts had arrived.
    for (const draft of this.drafts.values()) if (!draft.stored) draft.touch(0);
  }

  listen() {
    this.form.addEventListener("input", (event) => this.touch(event, pauseOf(event.target)));
    this.form.addEventListener("change", (event) => this.touch(event, changed(event.target)));
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

  /** The answers went on to another state, or came back from one: said at the top, and wherever
   * a save is refused. Nothing that is written here goes away. */
  hearMoved(text) {
    this.moved = text;
    const notice = document.getElementById("moved");
    notice.hidden = false;
    notice.querySelector(".notice-heading").textContent = text;
    for (const draft of this.drafts.values()) {
      if (draft.state === "refused") draft.become("refused", `${say("refused")}: ${text}`);
    }
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
