// Keys of the inbox: j k o a s n r /, in the list and in a case. Everything can be done without them.
//
// They are single letters, so they can be switched off (WCAG 2.1.4): with Wagtail's own setting in the user's account.
// Wagtail's own dialog, which `?` opens, lists them and leads to that setting. None works while somebody types.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const CURRENT = "inbox-current";

const rows = () => [...document.querySelectorAll("#listing-results tbody tr")];
const linkOf = (row) => row?.querySelector("td.title a");
const current = () => document.activeElement?.closest("#listing-results tbody tr");

/** Tell a screen reader what a key has done where the focus stays. */
const say = (text) => {
  const status = document.querySelector("[data-inbox-status]");
  if (status) status.textContent = text;
};

/** Move the focus, which is the cursor, to the next or the previous case; in a case, go there. */
const move = (step) => {
  const beside = document.querySelector(step > 0 ? "[data-inbox-next]" : "[data-inbox-previous]");
  if (beside) {
    beside.click();
    return true;
  }
  const all = rows();
  const at = all.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  const link = linkOf(all[next]);
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
  return Boolean(link);
};

const open = (hash = "") => {
  const link = linkOf(current());
  if (link) location.assign(link.href + hash);
  return Boolean(link);
};

/** Take the case: here by its own button, in the list by a form that waits for an address. */
const take = () => {
  const button = document.querySelector("[data-take] button");
  const form = document.querySelector("form[data-inbox-take]");
  const link = linkOf(current());
  if (button) button.click();
  else if (form && link) {
    const address = new URL(link.href);
    address.pathname += "take/";
    form.action = address;
    form.submit();
  } else return false;
  return true;
};

const select = () => {
  const box = current()?.querySelector("[data-bulk-action-checkbox]");
  if (!box) return false;
  box.click();
  const words = document.querySelector("[data-inbox-status]").dataset;
  say(`${linkOf(current()).textContent.trim()}: ${box.checked ? words.selected : words.unselected}`);
  return true;
};

/** Go to the field in a part of the case's page, or to the case and its part. */
const write = (part) => {
  const field = document.querySelector(`#${part} textarea[name=text]`);
  if (!field) return rows().length > 0 && open(`#${part}`);
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  return true;
};

const search = () => {
  const field = document.querySelector("[data-search-form] input[name=q]");
  field?.focus();
  field?.select();
  return Boolean(field);
};

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => open(),
  a: take,
  s: select,
  n: () => write("note"),
  r: () => write("answer"),
  "/": search,
};

const isBusy = (event) =>
  event.defaultPrevented ||
  event.ctrlKey ||
  event.altKey ||
  event.metaKey ||
  event.target.closest?.(TYPING) ||
  document.querySelector(".w-dialog:not([aria-hidden=true])");

if (window.wagtailConfig?.KEYBOARD_SHORTCUTS_ENABLED !== false) {
  // Before Wagtail's own keys: `/` means the search of this page.
  document.addEventListener(
    "keydown",
    (event) => {
      if (isBusy(event) || !Object.hasOwn(KEYS, event.key) || !KEYS[event.key]()) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );

  // Whoever came by a key writes at once, after the browser has gone to the part itself.
  const begin = () => {
    if (["#note", "#answer"].includes(location.hash)) setTimeout(write, 0, location.hash.slice(1));
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}

// The row in which the focus is stands out as a whole.
document.addEventListener("focusin", () => {
  document.querySelector(`.${CURRENT}`)?.classList.remove(CURRENT);
  current()?.classList.add(CURRENT);
});

// The keys stand first in Wagtail's list of keys, which is a template until its own script has drawn it.
const keys = document.querySelector("template[data-inbox-keys]");
const places = [document, ...[...document.querySelectorAll("template")].map((one) => one.content)];
for (const place of places) {
  place.querySelector(".w-keyboard-shortcuts table thead")?.after(keys.content.cloneNode(true));
}
