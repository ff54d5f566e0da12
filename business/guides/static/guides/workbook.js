// How far the background worker is with a spreadsheet. Without this file a link looks again.

const PAUSE = 1000; // milliseconds between two questions

const box = document.querySelector("[data-workbook-progress]");

if (box) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-workbook-text]");
  const waits = box.querySelector("[data-workbook-waits]");
  const waitsText = box.querySelector("[data-workbook-waits-text]");

  const show = (state) => {
    text.textContent = state.text;
    waits.hidden = !state.waits;
    waitsText.textContent = state.waits;
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
    } else {
      bar.removeAttribute("value");
    }
  };

  const look = async () => {
    try {
      const response = await fetch(box.dataset.workbookProgress);
      if (response.ok) {
        const state = await response.json();
        if (!state.at_work) {
          // What comes next stands on a page of its own: the result, or what is to be corrected.
          window.location.reload();
          return;
        }
        show(state);
      }
    } catch {
      // Without a connection it is asked again later.
    }
    setTimeout(look, PAUSE);
  };

  setTimeout(look, PAUSE);
}
