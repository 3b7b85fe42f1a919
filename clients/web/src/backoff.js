// Exponential backoff with full jitter: each wait is drawn between zero and a ceiling that doubles.
//
// If a restart of the server disconnects many clients at one moment, full jitter spreads them over the whole interval.

/** @import { Timing } from "./timing.js" */

/** Gives the seconds to wait before each next attempt. */
export class Backoff {
  attempts = 0;
  #base;
  #cap;
  #random;

  /** @param {{backoffBase: number, backoffCap: number}} settings seconds @param {Pick<Timing, "random">} timing */
  constructor({ backoffBase, backoffCap }, { random }) {
    this.#base = backoffBase;
    this.#cap = backoffCap;
    this.#random = random;
  }

  /** Return the next wait, in seconds. */
  next() {
    const ceiling = Math.min(this.#cap, this.#base * 2 ** this.attempts);
    this.attempts += 1;
    return this.#random() * ceiling;
  }

  /** Begin from the base again. */
  reset() {
    this.attempts = 0;
  }
}
