// Fetches in the background what a live message has shown to be missing (docs/protocol.md, section 7).

import { tolerate } from "./errors.js";
import { isGroup } from "./names.js";
import { gaps } from "./protocol/session.js";
import { newReport } from "./reports.js";

/**
 * @import { CatchUps } from "./catch-up.js"
 * @import { Due } from "./due.js"
 * @import { Link } from "./link.js"
 * @import { Settings } from "./settings.js"
 * @import { Store } from "./store/store.js"
 * @import { Timing } from "./timing.js"
 */

export class Repairs {
  #store;
  #link;
  #catchUps;
  #due;
  #settings;
  #timing;
  #signal;

  /**
   * @param {Store} store
   * @param {Link} link
   * @param {CatchUps} catchUps
   * @param {Due} due
   * @param {Settings} settings
   * @param {Timing} timing
   * @param {AbortSignal} signal
   */
  constructor(store, link, catchUps, due, settings, timing, signal) {
    this.#store = store;
    this.#link = link;
    this.#catchUps = catchUps;
    this.#due = due;
    this.#settings = settings;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Repair whenever something is missing; never returns. */
  async run() {
    const backoff = this.#link.backoff();
    for (;;) {
      await this.#due.repair.wait(this.#signal);
      // Pushes come out of order; most gaps close by themselves.
      await this.#timing.sleep(this.#settings.repairDelay, this.#signal);
      this.#due.repair.lower();
      const [uncounted, marks, edited] = [[...this.#due.uncounted].sort(), [...this.#due.gaps], [...this.#due.edits]];
      this.#due.edits.clear();
      this.#due.uncounted.clear();
      this.#due.gaps.clear();
      try {
        await this.#catchUps.askCounters(uncounted);
        const again = uncounted.filter((sessionId) => this.#due.uncounted.has(sessionId));
        if (again.length > 0) {
          // The counter couldn't be added: it is cleared, and asked for again.
          await this.#catchUps.clear(again);
          await this.#timing.sleep(backoff.next(), this.#signal);
        } else {
          backoff.reset();
        }
        for (const sessionId of edited) await this.#catchUps.askEdited(sessionId);
        for (const [sessionId, mark] of marks) await this.#closeGap(sessionId, mark, uncounted.includes(sessionId));
      } catch (error) {
        tolerate(error, "could not repair, the next catch-up will");
      }
    }
  }

  /** @param {string} sessionId @param {number} mark @param {boolean} pushesLost */
  async #closeGap(sessionId, mark, pushesLost) {
    // If every seq is saved, and nothing more was announced, there is nothing to fetch. An exception: pushes of a
    // private session were lost. Their messages still wait in the offline store, even if history has brought them, and
    // only a catch-up acks them.
    const session = await this.#store.session(sessionId);
    const isClosed = (isGroup(sessionId) || !pushesLost) && gaps(session, { whole: false }).length === 0;
    if (isClosed && (await this.#store.finishCatchUp(sessionId, mark))) return;
    await this.#catchUps.run(newReport(sessionId), () => {}, { whole: false, tail: false });
  }
}
