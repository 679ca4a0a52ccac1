// The frame around every page: shortcuts, dialogs, the palette's recent places, menus, toasts, errors of htmx.
const $ = (selector, within = document) => within.querySelector(selector);

// Dialogs. The browser itself closes them on Esc and gives focus back to where it was.
const open = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  $(":popover-open")?.hidePopover();
  dialog.showModal();
  if (id === "palette") startPalette();
};
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) open(opener.dataset.dialog);
  else if (event.target.matches("dialog")) closeWhenOutside(event.target, event);
  event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
const closeWhenOutside = (dialog, { clientX: x, clientY: y }) => {
  const box = dialog.getBoundingClientRect();
  if (x < box.left || x > box.right || y < box.top || y > box.bottom) dialog.close();
};

// Keys. Single ones can be switched off on this device, or for the account (the page then says so).
const singleKeys = () => (localStorage.getItem("single-keys") ?? document.body.dataset.singleKeys ?? "on") === "on";
const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");
let prefix = 0;
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && key === "k") {
    event.preventDefault();
    return open("palette");
  }
  if (event.key === "Escape") return closeMenu(event);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || $("dialog[open]") || !singleKeys()) return;
  singleKey(event, key);
});
const singleKey = (event, key) => {
  if (Date.now() - prefix < 1500) {
    prefix = 0;
    const link = $(`[data-keys="g ${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
  } else if (key === "g") prefix = Date.now();
  else if (key === "/" && $("#q")) {
    event.preventDefault();
    $("#q").focus();
    $("#q").select();
  } else if (key === "?") open("shortcuts");
};
const closeMenu = (event) => {
  const menu = event.target.closest?.("details.menu[open]") ?? $("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
};
const box = $("#single-keys");
if (box) {
  box.checked = singleKeys();
  box.addEventListener("change", () => localStorage.setItem("single-keys", box.checked ? "on" : "off"));
}

// The palette shows the places of this tab first. They are forgotten at sign-out and with the tab.
const recent = () => JSON.parse(sessionStorage.getItem("recent") ?? "[]");
const remember = () => {
  const here = { url: location.pathname + location.search, label: document.title.replace(/ · Atrium$/, "") };
  const kept = recent().filter((place) => place.url !== here.url);
  sessionStorage.setItem("recent", JSON.stringify([here, ...kept].slice(0, 7)));
};
const startPalette = () => {
  const input = $("#palette-q");
  input.value = "";
  input.focus();
  input.dispatchEvent(new Event("palette"));
};
const recentGroup = () => {
  const group = document.createElement("div");
  group.role = "group";
  group.ariaLabel = "Recent";
  const name = Object.assign(document.createElement("p"), { className: "group-name", textContent: "Recent", ariaHidden: "true" });
  group.append(name, ...recent().slice(1, 6).map(recentOption));
  return group;
};
const recentOption = ({ url, label }) => {
  const option = Object.assign(document.createElement("div"), { role: "option", ariaSelected: "false" });
  option.dataset.href = url;
  const text = Object.assign(document.createElement("span"), { className: "truncate", textContent: label });
  text.dataset.text = "";
  option.append(text);
  return option;
};
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "palette-options" && !$("#palette-q").value && recent().length > 1) target.prepend(recentGroup());
});
document.addEventListener("submit", ({ target }) => target.matches("[data-forget]") && sessionStorage.removeItem("recent"));
if ($("#palette")) remember();

// Toasts leave by themselves unless somebody is reading them.
const watchToasts = () => {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-seen])")) {
    toast.dataset.seen = "";
    const leave = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? leave() : toast.remove()), 8000);
    leave();
  }
};
if ($("#toasts")) new MutationObserver(watchToasts).observe($("#toasts"), { childList: true });
watchToasts();

// What htmx could not do is said in the page. The server's own words win.
const WORDS = {
  0: "The portal did not answer. Check your connection and try again.",
  403: "You may not do this, or the page was open for too long. Reload it and try again.",
  404: "This no longer exists. Reload the page.",
  429: "That was too often. Wait a minute and try again.",
};
const say = (status) => {
  const message = $("#alert-template").content.cloneNode(true);
  $("[data-text]", message).textContent = WORDS[status] ?? "Something went wrong on our side. Try again in a minute.";
  $("#alerts").replaceChildren(message);
  $("#alerts").scrollIntoView({ block: "center" });
};
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.serverResponse.includes("data-alert") || detail.xhr.status < 400 || detail.serverResponse.includes("<html")) return;
  detail.shouldSwap = true;
  detail.target = $("#alerts");
  detail.swapOverride = "innerHTML";
  detail.isError = false;
});
document.addEventListener("htmx:responseError", ({ detail }) => detail.elt.id !== "badge" && say(detail.xhr.status));
document.addEventListener("htmx:sendError", ({ detail }) => detail.elt.id !== "badge" && say(0));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "badge" && document.hidden) event.preventDefault();
  else if (event.detail.requestConfig.verb !== "get") $("#alerts")?.replaceChildren();
});
$("[data-focus]")?.focus();
document.addEventListener("htmx:afterSettle", ({ target }) => $("[data-focus]", target)?.focus());

// Forms in place: Esc presses their Cancel. Texts to be taken along.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) event.target.closest?.("[data-inline-form]")?.querySelector("[data-cancel]").click();
});
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  $("#live").textContent = "Copied.";
});

// Notes which result of a search was opened, so that stewards see where search fails. Nothing is added to addresses.
const noteOpened = ({ type, button, target }) => {
  if (type === "auxclick" && button !== 1) return;
  const hit = target.closest("a")?.closest("[data-result]");
  const results = hit?.closest("[data-asked]");
  if (!results) return;
  const facts = new URLSearchParams({ asked: results.dataset.asked, asset: hit.dataset.result, place: hit.dataset.place });
  facts.set("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
  navigator.sendBeacon(results.dataset.opened, facts);
};
document.addEventListener("click", noteOpened);
document.addEventListener("auxclick", noteOpened);
