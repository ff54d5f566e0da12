// One case. Everything works without this file.

// What has to be read or corrected comes into view: the form may be far down.
document
  .querySelector(".inbox-case [role=alert], .inbox-case .w-field--error")
  ?.scrollIntoView({ block: "center" });

// The mail below the answer follows what is written; without a script a button shows it.

const PAUSE = 400; // milliseconds without a key before the mail is asked for

const form = document.querySelector("form[data-answer]");
const mail = document.querySelector("[data-mail]");

if (form && mail) {
  form.querySelector("[data-preview-button]").hidden = true;
  const text = form.querySelector("textarea");
  let timer;
  let asked = 0;

  const draw = async () => {
    const mine = ++asked;
    try {
      const response = await fetch(form.dataset.previewUrl, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      // Only the latest question's answer is shown.
      if (response.ok && mine === asked) mail.textContent = await response.text();
    } catch {
      // Without a connection the mail stays as it was last shown.
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
}
