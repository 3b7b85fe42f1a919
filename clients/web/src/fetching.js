// Fetching what this device lacks of one session, a page at a time: pulls, and history (docs/protocol.md, section 7).

import { ProtocolViolation } from "./errors.js";
import { isGroup } from "./names.js";
import { GapFill } from "./protocol/gaps.js";
import { topGap } from "./protocol/opening.js";
import { noProgress } from "./protocol/paging.js";
import { highest, sizeOf } from "./protocol/ranges.js";
import { history } from "./protocol/requests.js";
import { highestHeld } from "./protocol/session.js";
import { MAX_ACKS_PER_REQUEST } from "./settings.js";

/**
 * @import { Acks } from "./acks.js"
 * @import { Arrivals } from "./arrivals.js"
 * @import { Link } from "./link.js"
 * @import { Learned } from "./protocol/gaps.js"
 * @import { Page } from "./protocol/model.js"
 * @import { Opening } from "./protocol/opening.js"
 * @import { PullWalk } from "./protocol/paging.js"
 * @import { Range } from "./protocol/ranges.js"
 * @import { Request } from "./protocol/requests.js"
 * @import { Session } from "./protocol/session.js"
 * @import { SessionReport } from "./reports.js"
 * @import { Settings } from "./settings.js"
 * @import { Timing } from "./timing.js"
 */

/** How long a pulled page waits for the next pull, which acks it; then an ack of its own is sent. */
const NEXT_PULL_SECONDS = 3;

/** The steps of catching up with a session. Each saves what it fetches. */
export class Fetching {
  #arrivals;
  #link;
  #acks;
  #settings;
  #timing;
  #signal;
  /** @type {Map<string, AbortController>} */
  #pauses = new Map();

  /**
   * @param {Arrivals} arrivals
   * @param {Link} link
   * @param {Acks} acks
   * @param {Settings} settings
   * @param {Timing} timing
   * @param {AbortSignal} signal
   */
  constructor(arrivals, link, acks, settings, timing, signal) {
    this.#arrivals = arrivals;
    this.#link = link;
    this.#acks = acks;
    this.#settings = settings;
    this.#timing = timing;
    this.#signal = signal;
  }

  /**
   * Fetch one page of what is missing, the newest first; false if nothing is missing below `before`.
   * @param {Session} session
   * @param {Opening} opening
   * @param {SessionReport} report
   * @param {number} before
   * @param {boolean} whole
   */
  async step(session, opening, report, before, whole) {
    const { walk, lowestPulled } = opening;
    const missing = topGap(session, before, whole);
    if (walk && (opening.isWhole || lowestPulled === Infinity)) {
      await this.#pull(opening, report, session, walk);
    } else if (!opening.isTopKnown) {
      await this.#findTop(session, opening, report);
    } else if (missing && (!walk || missing[1] > lowestPulled)) {
      // What waits is below what was pulled; what is missing above it comes from history.
      await this.#fill(opening, report, session, walk ? [Math.max(missing[0], lowestPulled), missing[1]] : missing);
    } else if (walk && (missing || whole)) {
      await this.#pull(opening, report, session, walk);
    } else {
      return false;
    }
    return true;
  }

  /** @param {Opening} opening @param {SessionReport} report @param {Session} session @param {PullWalk} walk */
  async #pull(opening, report, session, walk) {
    const { sessionId } = session;
    this.#pauses.get(sessionId)?.abort();
    this.#acks.hold(sessionId);
    try {
      const request = walk.request(sessionId, this.#settings.pageLimit, highest(session.toAck, MAX_ACKS_PER_REQUEST));
      const page = await this.#ask(request, report);
      const named = /** @type {number[]} */ (request.body["ack"]);
      const acked = named.filter((seq) => !page.remaining.includes(seq));
      const saved = await this.#arrivals.savePage(sessionId, page.messages, acked);
      if (page.end) opening.walk = null;
      else walk.receive(page, saved.fresh.length);
      const seqs = page.messages.map(({ seq }) => seq);
      opening.lowestPulled = Math.min(opening.lowestPulled, ...seqs, session.lastSeq + 1);
      opening.isUncounted ||= saved.uncounted;
      if (page.end) report.endReason = page.endReason;
      report.saved += saved.fresh.length;
      report.duplicates += saved.duplicates;
      opening.onPage();
      if (walk.fruitlessPages > 0) await this.#timing.sleep(this.#link.backoff().next(), this.#signal);
    } finally {
      if (opening.walk) this.#letGoLater(sessionId);
      else this.#acks.letGo(sessionId);
    }
  }

