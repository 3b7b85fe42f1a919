// How the person wants to see a session, on all their devices (docs/protocol.md, section 7, "Settings"). Pure: the functions
// change a `Draft`, or read a session.

import { isGroup } from "../names.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { Position } from "./model.js"
 * @import { Session } from "./session.js"
 */

/**
 * The settings of a session, as the server holds them.
 * @typedef {object} HeldSettings
 * @property {number} mutedUntilMs
 * @property {boolean} pinned
 * @property {boolean} hidden
 * @property {boolean} markedUnread
 * @property {number} pinnedAtMs 0 if it is not pinned
 * @property {Position | null} hiddenAt
 * @property {Position | null} markedAt
 * @property {number} changedAtMs
 * @property {number} version of two, the one with the higher version is the newer one
 */
/**
 * A choice that the server has not confirmed yet, as it is sent.
 * @typedef {object} Choice
 * @property {number} [mutedUntil]
 * @property {boolean} [pinned]
 * @property {boolean} [hidden]
 * @property {boolean} [markedUnread]
 * @property {{seq: number, received: number}} [at] how far the session had come
 * @property {number} changedAt
 */
/**
 * What an application may change; what is absent stays.
 * @typedef {object} Wanted
 * @property {number} [mutedUntilMs] until when nobody is to be disturbed, by the server's clock; 0: not muted, Infinity:
 *   for ever
 * @property {boolean} [pinned] at the top of the list
 * @property {boolean} [hidden] out of the list, until something newer comes
 * @property {boolean} [markedUnread] a dot without a number, until the person reads
 */
/**
 * The settings of a session as they are to be shown.
 * @typedef {object} SessionSettings
 * @property {number} mutedUntilMs by the server's clock; no event tells when it is over
 * @property {boolean} pinned
 * @property {number} pinnedAtMs when; pinned sessions are sorted by it, the newest first. 0 if it is not pinned
 * @property {boolean} hidden
 * @property {boolean} markedUnread
 */

/** The server refuses a choice that is dated more than five minutes after its time. */
const MAX_AHEAD_MS = 240_000;

/** @type {HeldSettings} */
export const NO_SETTINGS = {
  mutedUntilMs: 0,
  pinned: false,
  hidden: false,
  markedUnread: false,
  pinnedAtMs: 0,
  hiddenAt: null,
  markedAt: null,
  changedAtMs: 0,
  version: 0,
};

/**
 * Return what is to be shown: what the server holds, with the waiting choices above it.
 * @param {Session} session
 * @returns {SessionSettings}
 */
export function shownSettings(session) {
  let { mutedUntilMs, pinned, pinnedAtMs, hidden, hiddenAt, markedUnread, markedAt } = session.settings;
  for (const choice of session.choices) {
    const at = choice.at ? { seq: choice.at.seq, number: choice.at.received } : null;
    mutedUntilMs = choice.mutedUntil ?? mutedUntilMs;
    if (choice.pinned !== undefined) [pinned, pinnedAtMs] = [choice.pinned, choice.pinned ? choice.changedAt : 0];
    if (choice.hidden !== undefined) [hidden, hiddenAt] = [choice.hidden, at];
    if (choice.markedUnread !== undefined) [markedUnread, markedAt] = [choice.markedUnread, at];
  }
  hidden &&= !hiddenAt || !hasNewer(session, hiddenAt);
  markedUnread &&= !markedAt || session.read.number <= markedAt.number;
  return { mutedUntilMs, pinned, pinnedAtMs, hidden, markedUnread };
}

/** Tell whether a counted message is newer than a position. @param {Session} session @param {Position} position */
const hasNewer = ({ sessionId, count, reached, spokeAt }, { seq, number }) =>
  Math.max(count.known, reached) > number || (!isGroup(sessionId) && seq > 0 && spokeAt > seq);

/**
 * Note what the person has chosen.
 * @param {Draft} draft
 * @param {Wanted} wanted
 * @param {number} nowMs the server's clock
 */
export function choose({ session }, { mutedUntilMs, ...wanted }, nowMs) {
  const { settings, choices, lastSeq, count } = session;
  const changedAt = Math.max(nowMs, settings.changedAtMs + 1, ...choices.map((choice) => choice.changedAt + 1));
  /** @type {Choice} */
  const choice = { ...wanted, changedAt };
  if (mutedUntilMs !== undefined) choice.mutedUntil = mutedUntilMs;
  if (wanted.hidden || wanted.markedUnread) choice.at = { seq: lastSeq, received: count.known };
  session.choices = [...choices.map((earlier) => without(earlier, choice)).filter(isLeft), choice];
}

/**
 * Give choices that are dated too far ahead of the server's time a new one, in their order: the clock was wrong.
 * @param {Draft} draft
 * @param {number} nowMs the server's clock
 */
export function redate({ session }, nowMs) {
  let least = Math.max(nowMs, session.settings.changedAtMs + 1);
  session.choices = session.choices.map((choice) => {
    const changedAt = isTooLate(choice, nowMs) ? least : choice.changedAt;
    least = Math.max(least, changedAt + 1);
    return { ...choice, changedAt };
  });
}

/** Whether the server would refuse a choice, as too far ahead. @param {{changedAt: number}} choice @param {number} nowMs */
export const isTooLate = ({ changedAt }, nowMs) => changedAt > nowMs + MAX_AHEAD_MS;

/** Return what a later choice leaves of an earlier one. @param {Choice} earlier @param {Choice} later */
const without = (earlier, later) =>
  /** @type {Choice} */ (
    Object.fromEntries(Object.entries(earlier).filter(([name]) => ["at", "changedAt"].includes(name) || !(name in later)))
  );

/** @param {Choice} choice */
const isLeft = (choice) => Object.keys(choice).some((name) => name !== "at" && name !== "changedAt");

/** Take the settings that the server holds, unless newer ones are here. @param {Draft} draft @param {HeldSettings | null} held */
export function takeSettings({ session }, held) {
  if (held && held.version > session.settings.version) session.settings = held;
}

/** Take the answer to a choice. @param {Draft} draft @param {number} changedAt @param {HeldSettings | null} held */
export function settleChoice(draft, changedAt, held) {
  takeSettings(draft, held);
  draft.session.choices = draft.session.choices.filter((choice) => choice.changedAt !== changedAt);
}
