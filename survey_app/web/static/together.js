// Several at once: who is on which question, and what others have saved, without ever touching a
// field that someone is in or text that is not saved.

import { canTakeIn, settleFiles } from "./fields.js";
import { clock } from "./moment.js";
import { csrfToken } from "./signing.js";
import { announce, say } from "./texts.js";

const EVERY = 1200;
const SLOWEST = 30_000;
const BEAT = 10_000;
/** Whoever has not touched the page for so long is no longer held to be at work on it. */
const IDLE = 5 * 60_000;

/** A name for this page, so that two windows of one person are two. */
function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const names = (people) => [...new Set(people.map(({ name, yours }) =>
  (yours ? say("you_elsewhere") : name)))].join(", ");

/** Tells the server where one is. */
class Whereabouts {
  constructor(url, browser) {
    Object.assign(this, { url, browser, question: null, told: null, at: 0, moved: Date.now() });
    this.timer = 0;
    document.addEventListener("focusin", () => this.look());
    document.addEventListener("focusout", () => this.look());
    for (const name of ["keydown", "pointerdown"]) {
      document.addEventListener(name, () => { this.moved = Date.now(); });
    }
    window.addEventListener("pagehide", () => this.leave());
  }

  /** Where the focus is, once it has come to rest. */
  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const at = document.activeElement?.closest("[data-question][data-editable]");
      this.question = at?.dataset.question ?? null;
      this.beat();
    }, 150);
  }

  /** Say it at once where it changed, else now and then. */
  beat() {
    const idle = Date.now() - this.moved > IDLE;
    const question = idle ? null : this.question;
    const due = question !== null && Date.now() - this.at >= BEAT;
    if (question !== this.told || due) this.tell(question);
  }

  tell(question) {
    Object.assign(this, { told: question, at: Date.now() });
    fetch(this.url, {
      method: "PUT",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ question, browser: this.browser }),
    }).catch(() => { this.told = null; });
  }

  leave() {
    if (this.told !== null) this.tell(null);
  }
}

/** Shows who is where: at each question, and in a line at the top. */
class Company {
  constructor() {
    this.line = document.getElementById("together");
    this.last = "";
  }

  show(present) {
    const seen = JSON.stringify(present);
    if (seen === this.last) return;
    this.last = seen;
    for (const question of document.querySelectorAll("[data-question]")) {
      const here = present.filter((person) => person.question === question.dataset.question);
      this.showAt(question, here);
    }
    this.showLine(present);
  }

  showAt(question, people) {
    const foot = question.querySelector(".question-foot");
    if (!foot) return;
    let place = foot.querySelector(".present");
    const text = people.length ? say("is_here", { who: names(people) }) : "";
    if (text === (place?.textContent ?? "")) return;
    if (!place) {
      place = document.createElement("span");
      place.className = "present";
      foot.querySelector(".save-state").after(place);
    }
    place.textContent = text;
    const mine = question.contains(document.activeElement);
    if (mine && text) announce(`${question.dataset.label}: ${text}`);
  }

  showLine(present) {
    if (!this.line) return;
    if (!present.length) {
      this.line.replaceChildren(say("nobody_here"));
      return;
    }
    const parts = present.flatMap((person, number) => {
      const link = document.createElement("a");
      link.href = person.url;
      link.textContent = say("at_question", { question: person.label });
      return [`${number ? ", " : " "}${person.yours ? say("you_elsewhere") : person.name} (`, link, ")"];
    });
    this.line.replaceChildren(say("here_now"), ...parts);
  }
}

/** What others saved, shown where nothing of one's own is in the way, else told beside it. */
class News {
  constructor(saver, plan) {
    this.saver = saver;
    this.plan = plan;
    this.waiting = new Map();
    saver.form.addEventListener("focusout", () => setTimeout(() => this.settle(), 200));
    saver.form.addEventListener("reply", () => setTimeout(() => this.settle()));
  }

  hear(reply) {
    for (const change of reply.changes) {
      const question = document.getElementById(`question-${change.question}`);
      if (question && this.saver.draftOf(question)) {
        const problems = reply.problems.filter((item) => item.question === change.question);
        this.waiting.set(question, { ...change, problems });
      } else {
        this.learn(question ? (this.plan.here[change.question] ??= {}) : this.plan.elsewhere, change);
      }
    }
    if (reply.changes.length) {
      this.saver.hearPage({ progress: reply.progress, computed: reply.computed });
      this.settle();
    }
  }

