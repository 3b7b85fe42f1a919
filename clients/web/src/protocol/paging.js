// Pulling the offline store of a session to the end, page by page (docs/protocol.md, sections 4 and 7). Pure: the
// caller sends the requests and saves the pages.

import { ProtocolViolation } from "../errors.js";
import { pull } from "./requests.js";

/** @import { Page } from "./model.js" */

/**
 * How many pages in a row may bring no new message and no end; after more, pulling has failed. A few are normal: their
 * messages were saved before a crash, or the server couldn't finish deleting them.
 */
const MAX_FRUITLESS_PAGES = 10;

/** Pages of a session bring neither messages, nor the end, nor where to go on. @param {string} sessionId */
export const noProgress = (sessionId) => new ProtocolViolation(`pages of ${sessionId} bring nothing new`);

/**
 * The pulls of one private session, one at a time; each acks the messages of the page before, which are saved by then.
 *
 * The caller reads the seqs to ack from the store. So after a restart, exactly the saved messages are acked.
 */
export class PullWalk {
  fruitlessPages = 0;
  /** @type {number | undefined} */
  #before;

  /**
   * @param {string} sessionId
   * @param {number} limit messages in a page
   * @param {readonly number[]} saved messages that are saved and not acked yet, newest first, at most 100
   */
  request(sessionId, limit, saved) {
    return pull(sessionId, limit, { ack: saved, before: this.#before });
  }

  /**
   * Take a page that is not the last, after it was saved. Throws ProtocolViolation if the server makes no progress.
   * @param {Page} page
   * @param {number} newMessages how many of its messages were not saved before
   */
  receive(page, newMessages) {
    // Section 4: "with `before` set to it, until a page comes without it".
    this.#before = page.resumeBefore ?? undefined;
    this.fruitlessPages = newMessages > 0 || page.resumeBefore !== null ? 0 : this.fruitlessPages + 1;
    if (this.fruitlessPages > MAX_FRUITLESS_PAGES) throw noProgress(page.sessionId);
  }
}
