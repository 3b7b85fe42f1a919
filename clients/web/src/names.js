// Names and numbers of the protocol, and their checks (docs/protocol.md, section 3).

import { InvalidInput } from "./errors.js";
import { MAX_UIDS_PER_REQUEST } from "./settings.js";

export const NAME_RULE = "[A-Za-z0-9_-]{1,64}";
export const UID_RULE = "[!-~]{1,64} without : and #";

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const UID = /^[!"$-9;-~]{1,64}$/;

/**
 * Tell whether a value may be a uid.
 * @param {unknown} text
 * @returns {text is string}
 */
export const isUid = (text) => typeof text === "string" && UID.test(text);

/**
 * Tell whether a value may be a group id, a device id or a message id.
 * @param {unknown} text
 * @returns {text is string}
 */
export const isName = (text) => typeof text === "string" && NAME.test(text);

/** Throw InvalidInput if a value may not be a uid. @param {string} field @param {unknown} uid */
export function checkedUid(field, uid) {
  if (isUid(uid)) return uid;
  throw new InvalidInput(field, `must match ${UID_RULE}`);
}

/**
 * Return a copy of a list of uids. Throws InvalidInput if it is none, or has too few or too many.
 * @param {string} field
 * @param {readonly string[]} uids
 * @param {number} [least]
 * @param {number} [most]
 */
export function checkedUids(field, uids, least = 0, most = MAX_UIDS_PER_REQUEST) {
  if (!Array.isArray(uids)) throw new InvalidInput(field, "must be a list of uids");
  if (uids.length < least || uids.length > most) {
    throw new InvalidInput(field, `must have ${least} to ${most} uids, not ${uids.length}`);
  }
  return uids.map((uid) => checkedUid(field, uid));
}

/**
 * Throw InvalidInput if a value may not be a group id or a message id.
 * @param {string} field
 * @param {unknown} name
 */
export function checkedName(field, name) {
  if (isName(name)) return name;
  throw new InvalidInput(field, `must match ${NAME_RULE}`);
}

/**
 * Return the id of a session. Throws InvalidInput if it can't be one.
 * @param {string} sessionId
 */
export function checkedSession(sessionId) {
  const [kind, one, other] = String(sessionId).split(":");
  const right = kind === "g" && isName(one) ? `g:${one}` : isUid(one) && isUid(other) && privateSession(one, other);
  if (sessionId === right) return sessionId;
  throw new InvalidInput("sessionId", "must be p:<uid>:<uid>, with the uids in ascending order, or g:<group>");
}

/**
 * Return which messages of a session are asked for. Throws InvalidInput.
 * @param {{limit?: number, before?: number}} [options]
 */
export function checkedPage({ limit = 50, before = Infinity } = {}) {
  if (!(Number.isInteger(limit) && limit > 0)) throw new InvalidInput("limit", "must be a whole number above 0");
  if (!(typeof before === "number" && before > 0)) throw new InvalidInput("before", "must be a seq");
  return { limit, before };
}

/**
 * Tell whether a session is a group's.
 * @param {unknown} sessionId
 * @returns {sessionId is `g:${string}`}
 */
export const isGroup = (sessionId) => typeof sessionId === "string" && sessionId.startsWith("g:");

/**
 * Return the session of a group, which may be named by its id or by its session.
 * @param {string} group
 */
export const groupSession = (group) => (isGroup(group) ? group : `g:${group}`);

/**
 * Return the session of two people, in whichever order they are given, or of one person's notes.
 *
 * JavaScript compares the code units of texts, which for uids (ASCII) are their bytes.
 * @param {string} one
 * @param {string} other
 */
export const privateSession = (one, other) => (one <= other ? `p:${one}:${other}` : `p:${other}:${one}`);

/**
 * Return to whom a message to a session is sent: the group's session, or the other person.
 * @param {string} sessionId
 * @param {string} me
 */
export function recipientOf(sessionId, me) {
  if (isGroup(sessionId)) return sessionId;
  const [, one = "", other = ""] = sessionId.split(":");
  return one === me ? other : one;
}

/** Return a seq. Throws InvalidInput. @param {unknown} seq */
export function checkedSeq(seq) {
  if (typeof seq === "number" && Number.isSafeInteger(seq) && seq > 0) return seq;
  throw new InvalidInput("seq", "must be a seq: a whole number above 0");
}

/** The highest time: for ever. */
const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;

/**
 * Return a time in milliseconds since 1970, the highest one for Infinity. Throws InvalidInput.
 * @param {string} field
 * @param {unknown} untilMs
 */
export function checkedUntil(field, untilMs) {
  const time = untilMs === Infinity ? FOR_EVER_MS : Number(untilMs);
  if (typeof untilMs === "number" && Number.isSafeInteger(time) && time >= 0) return time;
  throw new InvalidInput(field, "must be a time in whole milliseconds since 1970, 0 or Infinity");
}

/** Return the size of a text on the wire. @param {string} text */
export const bytesOf = (text) => new TextEncoder().encode(text).length;

/** Return a random id. Plain-http pages have no `crypto.randomUUID`. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
