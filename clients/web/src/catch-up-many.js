// Catching up with many sessions at once, with progress and a report.

import { sizeOf } from "./protocol/ranges.js";
import { newReport, sumsOf } from "./reports.js";

/**
 * @import { CatchUps } from "./catch-up.js"
 * @import { Emitter } from "./events.js"
 * @import { Link } from "./link.js"
 * @import { CatchUpReport, SessionReport } from "./reports.js"
 * @import { Settings } from "./settings.js"
 * @import { Store } from "./store/store.js"
 * @import { Timing } from "./timing.js"
 */

/** Catches up with one given session, or with all sessions that lack messages. */
export class CatchUpOfMany {
  #store;
  #link;
  #catchUps;
  #events;
  #settings;
  #timing;

  /**
   * @param {Store} store
   * @param {Link} link
   * @param {CatchUps} catchUps
   * @param {Emitter} events
   * @param {Settings} settings
   * @param {Timing} timing
   */
  constructor(store, link, catchUps, events, settings, timing) {
    this.#store = store;
    this.#link = link;
    this.#catchUps = catchUps;
    this.#events = events;
    this.#settings = settings;
    this.#timing = timing;
  }

  /**
   * Bring the sessions up to date. The first error ends the catch-up; messages that are saved by then stay.
   * @param {string | null} only
   * @returns {Promise<CatchUpReport>}
   */
  async run(only) {
    const started = this.#timing.monotonic();
    await this.#link.ready();
    if (only === null) await this.#catchUps.discover();
    const reports = (only === null ? await this.#store.behind() : [only]).map(newReport);
    const expected = await this.#expected(reports);
    let sessionsDone = 0;
    const tell = (/** @type {SessionReport} */ { sessionId }) => {
      const { saved, pages } = sumsOf(reports);
      const progress = { sessionId, saved, expected: Math.max(expected, saved), pages };
      this.#events.emit("progress", { ...progress, sessionsDone, sessions: reports.length });
    };
    const left = [...reports];
    const lane = async () => {
      for (let report = left.shift(); report; report = left.shift()) {
        const current = report;
        await this.#catchUps.run(current, () => tell(current), { tail: only !== null });
        sessionsDone += 1;
        tell(current);
      }
    };
    const lanes = Array.from({ length: this.#settings.parallelSessions }, lane);
    await Promise.all(lanes).finally(() => {
      left.length = 0;
    });
    const seconds = this.#timing.monotonic() - started;
    return { sessions: reports, ...sumsOf(reports), seconds, login: this.#link.lastLogin };
  }

  /** Return about how many messages are missing. @param {readonly SessionReport[]} reports */
  async #expected(reports) {
    let expected = 0;
    for (const { sessionId } of reports) {
      const { lastSeq, held } = await this.#store.session(sessionId);
      expected += Math.max(0, lastSeq - sizeOf(held));
    }
    return expected;
  }
}
