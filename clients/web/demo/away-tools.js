// What one can do while a phone is away: let messages come, and see how the old way would deliver them.

import { make } from "./dom.js";
import { runOldWay } from "./old-way.js";
import { receive } from "./server.js";
import { currentLanguage, say } from "./texts.js";

/** @import { Figures } from "./comparison.js" */
/** @import { Device } from "./device.js" */

const COUNTS = [200, 1_000, 10_000, 100_000];
const USUAL = 10_000;

/**
 * What it needs of the phone.
 * @typedef {object} Around
 * @property {(text: string, isError?: boolean) => void} tell
 * @property {HTMLElement} screen where the old way draws
 * @property {(figures: Figures) => void} onOldWay
 * @property {() => void} onShown the old way is over: show the chats again
 */

export class AwayTools {
  element = make("div", { className: "away-tools", hidden: true });
  #device;
  #around;
  #isBusy = false;
  #count = make("select");
  #receive = make("button", { type: "button", className: "primary", "data-tool": "receive", onclick: () => this.#letCome() });
  #old = make("button", { type: "button", "data-tool": "old-way", onclick: () => this.#runOldWay() });
  #progress = make("progress", { hidden: true });

  /** @param {Device} device @param {Around} around */
  constructor(device, around) {
    this.#device = device;
    this.#around = around;
    this.#count.addEventListener("change", () => this.#label());
    this.element.append(this.#count, this.#receive, this.#old, this.#progress);
  }

  translate() {
    const chosen = this.#count.value || String(USUAL);
    this.#count.replaceChildren(...COUNTS.map((count) => new Option(count.toLocaleString(currentLanguage()), String(count))));
    this.#count.value = chosen;
    this.#count.setAttribute("aria-label", say("howManyMessages"));
    this.#old.textContent = say("oldWay");
    this.#old.title = say("oldWayHint");
    this.#progress.setAttribute("aria-label", say("progress"));
    this.#label();
  }

  draw() {
    this.element.hidden = !this.#device.isAway && !this.#isBusy;
    for (const button of [this.#count, this.#receive, this.#old]) button.disabled = this.#isBusy || !this.#device.isAway;
    this.#progress.hidden = !this.#isBusy;
  }

  #label() {
    this.#receive.textContent = say("receive", { count: Number(this.#count.value) });
  }

  async #letCome() {
    const { uid } = this.#device;
    const count = Number(this.#count.value);
    const began = performance.now();
    const tell = () => this.#around.tell(say("receiving", { count, name: uid, seconds: Math.round((performance.now() - began) / 1_000) }));
    const clock = setInterval(tell, 1_000);
    tell();
    await this.#work(async () => {
      const { messages, seconds } = await receive(uid, count).finally(() => clearInterval(clock));
      this.#around.tell(say("received", { count: messages, seconds: Math.round(seconds * 10) / 10, name: uid }));
    });
  }

  #runOldWay() {
    return this.#work(async () => {
      const list = make("div", { className: "old", tabIndex: 0, role: "log", "aria-live": "off", "aria-label": say("oldWay") });
      this.#around.screen.replaceChildren(list);
      const { ms, frames, bytes, freeze } = await runOldWay(this.#device.uid, list);
      this.#around.onOldWay({ ms, frames, bytes: bytes * 1_000, messages: frames, freeze });
      this.#around.tell(say("oldResult", { ms, count: frames, freeze }));
      this.#around.onShown();
    });
  }

  /** @param {() => Promise<void>} work */
  async #work(work) {
    this.#isBusy = true;
    this.draw();
    await work().catch((error) => this.#around.tell(say("serverFault", { why: error.message }), true));
    this.#isBusy = false;
    this.draw();
  }
}
