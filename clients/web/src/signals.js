// Signals: what happens in a session now and is not kept, such as typing (docs/protocol.md, section 7, "Signals").

import { isTemporary } from "./errors.js";
import { signal } from "./protocol/requests.js";

/**
 * @import { Link } from "./link.js"
 * @import { OutgoingSignal } from "./protocol/signals.js"
 * @import { Timing } from "./timing.js"
 */

/** At most one signal in so many seconds, in all sessions together. */
const PAUSE_SECONDS = 1;
/** While the person types on, the others are told again after so many seconds. */
const AGAIN_SECONDS = 4;
/** A signal of another tab that took longer to come is past. */
const MAX_AGE_MS = 2_000;

/** Sends signals: each at most once, and only while there is a connection. */
export class Signals {
  #link;
  #timing;
  #signal;
  /**
   * What waits, by session.
   * @type {Map<string, {signal: OutgoingSignal, done: (isSent: Promise<boolean> | boolean) => void}>}
   */
  #waiting = new Map();
  #isSending = false;
  /**
   * When `typing` was sent last, by session; Infinity if it was refused.
   * @type {Map<string, number>}
   */
  #typedAt = new Map();

  /** @param {Link} link @param {Timing} timing @param {AbortSignal} signal */
  constructor(link, timing, signal) {
    this.#link = link;
    this.#timing = timing;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.startOver());
  }

  /** Drop what waits, and send again what was refused; called after each login. */
  startOver() {
    for (const sessionId of this.#waiting.keys()) this.#drop(sessionId);
    this.#typedAt.clear();
  }

  /**
   * A message is sent: it is what the person has typed. What they type next is told at once.
   * @param {string} sessionId
   */
  endTyping(sessionId) {
    if (this.#waiting.get(sessionId)?.signal.kind === "typing") this.#drop(sessionId);
    if (this.#typedAt.get(sessionId) !== Infinity) this.#typedAt.delete(sessionId);
  }

  /**
   * Send a signal; tell whether the server has got it. Throws RequestRefused.
   * @param {OutgoingSignal} outgoing
   * @returns {Promise<boolean>}
   */
  async send(outgoing) {
    const { sessionId, kind, atMs } = outgoing;
    const now = this.#timing.monotonic();
    if (!this.#link.live || Math.abs(this.#timing.nowMs() - atMs) > MAX_AGE_MS) return false;
    if (kind === "typing") {
      if (now < (this.#typedAt.get(sessionId) ?? -Infinity) + AGAIN_SECONDS) return false;
      this.#typedAt.set(sessionId, now);
    } else if (kind === "stopped") {
      const isHeard = this.#waiting.get(sessionId)?.signal.kind !== "typing" && this.#typedAt.has(sessionId);
      this.endTyping(sessionId);
      if (!isHeard) return false;
    }
    this.#drop(sessionId);
    return new Promise((done) => {
      this.#waiting.set(sessionId, { signal: outgoing, done });
      this.#sendAll().catch(() => undefined); // the client was closed
    });
  }

  /** @param {string} sessionId */
  #drop(sessionId) {
    this.#waiting.get(sessionId)?.done(false);
    this.#waiting.delete(sessionId);
  }

  async #sendAll() {
    if (this.#isSending) return;
    this.#isSending = true;
    for (const [sessionId, { signal: outgoing, done }] of this.#waiting) {
      this.#waiting.delete(sessionId);
      done(this.#exchange(sessionId, outgoing));
      await this.#timing.sleep(PAUSE_SECONDS, this.#signal);
    }
    this.#isSending = false;
  }

  /** @param {string} sessionId @param {OutgoingSignal} outgoing */
  async #exchange(sessionId, outgoing) {
    const { live } = this.#link;
    try {
      await live?.exchange(signal(outgoing));
      return live !== null;
    } catch (error) {
      if (isTemporary(error)) return false;
      this.#typedAt.set(sessionId, Infinity);
      throw error;
    }
  }
}
