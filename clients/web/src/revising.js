// The calls that take messages back; `Client` inherits them.

import { checkedName, checkedSession, checkedSeq, randomId } from "./names.js";
import { checkedContent } from "./protocol/outgoing.js";
import { SendCalls } from "./sending.js";

/**
 * @import { Sent } from "./events.js"
 * @import { ChangeOptions } from "./groups.js"
 * @import { Content } from "./settings.js"
 */

/**
 * Recalls and edits. Each is sent after the messages of its session that are in the outbox, and again, with the same
 * `msgId`, until the server has answered. It is not kept when the page is closed.
 *
 * All throw InvalidInput before anything is sent, and RequestRefused if the server refuses: it is too late, or not yours.
 */
export class ReviseCalls extends SendCalls {
  /**
   * Take a message back, on all devices: its content is removed, and it counts nowhere. Return the notice that says so.
   * @param {string} sessionId
   * @param {number} seq of an own message; in a group the owner and admins recall any
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async recall(sessionId, seq, { msgId = randomId() } = {}) {
    const target = { msgId: checkedName("msgId", msgId), sessionId: checkedSession(sessionId), seq: checkedSeq(seq) };
    return this.device.call("revise", "recall", target);
  }

  /**
   * Replace the content of an own message.
   * @param {string} sessionId
   * @param {number} seq
   * @param {Content} msg
   * @param {{at?: readonly string[], atAll?: boolean} & ChangeOptions} [options] groups: who of those mentioned is still
   *   mentioned; by default nobody
   * @returns {Promise<Sent>}
   */
  async edit(sessionId, seq, msg, { msgId = randomId(), at, atAll } = {}) {
    const target = { msgId: checkedName("msgId", msgId), sessionId: checkedSession(sessionId), seq: checkedSeq(seq), at, atAll };
    return this.device.call("revise", "edit", target, checkedContent(msg));
  }
}
