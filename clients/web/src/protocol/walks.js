// Going through a session page by page: pulling its offline store to the end, and filling gaps (docs/protocol.md,
// sections 4 and 7). Pure: the caller sends the requests and saves the pages.

import { ProtocolViolation } from "../errors.js";
import { MAX_ACKS_PER_REQUEST } from "../settings.js";
import { leftOut } from "./ranges.js";
import { history, pull } from "./requests.js";

/** @import { Page } from "./model.js" */
/** @import { Range, Ranges } from "./ranges.js" */
/** @import { Request } from "./requests.js" */

/**
 * How many pages in a row may bring no new message and no end; after more, pulling has failed. A few are normal: their
 * messages were saved before a crash, or the server couldn't finish deleting them.
 */
const MAX_FRUITLESS_PAGES = 10;

/**
 * The pulls of one private session, one at a time; each acks the messages of the page before, which are saved by then.
 *
 * The caller reads the seqs to ack from the store. So after a restart, exactly the saved messages are acked.
 */
export class PullWalk {
  done = false;
  endReason = "NOT_END";
  fruitlessPages = 0;
  /** @type {number | null} */
  #before = null;

  /** @param {string} sessionId @param {number} limit */
  constructor(sessionId, limit) {
    this.sessionId = sessionId;
    this.limit = limit;
  }

  /** @param {readonly number[]} saved messages that are saved and not acked yet, newest first */
  request(saved) {
    return pull(this.sessionId, this.limit, { ack: saved.slice(0, MAX_ACKS_PER_REQUEST), before: this.#before });
  }

  /**
   * Take a page, after it was saved. Throws ProtocolViolation if the server makes no progress.
   * @param {Page} page
   * @param {number} newMessages how many of its messages were not saved before
   */
  receive(page, newMessages) {
    if (page.end) {
      this.done = true;
      this.endReason = page.endReason;
      return;
    }
    // Section 4: "with `before` set to it, until a page comes without it".
    this.#before = page.resumeBefore;
    this.fruitlessPages = newMessages > 0 || page.resumeBefore !== null ? 0 : this.fruitlessPages + 1;
    if (this.fruitlessPages > MAX_FRUITLESS_PAGES) {
      throw new ProtocolViolation(`${this.sessionId}: ${this.fruitlessPages} pages in a row brought nothing new`);
    }
  }
}

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
    const before = this.#openTop ? null : this.#before;
    if (!this.byPull) return history(this.sessionId, this.limit, { before, after: this.#after });
    return pull(this.sessionId, this.limit, { before, after: this.#after || null });
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
      throw new ProtocolViolation(`${this.sessionId}: a page is neither the end nor shows where to go on`);
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
