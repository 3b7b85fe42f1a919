// The red dot: how counters, live messages and reading change a session's count (docs/protocol.md, section 7, "Count").
// Pure functions. The caller stores the result and its messages in one transaction.
//
// Only counters and live messages add numbers: the server raises its counter before it pushes a message. Pages add
// none, because they can be ahead of the server's counter, and don't tell what other devices have cleared.

import { join, leftOut, rangesOf, sizeOf, subtract } from "./ranges.js";

/**
 * @import { Ranges } from "./ranges.js"
 * @import { Counter } from "./model.js"
 */

/**
 * The count of one session on this device.
 * @typedef {object} Count
 * @property {number} known the number up to which this device has counted
 * @property {Ranges} added the numbers that this device has counted and the person has not read
 * @property {number} unlisted groups: so many of `added`, up to `unlistedTo`, are own messages; it is not known which
 * @property {number} unlistedTo
 */

/** @type {Count} */
export const NOTHING_COUNTED = { known: 0, added: [], unlisted: 0, unlistedTo: 0 };

/**
 * Return the red dot.
 * @param {Count} count
 */
export const unreadOf = (count) => sizeOf(count.added) - count.unlisted;

/**
 * Tell whether a counter can't be added, because it doesn't say how many own messages are above `known`.
 *
 * After a `clear` up to `known`, the next counter says it.
 * @param {Count} count
 * @param {Counter} counter
 */
export const isVague = (count, counter) =>
  counter.ownBelow !== null && counter.cleared < count.known && count.known < counter.ownBelow.to;

/**
 * Add a counter that is not vague; adding it again, or adding an older one, changes nothing.
 * @param {Count} before
 * @param {Counter} counter
 * @returns {Count}
 */
export function addCounter(before, counter) {
  const count = forget(before, counter.left === null ? counter.joinedNumber : counter.received);
  // What the person has read counts nowhere. Another device may have cleared what nobody has read.
  const base = Math.max(count.known, counter.read?.number ?? counter.cleared);
  let { unlisted, unlistedTo } = count;
  if (counter.ownBelow !== null && counter.ownBelow.to > base) {
    unlisted += counter.ownBelow.count;
    unlistedTo = counter.ownBelow.to;
  }
  const added = leftOut([base + 1, counter.received], counter.own).reduce(join, [...count.added]);
  return { known: Math.max(base, counter.received), added, unlisted, unlistedTo };
}

/**
 * Add a message that was pushed or has just been sent, unless numbers are missing below it.
 * @param {Count} count
 * @param {number} number
 * @param {boolean} own
 * @returns {Count}
 */
export function addLive(count, number, own) {
  if (number !== count.known + 1) return count;
  return { ...count, known: number, added: own ? count.added : join(count.added, [number, number]) };
}

/**
 * Forget the numbers up to `upTo`, where the person has read, or the account's membership has begun or ended.
 * @param {Count} count
 * @param {number} upTo
 * @returns {Count}
 */
export function forget(count, upTo) {
  const stays = count.unlistedTo > upTo;
  return {
    known: Math.max(count.known, upTo),
    added: subtract(count.added, [[1, upTo]]),
    unlisted: stays ? count.unlisted : 0,
    unlistedTo: stays ? count.unlistedTo : 0,
  };
}

/**
 * Keep only the numbers in `saved`, of saved messages from others. The rest are own messages, or were removed.
 * @param {Count} count
 * @param {Iterable<number>} saved
 * @returns {Count}
 */
export function keep(count, saved) {
  const [first, last] = [count.added[0], count.added.at(-1)];
  if (!first || !last) return count;
  const gone = subtract([[first[0], last[1]]], rangesOf(saved));
  return { ...NOTHING_COUNTED, known: count.known, added: subtract(count.added, gone) };
}
