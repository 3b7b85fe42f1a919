// The calls about requests to join a group; `Client` inherits them.

import { GroupCalls, checkSize, idOf } from "./groups.js";
import { checkedUids, randomId } from "./names.js";
import { MAX_NOTE_BYTES, MAX_PAGE_MESSAGES } from "./settings.js";

/**
 * @import { Sent } from "./events.js"
 * @import { ChangeOptions } from "./groups.js"
 * @import { JoinRequest } from "./protocol/groups.js"
 */

/** Groups that were made with `asks`: people ask, and the owner or an admin admits or refuses them. */
export class JoinCalls extends GroupCalls {
  /**
   * Ask to join a group; to ask again changes the note. Return the request, which waits since its `timeMs`.
   * @param {string} group
   * @param {{note?: string}} [options] a line to those who decide, at most 200 bytes in UTF-8
   * @returns {Promise<JoinRequest>}
   */
  async askToJoin(group, { note = "" } = {}) {
    checkSize("note", note, MAX_NOTE_BYTES);
    return (await this.device.call("ask", "askToJoin", idOf(group), { note })).requests[0];
  }

  /** Take the own request back. @param {string} group @returns {Promise<void>} */
  async withdraw(group) {
    await this.device.call("ask", "askToJoin", idOf(group), { withdraw: true });
  }

  /**
   * Go through those who ask to join, in the order of their uids; for the owner and admins.
   * @param {string} group
   * @returns {AsyncGenerator<JoinRequest, void, void>}
   */
  async *joinRequests(group) {
    const groupId = idOf(group);
    for (let next = ""; ; ) {
      const page = await this.device.call("ask", "joinRequests", groupId, MAX_PAGE_MESSAGES, next);
      yield* page.requests;
      next = page.next;
      if (page.end || !next) return;
    }
  }

  /**
   * Make people members who ask for it, at most 50.
   * @param {string} group
   * @param {readonly string[]} uids
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async approve(group, uids, options) {
    return this.change("approve", group, { uids: checkedUids("uids", uids, 1) }, options);
  }

  /** Refuse people who ask to join, at most 50; they are not told. @param {string} group @param {readonly string[]} uids */
  async refuse(group, uids) {
    await this.device.call("ask", "refuse", randomId(), idOf(group), checkedUids("uids", uids, 1));
  }
}
