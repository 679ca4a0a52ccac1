// <combo-box>: an input with a list of suggestions below it, after the ARIA authoring practices ("list autocomplete,
// manual selection"). htmx fills the list; without this script the input stays a plain one.
class ComboBox extends HTMLElement {
  static #count = 0;

  connectedCallback() {
    this.input = this.querySelector("input:not([type=hidden])");
    this.list = this.querySelector(".listbox");
    if (!this.input || !this.list || this.ready) return;
    this.ready = true;
    this.list.id ||= `options-${++ComboBox.#count}`;
    this.list.role = "listbox";
    this.list.ariaLabel ??= "Suggestions";
    this.input.role = "combobox";
    this.input.ariaAutoComplete = "list";
    this.input.ariaExpanded = "false";
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("input", () => this.#release());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]"), event));
    this.addEventListener("focusout", (event) => !this.contains(event.relatedTarget) && this.close());
    new MutationObserver(() => this.#filled()).observe(this.list, { childList: true });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  get active() {
    return this.list.querySelector("[role=option][aria-selected=true]");
  }

  get stays() {
    return Boolean(this.closest("dialog.palette"));
  }

  close() {
    this.#mark(null);
    this.input.ariaExpanded = "false";
    if (!this.stays) this.list.hidden = true;
  }

  #filled() {
    this.options.forEach((option, place) => (option.id ||= `${this.list.id}-${place}`));
    const open = this.list.childElementCount > 0 && (this.stays || document.activeElement === this.input);
    this.list.hidden = !open;
    this.input.ariaExpanded = String(open);
    this.#mark(this.stays ? this.options[0] : null);
  }

  #mark(option) {
    this.active?.setAttribute("aria-selected", "false");
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  #key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) return this.#walk(event, step);
    if (event.key === "Escape" && !this.list.hidden && !this.stays) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && this.active && !this.list.hidden) {
      event.preventDefault();
      this.#choose(this.active, event);
    } else if (event.key === "Tab" || (event.key === "Enter" && !this.stays)) this.close();
  }

  #walk(event, step) {
    const { options } = this;
    if (!options.length) return;
    event.preventDefault();
    if (this.list.hidden) {
      this.list.hidden = false;
      this.input.ariaExpanded = "true";
    }
    const place = options.indexOf(this.active);
    this.#mark(options[place < 0 && step < 0 ? options.length - 1 : (place + step + options.length) % options.length]);
  }

  #choose(option, event) {
    if (!option || option.ariaDisabled) return;
    if (option.dataset.href) {
      if (event.ctrlKey || event.metaKey) window.open(option.dataset.href, "_blank", "noopener");
      else location.assign(option.dataset.href);
      return;
    }
    this.input.value = option.querySelector("[data-text]").textContent;
    const hidden = this.querySelector("input[type=hidden]");
    if (hidden) hidden.value = option.dataset.value;
    this.close();
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: option.dataset.value }));
  }

  #release() {
    const hidden = this.querySelector("input[type=hidden]");
    if (hidden) hidden.value = "";
    if (!this.input.value && !this.stays) {
      this.list.replaceChildren();
      this.close();
    }
  }
}

customElements.define("combo-box", ComboBox);