  /**
   * Ask for what is newer than all saved messages: own messages of another device are in no counter.
   * @param {Session} session
   * @param {Opening} opening
   * @param {SessionReport} report
   */
  async #findTop(session, opening, report) {
    const { sessionId, lastSeq } = session;
    const top = highestHeld(session);
    opening.isTopKnown = true;
    if (isGroup(sessionId)) {
      const last = Math.max(top, lastSeq);
      const missing = topGap(session, Infinity, true);
      await this.#fill(opening, report, session, missing?.[1] === last ? missing : [last + 1, last], true);
    } else if (top > 0 || lastSeq === 0) {
      const after = Math.max(top, opening.tailAfter);
      const page = await this.#ask(history(sessionId, this.#settings.pageLimit, top > 0 ? { after } : {}), report);
      await this.#saveHistory(opening, report, page, null);
      if (top === 0 || page.end) return;
      opening.isTopKnown = false;
      opening.tailAfter = Math.max(page.resumeAfter ?? 0, ...page.messages.map(({ seq }) => seq));
      if (opening.tailAfter <= after) throw noProgress(sessionId);
    }
  }

  /**
   * Ask for one page of a gap that has a message, or in a whole catch-up for all of them. `openTop`: also for all that
   * is above the gap.
   * @param {Opening} opening
   * @param {SessionReport} report
   * @param {Session} session
   * @param {Range} gap
   * @param {boolean} [openTop]
   */
  async #fill(opening, report, { sessionId, holes }, gap, openTop = false) {
    const isSecondLook = holes.some(({ low, high }) => low === gap[0] && high === gap[1]);
    if (isSecondLook) await this.#timing.sleep(this.#settings.secondLookAfter, this.#signal);
    const byPull = isGroup(sessionId);
    const fill = new GapFill(sessionId, gap, this.#settings.pageLimit, openTop);
    /** @type {Page} */
    let page;
    do {
      page = await this.#ask(fill.request(), report);
      const learned = fill.receive(page);
      if (learned.floor !== null) opening.endReason = page.endReason;
      if (isSecondLook) report.unreadable += sizeOf(learned.unreadable);
      else if (byPull && page.end) report.endReason = page.endReason;
      await this.#saveHistory(opening, report, page, learned);
    } while (!page.end && (opening.isWhole || page.messages.length === 0));
  }

  /**
   * Save a page of history, or a pulled page of a group.
   * @param {Opening} opening
   * @param {SessionReport} report
   * @param {Page} page
   * @param {Learned | null} learned
   */
  async #saveHistory(opening, report, page, learned) {
    const saved = await this.#arrivals.saveHistory(page.sessionId, page.messages, learned);
    opening.isUncounted ||= saved.uncounted;
    report[isGroup(page.sessionId) ? "saved" : "filled"] += saved.fresh.length;
    report.duplicates += saved.duplicates;
    opening.onPage();
  }

  /** @param {Request<Page>} request @param {SessionReport} report */
  async #ask(request, report) {
    const { body, bytes } = await this.#link.request(request);
    if (body.sessionId !== report.sessionId) {
      throw new ProtocolViolation(`asked for a page of ${report.sessionId}, got one of ${body.sessionId}`);
    }
    report.pages += 1;
    report.bytes += bytes;
    return body;
  }

  /** @param {string} sessionId */
  #letGoLater(sessionId) {
    const pause = new AbortController();
    this.#pauses.set(sessionId, pause);
    this.#timing.sleep(NEXT_PULL_SECONDS, AbortSignal.any([pause.signal, this.#signal])).then(
      () => this.#acks.letGo(sessionId),
      () => undefined,
    );
  }
}
