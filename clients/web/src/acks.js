// Sends the `ack`s, `clear`s and `read`s that are due: they tell the server which messages are saved, counted and read.

import { tolerate } from "./errors.js";
import { RETRYABLE } from "./protocol/codes.js";
import { ack, clear, read } from "./protocol/requests.js";
import { nextSettlement } from "./protocol/acking.js";

/**
 * @import { Due } from "./due.js"
 * @import { Link } from "./link.js"
 * @import { Result } from "./protocol/model.js"
 * @import { Told } from "./protocol/acking.js"
 * @import { Settings } from "./settings.js"
 * @import { Settled } from "./store/results.js"
 * @import { Store } from "./store/store.js"
 * @import { Timing } from "./timing.js"
 */

/** How many frames the server may leave unfinished; after that, the rest waits for the next login. */
const MAX_ROUNDS = 8;

/** They are read from the database, so a crash loses none of them, and only saved messages are acked. */
export class Acks {
  #store;
  #link;
  #due;
  #settings;
  #timing;
  #signal;
  #queue = Promise.resolve();
  /**
   * Sessions whose pulls carry their acks.
   * @type {Set<string>}
   */
  #held = new Set();
  /** @type {Set<string>} */
  #refused = new Set();

  /**
   * @param {Store} store
   * @param {Link} link
   * @param {Due} due
   * @param {Settings} settings
   * @param {Timing} timing
   * @param {AbortSignal} signal
   */
  constructor(store, link, due, settings, timing, signal) {
    this.#store = store;
    this.#link = link;
    this.#due = due;
    this.#settings = settings;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Send no acks of a session until `letGo`, because its pulls carry them. @param {string} sessionId */
  hold(sessionId) {
    this.#held.add(sessionId);
  }

  /** @param {string} sessionId */
  letGo(sessionId) {
    if (this.#held.delete(sessionId)) this.#due.acks.raise();
  }

  /** Send refused acks and clears again; called after each login. */
  startOver() {
    this.#due.mayAskAgain();
    this.#refused.clear();
    this.#due.acks.raise();
  }

  /** Send acks and clears whenever some are due; never returns. */
  async run() {
    for (;;) {
      await this.#due.acks.wait(this.#signal);
      await this.#timing.sleep(this.#settings.ackDelay, this.#signal);
      this.#due.acks.lower();
      try {
        await this.flush();
      } catch (error) {
        tolerate(error, "acks stay due until the next login");
      }
    }
  }

  /** Send what is due, in all sessions or only in one, and wait for the answers. @param {string | null} [only] */
  flush(only = null) {
    const flushed = this.#queue.then(() => this.#flush(only));
    this.#queue = flushed.catch(() => undefined);
    return flushed;
  }

  /** @param {string | null} only */
  async #flush(only) {
    const backoff = this.#link.backoff();
    while (backoff.attempts < MAX_ROUNDS) {
      await this.#link.ready(); // until then, more may be acked, cleared and read
      const next = await this.#next(only);
      if (!next) return;
      const { body } = await this.#link.request(requestOf(next));
      if (!(await this.#settle(next.sessions, body))) await this.#timing.sleep(backoff.next(), this.#signal);
    }
  }

  /** @param {string | null} only */
  async #next(only) {
    const due = await this.#store.due(only);
    const { clear, read: reads } = this.#due.refused;
    return nextSettlement(
      due.map(({ sessionId, seqs, known, read }) => ({
        sessionId,
        seqs: this.#refused.has(sessionId) || (only === null && this.#held.has(sessionId)) ? [] : seqs,
        known: clear.get(sessionId) === known ? null : known,
        read: read && reads.get(sessionId) === read.number ? null : read,
      })),
    );
  }

  /**
   * Note what the server has confirmed; false if something must be sent again.
   * @param {Record<string, Told>} told
   * @param {ReadonlyMap<string, Result>} results
   */
  async #settle(told, results) {
    /** @type {Map<string, Settled>} */
    const confirmed = new Map();
    let isFinished = true;
    for (const [sessionId, { seqs, received = null, read: position }] of Object.entries(told)) {
      const { code, remaining } = results.get(sessionId) ?? { code: "UNAVAILABLE", remaining: [] };
      if (code === "OK") {
        const acked = seqs.filter((seq) => !remaining.includes(seq));
        confirmed.set(sessionId, { seqs: acked, cleared: received, read: position });
        isFinished &&= remaining.length === 0;
      } else if (RETRYABLE.has(code)) {
        isFinished = false;
      } else if (received !== null || position) {
        const [cmd, number] = position ? ["read", position.number] : ["clear", Number(received)];
        console.warn(`catchup: ${cmd} of ${sessionId} up to ${number} is refused as yet: ${code}`);
        this.#due.refused[/** @type {"clear" | "read"} */ (cmd)].set(sessionId, number);
        this.#due.count(sessionId);
      } else {
        this.#refused.add(sessionId);
      }
    }
    await this.#store.settle(confirmed);
    return isFinished;
  }
}

/** @param {NonNullable<ReturnType<typeof nextSettlement>>} next */
function requestOf({ cmd, sessions }) {
  /** @template T @param {(told: Told) => T} valueOf */
  const each = (valueOf) => Object.fromEntries(Object.entries(sessions).map(([id, told]) => [id, valueOf(told)]));
  if (cmd === "clear") return clear(each(({ received = 0 }) => received));
  if (cmd === "read") return read(each(({ read: position }) => ({ seq: position?.seq, received: position?.number })));
  return ack(each(({ seqs, received }) => ({ seqs, received })));
}
