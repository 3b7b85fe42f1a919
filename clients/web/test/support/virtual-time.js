// A clock that runs only when a test lets it, and that knows when nothing is going on any more.

import { ClientClosed } from "../../src/errors.js";

const immediately = globalThis.setImmediate;
let pending = 0;

// fake-indexeddb runs each step of a transaction in a `setImmediate`. So counting them tells when it is at rest.
globalThis.setImmediate = /** @type {any} */ (
  (work, ...args) => {
    pending += 1;
    return immediately(() => {
      pending -= 1;
      work(...args);
    });
  }
);

const turn = () => new Promise((resolve) => immediately(resolve));

/** Let everything run that does not wait for the clock. */
export async function idle() {
  for (let quiet = 0; quiet < 4; quiet = pending === 0 ? quiet + 1 : 0) await turn();
}

export class VirtualTime {
  #now = 1_000;
  /** @type {Set<{at: number, wake: () => void}>} */
  #sleepers = new Set();

  /** How much the clock on the wall is ahead. */
  #shift = 0;
  /** Timers run only at multiples of so many seconds. */
  #grain = 0;

  monotonic = () => this.#now;
  nowMs = () => Math.round(1_554_964_000_000 + (this.#now + this.#shift) * 1_000);
  random = () => 0.5;

  sleep = (seconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new ClientClosed());
      const sleeper = {
        at: this.#grain ? Math.ceil((this.#now + seconds) / this.#grain) * this.#grain : this.#now + seconds,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(new ClientClosed());
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(sleeper);
    });

  /** Let the clock run. */
  async advance(seconds) {
    const end = this.#now + seconds;
    for (;;) {
      await idle();
      const next = [...this.#sleepers].sort((one, other) => one.at - other.at)[0];
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = end;
    await idle();
  }

  /** Let seconds pass in which nothing runs; then the timers come first of all. */
  freeze(seconds) {
    this.#now += seconds;
    for (const sleeper of [...this.#sleepers]) if (sleeper.at <= this.#now) sleeper.wake();
  }

  /** Somebody sets the clock on the wall. */
  shiftClock(seconds) {
    this.#shift += seconds;
  }

  /** The device sleeps: the page's clock and timers stand still, in some browsers. */
  sleepOfDevice(seconds) {
    this.#shift += seconds;
  }

  /** The page is hidden: its timers run only once in so many seconds. */
  throttle(seconds) {
    this.#grain = seconds;
  }

  /** Forget all that waits: its process was killed. */
  forget() {
    this.#sleepers.clear();
  }
}
