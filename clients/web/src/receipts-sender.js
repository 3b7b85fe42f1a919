// Tells the server whether the person has receipts (docs/protocol.md, section 7, "Receipts").

import { RequestRefused, isBadAnswer, isTemporary, tolerate } from "./errors.js";
import { hasReceipts } from "./protocol/receipts.js";
import { readers, receipts } from "./protocol/requests.js";
import { isTooLate } from "./protocol/session-settings.js";

/**
 * @import { Due } from "./due.js"
 * @import { Link } from "./link.js"
 * @import { Personal } from "./personal.js"
 * @import { HeldReceipts } from "./protocol/receipts.js"
 * @import { Store } from "./store/store.js"
 */

/** The choice is read from the database, so it survives the page. */
export class ReceiptsSender {
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

  /** Send the choice whenever it is due; never returns. */
  async run() {
    for (;;) {
      await this.#due.receipts.wait(this.#signal);
      this.#due.receipts.lower();
      try {
        while (await this.#send());
      } catch (error) {
        tolerate(error, "the choice about receipts waits for the next login");
      }
    }
  }

  /**
   * Ask who has read a message. Whoever has no receipts learns nothing: then nobody is asked.
   * @param {string} sessionId
   * @param {number} seq
   */
  async readers(sessionId, seq) {
    await this.#link.ready(); // a login tells what another device has chosen
    if (!hasReceipts(await this.#store.receipts())) throw new RequestRefused("readers", "FAILED_PRECONDITION", { rule: "receipts are off" });
    return (await this.#link.request(readers(sessionId, seq), { ofAnyData: true })).body;
  }

  /** Send the choice; false if none is due. */
  async #send() {
    await this.#link.ready(); // until then, nothing tells the server's time
    if (isTooLate({ changedAt: (await this.#store.receipts()).changedAtMs }, this.#link.serverNowMs)) {
      await this.#store.redateReceipts(this.#link.serverNowMs);
    }
    const held = await this.#store.receipts();
    if (!held.isDue) return false;
    await this.#personal.takeReceipts(await this.#answerTo(held));
    return true;
  }

  /** @param {HeldReceipts} held */
  async #answerTo({ on, changedAtMs }) {
    try {
      return (await this.#link.request(receipts(on, changedAtMs))).body;
    } catch (error) {
      if (!isBadAnswer(error) || isTemporary(error)) throw error;
      // A deployment without receipts refuses; the next login tells what holds.
      return { on: false, changedAtMs, offForAll: true };
    }
  }
}
