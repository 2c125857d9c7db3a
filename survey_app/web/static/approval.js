// Sending questions back: what is typed at them is kept while the tab lives, and named at the end.

const form = document.getElementById("decision");

function start() {
  const reasons = [...form.elements].filter((field) => field.name.startsWith("reason."));
  const marked = document.getElementById("marked");
  const place = (field) => `${form.dataset.kept} ${field.name}`;

  function link(field) {
    const found = document.createElement("a");
    found.href = `#${field.id}`;
    found.textContent = field.dataset.label;
    found.addEventListener("click", () => { field.closest("details").open = true; });
    return found;
  }

  function tell() {
    const typed = reasons.filter((field) => field.value.trim());
    marked.replaceChildren(typed.length ? marked.dataset.some : marked.dataset.none);
    typed.forEach((field, number) => marked.append(number ? ", " : " ", link(field)));
  }

  for (const field of reasons) {
    // What the server sent back after a refusal goes before what was kept.
    const kept = sessionStorage.getItem(place(field));
    if (kept && !field.value) {
      field.value = kept;
      field.closest("details").open = true;
    }
    field.addEventListener("input", () => {
      sessionStorage.setItem(place(field), field.value);
      tell();
    });
  }
  tell();
}

if (form) start();
