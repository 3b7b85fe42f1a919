// What the store returns.

import { hasReceipts } from "../protocol/receipts.js";
import * as sessions from "../protocol/session.js";
import { shownSettings } from "../protocol/session-settings.js";

/**
 * @import { GroupSummary } from "../protocol/groups.js"
 * @import { Message, Outgoing, Position } from "../protocol/model.js"
 * @import { ReceiptsChoice } from "../protocol/receipts.js"
 * @import { Session } from "../protocol/session.js"
 * @import { SessionSettings } from "../protocol/session-settings.js"
 */

/**
 * A session as this device sees it.
 * @typedef {object} SessionState
 * @property {string} sessionId
 * @property {number} unread the red dot
 * @property {number} known the number up to which this device has counted
 * @property {number} lastSeq the highest seq that this device has heard of
 * @property {Position} readTo private sessions: own messages with a `number` up to its `number` are read by the other person;
 *   nothing while receipts are off
 * @property {number} timestampMs when the newest message was accepted, by the server's clock
 * @property {boolean} waiting whether there may be messages that this device hasn't saved yet
 * @property {readonly number[]} mentions groups: seqs of the unread messages that mention the account
 * @property {SessionSettings} settings
 * @property {GroupSummary | null} group groups: as the last `refreshSessions` or `catchUp` has found it
 */
/**
 * What a transaction over one session has brought.
 * @template T
 * @typedef {object} Outcome
 * @property {T} result
 * @property {number | null} unread how many are unread now, null if that has not changed
 * @property {number} grew by how much the unread ones have grown
 * @property {SessionSettings | null} settings what is to be shown now, null if that has not changed
 * @property {boolean} lacksHidden whether more is hidden than this device knows
 * @property {boolean} lacksEdits whether messages are to be asked for again, because they were edited
 * @property {readonly Message[]} revised messages that were saved before, and are shown in another way now
 */
/**
 * A message in the outbox.
 * @typedef {object} Queued
 * @property {Outgoing} message
 * @property {string} refused "" if it will be sent; HELD if it waits for review, else the code of its refusal
 * @property {string} why
 */
/**
 * What the server has confirmed of one session.
 * @typedef {object} Settled
 * @property {readonly number[]} seqs that are acked
 * @property {number | null} cleared the number of a clear
 * @property {Position | null} read a read position
 */

/** @param {Session} session @param {ReceiptsChoice} receipts @returns {SessionState} */
export const stateOf = (session, receipts) => ({
  sessionId: session.sessionId,
  unread: sessions.unread(session),
  known: session.count.known,
  lastSeq: session.lastSeq,
  readTo: hasReceipts(receipts) ? session.readTo : { seq: 0, number: 0 },
  timestampMs: session.timestampMs,
  waiting: sessions.isWaiting(session),
  mentions: sessions.unreadMentions(session),
  settings: shownSettings(session),
  group: session.group,
});
