// Filling a gap page by page (docs/protocol.md, section 7, "Gaps"). Pure: the caller sends the requests and saves the
// pages.

import { isGroup } from "../names.js";
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
  #sessionId;
  #limit;
  #after;
  #high;
  #before;

  /**
   * @param {string} sessionId
   * @param {Range} gap
   * @param {number} limit
   * @param {boolean} openTop also ask for all messages above the gap, which may then be empty
   */
  constructor(sessionId, [low, high], limit, openTop) {
    this.#sessionId = sessionId;
    this.#limit = limit;
    this.#after = low - 1;
    this.#high = high;
    this.#before = openTop ? undefined : high + 1;
  }

  /** @returns {Request<Page>} */
  request() {
    const bounds = { before: this.#before, after: this.#after };
    if (!isGroup(this.#sessionId)) return history(this.#sessionId, this.#limit, bounds);
    return pull(this.#sessionId, this.#limit, { ...bounds, after: this.#after || undefined });
  }

  /**
   * Take the answer; send the next request unless it is the end. Throws ProtocolViolation if it makes no progress.
   * @param {Page} page
   * @returns {Learned}
   */
  receive({ sessionId, messages, end, endReason, resumeBefore }) {
    const seqs = messages.map((message) => message.seq);
    const before = this.#before ?? Math.max(this.#high, ...seqs, resumeBefore ?? 0) + 1;
    const lowest = Math.min(before, ...seqs);
    const askedFrom = end ? this.#after + 1 : Math.min(lowest, resumeBefore ?? lowest);
    if (askedFrom >= before && !end) throw noProgress(sessionId);
    this.#before = askedFrom;
    const hasFloor = end && (endReason === "RETENTION" || endReason === "JOIN_POINT");
    const unreadable = leftOut([hasFloor ? lowest : askedFrom, before - 1], seqs);
    return { unreadable, floor: hasFloor ? lowest : null };
  }
}
