// Both ways side by side: what a phone had to take before its first screen.

import { make } from "./dom.js";
import { sizeOf } from "./format.js";
import { currentLanguage, say } from "./texts.js";

/** @typedef {{ms: number, frames: number, bytes: number, messages: number, freeze: number}} Figures */

const ROWS = /** @type {const} */ ([
  ["rowTime", "whyTime", "ms"],
  ["rowMessages", "whyMessages", "messages"],
  ["rowFrames", "whyFrames", "frames"],
  ["rowBytes", "whyBytes", "bytes"],
  ["rowFreeze", "whyFreeze", "freeze"],
]);

export class Comparison {
  /** @type {{who: string, old: Figures | null, catchup: Figures | null} | null} */
  #shown = null;
  element = make("div", { className: "comparison" });

  /** @param {string} who @param {Partial<{old: Figures, catchup: Figures}>} figures */
  note(who, figures) {
    const known = this.#shown?.who === who ? this.#shown : { who, old: null, catchup: null };
    // The old way is measured first: what comes after it belongs to it.
    this.#shown = { ...known, ...(figures.old ? { catchup: null } : {}), ...figures };
    this.draw();
  }

  draw() {
    const shown = this.#shown;
    this.element.hidden = !shown;
    if (!shown) return;
    /** @param {"old" | "catchup"} way @param {keyof Figures} figure */
    const cell = (way, figure) => make("td", { className: way }, shown[way] ? write(figure, shown[way][figure]) : "–");
    const head = make("tr", {}, make("td"), ...["oldWay", "catchup"].map((name) => make("th", { scope: "col" }, say(/** @type {"oldWay"} */ (name)))));
    const rows = ROWS.map(([name, why, figure]) =>
      make("tr", {}, make("th", { scope: "row" }, say(name), make("small", {}, say(why))), cell("old", figure), cell("catchup", figure)),
    );
    const table = make("table", {}, make("caption", {}, say("comparisonOf", { name: shown.who })), make("thead", {}, head), make("tbody", {}, ...rows));
    const missing = shown.old ? (shown.catchup ? "" : say("catchupMissing")) : say("oldMissing", { name: shown.who });
    this.element.replaceChildren(table, ...(missing ? [make("p", { className: "faint" }, missing)] : []));
  }
}

/** @param {keyof Figures} figure @param {number} value */
function write(figure, value) {
  if (figure === "bytes") return sizeOf(value, currentLanguage());
  const number = value.toLocaleString(currentLanguage());
  return figure === "ms" || figure === "freeze" ? `${number} ms` : number;
}
