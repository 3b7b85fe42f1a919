// What to try, step by step, and the comparison of both ways.

import { make } from "./dom.js";
import { words } from "./server.js";
import { say } from "./texts.js";

/** @import { Comparison } from "./comparison.js" */

const STEPS = /** @type {const} */ ([
  ["step1", "step1How"],
  ["step2", "step2How"],
  ["step3", "step3How"],
  ["step4", "step4How"],
  ["step5", "step5How"],
  ["step6", "step6How"],
]);
const LISTS = /** @type {const} */ ([
  ["MASK", "wordsMasked"],
  ["HOLD", "wordsHeld"],
  ["REJECT", "wordsRefused"],
]);

export class Guide {
  /** @type {Awaited<ReturnType<typeof words>>} */
  #words = {};
  #steps = make("ol", { className: "steps" });
  #lists = make("div", { className: "words" });
  #title = make("h2");
  #comparison;

  /** @param {HTMLElement} element @param {Comparison} comparison */
  constructor(element, comparison) {
    this.#comparison = comparison;
    element.append(this.#title, comparison.element, this.#steps, this.#lists);
    this.translate();
    words().then((found) => {
      this.#words = found;
      this.translate();
    }, () => undefined);
  }

  translate() {
    this.#title.textContent = say("guide");
    this.#steps.replaceChildren(...STEPS.map(([what, how]) => make("li", {}, make("strong", {}, say(what)), make("span", {}, say(how)))));
    const lists = LISTS.filter(([action]) => this.#words[action]?.length).map(([action, name]) =>
      make("li", {}, make("span", {}, say(name)), ...(this.#words[action] ?? []).map((word) => make("code", {}, word))),
    );
    this.#lists.replaceChildren(
      make("h3", {}, say("words")),
      ...(lists.length ? [make("ul", {}, ...lists), make("p", { className: "faint" }, say("wordsHint"))] : [make("p", { className: "faint" }, say("noWords"))]),
    );
    this.#comparison.draw();
  }
}
