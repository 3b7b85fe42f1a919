// Going through a session page by page: pulling its offline store to the end, and reading what is newer than all saved
// messages (docs/protocol.md, sections 4 and 7). Pure: the caller sends the requests and saves the pages.

import { ProtocolViolation } from "../errors.js";
import { MAX_ACKS_PER_REQUEST } from "../settings.js";
import { history, pull } from "./requests.js";

/** @import { Page } from "./model.js" */

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

/** Reads the messages after the newest saved one, oldest first, to the end of the session. */
export class TailWalk {
  done = false;
  #after;

  /** @param {string} sessionId @param {number} after a seq @param {number} limit */
  constructor(sessionId, after, limit) {
    this.sessionId = sessionId;
    this.limit = limit;
    this.#after = after;
  }

  request() {
    return history(this.sessionId, this.limit, { after: this.#after });
  }

  /**
   * Take the answer; send the next request unless `done`. Throws ProtocolViolation if it makes no progress.
   * @param {Page} page
   */
  receive(page) {
    const highest = Math.max(this.#after, ...page.messages.map(({ seq }) => seq));
    const goOnAfter = Math.max(highest, page.resumeAfter ?? highest);
    if (goOnAfter <= this.#after && !page.end) {
      throw new ProtocolViolation(`${this.sessionId}: a page of history is neither the end nor shows where to go on`);
    }
    [this.done, this.#after] = [page.end, goOnAfter];
  }
}
