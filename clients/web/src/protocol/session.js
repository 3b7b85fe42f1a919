// One session on this device: what is counted, held, missing and due. Pure functions over one record.

import { NOTHING_COUNTED, unreadOf } from "./counting.js";
import { isGroup } from "../names.js";
import { NOTHING_HIDDEN } from "./hiding.js";
import { includes, subtract } from "./ranges.js";
import { NOTHING_REVISED } from "./revising.js";
import { NO_SETTINGS } from "./session-settings.js";

/**
 * @import { Count } from "./counting.js"
 * @import { GroupSummary } from "./groups.js"
 * @import { Position } from "./model.js"
 * @import { Hidden } from "./hiding.js"
 * @import { Range, Ranges } from "./ranges.js"
 * @import { Revised } from "./revising.js"
 * @import { Choice, HeldSettings } from "./session-settings.js"
 */

/**
 * A session, as it lies in the local database.
 * @typedef {object} Session
 * @property {string} sessionId
 * @property {Count} count
 * @property {Ranges} held the seqs whose messages are saved
 * @property {Ranges} toAck the seqs that are saved, and whose ack the server has not confirmed
 * @property {number} cleared the `known` that the server has confirmed; below `known`: a clear is due
 * @property {number} lastSeq the highest seq that this device has heard of
 * @property {Position} read how far the person has read, on any device as far as this one knows
 * @property {Position} readTo private sessions: how far the other person has read
 * @property {Position} readTold what of `read` the server has confirmed; if it is less: a `read` is due
 * @property {number} reached the highest number that this device has heard of
 * @property {number} spokeAt the highest seq of an own counted message
 * @property {HeldSettings} settings
 * @property {readonly Choice[]} choices settings that the person has chosen and the server has not confirmed, the oldest first
 * @property {Hidden} hiding messages that the person has hidden from themselves
 * @property {Revised} revising recalls and edits
 * @property {number} floorSeq what is below was removed, or isn't for this account
 * @property {boolean} inexact `added` may have numbers that were removed, or are own ones
 * @property {number} timestampMs
 * @property {number} announced grows when something is heard of that isn't saved
 * @property {number} caughtUp `announced` when the last complete catch-up began
 * @property {readonly Hole[]} holes seqs that answers have left out
 * @property {number} joined groups: the seq of the message that made this account a member
 * @property {number} left groups: the highest seq that is known to have ended the membership
 * @property {number} began groups: the highest saved seq of a change that may have made this account a member
 * @property {readonly number[]} told groups: seqs of which a counter told that they mention the account
 * @property {readonly Mention[]} mentions groups: saved messages that mention the account, and were not read
 * @property {GroupSummary | null} group groups: the last answer of `sessions`
 */

/** @typedef {{low: number, high: number, answers: number}} Hole */
/** @typedef {{seq: number, number: number}} Mention */

/** After so many answers without a seq, it counts as unreadable: the first may come from a replica that lags behind. */
const FINAL_ANSWERS = 2;
/** A value of `cleared`: the server must confirm `known`, even if it is 0. */
export const CLEAR_IS_DUE = -1;

/**
 * Return a session of which nothing is known.
 * @param {string} sessionId
 * @returns {Session}
 */
export const newSession = (sessionId) => ({
  sessionId,
  count: NOTHING_COUNTED,
  held: [],
  toAck: [],
  cleared: 0,
  lastSeq: 0,
  read: { seq: 0, number: 0 },
  readTold: { seq: 0, number: 0 },
  readTo: { seq: 0, number: 0 },
  reached: 0,
  spokeAt: 0,
  settings: NO_SETTINGS,
  choices: [],
  hiding: NOTHING_HIDDEN,
  revising: NOTHING_REVISED,
  floorSeq: 0,
  inexact: false,
  timestampMs: 0,
  announced: 0,
  caughtUp: 0,
  holes: [],
  joined: 0,
  left: 0,
  began: 0,
  told: [],
  mentions: [],
  group: null,
});

/** The red dot. @param {Session} session */
export const unread = (session) => unreadOf(session.count);

/** Whether messages were announced that aren't saved. @param {Session} session */
export const isWaiting = (session) => session.announced > session.caughtUp;

/** Whether the account is no longer in the group. @param {Session} session */
export const hasLeft = ({ left, joined, began }) => left > 0 && left >= Math.max(joined, began);

/** The highest saved seq, 0 if there is none. @param {Session} session */
export const highestHeld = (session) => session.held.at(-1)?.[1] ?? 0;

/** The lowest saved seq, 0 if there is none. @param {Session} session */
export const lowestHeld = (session) => session.held[0]?.[0] ?? 0;

/** The number that the server has not confirmed yet, null if it has. @param {Session} session */
export const uncleared = (session) => (session.count.known > session.cleared ? session.count.known : null);

/** The position that the server has not confirmed yet, null if it has. @param {Session} session */
export const untoldRead = ({ read, readTold }) => (furthest(readTold, read) === readTold ? null : read);

/** Return the further one of two positions; of the same, the first. @param {Position} one @param {Position} other */
export const furthest = (one, other) =>
  other.number > one.number || (other.number === one.number && other.seq > one.seq) ? other : one;

/**
 * Return the ranges of missing seqs that the server may have, ascending.
 * @param {Session} session
 * @param {{whole?: boolean}} [options] without `whole`, a private session is searched only above its lowest saved seq:
 *   older messages may have been read on another device
 * @returns {Range[]}
 */
export function gaps(session, { whole = true } = {}) {
  const least = whole || isGroup(session.sessionId) ? 1 : lowestHeld(session) || session.lastSeq + 1;
  const from = Math.max(least, session.floorSeq, 1);
  const to = Math.max(session.lastSeq, highestHeld(session));
  if (from > to) return [];
  const final = session.holes.filter((hole) => hole.answers >= FINAL_ANSWERS);
  const missing = subtract([[from, to]], session.held);
  return final.reduce((left, { low, high }) => subtract(left, [[low, high]]), missing);
}

/**
 * Return the unread messages that mention the account, ascending.
 * @param {Session} session
 */
export function unreadMentions(session) {
  const told = session.told.filter((seq) => !includes(session.held, seq));
  const saved = session.mentions.filter(({ number }) => includes(session.count.added, number)).map(({ seq }) => seq);
  return [...told, ...saved].sort((one, other) => one - other);
}
