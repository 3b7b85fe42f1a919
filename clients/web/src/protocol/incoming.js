// What messages and their acks change in a session (docs/protocol.md, section 7). Pure: the functions change a `Draft`.

import * as counting from "./counting.js";
import { leaveOutRecalled } from "./revising.js";
import { highestHeld, isWaiting } from "./session.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { Learned } from "./gaps.js"
 * @import { Head } from "./groups.js"
 * @import { ChatAck, Message, Outgoing } from "./model.js"
 */

/**
 * What has come of saving messages.
 * @typedef {object} Saved
 * @property {readonly Message[]} fresh messages that were not saved before
 * @property {number} duplicates
 * @property {boolean} uncounted whether numbers are missing: ask for the counter
 * @property {number | null} gap set if other messages are missing, in a session that was caught up until now; give this
 *   mark to `finishCatchUp` if they come by push
 */

/**
 * Save a pulled page. The acks that its request has carried are settled first: a message that comes once more must be
 * acked once more.
 * @param {Draft} draft
 * @param {readonly Message[]} messages
 * @param {Iterable<number>} acked
 */
export function takePage(draft, messages, acked) {
  draft.settle(acked, null, null);
  return savePage(draft, messages, true);
}

/**
 * Save a page of history, or a pulled page of a group, and what it tells about seqs that it leaves out.
 * @param {Draft} draft
 * @param {readonly Message[]} messages
 * @param {Learned | null} learned
 */
export function takeHistory(draft, messages, learned) {
  const { session } = draft;
  const saved = savePage(draft, messages, false);
  for (const [low, high] of learned?.unreadable ?? []) draft.noteHole(low, high);
  if (learned?.floor && learned.floor > session.floorSeq) {
    session.floorSeq = learned.floor;
    session.inexact = true;
  }
  return saved;
}

/**
 * Save and count a push, or an own message that the server has just stored.
 * @param {Draft} draft
 * @param {Message} message
 * @returns {Saved}
 */
export function takeLive(draft, message) {
  const { session } = draft;
  const own = message.sender === draft.me;
  if (!message.quiet && (draft.isGroup || !own)) {
    session.count = counting.addLive(session.count, message.number, own);
    leaveOutRecalled(draft);
  }
  const gap = noteGap(draft, message.seq, draft.isUncounted(message));
  const isNew = draft.save(message, message.wantsAck, true);
  return saved(draft, isNew ? 0 : 1, draft.isUncounted(message), gap);
}

/**
 * Take the answer to a message that this device has sent.
 * @param {Draft} draft
 * @param {Outgoing} outgoing
 * @param {ChatAck} ack
 */
export function takeSent(draft, outgoing, ack) {
  draft.sent = outgoing.msgId;
  return takeLive(draft, {
    ...outgoing,
    sessionId: ack.sessionId,
    seq: ack.seq,
    number: ack.number,
    sender: draft.me,
    content: ack.content ?? outgoing.content,
    serverTimeMs: ack.timeMs,
    quiet: false,
    hidden: false,
    recalled: false,
    revised: 0,
    ref: null,
    kind: "",
  });
}

/**
 * Note the message of a change that this account has made in a group; it must still be pulled.
 * @param {Draft} draft
 * @param {ChatAck} ack
 * @param {"begins" | "ends" | ""} ofOwnStay what becomes of the own membership
 * @returns {Saved}
 */
export function takeChange(draft, ack, ofOwnStay) {
  const { session } = draft;
  const wasWaiting = isWaiting(session);
  session.announced += 1;
  draft.hearOf(ack.seq, ack.timeMs);
  if (ofOwnStay) {
    draft.forget(ack.number, ack.seq);
    if (ofOwnStay === "ends") session.left = Math.max(session.left, ack.seq);
    session.joined = Math.max(session.joined, ack.seq);
  }
  // There may be a long history before this account joined: it is fetched only on request.
  const fetch = !wasWaiting && (session.held.length > 0 || ack.seq === 1);
  return saved(draft, 0, ack.number > session.count.known, fetch ? session.announced : null);
}

/**
 * Note the newest seq of a group; tell whether it is higher than before.
 * @param {Draft} draft
 * @param {Head} head
 */
export function takeHead(draft, { seq, number }) {
  const { session } = draft;
  session.reached = Math.max(session.reached, number);
  const isNews = seq > session.lastSeq;
  if (seq > Math.max(session.lastSeq, highestHeld(session))) session.announced += 1;
  draft.hearOf(seq, 0);
  return isNews;
}

/**
 * @param {Draft} draft
 * @param {readonly Message[]} messages
 * @param {boolean} toAck whether they come from the offline store
 */
function savePage(draft, messages, toAck) {
  const duplicates = messages.filter((message) => !draft.save(message, toAck)).length;
  return saved(draft, duplicates, messages.some((message) => draft.isUncounted(message)), null);
}

/**
 * @param {Draft} draft
 * @param {number} duplicates
 * @param {boolean} uncounted
 * @param {number | null} gap
 * @returns {Saved}
 */
const saved = ({ fresh }, duplicates, uncounted, gap) => ({ fresh, duplicates, uncounted, gap });

/**
 * Return a mark if a live message shows that others are missing, in a session that was caught up until now.
 *
 * In a session that isn't caught up, older messages are known to wait at the server, perhaps ten thousand of them.
 * They are fetched when the person opens it, not because of a push.
 * @param {Draft} draft
 * @param {number} seq
 * @param {boolean} numbersMissing
 */
function noteGap(draft, seq, numbersMissing) {
  const { session, isGroup } = draft;
  const highest = highestHeld(session);
  const wasWaiting = isWaiting(session) || (isGroup && highest === 0);
  // In a private session, messages before the first one that this device gets may be read on another device.
  const jump = seq > highest + 1 && (isGroup || highest > 0);
  if (!jump && (!numbersMissing || isGroup)) return null;
  session.announced += 1;
  return wasWaiting ? null : session.announced;
}
