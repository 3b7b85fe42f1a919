// Sends what the person has chosen for their sessions, and finds what other devices chose while this one was away
// (docs/protocol.md, section 7, "Settings").

import { tolerate } from "./errors.js";
import { RETRYABLE } from "./protocol/codes.js";
import { settings } from "./protocol/requests.js";
import { isTooLate } from "./protocol/session-settings.js";

/**
 * @import { Arrivals } from "./arrivals.js"
 * @import { CatchUps } from "./catch-up.js"
 * @import { Due } from "./due.js"
 * @import { Link } from "./link.js"
 * @import { Store } from "./store/store.js"
 * @import { Timing } from "./timing.js"
 */

/** A choice of a session with long names has some 300 bytes: so a frame has room for them. */
const MAX_CHOICES_PER_REQUEST = 50;
/** How many frames the server may leave unfinished; after that, the rest waits for the next login. */
const MAX_ROUNDS = 8;

/** The choices are read from the database, so they survive the page. */
export class Choosing {
  #store;
  #arrivals;
  #link;
  #catchUps;
  #due;
  #timing;
  #signal;

  /**
   * @param {Store} store
   * @param {Arrivals} arrivals
   * @param {Link} link
   * @param {CatchUps} catchUps
   * @param {Due} due
   * @param {Timing} timing
   * @param {AbortSignal} signal
   */
  constructor(store, arrivals, link, catchUps, due, timing, signal) {
    this.#store = store;
    this.#arrivals = arrivals;
    this.#link = link;
    this.#catchUps = catchUps;
    this.#due = due;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Send choices whenever some are due; never returns. */
  async run() {
    for (;;) {
      await this.#due.settings.wait(this.#signal);
      this.#due.settings.lower();
      try {
        await this.#sendAll();
        if (!this.#due.lacksSummaries) continue;
        this.#due.lacksSummaries = false;
        await this.#catchUps.discover();
      } catch (error) {
        tolerate(error, "settings stay as they are until the next login");
      }
    }
  }

  async #sendAll() {
    const backoff = this.#link.backoff();
    while (backoff.attempts < MAX_ROUNDS) {
      await this.#link.ready(); // until then, later choices may take the place of earlier ones
      const nowMs = this.#link.serverNowMs;
      const late = [...(await this.#store.choices())].filter(([, choice]) => isTooLate(choice, nowMs));
      if (late.length > 0) await this.#arrivals.personal.redate(new Map(late), nowMs);
      const due = [...(await this.#store.choices())].slice(0, MAX_CHOICES_PER_REQUEST);
      if (due.length === 0) return;
      const { body } = await this.#link.request(settings(Object.fromEntries(due)));
      const settled = due.filter(([sessionId]) => !RETRYABLE.has(body.get(sessionId)?.code ?? "UNAVAILABLE"));
      await this.#arrivals.personal.settleChoices(new Map(settled), body);
      if (settled.length < due.length) await this.#timing.sleep(backoff.next(), this.#signal);
    }
  }
}
