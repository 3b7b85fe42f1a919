// The calls about files of messages; `Client` inherits them.

import { checkedSession, checkedSeq } from "./names.js";
import { ReviseCalls } from "./revising.js";

/** @import { MediaAddress } from "./protocol/model.js" */

export class MediaCalls extends ReviseCalls {
  /**
   * Return where the file of a message is. Its `url` is good for some minutes: don't keep it, ask again. Throws
   * InvalidInput before anything is sent; RequestRefused if the message has no file, or its file is not what its sender
   * says, or is gone.
   * @param {string} sessionId
   * @param {number} seq
   * @returns {Promise<MediaAddress>}
   */
  async media(sessionId, seq) {
    return this.device.call("media", checkedSession(sessionId), checkedSeq(seq));
  }
}
