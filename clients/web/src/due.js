// What the background tasks have to do after a frame was saved.

import { Flag } from "./timing.js";

/** @import { Saved } from "./protocol/incoming.js" */

export class Due {
  acks = new Flag();
  outbox = new Flag();
  repair = new Flag();
  /**
   * Sessions whose counter must be asked for.
   * @type {Set<string>}
   */
  uncounted = new Set();
  /**
   * Sessions that were caught up and now lack a message, with the mark of `Saved.gap`.
   * @type {Map<string, number>}
   */
  gaps = new Map();
  /**
   * Clears that the server has refused, because its counter is lower: a send may not have reached it yet.
   * @type {Map<string, number>}
   */
  refusedClears = new Map();

  /** Drop all of this, except that the outbox is to be sent. */
  forget() {
    this.uncounted.clear();
    this.gaps.clear();
    this.refusedClears.clear();
  }

  /** Note that numbers are missing, so the counter must be asked for. @param {string} sessionId */
  count(sessionId) {
    this.uncounted.add(sessionId);
    this.repair.raise();
  }

  /**
   * Note that the server has counted up to `number`: a refused clear up to it is due again.
   * @param {string} sessionId
   * @param {number} number
   */
  reached(sessionId, number) {
    const refused = this.refusedClears.get(sessionId);
    if (refused === undefined || refused > number) return;
    this.refusedClears.delete(sessionId);
    this.acks.raise();
  }

  /** Note what a live message has shown to be missing. @param {string} sessionId @param {Saved} saved */
  note(sessionId, saved) {
    if (saved.uncounted) this.count(sessionId);
    if (saved.gap !== null) {
      this.gaps.set(sessionId, saved.gap);
      this.repair.raise();
    }
  }
}
