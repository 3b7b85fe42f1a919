// What one connection has fetched of a session, and the pages that come of it. Pure.

import { isGroup } from "../names.js";
import { PullWalk } from "./paging.js";
import { gaps } from "./session.js";

/**
 * @import { Message } from "./model.js"
 * @import { Range } from "./ranges.js"
 * @import { Session } from "./session.js"
 */

/**
 * One page of a session, for the screen.
 * @typedef {object} SessionPage
 * @property {readonly Message[]} messages newest first, without a hole that the server could fill
 * @property {"server" | "local"} source whether anything of it had to be fetched
 * @property {boolean} end whether nothing is older
 * @property {string} endReason CAUGHT_UP, RETENTION or JOIN_POINT if it is the end, else ""
 */
/**
 * What a connection has fetched of a session so far.
 * @typedef {object} Opening
 * @property {PullWalk | null} walk of a private session: its pulls; null for a group, and after the last page
 * @property {boolean} isWhole whether all is fetched, and not only what the person looks at
 * @property {boolean} isTopKnown whether the newest message of the session is known
 * @property {number} lowestPulled
 * @property {number} tailAfter the seq up to which history was read upwards
 * @property {boolean} isUncounted whether pages have shown that numbers are missing
 * @property {number} mark what had been announced when it began
 * @property {string} endReason
 * @property {() => void} onPage called after each page is saved
 */

/**
 * @param {Session} session
 * @param {{isWhole?: boolean, isTopKnown?: boolean, onPage?: () => void}} [options]
 * @returns {Opening}
 */
export const newOpening = ({ sessionId, announced }, options = {}) => ({
  walk: isGroup(sessionId) ? null : new PullWalk(),
  isWhole: false,
  isTopKnown: false,
  lowestPulled: Infinity,
  tailAfter: 0,
  isUncounted: false,
  mark: announced,
  endReason: "",
  onPage: () => {},
  ...options,
});

/**
 * Return the highest missing range below `before`, null if nothing is missing there.
 * @param {Session} session
 * @param {number} before
 * @param {boolean} whole
 * @returns {Range | null}
 */
export function topGap(session, before, whole) {
  const [low, high] = gaps(session, { whole }).findLast(([from]) => from < before) ?? [0, 0];
  return high > 0 ? [low, Math.min(high, before - 1)] : null;
}

/**
 * @param {readonly Message[]} messages
 * @param {boolean} fetched
 * @param {Session | null} session set if nothing is older
 * @param {Opening} opening
 * @returns {SessionPage}
 */
export function pageOf(messages, fetched, session, opening) {
  const reason = session && (opening.endReason || (session.floorSeq > 1 ? "RETENTION" : "CAUGHT_UP"));
  return { messages, source: fetched ? "server" : "local", end: session !== null, endReason: reason ?? "" };
}
