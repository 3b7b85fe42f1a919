// Who asks to join a group, for its owner and admins.

import { make } from "./dom.js";
import { faceOf } from "./faces.js";
import { say } from "./texts.js";

/** @import { JoinRequest } from "catchup-client" */
/** @import { Device } from "./device.js" */

/** So many are shown; the others come when these are answered. */
const MOST = 100;

export class JoinRequests {
  element = make("div", { className: "requests", hidden: true });
  #device;
  #sessionId;
  #act;

  /** @param {Device} device @param {string} sessionId @param {(change: () => Promise<unknown>) => void} act */
  constructor(device, sessionId, act) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#act = act;
  }

  async rows() {
    /** @type {HTMLElement[]} */
    const rows = [];
    for await (const request of this.#device.client.joinRequests(this.#sessionId)) {
      rows.push(this.#row(request));
      if (rows.length >= MOST) break;
    }
    return rows;
  }

  /** @param {readonly HTMLElement[]} rows */
  draw(rows) {
    this.element.hidden = rows.length === 0;
    this.element.replaceChildren(make("h3", {}, say("requests")), make("ul", { className: "members", "aria-label": say("requests") }, ...rows));
  }

  /** @param {JoinRequest} request */
  #row({ uid, note }) {
    const { client } = this.#device;
    const approve = () => this.#act(() => client.approve(this.#sessionId, [uid]));
    const refuse = () => this.#act(() => client.refuse(this.#sessionId, [uid]));
    /** @param {"approve" | "refuse"} text @param {() => void} onclick */
    const button = (text, onclick) => make("button", { type: "button", className: "small", "aria-label": `${say(text)}: ${uid}`, onclick }, say(text));
    const buttons = make("span", { className: "acts" }, button("approve", approve), button("refuse", refuse));
    return make("li", {}, faceOf(uid), make("span", { className: "name" }, uid), make("small", {}, note), buttons);
  }
}
