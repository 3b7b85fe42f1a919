// Reports: what a catch-up has done, and how much time and traffic it took.

/** @import { Events } from "./events.js" */

/**
 * One session's catch-up.
 * @typedef {object} SessionReport
 * @property {string} sessionId
 * @property {string} endReason why pulling has ended: CAUGHT_UP, RETENTION or JOIN_POINT; NOT_END while it hasn't
 * @property {number} saved how many pulled messages are new to this device
 * @property {number} filled how many messages of history are new to this device: own ones, and those that another
 *   device had pulled
 * @property {number} duplicates how many messages came again and were dropped
 * @property {number} unreadable how many seqs history has left out twice; they stay missing
 * @property {number} pages how many pages were fetched
 * @property {number} bytes the size of their frames
 */
/**
 * A whole catch-up.
 * @typedef {object} CatchUpReport
 * @property {readonly SessionReport[]} sessions
 * @property {number} saved how many messages are new to this device, from pulls and history
 * @property {number} duplicates
 * @property {number} pages
 * @property {number} bytes
 * @property {number} seconds
 * @property {Events["login"] | null} login the last login before the end
 */
/**
 * How far a catch-up has got.
 * @typedef {object} Progress
 * @property {string} sessionId the session of the page that has just been saved
 * @property {number} saved how many messages are saved so far, in all sessions
 * @property {number} expected how many messages there are to save, an estimate; never less than `saved`
 * @property {number} pages
 * @property {number} sessionsDone
 * @property {number} sessions
 */

/** @param {string} sessionId @returns {SessionReport} */
export const newReport = (sessionId) => ({
  sessionId,
  endReason: "NOT_END",
  saved: 0,
  filled: 0,
  duplicates: 0,
  unreadable: 0,
  pages: 0,
  bytes: 0,
});

/**
 * Return a report's sums over its sessions.
 * @param {readonly SessionReport[]} sessions
 */
export function sumsOf(sessions) {
  const sum = (/** @type {"saved" | "filled" | "duplicates" | "pages" | "bytes"} */ name) =>
    sessions.reduce((total, session) => total + session[name], 0);
  const saved = sum("saved") + sum("filled");
  return { saved, duplicates: sum("duplicates"), pages: sum("pages"), bytes: sum("bytes") };
}
