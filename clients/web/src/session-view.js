// One session of a client, to show it on a screen: pages, newest first, fetched as the person scrolls.

/**
 * @import { Client } from "./client.js"
 * @import { Device } from "./device.js"
 * @import { SessionPage } from "./protocol/opening.js"
 * @import { Content, SendOptions } from "./settings.js"
 */

import { checkedPage, recipientOf } from "./names.js";

export class SessionView {
  #client;
  #device;

  /** @param {string} sessionId @param {Client} client @param {Device} device */
  constructor(sessionId, client, device) {
    this.sessionId = sessionId;
    this.#client = client;
    this.#device = device;
  }

  /** Return its red dot, and what else this device knows of it. */
  state() {
    return this.#device.store.state(this.sessionId);
  }

  /**
   * Go through the session page by page, newest first. A page is fetched when it is asked for, and only as far as this
   * device lacks it; what comes meanwhile is told by the event "messages".
   *
   *     for await (const page of client.session("p:alice:bob").pages()) render(page);
   *
   * @param {{limit?: number, before?: number}} [options] `before`: begin below this seq
   * @returns {AsyncGenerator<SessionPage, void, void>}
   */
  async *pages(options) {
    const { limit, before } = checkedPage(options);
    for (let below = before; ; ) {
      /** @type {SessionPage} */
      const page = await this.#device.call("page", this.sessionId, below, limit);
      const lowest = page.messages.at(-1);
      if (lowest || page.end) yield page;
      if (page.end || !lowest) return;
      below = lowest.seq;
    }
  }

  /** Set its `unread` to zero. */
  markRead() {
    return this.#client.markRead(this.sessionId);
  }

  /** Send a message to it. @param {Content} msg @param {SendOptions} [options] */
  send(msg, options) {
    return this.#client.send(recipientOf(this.sessionId, this.#client.uid), msg, options);
  }
}
