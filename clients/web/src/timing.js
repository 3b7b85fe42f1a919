// The clock, the random numbers and the waiting, in one place so that tests can replace them.

import { ClientClosed } from "./errors.js";

/**
 * @typedef {object} Timing
 * @property {() => number} nowMs milliseconds since 1970
 * @property {() => number} monotonic seconds since some moment
 * @property {() => number} random a number in [0, 1)
 * @property {(seconds: number, signal?: AbortSignal) => Promise<void>} sleep rejects with ClientClosed if aborted
 */

/**
 * Return a promise with what settles it: `Promise.withResolvers` is younger than the browsers that this library runs in.
 * @template [T=void]
 */
export function deferred() {
  /** @type {{resolve: (value: T) => void, reject: (error: unknown) => void}} */
  const settle = { resolve: () => {}, reject: () => {} };
  /** @type {Promise<T>} */
  const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }));
  return { promise, ...settle };
}

/**
 * Return what a promise gives; throw ClientClosed as soon as `signal` aborts.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
async function orAborted(promise, signal) {
  if (signal?.aborted) throw new ClientClosed();
  /** @type {{promise: Promise<never>, reject: (error: unknown) => void}} */
  const aborted = deferred();
  const abort = () => aborted.reject(new ClientClosed());
  signal?.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** @type {Timing} */
export const REAL_TIMING = {
  nowMs: () => Date.now(),
  monotonic: () => performance.now() / 1_000,
  random: () => Math.random(),
  async sleep(seconds, signal) {
    const { promise, resolve } = deferred();
    const timer = setTimeout(resolve, seconds * 1_000);
    await orAborted(promise, signal).finally(() => clearTimeout(timer));
  },
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

/** A flag that tasks wait for and others raise. */
export class Flag {
  #isRaised = false;
  #raised = deferred();

  raise() {
    this.#isRaised = true;
    this.#raised.resolve();
  }

  lower() {
    if (this.#isRaised) this.#raised = deferred();
    this.#isRaised = false;
  }

  /** Wait until it is raised. @param {AbortSignal} signal @returns {Promise<void>} */
  wait(signal) {
    return orAborted(this.#raised.promise, signal);
  }
}
