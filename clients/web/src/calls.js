// The calls of following tabs, which the leading one performs. If it is gone in the middle of one, the next leader does it:
// every call may be repeated.

import { ClientClosed, NoLongerLeading, packed, unpacked } from "./errors.js";
import { randomId } from "./names.js";
import { deferred } from "./timing.js";

/**
 * @import { PackedError } from "./errors.js"
 * @import { Timing } from "./timing.js"
 */

/** How long a follower waits for the leader's answer before it asks whether there is one. */
const CALL_SECONDS = 60;

/** @typedef {{kind: "call", id: string, name: string, args: readonly unknown[]}} CallNote */
/** @typedef {{kind: "reply", id: string, value?: unknown, error?: PackedError}} Reply */
/**
 * @typedef {object} Role
 * @property {number} term in which this tab leads; 0 if it doesn't
 * @property {() => Promise<void>} stepDown
 */
/**
 * @typedef {object} Waiting
 * @property {Promise<{value: unknown}>} promise of the answer
 * @property {(answer: {value: unknown}) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {() => void} repeat
 */

export class Calls {
  #role;
  #say;
  #ask;
  #duty;
  #timing;
  #signal;
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();
  /**
   * The calls of followers that this tab works on.
   * @type {Set<string>}
   */
  #performing = new Set();

  /**
   * @param {Role} role
   * @param {(note: CallNote | Reply) => void} say throws InvalidInput if it can't be sent
   * @param {() => Promise<void>} ask who leads
   * @param {(name: string, args: readonly unknown[]) => Promise<unknown>} duty what only the leader can do
   * @param {Timing} timing
   * @param {AbortSignal} signal ends it
   */
  constructor(role, say, ask, duty, timing, signal) {
    this.#role = role;
    this.#say = say;
    this.#ask = ask;
    this.#duty = duty;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Return the leader's answer. @param {string} name @param {readonly unknown[]} args @returns {Promise<unknown>} */
  async call(name, args) {
    const id = randomId();
    /** @type {Waiting} */
    const waiting = { ...deferred(), repeat: () => {} };
    waiting.promise.catch(() => undefined); // by then this tab may lead, and do it itself
    this.#waiting.set(id, waiting);
    try {
      for (;;) {
        if (this.#signal.aborted) throw new ClientClosed();
        const done = this.#role.term ? await this.#perform(name, args) : await this.#asked(id, name, args, waiting);
        if (done) return done.value;
      }
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** There is another leader, which has not heard of the calls. */
  repeat() {
    for (const { repeat } of this.#waiting.values()) repeat();
  }

  /** Take the leader's answer. @param {Reply} reply */
  take({ id, value, error }) {
    const waiting = this.#waiting.get(id);
    if (error) waiting?.reject(unpacked(error));
    else waiting?.resolve({ value });
  }

  /** Perform the call of a follower, which may make it more than once. @param {CallNote} call */
  async answer({ id, name, args }) {
    if (this.#performing.has(id)) return;
    this.#performing.add(id);
    try {
      const done = await this.#perform(name, args);
      if (done) this.#say({ kind: "reply", id, value: done.value });
    } catch (error) {
      this.#say({ kind: "reply", id, error: packed(error) });
    } finally {
      this.#performing.delete(id);
    }
  }

  /**
   * Let the leader do it; null if it must be asked again.
   * @param {string} id
   * @param {string} name
   * @param {readonly unknown[]} args
   * @param {Waiting} waiting
   */
  async #asked(id, name, args, waiting) {
    const over = new AbortController();
    const another = new Promise((resolve) => {
      waiting.repeat = () => resolve(null);
    });
    this.#say({ kind: "call", id, name, args });
    const silence = this.#timing.sleep(CALL_SECONDS, AbortSignal.any([over.signal, this.#signal]));
    try {
      return await Promise.race([waiting.promise, another, silence.then(() => this.#ask()).then(() => null)]);
    } finally {
      over.abort();
    }
  }

  /** Do it; null if another tab leads meanwhile, which does it. */
  /** @param {string} name @param {readonly unknown[]} args */
  async #perform(name, args) {
    const { term } = this.#role;
    try {
      return { value: await this.#duty(name, args) };
    } catch (error) {
      if (error instanceof NoLongerLeading) await this.#role.stepDown();
      if (this.#role.term === term) throw error;
      return null;
    }
  }
}
