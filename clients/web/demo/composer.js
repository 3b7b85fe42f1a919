// The field in which a message is written. In a group, "@" offers the members; arrow keys, Enter and Escape choose.

import { faceOf } from "./faces.js";
import { icon, make } from "./dom.js";
import { EVERYONE, meant, named, typedMention } from "./mentions.js";
import { say } from "./texts.js";

const MOST_OFFERS = 6;
let ids = 0;

export class Composer {
  /** @type {readonly string[]} who can be mentioned; none in a private chat */
  people = [];
  #mayNameAll = false;
  #onSend;
  /** @type {string[]} */
  #offers = [];
  #chosen = 0;
  #id = `offers${(ids += 1)}`;
  #input = make("input", { name: "message", autocomplete: "off", enterKeyHint: "send" });
  #send = make("button", { className: "primary round" }, icon("send"));
  #list = make("ul", { className: "offers", role: "listbox", id: this.#id, hidden: true });

  /**
   * @param {(text: string, at: string[], atAll: boolean) => void} onSend
   * @param {(isEmpty: boolean) => void} onType
   * @param {readonly HTMLElement[]} buttons shown before the field; Tab comes to them after it
   */
  constructor(onSend, onType, buttons) {
    this.#onSend = onSend;
    this.element = make("form", { className: "write" }, this.#list, this.#input, this.#send, ...buttons);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener("input", () => {
      this.#offer();
      onType(this.isEmpty);
    });
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#input.addEventListener("blur", () => this.#hide());
    this.#list.addEventListener("pointerdown", (event) => this.#onPointer(event));
  }

  /** Say to whom it writes. @param {string} name @param {boolean} isGroup */
  translate(name, isGroup) {
    this.#input.placeholder = isGroup ? say("messageGroup", { name }) : say("message", { name });
    this.#input.setAttribute("aria-label", say("message", { name }));
    this.#send.setAttribute("aria-label", say("send"));
    this.#send.title = say("send");
    this.#list.setAttribute("aria-label", say("whoIsMeant"));
    if (!isGroup) return;
    for (const [name, value] of [["role", "combobox"], ["aria-controls", this.#id], ["aria-autocomplete", "list"]]) {
      this.#input.setAttribute(/** @type {string} */ (name), /** @type {string} */ (value));
    }
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
  }

  /** Say who can be mentioned, and whether everyone at once can. @param {readonly string[]} people @param {boolean} mayNameAll */
  offer(people, mayNameAll) {
    [this.people, this.#mayNameAll] = [people, mayNameAll];
    // The person may have typed an "@" before the members were known.
    if (this.#input === document.activeElement) this.#offer();
  }

  get isEmpty() {
    return this.#input.value.trim() === "";
  }

  focus() {
    this.#input.focus({ preventScroll: true });
  }

  /** Put a text into the field, to be changed. @param {string} text */
  fill(text) {
    this.#input.value = text;
    this.focus();
  }

  #submit() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = "";
    this.#hide();
    this.#onSend(text, named(text, this.people), this.#mayNameAll && named(text, EVERYONE).length > 0);
  }

  #offer() {
    const typed = typedMention(this.#input.value, this.#input.selectionStart ?? 0);
    const all = [...this.people, ...(this.#mayNameAll ? [say("everyone")] : [])];
    this.#offers = typed ? meant(all, typed.query).slice(0, MOST_OFFERS) : [];
    this.#chosen = 0;
    this.#draw();
  }

  #draw() {
    const isOpen = this.#offers.length > 0;
    this.#list.hidden = !isOpen;
    this.#list.replaceChildren(
      ...this.#offers.map((uid, index) =>
        make("li", { role: "option", id: `${this.#id}-${index}`, "aria-selected": index === this.#chosen, "data-uid": uid }, ...nameOf(uid)),
      ),
    );
    if (this.people.length > 0) this.#input.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.#input.setAttribute("aria-activedescendant", `${this.#id}-${this.#chosen}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #hide() {
    this.#offers = [];
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    // While a Chinese word is being typed, the keys are the input method's.
    if (this.#offers.length === 0 || event.isComposing) return;
    const count = this.#offers.length;
    if (event.key === "ArrowDown") this.#chosen = (this.#chosen + 1) % count;
    else if (event.key === "ArrowUp") this.#chosen = (this.#chosen + count - 1) % count;
    else if (event.key === "Enter" || event.key === "Tab") return this.#choose(this.#offers[this.#chosen], event);
    else if (event.key === "Escape") {
      event.stopPropagation();
      this.#offers = [];
    } else return;
    event.preventDefault();
    this.#draw();
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    const row = /** @type {Element} */ (event.target).closest("li");
    this.#choose(row?.dataset["uid"], event);
  }

  /** @param {string | undefined} uid @param {Event} event */
  #choose(uid, event) {
    event.preventDefault();
    const caret = this.#input.selectionStart ?? 0;
    const typed = typedMention(this.#input.value, caret);
    if (uid && typed) this.#input.setRangeText(`@${uid} `, typed.start, caret, "end");
    this.#hide();
  }
}

/** @param {string} uid */
const nameOf = (uid) =>
  EVERYONE.includes(uid) ? [make("span", { className: "face" }, icon("people")), `${uid}: ${say("everyoneHint")}`] : [faceOf(uid), uid];
