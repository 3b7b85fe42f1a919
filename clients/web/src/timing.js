// The clock, the random numbers and the waiting, in one place so that tests can replace them.

import { ClientClosed } from "./errors.js";

/**
 * @typedef {object} Timing
 * @property {() => number} nowMs milliseconds since 1970
 * @property {() => number} monotonic seconds since some moment
 * @property {() => number} random a number in [0, 1)
 * @property {(seconds: number, signal?: AbortSignal) => Promise<void>} sleep rejects with ClientClosed if aborted
 */

/** @type {Timing} */
export const REAL_TIMING = {
  nowMs: () => Date.now(),
  monotonic: () => performance.now() / 1_000,
  random: () => Math.random(),
  sleep: (seconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new ClientClosed());
      const timer = setTimeout(done, seconds * 1_000);
      signal?.addEventListener("abort", abort, { once: true });
      function done() {
        signal?.removeEventListener("abort", abort);
        resolve();
      }
      function abort() {
        clearTimeout(timer);
        reject(new ClientClosed());
      }
    }),
};

/** A page that was frozen sees its timers before all else that has happened meanwhile: it gets that many seconds more. */
const AFTER_A_FREEZE_SECONDS = 5;

/**
 * Wait for so many seconds in which the page could have heard of something else.
 * @param {number} seconds
 * @param {Timing} timing
 * @param {AbortSignal} signal
 */
export async function expiry(seconds, timing, signal) {
  const end = timing.monotonic() + seconds;
  await timing.sleep(seconds, signal);
  if (timing.monotonic() > end + 1) await timing.sleep(AFTER_A_FREEZE_SECONDS, signal);
}

/**
 * Return what a promise gives, or throw `error()` if it takes longer.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} seconds
 * @param {Timing} timing
 * @param {() => Error} error
 * @returns {Promise<T>}
 */
export async function limited(promise, seconds, timing, error) {
  const over = new AbortController();
  const late = expiry(seconds, timing, over.signal).then(() => Promise.reject(error()));
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}

/** A flag that one task waits for and others raise. */
export class Flag {
  #raised = false;
  /** @type {(() => void) | null} */
  #wake = null;

  raise() {
    this.#raised = true;
    this.#wake?.();
  }

  lower() {
    this.#raised = false;
  }

  /** Wait until it is raised. @param {AbortSignal} signal @returns {Promise<void>} */
  async wait(signal) {
    while (!this.#raised) {
      await new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new ClientClosed());
        const abort = () => reject(new ClientClosed());
        signal.addEventListener("abort", abort, { once: true });
        this.#wake = () => {
          signal.removeEventListener("abort", abort);
          resolve(undefined);
        };
      });
      this.#wake = null;
    }
  }
}
