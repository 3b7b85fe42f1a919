// Which `ack`, `clear` or `read` to send next, from what the store says is saved and counted (docs/protocol.md, section 4).

/** @import { Position } from "./model.js" */

import { MAX_ACKS_PER_REQUEST, MAX_SESSIONS_PER_REQUEST } from "../settings.js";

/**
 * What one session asks to be told to the server.
 * @typedef {object} DueSession
 * @property {string} sessionId
 * @property {readonly number[]} seqs saved messages that are not acked yet
 * @property {number | null} known a number that the server has not confirmed yet, null if it has
 * @property {Position | null} read a position that the server has not confirmed yet, null if it has
 */

/**
 * What one request tells of one session.
 * @typedef {{seqs: readonly number[], received: number | undefined, read: Position | null}} Told
 */

/**
 * Return what the next request tells, by session; null if there is nothing to tell. It is an `ack` if a session has
 * seqs, else a `clear` if one is to be cleared, else a `read`.
 * @param {readonly DueSession[]} due
 * @returns {{cmd: "ack" | "clear" | "read", sessions: Record<string, Told>} | null}
 */
export function nextSettlement(due) {
  const withSeqs = due.filter(({ seqs }) => seqs.length > 0);
  const uncleared = due.filter(({ known }) => known !== null);
  const cmd = withSeqs.length > 0 ? "ack" : uncleared.length > 0 ? "clear" : "read";
  /** @type {Record<string, Told>} */
  const sessions = {};
  let room = MAX_ACKS_PER_REQUEST;
  const told = { ack: withSeqs, clear: uncleared, read: due.filter(({ read }) => read) }[cmd];
  for (const { sessionId, seqs, known, read } of told.slice(0, MAX_SESSIONS_PER_REQUEST)) {
    if (room === 0) break;
    const named = seqs.slice(0, room);
    room -= named.length;
    sessions[sessionId] = { seqs: named, received: known ?? undefined, read: cmd === "read" ? read : null };
  }
  return Object.keys(sessions).length > 0 ? { cmd, sessions } : null;
}
