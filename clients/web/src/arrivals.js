// Saves what arrives from the server. Each method is one transaction of the store; events and due work follow it.

import { isGroup } from "./names.js";
import { takeCounter, takeSummary } from "./protocol/counters.js";
import { Personal } from "./personal.js";
import { isShown } from "./protocol/signals.js";
import * as incoming from "./protocol/incoming.js";
import { tell, tellAll } from "./telling.js";

/**
 * @import { Emitter, Source } from "./events.js"
 * @import { Due } from "./due.js"
 * @import { Push } from "./protocol/frames.js"
 * @import { Learned } from "./protocol/gaps.js"
 * @import { Head } from "./protocol/groups.js"
 * @import { ChatAck, Counter, Message, Outgoing, SessionSummary } from "./protocol/model.js"
 * @import { Draft } from "./protocol/draft.js"
 * @import { Saved } from "./protocol/incoming.js"
 * @import { PushedSignal } from "./protocol/signals.js"
 * @import { Store } from "./store/store.js"
 */

/** @typedef {(draft: Draft) => Saved} Work */

export class Arrivals {
  #store;
  #events;
  #due;
  #onAnew;
  /**
   * When the last pushed message of each person in each session was accepted, by the server's clock.
   * @type {Map<string, number>}
   */
  #spokeAtMs = new Map();

  /** @param {Store} store @param {Emitter} events @param {Due} due @param {() => void} onAnew */
  constructor(store, events, due, onAnew) {
    this.#store = store;
    this.#events = events;
    this.#due = due;
    this.#onAnew = onAnew;
    this.personal = new Personal(store, events, due);
  }

  /** Note which data set the server has; before anything else that it has sent is saved. @param {string} epoch */
  async meet(epoch) {
    if (!epoch || !(await this.#store.meet(epoch))) return;
    this.#due.forget();
    this.#onAnew();
    this.#events.emit("anew", { epoch });
  }

  /** Return the server's time of the last login that was used to its end; undefined: there was none. */
  since() {
    return this.#store.since();
  }

  /** Note that all of a login's answer is saved. @param {number} timeMs the server's time of it, 0 if it is not told */
  async usedLogin(timeMs) {
    if (timeMs > 0) await this.#store.setSince(timeMs);
  }

  /** Add counters; return by how much `unread` grew. @param {ReadonlyMap<string, Counter>} counters @param {boolean} [isLogin] */
  async addCounters(counters, isLogin = false) {
    const outcomes = await this.#store.changeAll(counters, (draft, counter) => ({
      isSettled: takeCounter(draft, counter, isLogin),
      fresh: draft.fresh,
    }));
    let grown = 0;
    for (const [sessionId, outcome] of outcomes) {
      const { result } = outcome;
      grown += outcome.grew;
      tell(this.#events, sessionId, result.fresh, "counter", outcome);
      this.#due.reached(sessionId, /** @type {Counter} */ (counters.get(sessionId)).received);
      if (!result.isSettled) this.#due.count(sessionId);
      if (outcome.lacksHidden) this.#due.askHidden(sessionId);
      this.#due.noteEdits(sessionId, outcome);
    }
    this.#due.acks.raise();
    return grown;
  }

