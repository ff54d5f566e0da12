// The list of cases. Everything works without this file.

// The bar below the list is drawn once; how many match changes with every filter.
const button = document.querySelector("[data-inbox-select-all]");

const count = () => {
  const matching = document.querySelector("[data-inbox-matching]")?.dataset.inboxMatching;
  if (matching) button.textContent = button.dataset.inboxSelectAll.replace("%(count)s", matching);
};

if (button) document.addEventListener("w-swap:success", count);
