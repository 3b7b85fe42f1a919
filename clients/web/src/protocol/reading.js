// How far the person has read a session, on whichever device (docs/protocol.md, section 7, "Count"). Pure: the functions
// change a `Draft`.

import { furthest } from "./session.js";
import { choose, shownSettings } from "./session-settings.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { Position } from "./model.js"
 * @import { Session } from "./session.js"
 */

/** Return how far a session is counted here: so far the person reads. @param {Session} session @returns {Position} */
export const positionOf = ({ lastSeq, count }) => ({ seq: lastSeq, number: count.known });

/**
 * Note that the person has read a session on this device.
 * @param {Draft} draft
 * @param {Position} position
 * @param {number} nowMs the server's clock
 */
export function markRead(draft, position, nowMs) {
  readUpTo(draft, position);
  if (shownSettings(draft.session).markedUnread) choose(draft, { markedUnread: false }, nowMs);
}

/**
 * Take the position that the server has; if this device knows of a higher one, a `read` is due.
 * @param {Draft} draft
 * @param {Position} position
 */
export function readAtServer(draft, position) {
  readUpTo(draft, position);
  draft.session.readTold = position;
}

/** Take how far the other person has read; return the furthest position. @param {Draft} draft @param {Position} position */
export function readByOther({ session }, position) {
  session.readTo = furthest(session.readTo, position);
  return session.readTo;
}

/** Take the position of another device. @param {Draft} draft @param {Position} position */
export function readElsewhere(draft, position) {
  readUpTo(draft, position);
  draft.settle([], null, position);
}

/** @param {Draft} draft @param {Position} position */
function readUpTo(draft, position) {
  const { session } = draft;
  const { seq, number } = position;
  session.read = furthest(session.read, position);
  session.mentions = session.mentions.filter((mention) => mention.number > number);
  draft.forget(number, seq);
}
