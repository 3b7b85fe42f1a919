// Filling a gap page by page (docs/protocol.md, section 7, "Gaps"). Pure: the caller sends the requests and saves the
// pages.

import { noProgress } from "./paging.js";
import { leftOut } from "./ranges.js";
import { history, pull } from "./requests.js";

/**
 * @import { Page } from "./model.js"
 * @import { Range, Ranges } from "./ranges.js"
 * @import { Request } from "./requests.js"
 */

/**
 * What a page tells about the seqs that it does not contain.
 * @typedef {object} Learned
 * @property {Ranges} unreadable seqs that the page leaves out, because the server can't read them
 * @property {number | null} floor messages below this seq were removed by retention, or are not for this account
 */

/** Fetches one gap page by page, newest first: from `history`, or in a group with `pull`. */
export class GapFill {
  done = false;
  #after;
  #before;
  #openTop;

  /**
   * @param {string} sessionId
   * @param {Range} gap
   * @param {number} limit
   * @param {{byPull?: boolean, openTop?: boolean}} [options] `openTop`: also ask for all messages above the gap, which
   *   may then be empty
   */
  constructor(sessionId, [low, high], limit, { byPull = false, openTop = false } = {}) {
    this.sessionId = sessionId;
    this.limit = limit;
    this.byPull = byPull;
    this.#after = low - 1;
    this.#before = high + 1;
    this.#openTop = openTop;
  }

  /** @returns {Request<Page>} */
  request() {
    const before = this.#openTop ? undefined : this.#before;
    if (!this.byPull) return history(this.sessionId, this.limit, { before, after: this.#after });
    return pull(this.sessionId, this.limit, { before, after: this.#after || undefined });
  }

  /**
   * Take the answer; send the next request unless `done`. Throws ProtocolViolation if it makes no progress.
   * @param {Page} page
   * @returns {Learned}
   */
  receive(page) {
    const seqs = page.messages.map((message) => message.seq);
    if (this.#openTop) {
      this.#before = Math.max(this.#before - 1, ...seqs, page.resumeBefore ?? 0) + 1;
      this.#openTop = false;
    }
    const lowest = Math.min(this.#before, ...seqs);
    const askedFrom = page.end ? this.#after + 1 : Math.min(lowest, page.resumeBefore ?? lowest);
    if (askedFrom >= this.#before && !page.end) {
      throw noProgress(this.sessionId);
    }
    /** @type {Range} */
    const asked = [askedFrom, this.#before - 1];
    this.done = page.end;
    this.#before = askedFrom;
    const hasFloor = page.end && (page.endReason === "RETENTION" || page.endReason === "JOIN_POINT");
    if (hasFloor) return { unreadable: leftOut([lowest, asked[1]], seqs), floor: lowest };
    return { unreadable: leftOut(asked, seqs), floor: null };
  }
}
