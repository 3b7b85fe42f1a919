// Below the list of chats: writing to somebody, making a group, and whom this person has blocked.

import { isGroup, privateSession } from "catchup-client";
import { faceOf } from "./faces.js";
import { openDialog } from "./dialogs.js";
import { keepFocus, make } from "./dom.js";
import { openNewGroup } from "./new-group.js";
import { say } from "./texts.js";

/** @import { Device } from "./device.js" */

/**
 * @typedef {object} Around
 * @property {() => string[]} peopleHere who is open on this page
 * @property {(sessionId: string) => void} onOpen
 * @property {(error: unknown) => void} onFault
 */

export class PhoneFoot {
  element = make("div", { className: "foot" });
  #device;
  #around;

  /** @param {Device} device @param {Around} around */
  constructor(device, around) {
    this.#device = device;
    this.#around = around;
  }

  translate() {
    const group = make("button", { type: "button", className: "needs-server", onclick: () => this.#makeGroup() }, say("newGroup"));
    const blocks = make("button", { type: "button", className: "needs-server", onclick: () => this.#showBlocks() }, say("blocked"));
    this.element.replaceChildren(this.#writeTo(), make("div", { className: "more" }, group, blocks));
    this.draw();
  }

  /** What needs the server can be pressed while it can be reached. */
  draw() {
    for (const button of this.element.querySelectorAll("button.needs-server")) {
      /** @type {HTMLButtonElement} */ (button).disabled = !this.#device.isReachable;
    }
  }

  #writeTo() {
    const to = make("input", { name: "to", required: true, autocomplete: "off", "aria-label": say("writeTo"), placeholder: say("writeTo") });
    const form = make("form", { className: "to" }, to, make("button", {}, say("start")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = to.value.trim();
      if (!/^(g:)?[!"$-9;-~]{1,64}$/.test(name)) return this.#around.onFault(say("faultName", { why: "" }));
      to.value = "";
      this.#around.onOpen(isGroup(name) ? name : privateSession(this.#device.uid, name));
    });
    return form;
  }

  #makeGroup() {
    const others = this.#around.peopleHere().filter((one) => one !== this.#device.uid);
    openNewGroup(this.#device, others, this.#around.onOpen);
  }

  async #showBlocks() {
    const { client } = this.#device;
    const list = make("ul", { className: "members", "aria-label": say("blocked") });
    const draw = async () => {
      const blocked = await client.blocked();
      const rows = blocked.map((uid) => {
        const undo = () => client.unblock(uid).then(draw);
        return make("li", {}, faceOf(uid), make("span", { className: "name" }, uid), make("button", { type: "button", onclick: undo }, say("unblock", { name: uid })));
      });
      const restore = keepFocus(dialog);
      list.replaceChildren(...(rows.length ? rows : [make("li", { className: "faint" }, say("nobodyBlocked"))]));
      restore();
    };
    const { dialog } = openDialog(say("blocked"), list, make("p", { className: "faint" }, say("blockedHint")));
    await draw().catch(this.#around.onFault);
  }
}