  /**
   * Add a page of `sessions`; return the sessions whose counters must be asked for.
   * @param {readonly SessionSummary[]} summaries
   */
  async addSummaries(summaries) {
    const byId = new Map(summaries.map((summary) => [summary.sessionId, summary]));
    const outcomes = await this.#store.changeAll(byId, takeSummary);
    tellAll(this.#events, outcomes);
    for (const [sessionId, { lacksHidden }] of outcomes) if (lacksHidden) this.#due.askHidden(sessionId);
    this.#due.acks.raise();
    return [...outcomes].filter(([, { result }]) => !result).map(([sessionId]) => sessionId);
  }

  /** Take what the server has pushed. @param {Push} push */
  take({ cmd, body }) {
    switch (cmd) {
      case "chat":
        return this.#takeMessage(body);
      case "head":
        return this.#takeHead(body);
      case "ask":
        return Promise.resolve(this.#events.emit("askedToJoin", body));
      case "hide":
        return this.personal.takeHide(body);
      case "read":
        return this.personal.takeReads(body);
      case "readTo":
        return this.personal.takeReadTo(body);
      case "receipts":
        return this.personal.takeReceipts(body);
      case "settings":
        return this.personal.takeSettings(body);
      case "signal":
        return this.#takeSignal(body);
    }
  }

  /** Save and count a pushed message. @param {Message} message */
  async #takeMessage(message) {
    const { sessionId } = message;
    if (!message.quiet) this.#spokeAtMs.set(`${sessionId} ${message.sender}`, message.serverTimeMs);
    await this.#live(sessionId, "push", (draft) => incoming.takeLive(draft, message));
    if (isGroup(sessionId) || message.sender !== this.#store.uid) this.#due.reached(sessionId, message.number);
  }

  /** Show a signal, unless a message of the person has overtaken it. @param {PushedSignal} pushed */
  async #takeSignal({ timeMs, ...signal }) {
    const session = await this.#store.session(signal.sessionId);
    const spokeAtMs = this.#spokeAtMs.get(`${signal.sessionId} ${signal.uid}`) ?? -1;
    if (timeMs > spokeAtMs && isShown(signal, this.#store.uid, session)) this.#events.emit("signal", signal);
  }

  /** Note the newest seq of a group. @param {Head} head */
  async #takeHead(head) {
    const { sessionId, seq, number } = head;
    if (!isGroup(sessionId)) return;
    const { result } = await this.#store.change(sessionId, (draft) => ({
      isNews: incoming.takeHead(draft, head),
      uncounted: number > draft.session.count.known,
    }));
    this.#due.reached(sessionId, number);
    if (result.uncounted) this.#due.count(sessionId);
    if (result.isNews) this.#events.emit("head", { sessionId, seq });
  }

  /** Note the answer to a change of membership. @param {ChatAck} ack @param {"begins" | "ends" | ""} ofOwnStay */
  takeChange(ack, ofOwnStay) {
    return this.#live(ack.sessionId, "sent", (draft) => incoming.takeChange(draft, ack, ofOwnStay));
  }

  /**
   * Take the answer to a recall or an edit of this account: its notice.
   * @param {Message} notice
   */
  takeNotice(notice) {
    return this.#live(notice.sessionId, "sent", (draft) => incoming.takeLive(draft, notice));
  }

  /**
   * Move a message that the server has stored from the outbox into its session.
   * @param {Outgoing} outgoing
   * @param {ChatAck} ack
   */
  async takeChatAck(outgoing, ack) {
    const { msgId } = outgoing;
    const { sessionId, seq } = ack;
    await this.#live(sessionId, "sent", (draft) => incoming.takeSent(draft, outgoing, ack));
    this.#events.emit("sent", { msgId, sessionId, seq });
  }

  /**
   * Save a pulled page of a private session.
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {readonly number[]} acked the seqs that its request has acked, and that the server has deleted
   */
  savePage(sessionId, messages, acked) {
    return this.#change(sessionId, "pull", (draft) => incoming.takePage(draft, messages, acked));
  }

  /**
   * Save a page of history, or a pulled page of a group: these need no acks.
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {Learned | null} learned
   */
  saveHistory(sessionId, messages, learned) {
    const source = isGroup(sessionId) ? "pull" : "history";
    return this.#change(sessionId, source, (draft) => incoming.takeHistory(draft, messages, learned));
  }

  /**
   * Take a message that was pushed or stored just now.
   * @param {string} sessionId
   * @param {Source} source
   * @param {Work} work
   */
  async #live(sessionId, source, work) {
    this.#due.note(sessionId, await this.#change(sessionId, source, work));
    this.#due.acks.raise(); // an own message to a group moves `known` on, too
  }

  /** @param {string} sessionId @param {Source} source @param {Work} work */
  async #change(sessionId, source, work) {
    const outcome = await this.#store.change(sessionId, work);
    this.#due.noteEdits(sessionId, outcome);
    tell(this.#events, sessionId, outcome.result.fresh, source, outcome);
    return outcome.result;
  }
}
