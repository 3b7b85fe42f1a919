// Tells the server what the person has hidden, and asks what other devices have (docs/protocol.md, section 7, "Hiding").

import { isBadAnswer, isTemporary, tolerate } from "./errors.js";
import { hidden, hide } from "./protocol/requests.js";

/**
 * @import { Due } from "./due.js"
 * @import { Link } from "./link.js"
 * @import { Personal } from "./personal.js"
 * @import { Store } from "./store/store.js"
 */

/** What is to be told is read from the database, so it survives the page. */
export class Hides {
  #store;
  #personal;
  #link;
  #due;
  #signal;

  /** @param {Store} store @param {Personal} personal @param {Link} link @param {Due} due @param {AbortSignal} signal */
  constructor(store, personal, link, due, signal) {
    this.#store = store;
    this.#personal = personal;
    this.#link = link;
    this.#due = due;
    this.#signal = signal;
  }

  /** Tell and ask whenever something is due; never returns. */
  async run() {
    for (;;) {
      await this.#due.hides.wait(this.#signal);
      this.#due.hides.lower();
      try {
        await this.#tellAll();
        for (const sessionId of this.#due.lacksHidden) {
          this.#due.lacksHidden.delete(sessionId);
          await this.#ask(sessionId);
        }
      } catch (error) {
        tolerate(error, "hidden messages stay as they are until the next login");
      }
    }
  }

  async #tellAll() {
    for (let due = await this.#store.hidesDue(); due.length > 0; due = await this.#store.hidesDue()) {
      for (const { sessionId, seqs } of due) {
        let reply = null;
        try {
          reply = (await this.#link.request(hide(sessionId, seqs))).body;
        } catch (error) {
          if (!isBadAnswer(error) || isTemporary(error)) throw error;
          tolerate(error, `${sessionId} hides messages on this device only`);
        }
        await this.#personal.settleHide(sessionId, seqs, reply);
      }
    }
  }

  /** Ask for all that is hidden in a session. @param {string} sessionId */
  async #ask(sessionId) {
    const first = (await this.#link.request(hidden(sessionId, 0))).body;
    for (let page = first; ; page = (await this.#link.request(hidden(sessionId, Math.max(...page.seqs)))).body) {
      const isEnd = page.end || page.seqs.length === 0;
      await this.#personal.takeHidden(page, isEnd ? first.version : 0);
      if (isEnd) return;
    }
  }
}
