// @name: suggests, while one writes a comment, the people that the page lists.

const field = document.getElementById("comment");
const people = [...document.querySelectorAll("#people [data-handle]")].map((item) => item.dataset.handle);
const found = document.getElementById("found");
const list = document.createElement("ul");
let shown = [];
let chosen = -1;

/** What stands after the last @ before the cursor, if it can become a name. */
function begun() {
  const before = field.value.slice(0, field.selectionStart);
  const at = before.lastIndexOf("@");
  if (at < 0 || (at > 0 && /[\p{L}\p{N}]/u.test(before[at - 1]))) return null;
  const text = before.slice(at + 1);
  return text.includes("\n") || text.length > 60 ? null : { at, text };
}

function matching(text) {
  const sought = text.toLocaleLowerCase("sv");
  return people.filter((name) => {
    const low = name.toLocaleLowerCase("sv");
    return low !== sought && (low.startsWith(sought) || (sought && low.includes(` ${sought}`)));
  }).slice(0, 8);
}

function close() {
  shown = [];
  chosen = -1;
  list.hidden = true;
  field.removeAttribute("aria-activedescendant");
  found.textContent = "";
}

function mark(place) {
  chosen = place;
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
  field.setAttribute("aria-activedescendant", list.children[place].id);
}

function suggest() {
  const word = begun();
  const names = word ? matching(word.text) : [];
  if (!names.length) return close();
  shown = names;
  list.replaceChildren(...names.map((name, place) => {
    const item = document.createElement("li");
    item.id = `suggestion-${place}`;
    item.setAttribute("role", "option");
    item.textContent = name;
    return item;
  }));
  list.hidden = false;
  found.textContent = field.dataset.found.replace("{n}", names.length);
  mark(0);
}

/** Put a name where the cursor is, in place of what was begun of it. */
function insert(name) {
  const word = begun();
  const start = word && name.toLocaleLowerCase("sv").includes(word.text.toLocaleLowerCase("sv"))
    ? word.at : field.selectionStart;
  field.setRangeText(`@${name} `, start, field.selectionStart, "end");
  field.focus();
  close();
}

const keys = {
  ArrowDown: () => mark((chosen + 1) % shown.length),
  ArrowUp: () => mark((chosen + shown.length - 1) % shown.length),
  Enter: () => insert(shown[chosen]),
  Tab: () => insert(shown[chosen]),
  Escape: close,
};

if (field && people.length) {
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", "people-label");
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.addEventListener("input", suggest);
  field.addEventListener("blur", () => setTimeout(close, 200));
  field.addEventListener("keydown", (event) => {
    if (list.hidden || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) insert(item.textContent);
  });
}
