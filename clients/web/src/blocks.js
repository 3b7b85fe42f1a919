// The calls about the block list; `Client` inherits them.

import { Caller } from "./calling.js";
import { checkedUid } from "./names.js";

/**
 * The block list, which the server keeps, one per account. Each request is sent again until it is answered.
 *
 * All throw InvalidInput before anything is sent, and RequestRefused if the server refuses.
 */
export class BlockCalls extends Caller {
  /**
   * Refuse new private messages from a person. Earlier ones stay, and groups are not affected.
   *
   * The person is told with each message that it is refused. At most 200 people can be blocked.
   * @param {string} uid
   * @returns {Promise<void>}
   */
  async block(uid) {
    await this.device.call("ask", "setBlock", checkedUid("uid", uid), true);
  }

  /**
   * Accept private messages from a person again; does nothing if the person isn't blocked.
   * @param {string} uid
   * @returns {Promise<void>}
   */
  async unblock(uid) {
    await this.device.call("ask", "setBlock", checkedUid("uid", uid), false);
  }

  /** Return the uids of all blocked people, in order. @returns {Promise<string[]>} */
  blocked() {
    return this.device.call("ask", "blocked");
  }
}