  /** What conditions see of an answer that has no fields here. */
  learn(atoms, change) {
    for (const key of Object.keys(atoms)) {
      if (key.split(".")[0] === change.question) delete atoms[key];
    }
    Object.assign(atoms, change.atoms);
  }

  settle() {
    for (const [question, change] of this.waiting) this.settleOne(question, change);
  }

  settleOne(question, change) {
    const draft = this.saver.draftOf(question);
    if (draft.sending) return; // what comes back tells
    if (change.version <= draft.version) {
      this.waiting.delete(question);
      this.unsay(question);
    } else if (draft.state === "conflict") {
      this.unsay(question);
    } else if (draft.takeBeside(change, changed(change))) {
      this.hearTaken(draft, change);
    } else if (draft.untouched && !inField(question)) {
      this.take(draft, change);
    } else if (draft.untouched || !canTakeIn(question)) {
      this.say(draft, change);
    } // else the save of one's own takes theirs in
  }

  take(draft, change) {
    draft.take({ ...change, value: settleFiles(change.value, change.files) }, changed(change));
    this.hearTaken(draft, change);
  }

  hearTaken({ question }, change) {
    this.waiting.delete(question);
    this.unsay(question);
    this.saver.hear(question, { ...change, problems: change.problems });
    announce(`${question.dataset.label}: ${changed(change)}`);
  }

  /** Beside the field, never in it. */
  say(draft, change) {
    const { question } = draft;
    const old = question.querySelector(".theirs");
    if (Number(old?.dataset.version) === change.version) return this.nameButton(draft, old);
    const note = document.getElementById("theirs-template").content.cloneNode(true)
      .firstElementChild;
    note.dataset.version = change.version;
    note.querySelector("[data-who]").textContent = changed(change);
    note.querySelector("[data-text]").textContent = change.text || say("empty");
    this.nameButton(draft, note);
    note.querySelector("button").addEventListener("click", () => this.choose(draft, change));
    if (old) old.replaceWith(note);
    else question.querySelector(".conflict-place").before(note);
    announce(`${question.dataset.label}: ${changed(change)}`);
  }

  nameButton(draft, note) {
    const text = say(draft.untouched ? "use_theirs" : "compare");
    const button = note.querySelector("button");
    if (button.textContent !== text) button.textContent = text;
  }

  /** Take theirs where nothing of one's own waits; else let both be seen side by side. */
  choose(draft, change) {
    if (draft.untouched) this.take(draft, change);
    else draft.save();
    (draft.question.querySelector(".input, .choice input") ?? draft.question).focus();
  }

  unsay(question) {
    question.querySelector(".theirs")?.remove();
  }
}

const changed = (change) => say(change.yours ? "changed_by_you" : "changed_by",
  { who: change.author, time: clock(change.at) });

const inField = (question) => question.contains(document.activeElement)
  && document.activeElement.matches("input, textarea, select");

/** Ask every second or so what is new, while the page is seen. */
export function startTogether(saver, plan) {
  const browser = newName();
  const whereabouts = new Whereabouts(plan.presence_url, browser);
  const company = new Company();
  const news = new News(saver, plan);
  let { cursor } = plan;
  let wait = EVERY;
  let timer = 0;

  async function ask() {
    const url = `${plan.changes_url}?since=${cursor}&browser=${browser}`;
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (!response.ok) throw new Error(response.statusText);
    const reply = await response.json();
    cursor = reply.cursor;
    company.show(reply.present);
    if (reply.moved) saver.hearMoved(reply.moved);
    news.hear(reply);
    news.settle();
  }

  async function turn() {
    clearTimeout(timer);
    if (document.hidden) return;
    whereabouts.beat();
    try {
      await ask();
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
    clearTimeout(timer);
    timer = setTimeout(turn, wait);
  }

  document.addEventListener("visibilitychange", turn);
  saver.form.addEventListener("refused", turn); // why, is known by now
  saver.form.addEventListener("reply", () => { if (wait > EVERY) turn(); });
  turn();
}
