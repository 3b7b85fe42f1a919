// For whoever is no member of a group: joining it, or asking to be let in.

import { RequestRefused } from "catchup-client";
import { fieldOf, formOf, openDialog } from "./dialogs.js";
import { keepFocus, make } from "./dom.js";
import { say } from "./texts.js";

/** @import { Device } from "./device.js" */

export class Joining {
  #button = make("button", { type: "button", className: "primary", onclick: () => void this.#join() });
  #asked = make("div", { className: "asked", role: "status", hidden: true });
  element = make("div", { className: "join", hidden: true }, this.#button, this.#asked);
  #title = "";
  #device;
  #sessionId;
  #around;

  /** @param {Device} device @param {string} sessionId @param {{onJoined: () => Promise<unknown>, onFault: (error: unknown) => void}} around */
  constructor(device, sessionId, around) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#around = around;
  }

  /** @param {string} title @param {boolean} isOutside */
  draw(title, isOutside) {
    this.#title = title;
    this.element.hidden = !isOutside;
    if (!isOutside) this.#tell(false);
    this.#button.textContent = say("joinGroup");
  }

  async #join() {
    try {
      await this.#device.client.join(this.#sessionId);
      await this.#around.onJoined();
    } catch (error) {
      // Nobody outside knows whether a group can be joined: then one may ask.
      if (error instanceof RequestRefused && error.code === "PERMISSION_DENIED") this.#ask();
      else this.#around.onFault(error);
    }
  }

  #ask() {
    const note = make("input", { maxLength: 60, autocomplete: "off" });
    const fields = [make("p", {}, say("askText", { name: this.#title })), fieldOf(say("askNote"), note)];
    const form = formOf(say("askToJoin"), fields, async () => {
      await this.#device.client.askToJoin(this.#sessionId, { note: note.value.trim() });
      close();
      this.#tell(true);
    });
    const { close } = openDialog(say("askToJoin"), form);
  }

  /** @param {boolean} hasAsked */
  #tell(hasAsked) {
    const restore = keepFocus(this.element);
    this.#button.hidden = hasAsked;
    this.#asked.hidden = !hasAsked;
    const withdraw = make("button", { type: "button", className: "small", onclick: () => void this.#withdraw() }, say("withdraw"));
    this.#asked.replaceChildren(make("span", {}, say("asked")), withdraw);
    restore();
  }

  async #withdraw() {
    await this.#device.client.withdraw(this.#sessionId).then(() => this.#tell(false), this.#around.onFault);
  }
}
