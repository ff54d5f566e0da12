// Small conveniences. Everything works without this file.

// The mobile menu closes with Escape, when one clicks beside it and when the focus leaves it.
for (const menu of document.querySelectorAll("[data-menu]")) {
  const summary = menu.querySelector("summary");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      summary.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// A form is sent once: the button says that it is on its way. The server refuses a second copy anyway.
for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("[type=submit]");
  const label = button.querySelector("[data-label]") ?? button;
  const atRest = label.textContent;
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-disabled", "true");
    label.textContent = button.dataset.busy || atRest;
  });
  // Back from the next page, the browser shows the form as it was left.
  addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    label.textContent = atRest;
  });
}

// What the form cannot take is told before it is sent for nothing. The server looks again.
for (const field of document.querySelectorAll("[type=file][data-most-bytes]")) {
  const note = field.parentElement.querySelector("[data-files-note]");
  if (!note) continue;
  field.addEventListener("change", () => {
    const files = [...field.files];
    const large = files.filter((file) => file.size > field.dataset.mostBytes).map((file) => file.name);
    const told = large.length ? [`${note.dataset.tooLarge} ${large.join(", ")}.`] : [];
    if (files.length > field.dataset.mostFiles) told.push(note.dataset.tooMany);
    note.textContent = told.join(" ");
  });
}

// Buttons that need this file are hidden without it.
const status = document.querySelector("[data-status]");
for (const button of document.querySelectorAll("[data-copy], [data-print]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if ("print" in button.dataset) {
      print();
      return;
    }
    try {
      await navigator.clipboard.writeText(button.dataset.copy || location.href);
      button.querySelector("[data-label]").textContent = button.dataset.done;
      if (status) status.textContent = button.dataset.done;
    } catch {
      button.hidden = true;
    }
  });
}

// What is folded is printed unfolded.
const folded = new Set();
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.accordion:not([open])")) {
    details.open = true;
    folded.add(details);
  }
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
  folded.clear();
});

// The list of mistakes takes the focus, so that a screen reader starts there.
document.querySelector("[data-error-summary]")?.focus();
