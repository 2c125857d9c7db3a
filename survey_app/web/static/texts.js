// The texts of the page, translated by the server, and what it says aloud.

const TEXTS = JSON.parse(document.getElementById("texts").textContent);
const announcer = document.getElementById("announcer");
let waiting = [];
let timer = 0;

/** A text with its values: say("saved", {time: "14:03"}). */
export function say(key, values = {}) {
  return TEXTS[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Tell a screen reader, politely; what comes close together is said together. */
export function announce(text) {
  if (!waiting.includes(text)) waiting.push(text);
  clearTimeout(timer);
  timer = setTimeout(() => {
    announcer.textContent = waiting.join(" ");
    waiting = [];
  }, 300);
}
