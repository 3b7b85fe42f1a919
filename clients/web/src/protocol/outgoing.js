// Checks of a message before it goes into the outbox (docs/protocol.md, sections 3 and 9).
//
// The server checks again. These also find what could never be sent: the platform closes the connection at a frame over
// its limit, and a number that a double can't hold would arrive as another one.

import { InvalidInput } from "../errors.js";
import {
  NAME_RULE,
  UID_RULE,
  bytesOf,
  checkedName,
  checkedUids,
  isGroup,
  isName,
  isUid,
  privateSession,
} from "../names.js";
import { MAX_MESSAGE_BYTES, MAX_NESTING } from "../settings.js";
import { GROUP, PRIVATE } from "./model.js";
import { bodyOf } from "./requests.js";

/** @import { Outgoing } from "./model.js" */

/** Section 9: doubles hold the whole numbers up to it. */
const MAX_NUMBER = 2 ** 53;
/** What the server adds to a message when it measures it: section 3. */
const SERVER_PART = { v: 1, from: "", at: undefined, sessionId: "", seq: 0, number: 0, serverTime: 0 };

/**
 * Return the message to send. Throws InvalidInput.
 * @param {string} me
 * @param {string} to a uid, or a group's session
 * @param {unknown} content
 * @param {{msgId: string, timeMs: number, ack?: boolean, at?: readonly string[], atAll?: boolean}} options
 * @returns {Outgoing}
 */
export function compose(me, to, content, { msgId, timeMs, ack = true, at = [], atAll = false }) {
  const address = addressOf(me, to);
  if ((at.length || atAll) && address.chatType === PRIVATE) throw new InvalidInput("at", "is for groups only");
  /** @type {Outgoing} */
  const message = {
    msgId: checkedName("msgId", msgId),
    ...address,
    content: checkedContent(content),
    wantsAck: ack,
    timeMs,
    at: checkedUids("at", at),
    atAll,
  };
  const measured = { ...SERVER_PART, ...bodyOf(message), from: me };
  const size = bytesOf(JSON.stringify(measured));
  if (size > MAX_MESSAGE_BYTES) {
    throw new InvalidInput("msg", `must leave the message at most ${MAX_MESSAGE_BYTES} bytes, not ${size}`);
  }
  return message;
}

/**
 * Return where a message goes. Throws InvalidInput.
 * @param {string} me
 * @param {string} to a uid, or a group's session
 */
export function addressOf(me, to) {
  const inGroup = isGroup(to);
  const recipient = inGroup ? to.slice(2) : to;
  if (!(inGroup ? isName : isUid)(recipient)) {
    throw new InvalidInput("to", `must match ${UID_RULE}, or g:${NAME_RULE} for a group`);
  }
  return { sessionId: inGroup ? to : privateSession(me, to), recipient, chatType: inGroup ? GROUP : PRIVATE };
}

/** Return a copy of a content: the application may change its object before it is sent. Throws InvalidInput. @param {unknown} content */
export function checkedContent(content) {
  if (!isPlainObject(content)) throw new InvalidInput("msg", "must be a JSON object");
  checkValue(content, 1);
  return JSON.parse(JSON.stringify(content));
}

/** @param {unknown} value @param {number} level */
function checkValue(value, level) {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") {
    if (!isWellFormed(value)) throw new InvalidInput("msg", "must have no half of a surrogate pair");
  } else if (typeof value === "number") {
    if (!(Math.abs(value) <= MAX_NUMBER)) {
      throw new InvalidInput("msg", "must have finite numbers up to 2^53: send others as strings");
    }
  } else if (Array.isArray(value) || isPlainObject(value)) {
    if (level > MAX_NESTING) throw new InvalidInput("msg", `must be at most ${MAX_NESTING} levels deep`);
    const children = Array.isArray(value) ? value : Object.entries(value).flat();
    for (const child of children) checkValue(child, level + 1);
  } else {
    throw new InvalidInput("msg", "must have JSON values only: send others as strings");
  }
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// String.prototype.isWellFormed is younger than the browsers that this library runs in.
/** @param {string} text */
const isWellFormed = (text) => !/\p{Surrogate}/u.test(text);
