// Papers can be ticked off. The ticks stay in this browser; without this file there are no boxes.
const KEY = "papers";

const read = () => {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEY)) ?? []);
  } catch {
    return new Set();
  }
};

const tick = (key, on) => {
  const ticks = read(); // another tab may have ticked meanwhile
  ticks[on ? "add" : "delete"](key);
  try {
    localStorage.setItem(KEY, JSON.stringify([...ticks]));
  } catch {
    // Full or forbidden: the tick is there until the page is left.
  }
};

for (const list of document.querySelectorAll("[data-ticks]")) {
  const ticks = read();
  for (const place of list.querySelectorAll("[data-tick]")) {
    const key = place.dataset.tick;
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = ticks.has(key);
    box.ariaLabel = `${list.dataset.tickLabel}: ${document.getElementById(`paper-${key}`).textContent.trim()}`;
    box.addEventListener("change", () => tick(key, box.checked));
    const label = document.createElement("label");
    label.append(box);
    place.append(label);
  }
  list.querySelector("[data-ticks-note]").hidden = false;
}
