// The calls about receipts; `Client` inherits them.

import { InvalidInput } from "./errors.js";
import { checkedSeq, checkedSession, isGroup } from "./names.js";
import { shownReceipts } from "./protocol/receipts.js";
import { ReadCalls } from "./reading.js";

/** @import { ReceiptsChoice } from "./protocol/receipts.js" */

/** Whether others learn how far the person has read, and the person how far they have. */
export class ReceiptCalls extends ReadCalls {
  /** Return what the person has chosen about receipts, as far as this device knows. @returns {Promise<ReceiptsChoice>} */
  async receipts() {
    return shownReceipts(await this.device.store.receipts());
  }

  /**
   * Turn receipts on or off on all devices, for both ways: how far the person has read, and how far others have. It is
   * shown at once, and told to the server as soon as it can be: works offline. Of two choices on two devices the later one
   * stays. A deployment without receipts refuses; the event "receipts" then tells `offForAll`.
   * @param {boolean} on
   * @returns {Promise<void>}
   */
  async setReceipts(on) {
    if (typeof on !== "boolean") throw new InvalidInput("on", "must be true or false");
    await this.device.call("chooseReceipts", on);
  }

  /**
   * Return who has read a message of this account in a group of at most 100 members, in the order of their uids; asks the
   * server. In a private session `readTo` of its state tells it. Throws RequestRefused, also if receipts are off.
   * @param {string} sessionId
   * @param {number} seq
   * @returns {Promise<readonly string[]>}
   */
  async readers(sessionId, seq) {
    if (!isGroup(checkedSession(sessionId))) throw new InvalidInput("sessionId", "must be g:<groupId>");
    return (await this.device.call("readers", sessionId, checkedSeq(seq))).uids;
  }
}
