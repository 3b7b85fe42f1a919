// Sending: in each session one `chat` or change of a group at a time, in order (docs/protocol.md, section 7, "Send").

import { isBadAnswer, isTemporary, whyOf } from "./errors.js";
import { chat } from "./protocol/requests.js";
import { deferred } from "./timing.js";

/**
 * @import { Arrivals } from "./arrivals.js"
 * @import { Due } from "./due.js"
 * @import { RequestRefused } from "./errors.js"
 * @import { Emitter } from "./events.js"
 * @import { Link } from "./link.js"
 * @import { Outgoing } from "./protocol/model.js"
 * @import { Store } from "./store/store.js"
 */

/** @typedef {ReturnType<typeof deferred<void>>} Deferred */
/**
 * A change of a group: between the messages that were written before it, and those that are written after it.
 * @typedef {{sessionId: string, after: ReadonlySet<string>, granted: Deferred, over: Deferred}} Turn
 */

export class Outbox {
  #store;
  #link;
  #arrivals;
  #events;
  #due;
  #parallel;
  #signal;
  /**
   * Sessions that send now.
   * @type {Set<string>}
   */
  #lanes = new Set();
  /**
   * Sessions in which sending has failed too often; they wait for the next login.
   * @type {Set<string>}
   */
  #parked = new Set();
  /**
   * Changes of groups that wait for their turn.
   * @type {Turn[]}
   */
  #turns = [];

  /**
   * @param {Store} store
   * @param {Link} link
   * @param {Arrivals} arrivals
   * @param {Emitter} events
   * @param {Due} due
   * @param {number} parallel
   * @param {AbortSignal} signal
   */
  constructor(store, link, arrivals, events, due, parallel, signal) {
    this.#store = store;
    this.#link = link;
    this.#arrivals = arrivals;
    this.#events = events;
    this.#due = due;
    this.#parallel = parallel;
    this.#signal = signal;
  }

  /** Try the parked sessions again; called after each login. */
  startOver() {
    this.#parked.clear();
    this.#due.outbox.raise();
  }

  /**
   * Do `work` after the messages of a session that are in the outbox now, and before later ones. A change of a group
   * that overtakes a message could take the right to send it away.
   * @template T
   * @param {string} sessionId
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async turn(sessionId, work) {
    const waiting = (await this.#store.unsent()).filter((message) => message.sessionId === sessionId);
    const turn = {
      sessionId,
      after: new Set(waiting.map(({ msgId }) => msgId)),
      granted: deferred(),
      over: deferred(),
    };
    this.#turns.push(turn);
    this.#parked.delete(sessionId);
    this.#due.outbox.raise();
    try {
      await turn.granted.promise;
      return await work();
    } finally {
      this.#turns = this.#turns.filter((other) => other !== turn);
      turn.over.resolve();
    }
  }

  /** Send whenever a message waits; throws what ends the client. */
  run() {
    return new Promise((_, reject) => {
      this.#watch(reject).catch(reject);
    });
  }

  /** @param {(error: unknown) => void} onFailure */
  async #watch(onFailure) {
    for (;;) {
      await this.#due.outbox.wait(this.#signal);
      this.#due.outbox.lower();
      const due = [...(await this.#store.unsent()), ...this.#turns];
      for (const sessionId of new Set(due.map((each) => each.sessionId))) {
        if (this.#lanes.has(sessionId) || this.#parked.has(sessionId)) continue;
        if (this.#lanes.size >= this.#parallel) break; // a lane that ends raises the flag again
        this.#lanes.add(sessionId);
        this.#lane(sessionId).catch(onFailure);
      }
    }
  }

  /** @param {string} sessionId */
  async #lane(sessionId) {
    try {
      for (;;) {
        const next = (await this.#store.unsent()).find((message) => message.sessionId === sessionId);
        const turn = this.#turns.find((each) => each.sessionId === sessionId);
        if (turn && !(next && turn.after.has(next.msgId))) {
          turn.granted.resolve();
          await turn.over.promise;
        } else if (!next) {
          return;
        } else if (!(await this.#send(next))) {
          this.#parked.add(sessionId);
          return;
        }
      }
    } finally {
      this.#lanes.delete(sessionId);
      this.#due.outbox.raise();
    }
  }

  /**
   * Send a message until it is sent or refused; false if its session must wait for the next login.
   * @param {Outgoing} message
   */
  async #send(message) {
    let reply;
    try {
      reply = await this.#link.request(chat(message), { ofAnyData: true });
    } catch (error) {
      if (!isBadAnswer(error)) throw error;
      if (isTemporary(error)) return false;
      await this.#giveUp(message, /** @type {RequestRefused} */ (error));
      return true;
    }
    await this.#arrivals.takeChatAck(message, reply.body);
    return true;
  }

  /** @param {Outgoing} message @param {RequestRefused} error */
  async #giveUp(message, { code, fault }) {
    const { msgId } = message;
    const why = whyOf(fault);
    await this.#store.refuse(message, code, why);
    if (code === "HELD") this.#events.emit("held", { msgId, why });
    else this.#events.emit("refused", { msgId, code, why });
  }
}
