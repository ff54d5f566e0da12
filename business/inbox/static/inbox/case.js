// One case. Everything works without this file.

const PAUSE = 400; // milliseconds without a key before the mail is asked for
const SAVE = 2500; // … before what was typed is saved
const HERE = 15000; // between two signs that somebody has the case open

const page = document.querySelector("[data-case]");

/** Ask the server with a form's fields, as a script. */
const ask = (url, body) =>
  fetch(url, { method: "POST", body, headers: { "X-Requested-With": "XMLHttpRequest" } });

// What has to be read or corrected comes into view: the form may be far down, or folded.
const wrong = document.querySelector(".inbox-case [role=alert]:not([hidden]), .inbox-case .w-field--error");
wrong?.closest("details")?.setAttribute("open", "");
wrong
  ?.closest(".w-field__wrapper, form")
  ?.querySelector("textarea, select, input:not([type=hidden])")
  ?.focus({ preventScroll: true });
wrong?.scrollIntoView({ block: "center" });

// An address that names a folded part opens it.
const named = location.hash && document.getElementById(location.hash.slice(1));
if (named instanceof HTMLDetailsElement) named.open = true;

// --- The composer: the mail follows what is written, and a draft is kept --------------------------------------------

const form = document.querySelector("form[data-answer]");
let dirty = false;

if (form) {
  const text = form.querySelector("textarea[name=text]");
  const mail = document.querySelector("[data-mail]");
  const saved = form.querySelector("[data-draft-saved]");
  const files = form.querySelector("[data-draft-files]");
  const refused = form.querySelector("[data-files-refused]");
  const chooser = form.querySelector("input[type=file]");
  let chosen = []; // files that have not reached the server yet
  let drawing;
  let saving;
  let asked = 0;
  let queue = Promise.resolve();

  form.querySelector("[data-preview-button]").hidden = true;

  const draw = async () => {
    const mine = ++asked;
    const body = new FormData(form);
    body.delete("files");
    try {
      const response = await ask(form.dataset.previewUrl, body);
      // Only the latest question's answer is shown.
      if (response.ok && mine === asked) mail.textContent = await response.text();
    } catch {
      // Without a connection the mail stays as it was last shown.
    }
  };

  const save = () => {
    clearTimeout(saving);
    // One after the other, so that an older text never overtakes a newer one.
    queue = queue.then(async () => {
      const typed = text.value;
      const body = new FormData(form);
      const sending = chosen;
      chosen = [];
      body.delete("files");
      for (const file of sending) body.append("files", file);
      try {
        const response = await ask(form.dataset.draftUrl, body);
        if (!response.ok || response.redirected) throw new Error(response.status);
        const answer = await response.json();
        saved.textContent = answer.saved;
        refused.textContent = answer.errors.join(" ");
        refused.hidden = !answer.errors.length;
        if (sending.length || form.querySelector("[name=remove]:checked")) files.innerHTML = answer.files;
        if (text.value === typed) dirty = false;
      } catch {
        // It is tried again at the next key; leaving the page asks first; sending takes the files along.
        chosen = [...sending, ...chosen];
        saved.textContent = form.dataset.notSaved;
      }
    });
    return queue;
  };

  const later = () => {
    dirty = true;
    clearTimeout(drawing);
    clearTimeout(saving);
    drawing = setTimeout(draw, PAUSE);
    saving = setTimeout(save, SAVE);
  };

  const copy = document.querySelector("[data-mail-copy]");

  form.addEventListener("input", (event) => {
    if (event.target !== chooser) later();
    if (event.target.name === "cc") {
      copy.querySelector("dd").textContent = event.target.value;
      copy.hidden = !event.target.value.trim();
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target === chooser) {
      // At once, so that the next choice does not take the place of this one.
      chosen.push(...chooser.files);
      chooser.value = "";
      save();
    } else if (event.target.name === "remove") save();
  });
  form.querySelector("[data-draft-button]").addEventListener("click", (event) => {
    event.preventDefault();
    save();
  });
  form.querySelector("[data-canned-button]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const before = text.value;
    const body = new FormData(form);
    body.delete("files");
    let answer;
    try {
      const response = await ask(form.dataset.cannedUrl, body);
      if (!response.ok) return;
      answer = await response.json();
    } catch {
      saved.textContent = form.dataset.notSaved;
      return;
    }
    // What was typed meanwhile stays: the reply goes below it.
    text.value = text.value === before ? answer.text : `${text.value}\n\n${answer.reply}`;
    const warning = form.querySelector("[data-canned-warning]");
    warning.textContent = answer.warning;
    warning.hidden = !answer.warning;
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("submit", () => {
    dirty = false;
    clearTimeout(drawing);
    clearTimeout(saving);
    if (chosen.length) {
      const list = new DataTransfer();
      for (const file of chosen) list.items.add(file);
      chooser.files = list.files;
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

// --- Others in the same case -----------------------------------------------------------------------------------------

if (page) {
  const others = page.querySelector("[data-others]");
  const news = page.querySelector("[data-news]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;

  const tell = async () => {
    if (document.hidden) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token ?? "");
    body.set("seen", page.dataset.seen);
    body.set("writes", dirty ? "1" : "0");
    try {
      const response = await ask(page.dataset.presenceUrl, body);
      if (!response.ok) return;
      const answer = await response.json();
      if (others.innerHTML.trim() !== answer.others) others.innerHTML = answer.others;
      news.textContent = answer.news;
      news.hidden = !answer.news;
    } catch {
      // It is told next time.
    }
  };

  if (token) {
    tell();
    setInterval(tell, HERE);
    document.addEventListener("visibilitychange", tell);
  }
}

// --- Undo: how long there is left ------------------------------------------------------------------------------------

for (const undo of document.querySelectorAll("[data-undo]")) {
  const until = new Date(undo.dataset.until).getTime();
  const left = undo.querySelector("[data-undo-left]");
  const timer = setInterval(() => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    left.textContent = seconds > 0 ? `(${seconds} s)` : "";
    if (seconds > 0) return;
    clearInterval(timer);
    undo.hidden = true;
  }, 1000);
}
