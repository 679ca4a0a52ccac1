// Before the first paint: the remembered theme. A classic script in the head, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const chosen = () => localStorage.getItem("theme") ?? "system";
  const apply = () => {
    if (chosen() === "system") delete root.dataset.theme;
    else root.dataset.theme = chosen();
    const toggle = document.querySelector("[data-theme-toggle]");
    if (!toggle) return;
    toggle.ariaLabel = `Theme: ${chosen()}`;
    toggle.title = `Theme: ${chosen()}. Press to change.`;
  };
  apply();
  document.addEventListener("DOMContentLoaded", apply);
  window.addEventListener("storage", (event) => event.key === "theme" && apply());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const order = ["system", "light", "dark"];
    localStorage.setItem("theme", order[(order.indexOf(chosen()) + 1) % order.length]);
    apply();
  });
})();
