// The drawer: each frame with its size, and what the client did with it. It keeps the newest ones.

import { make } from "./dom.js";
import { say } from "./texts.js";

const MOST = 300;

/** What the client does with each kind of frame. */
const DONE = {
  "in login": "adds the counters, saves the last messages, and clears",
  "in counters": "adds the counters",
  "in chat": "counts, saves, and acks",
  "in head": "asks for the counter",
  "in chatAck": "takes the message out of the outbox",
  "in pull": "saves the page in one transaction; the next pull acks it",
  "in history": "saves the page",
  "in ack": "notes that the server has deleted them",
  "in clear": "notes that the server has cleared",
};

export class FrameList {
  #list = make("ol", { "aria-live": "off" });

  /** @param {HTMLElement} drawer */
  constructor(drawer) {
    const empty = make("button", { type: "button", onclick: () => this.#list.replaceChildren() });
    const translate = () => (empty.textContent = say("clear"));
    window.addEventListener("language", translate);
    translate();
    drawer.append(empty, this.#list);
  }

  /** @param {string} who @param {{direction: "in" | "out", text: string, bytes: number}} frame */
  add(who, { direction, text, bytes }) {
    const { cmd = "error" } = JSON.parse(text);
    const arrow = direction === "in" ? "←" : "→";
    const done = /** @type {Record<string, string>} */ (DONE)[`${direction} ${cmd}`];
    const title = make("b", {}, `${who} ${arrow} ${cmd}`);
    const shown = text.length > 300 ? `${text.slice(0, 300)} …` : text;
    const item = make("li", {}, title, ` ${bytes.toLocaleString()} B `, make("span", { className: "did" }, done ?? ""), shown);
    this.#list.prepend(item);
    while (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
  }
}
