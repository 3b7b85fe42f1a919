// The calls about receipts; `Client` inherits them.

import { InvalidInput } from "./errors.js";
import { checkedSeq, checkedSession, isGroup } from "./names.js";
import { ReadCalls } from "./reading.js";

/** Who has read. In a private session `readTo` of its state tells it. */
export class ReceiptCalls extends ReadCalls {
  /**
   * Return who has read a message of this account in a group of at most 100 members, in the order of their uids; asks the
   * server. Throws RequestRefused, also if receipts are off.
   * @param {string} sessionId
   * @param {number} seq
   * @returns {Promise<readonly string[]>}
   */
  async readers(sessionId, seq) {
    if (!isGroup(checkedSession(sessionId))) throw new InvalidInput("sessionId", "must be g:<groupId>");
    return (await this.device.call("ask", "readers", sessionId, checkedSeq(seq))).uids;
  }
}
