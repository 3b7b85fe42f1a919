// Saves what arrives from the server. Each method is one transaction of the store; events and due work follow it.

import { isGroup } from "./names.js";

/**
 * @import { Emitter, Source } from "./events.js"
 * @import { Due } from "./due.js"
 * @import { Learned } from "./protocol/gaps.js"
 * @import { Head } from "./protocol/groups.js"
 * @import { ChatAck, Counter, Message, Outgoing, SessionSummary } from "./protocol/model.js"
 * @import { Store } from "./store/store.js"
 */

export class Arrivals {
  #store;
  #events;
  #due;
  #onAnew;

  /** @param {Store} store @param {Emitter} events @param {Due} due @param {() => void} onAnew */
  constructor(store, events, due, onAnew) {
    this.#store = store;
    this.#events = events;
    this.#due = due;
    this.#onAnew = onAnew;
  }

  /** Note which data set the server has; before anything else that it has sent is saved. @param {string} epoch */
  async meet(epoch) {
    if (!epoch || !(await this.#store.meet(epoch))) return;
    this.#due.forget();
    this.#onAnew();
    this.#events.emit("anew", { epoch });
  }

  /** Add counters; return by how much `unread` grew. @param {ReadonlyMap<string, Counter>} counters */
  async addCounters(counters) {
    const outcomes = await this.#store.addCounters(counters);
    let grown = 0;
    for (const [sessionId, { result, unread, grew }] of outcomes) {
      grown += grew;
      this.#tell(sessionId, result.fresh, "counter", unread);
      this.#due.reached(sessionId, /** @type {Counter} */ (counters.get(sessionId)).received);
      if (!result.isSettled) this.#due.count(sessionId);
    }
    this.#due.acks.raise();
    return grown;
  }

  /**
   * Add a page of `sessions`; return the sessions whose counters must be asked for.
   * @param {readonly SessionSummary[]} summaries
   */
  async addSummaries(summaries) {
    const outcomes = await this.#store.addSummaries(summaries);
    for (const [sessionId, { unread }] of outcomes) this.#tell(sessionId, [], "counter", unread);
    this.#due.acks.raise();
    return [...outcomes].filter(([, { result }]) => !result).map(([sessionId]) => sessionId);
  }

  /** Save and count a pushed message. @param {Message} message */
  async takePush(message) {
    const { sessionId } = message;
    const { result, unread } = await this.#store.savePush(message);
    this.#tell(sessionId, result.fresh, "push", unread);
    this.#due.note(sessionId, result);
    if (isGroup(sessionId) || message.sender !== this.#store.uid) this.#due.reached(sessionId, message.number);
    this.#due.acks.raise();
  }

  /** Note the newest seq of a group. @param {Head} head */
  async takeHead(head) {
    if (!isGroup(head.sessionId)) return;
    const { isNews, uncounted } = await this.#store.noteHead(head);
    this.#due.reached(head.sessionId, head.number);
    if (uncounted) this.#due.count(head.sessionId);
    if (isNews) this.#events.emit("head", { sessionId: head.sessionId, seq: head.seq });
  }

  /** Note the answer to a change of membership. @param {ChatAck} ack @param {boolean} ofOwnStay */
  async takeChange(ack, ofOwnStay) {
    const { result, unread } = await this.#store.noteChange(ack, ofOwnStay);
    this.#tell(ack.sessionId, [], "sent", unread);
    this.#due.note(ack.sessionId, result);
    this.#due.acks.raise();
  }

  /**
   * Move a message that the server has stored from the outbox into its session.
   * @param {Outgoing} outgoing
   * @param {ChatAck} ack
   */
  async takeChatAck(outgoing, ack) {
    const { result, unread } = await this.#store.sent(outgoing, ack);
    this.#tell(ack.sessionId, result.fresh, "sent", unread);
    this.#due.note(ack.sessionId, result);
    this.#due.acks.raise(); // in a group it moves `known` on
    this.#events.emit("sent", { msgId: outgoing.msgId, sessionId: ack.sessionId, seq: ack.seq });
  }

  /**
   * Save a pulled page of a private session.
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {readonly number[]} acked
   */
  async savePage(sessionId, messages, acked) {
    const { result, unread } = await this.#store.savePage(sessionId, messages, acked);
    this.#tell(sessionId, result.fresh, "pull", unread);
    return result;
  }

  /**
   * Save a page of history, or a pulled page of a group: these need no acks.
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {Learned | null} learned
   */
  async saveHistory(sessionId, messages, learned) {
    const { result, unread } = await this.#store.saveHistory(sessionId, messages, learned);
    this.#tell(sessionId, result.fresh, isGroup(sessionId) ? "pull" : "history", unread);
    return result;
  }

  /**
   * @param {string} sessionId
   * @param {readonly Message[]} fresh
   * @param {Source} source
   * @param {number | null} unread
   */
  #tell(sessionId, fresh, source, unread) {
    if (fresh.length > 0) this.#events.emit("messages", { sessionId, messages: fresh, source });
    if (unread !== null) this.#events.emit("unread", { sessionId, unread });
  }
}
