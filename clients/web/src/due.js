// What the background tasks have to do after a frame was saved.

import { Flag } from "./timing.js";

/** @import { Saved } from "./protocol/incoming.js" */

export class Due {
  acks = new Flag();
  outbox = new Flag();
  repair = new Flag();
  settings = new Flag();
  hides = new Flag();
  receipts = new Flag();
  /** Whether another device has chosen settings, or hidden messages, while this one was away. */
  lacksSummaries = false;
  /**
   * Sessions in which more is hidden than this device knows.
   * @type {Set<string>}
   */
  lacksHidden = new Set();
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
   * Sessions in which messages were edited, and are to be asked for again.
   * @type {Set<string>}
   */
  edits = new Set();
  /**
   * Numbers up to which the server has refused to clear and to read, because its counter is lower: a send may not have
   * reached it yet.
   * @type {Record<"clear" | "read", Map<string, number>>}
   */
  refused = { clear: new Map(), read: new Map() };

  /** Drop all of this, except that the outbox is to be sent. */
  forget() {
    this.uncounted.clear();
    this.gaps.clear();
    this.edits.clear();
    this.lacksHidden.clear();
    this.mayAskAgain();
  }

  /** Send again what the server has refused. */
  mayAskAgain() {
    for (const refused of Object.values(this.refused)) refused.clear();
  }

  /** Note that numbers are missing, so the counter must be asked for. @param {string} sessionId */
  count(sessionId) {
    this.uncounted.add(sessionId);
    this.repair.raise();
  }

  /** Note that the server must be asked what is hidden. @param {string} sessionId */
  askHidden(sessionId) {
    this.lacksHidden.add(sessionId);
    this.hides.raise();
  }

  /**
   * Note that the server has counted up to `number`: what it has refused up to it is due again.
   * @param {string} sessionId
   * @param {number} number
   */
  reached(sessionId, number) {
    for (const refused of Object.values(this.refused)) {
      if ((refused.get(sessionId) ?? Infinity) <= number && refused.delete(sessionId)) this.acks.raise();
    }
  }

  /** Note that messages were edited. @param {string} sessionId @param {{lacksEdits: boolean}} outcome */
  noteEdits(sessionId, { lacksEdits }) {
    if (lacksEdits) this.askEdits(sessionId);
  }

  /** Note that edited messages must be asked for. @param {string} sessionId */
  askEdits(sessionId) {
    this.edits.add(sessionId);
    this.repair.raise();
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
