// The calls about what happens now and is not kept; `Client` inherits them.

import { InvalidInput, isBadAnswer } from "./errors.js";
import { bytesOf, checkedUids } from "./names.js";
import { addressOf } from "./protocol/outgoing.js";
import { MediaCalls } from "./media.js";
import { MAX_SIGNAL_BYTES, MAX_UIDS_ONLINE } from "./settings.js";

/** @import { Presence } from "./protocol/model.js" */

const KIND = /^[a-z-]{1,32}$/;

/** Signals, such as typing, and who is online. Nothing of this is kept or sent later: without a connection it is dropped. */
export class SignalCalls extends MediaCalls {
  /**
   * Tell those who are online in a session what the person does now; the library sends at most one a second, the latest of
   * each session. Return whether the server has got it. Throws InvalidInput, and RequestRefused.
   * @param {string} to a uid, or a group's session, `g:<groupId>`
   * @param {string} kind `[a-z-]{1,32}`
   * @param {string} [data] at most 256 bytes in UTF-8
   * @returns {Promise<boolean>}
   */
  async signal(to, kind, data = "") {
    const { uid } = this.device.store;
    if (!KIND.test(kind)) throw new InvalidInput("kind", `must match ${KIND.source}`);
    if (bytesOf(data) > MAX_SIGNAL_BYTES) throw new InvalidInput("data", `must have at most ${MAX_SIGNAL_BYTES} bytes`);
    return this.device.call("signal", { ...addressOf(uid, to), kind, data, atMs: this.device.timing.nowMs() });
  }

  /** The person types: call it at each key. It is told again every four seconds. @param {string} to */
  async typing(to) {
    await this.signal(to, "typing").catch(ignoreRefusal);
  }

  /** The person has deleted what they typed, or goes elsewhere; sending a message needs none. @param {string} to */
  async stopTyping(to) {
    await this.signal(to, "stopped").catch(ignoreRefusal);
  }

  /**
   * Ask who of at most 100 people is online, and when the others were last, as far as the deployment tells it.
   * @param {readonly string[]} uids
   * @returns {Promise<Map<string, Presence>>} by uid
   */
  async online(uids) {
    return this.device.call("ask", "online", checkedUids("uids", uids, 1, MAX_UIDS_ONLINE));
  }
}

/** @param {unknown} error */
function ignoreRefusal(error) {
  if (!isBadAnswer(error)) throw error;
}
