// Where the files of messages are: addresses that are good for some minutes (docs/protocol.md, section 4, "media").

import { media } from "./protocol/requests.js";

/**
 * @import { Link } from "./link.js"
 * @import { MediaAddress } from "./protocol/model.js"
 */

/** An address is asked for anew so long before it ends: whoever gets it has yet to use it. */
const MARGIN_MS = 30_000;

/** Asks for addresses, and keeps each until it ends. */
export class Addresses {
  #link;
  /**
   * By session and seq.
   * @type {Map<string, MediaAddress>}
   */
  #held = new Map();

  /** @param {Link} link */
  constructor(link) {
    this.#link = link;
  }

  /** Return where the file of a message is. Throws RequestRefused. @param {string} sessionId @param {number} seq */
  async of(sessionId, seq) {
    const soon = this.#link.serverNowMs + MARGIN_MS;
    for (const [key, { expiresAtMs }] of this.#held) if (expiresAtMs <= soon) this.#held.delete(key);
    const key = `${sessionId} ${seq}`;
    const address = this.#held.get(key) ?? (await this.#link.request(media(sessionId, seq))).body;
    this.#held.set(key, address);
    return address;
  }

  /** Forget all: the server may have another data set. */
  startOver() {
    this.#held.clear();
  }
}
