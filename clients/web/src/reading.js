// The calls that read sessions; `Client` inherits them.

import { checkedPage, checkedSession } from "./names.js";
import { positionOf } from "./protocol/reading.js";
import { gaps } from "./protocol/session.js";
import { SignalCalls } from "./signalling.js";

/**
 * @import { Message } from "./protocol/model.js"
 * @import { SessionState } from "./store/results.js"
 */

/** Sessions and saved messages, and how far the person has read. Only `refreshSessions` asks the server. */
export class ReadCalls extends SignalCalls {
  /** Return all sessions, the one with the newest message first. @returns {Promise<SessionState[]>} */
  async sessions() {
    return this.device.store.sessions();
  }

  /** Ask the server for all sessions, and return `sessions()`; fetches no messages. */
  async refreshSessions() {
    await this.device.call("discover");
    return this.sessions();
  }

  /**
   * Return saved messages of a session below the seq `before`, newest first; `gaps` returns what is missing.
   * @param {string} sessionId
   * @param {{before?: number, limit?: number}} [options]
   * @returns {Promise<Message[]>}
   */
  async messages(sessionId, options) {
    return this.device.store.messages(checkedSession(sessionId), checkedPage(options));
  }

  /**
   * Return the ranges of seqs that this device lacks and that the server may have, ascending.
   * @param {string} sessionId
   */
  async gaps(sessionId) {
    return gaps(await this.device.store.session(checkedSession(sessionId)));
  }

  /**
   * Return the seqs of unread messages that mention this account or everyone, ascending; asks no server.
   *
   * Some of these messages may not be on this device yet. `markRead` empties the list.
   * @param {string} sessionId
   * @returns {Promise<readonly number[]>}
   */
  async mentions(sessionId) {
    return (await this.device.store.state(checkedSession(sessionId))).mentions;
  }

  /**
   * Set a session's `unread` to zero, and forget its unread mentions, on all devices of the person; works offline.
   * @param {string} sessionId
   */
  async markRead(sessionId) {
    const session = await this.device.store.session(checkedSession(sessionId));
    // The tab that leads does it, and tells it to all; if another one leads meanwhile, it reads no further.
    await this.device.call("markRead", sessionId, positionOf(session));
  }
}
