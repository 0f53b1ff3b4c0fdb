// Small comforts; every page works without them. Ours, no library: ticking all rows, and j/k/Enter in the queue.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  document.addEventListener("change", (event) => {
    if (event.target.id !== "all") return;
    for (const box of document.querySelectorAll("#rows input[name=case]")) box.checked = event.target.checked;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const links = [...document.querySelectorAll("#rows .first a")];
    const at = links.indexOf(document.activeElement);
    const step = { j: 1, k: -1 }[event.key];
    if (!links.length || step === undefined) return;
    const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
  const narrow = window.matchMedia("(max-width: 60rem)");
  const fold = () => {
    for (const filters of document.querySelectorAll("details.filters")) filters.open = !narrow.matches;
  };
  fold();
  document.addEventListener("htmx:afterSettle", fold);
})();
