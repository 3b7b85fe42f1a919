// The calls that send messages; `Client` inherits them.

import { InvalidInput } from "./errors.js";
import { JoinCalls } from "./joining.js";
import { checkedName, randomId } from "./names.js";
import { compose } from "./protocol/outgoing.js";
import { fateOf } from "./sends.js";

/**
 * @import { Sent } from "./events.js"
 * @import { Outgoing } from "./protocol/model.js"
 * @import { Content, SendOptions } from "./settings.js"
 * @import { Queued } from "./store/results.js"
 */

/** Sending, through the outbox: it is in the database, so what it has is sent after a reload, too. */
export class SendCalls extends JoinCalls {
  /**
   * Send a message and wait until the server has stored it. If the page is closed before, it stays in the outbox and is
   * still sent. Throws InvalidInput before anything is stored; RequestRefused if the server refuses the message, or
   * holds it for review (`HELD`).
   * @param {string} to the receiver's uid, your own for a note to yourself, or a group's session, `g:<groupId>`
   * @param {Content} msg the content: a JSON object
   * @param {SendOptions} [options]
   * @returns {Promise<Sent>}
   */
  async send(to, msg, options = {}) {
    const message = this.#compose(to, msg, options);
    return fateOf(message, this.#post(message), this.device.store, this.device.events, this.device.ended);
  }

  /**
   * Put a message into the outbox, and return its id; "sent", "held" or "refused" follows.
   * @param {string} to
   * @param {Content} msg
   * @param {SendOptions} [options]
   */
  async post(to, msg, options = {}) {
    return this.#post(this.#compose(to, msg, options));
  }

  /** Return the messages that are not sent yet, are held for review or were refused. @returns {Promise<Queued[]>} */
  async outbox() {
    return this.device.store.outbox();
  }

  /** Remove a message from the outbox, and tell whether it was there. @param {string} msgId */
  async discard(msgId) {
    return this.device.store.discard(checkedName("msgId", msgId));
  }

  /** @param {string} to @param {Content} msg @param {SendOptions} options */
  #compose(to, msg, { msgId = randomId(), ...options }) {
    const { uid } = this.device.store;
    return compose(uid, to, msg, { ...options, msgId, timeMs: this.device.timing.nowMs() });
  }

  /** @param {Outgoing} message */
  async #post(message) {
    if (!(await this.device.store.enqueue(message))) throw new InvalidInput("msgId", "is in the outbox already");
    // It is in the outbox, so that the next leader sends it too.
    this.device.call("send", message.sessionId).catch(() => undefined);
    return message.msgId;
  }
}
