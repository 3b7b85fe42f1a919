// How far the other person of a private chat has read.

import { isGroup } from "catchup-client";

/** @import { Message } from "catchup-client" */
/** @import { Device } from "./device.js" */

export class ReadByOther {
  /** Own messages with a number up to this one are read. */
  number = 0;
  #device;
  #sessionId;
  #onChange;

  /** @param {Device} device @param {string} sessionId @param {() => void} onChange */
  constructor(device, sessionId, onChange) {
    this.#device = device;
    this.#sessionId = sessionId;
    this.#onChange = onChange;
  }

  /** Follow the pushes; return a function that ends it. */
  watch() {
    return this.#device.client.on("readTo", ({ sessionId, readTo }) => sessionId === this.#sessionId && this.#take(readTo.number));
  }

  /** Take what this device knows. */
  async read() {
    this.#take((await this.#device.client.session(this.#sessionId).state()).readTo.number);
  }

  /** The person has turned receipts on or off: while they are off, nothing is shown as read. */
  async readAgain() {
    this.number = 0;
    this.#onChange();
    await this.read();
  }

  /** Ask the server, as a login does not tell it, if one of these messages is not read yet. @param {Iterable<Message>} messages */
  async learn(messages) {
    if (isGroup(this.#sessionId)) return;
    await this.read();
    const { client, isReachable, receipts, uid } = this.#device;
    const waits = [...messages].some(({ sender, quiet, number }) => sender === uid && !quiet && number > this.number);
    if (!waits || !isReachable || !receipts.on) return;
    await client.refreshSessions();
    await this.read();
  }

  /** @param {number} number */
  #take(number) {
    if (number <= this.number) return;
    this.number = number;
    this.#onChange();
  }
}
