// One session of a client, to show it on a screen: pages, newest first, fetched as the person scrolls.

/**
 * @import { Content, SendOptions } from "./settings.js"
 * @import { Sent } from "./events.js"
 * @import { SessionPage } from "./protocol/opening.js"
 * @import { SessionState } from "./store/results.js"
 */

/**
 * What it needs of its client.
 * @typedef {object} Access
 * @property {() => Promise<SessionState>} state
 * @property {(before: number, limit: number) => Promise<SessionPage>} page
 * @property {() => Promise<void>} markRead
 * @property {(msg: Content, options?: SendOptions) => Promise<Sent>} send
 */

export class SessionView {
  #access;

  /** @param {string} sessionId @param {Access} access */
  constructor(sessionId, access) {
    this.sessionId = sessionId;
    this.#access = access;
  }

  /** Return its red dot, and what else this device knows of it. */
  state() {
    return this.#access.state();
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
  async *pages({ limit = 50, before = Infinity } = {}) {
    for (let below = before; ; ) {
      const page = await this.#access.page(below, limit);
      const lowest = page.messages.at(-1);
      if (lowest || page.end) yield page;
      if (page.end || !lowest) return;
      below = lowest.seq;
    }
  }

  /** Set its `unread` to zero. */
  markRead() {
    return this.#access.markRead();
  }

  /** Send a message to it. @param {Content} msg @param {SendOptions} [options] */
  send(msg, options) {
    return this.#access.send(msg, options);
  }
}
