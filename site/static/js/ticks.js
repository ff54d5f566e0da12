// The list of papers can be ticked off. The ticks are kept in this browser only; without this file there are no boxes.
const KEY = "papers";

const read = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept : []);
  } catch {
    return new Set();
  }
};

const keep = (ticks) => {
  try {
    localStorage.setItem(KEY, JSON.stringify([...ticks]));
    return true;
  } catch {
    return false; // full, or forbidden: the tick is there until the page is left
  }
};

for (const list of document.querySelectorAll("[data-ticks]")) {
  const ticks = read();
  for (const place of list.querySelectorAll("[data-tick]")) {
    const name = document.getElementById(`paper-${place.dataset.tick}`);
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = ticks.has(place.dataset.tick);
    box.id = `tick-${place.dataset.tick}`;
    box.setAttribute("aria-label", `${list.dataset.tickLabel}: ${name.textContent.trim()}`);
    box.addEventListener("change", () => {
      const now = read(); // another tab may have ticked meanwhile
      if (box.checked) now.add(place.dataset.tick);
      else now.delete(place.dataset.tick);
      keep(now);
    });
    const label = document.createElement("label");
    label.append(box);
    place.append(label);
  }
  list.querySelector("[data-ticks-note]").hidden = false;
}
