// The drawer: each frame with its size, and what the client did with it. It keeps the newest ones.

import { arrange, make } from "./dom.js";
import { deedsOf, Ledger } from "./deeds.js";
import { sizeOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Entry } from "./deeds.js" */

const MOST_ROWS = 150;

export class Drawer {
  ledger = new Ledger((entry, isNew) => this.#onChange(entry, isNew));
  #element;
  #list = make("ol", { className: "frames" });
  #sum = make("p", { className: "faint", role: "status" });
  #who = make("select", { onchange: () => this.#draw() });
  #what = make("input", { type: "search", autocomplete: "off", oninput: () => this.#draw() });
  #empty = make("button", { type: "button", className: "small", onclick: () => this.#clear() });
  /** @type {Map<number, HTMLLIElement>} */
  #rows = new Map();
  #frame = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
    const summary = make("div", { className: "sum" }, this.#sum, this.#empty);
    element.append(make("div", { className: "filter" }, this.#who, this.#what), summary, this.#list);
    this.translate();
  }

  translate() {
    this.#empty.textContent = say("clear");
    this.#what.placeholder = say("filterHint");
    this.#what.setAttribute("aria-label", say("filter"));
    this.#who.setAttribute("aria-label", say("whose"));
    this.#list.setAttribute("aria-label", say("frames"));
    this.#rows.clear();
    this.#draw();
  }

  /** It has been opened. */
  show() {
    this.#draw();
  }

  /** @param {Entry} entry @param {boolean} isNew */
  #onChange(entry, isNew) {
    if (!isNew) this.#rows.delete(entry.id);
    if (this.#element.hidden) return;
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #clear() {
    this.ledger.entries = [];
    this.#rows.clear();
    this.#draw();
  }

  #draw() {
    this.#frame = 0;
    const { entries } = this.ledger;
    this.#drawPeople([...new Set(entries.map(({ who }) => who))].sort());
    const wanted = this.#what.value.trim().toLowerCase();
    const shown = entries.filter(
      ({ who, cmd, text }) =>
        (!this.#who.value || who === this.#who.value) && (cmd.toLowerCase().includes(wanted) || (wanted.length > 2 && text.toLowerCase().includes(wanted))),
    );
    const bytes = shown.reduce((sum, entry) => sum + entry.bytes, 0);
    this.#sum.textContent = shown.length ? say("framesSum", { count: shown.length, size: sizeOf(bytes, currentLanguage()) }) : say("noFrames");
    const newest = shown.slice(-MOST_ROWS).reverse();
    const rows = newest.map((entry) => this.#rows.get(entry.id) ?? this.#make(entry));
    this.#rows = new Map(newest.map((entry, index) => [entry.id, /** @type {HTMLLIElement} */ (rows[index])]));
    arrange(this.#list, rows);
  }

  /** @param {readonly string[]} people */
  #drawPeople(people) {
    const chosen = this.#who.value;
    if (this.#who.options.length === people.length + 1 && this.#who.options[0]?.text === say("everybody")) return;
    this.#who.replaceChildren(new Option(say("everybody"), ""), ...people.map((who) => new Option(who, who)));
    this.#who.value = people.includes(chosen) ? chosen : "";
  }

  /** @param {Entry} entry */
  #make(entry) {
    const { direction, cmd, who, bytes, text, code } = entry;
    const isIn = direction === "in";
    const isRefused = code !== "" && code !== "OK";
    const deeds = deedsOf(entry).map(([name, values]) => (name === "didEnd" ? say(name, { reason: reasonOf(values) }) : say(name, values)));
    const summary = make(
      "summary",
      {},
      make("span", { className: `way ${direction}`, title: say(isIn ? "fromServer" : "toServer") }, isIn ? "↓" : "↑"),
      make("span", { className: "heard" }, say(isIn ? "fromServer" : "toServer")),
      make("b", { className: "cmd" }, cmd),
      make("span", { className: "whose" }, who),
      make("span", { className: "size" }, sizeOf(bytes, currentLanguage())),
      make("span", { className: "did" }, deeds.join(" · ")),
    );
    const details = make("details", {}, summary);
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) details.append(make("pre", { tabIndex: 0 }, pretty(text)));
    });
    return make("li", { className: isRefused ? "refused" : "", "data-cmd": cmd, "data-direction": direction }, details);
  }
}

/** @param {Record<string, number | string> | undefined} values */
function reasonOf(values) {
  const reason = values?.["reason"];
  return say(reason === "RETENTION" ? "reasonRetention" : reason === "JOIN_POINT" ? "reasonJoined" : "reasonCaughtUp");
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
