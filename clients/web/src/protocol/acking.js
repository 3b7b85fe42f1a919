// Which `ack` or `clear` to send next, from what the store says is saved and counted (docs/protocol.md, section 4).

import { MAX_ACKS_PER_REQUEST, MAX_SESSIONS_PER_REQUEST } from "../settings.js";

/**
 * What one session asks to be told to the server.
 * @typedef {object} DueSession
 * @property {string} sessionId
 * @property {readonly number[]} seqs saved messages that are not acked yet
 * @property {number | null} known a number that the server has not confirmed yet, null if it has
 */

/**
 * What one request tells of one session.
 * @typedef {{seqs: readonly number[], received: number | undefined}} Told
 */

/**
 * Return what the next request tells, by session; null if there is nothing to tell. It is an `ack` if a session of it
 * has seqs, else a `clear`.
 * @param {readonly DueSession[]} due
 * @returns {{cmd: "ack" | "clear", sessions: Record<string, Told>} | null}
 */
export function nextSettlement(due) {
  const withSeqs = due.filter(({ seqs }) => seqs.length > 0);
  const cmd = withSeqs.length > 0 ? "ack" : "clear";
  /** @type {Record<string, Told>} */
  const sessions = {};
  let room = MAX_ACKS_PER_REQUEST;
  const told = cmd === "ack" ? withSeqs : due.filter(({ known }) => known !== null);
  for (const { sessionId, seqs, known } of told.slice(0, MAX_SESSIONS_PER_REQUEST)) {
    if (room === 0) break;
    const named = seqs.slice(0, room);
    room -= named.length;
    sessions[sessionId] = { seqs: named, received: known ?? undefined };
  }
  return Object.keys(sessions).length > 0 ? { cmd, sessions } : null;
}
