// The content of the server's frames, read from their JSON form (docs/protocol.md, sections 2 to 5).

import { ProtocolViolation } from "../errors.js";
import * as read from "./fields.js";

/** @import { Fields } from "./fields.js" */

export const PRIVATE = 1;
export const GROUP = 2;

/**
 * A message as the server delivers it. Times are milliseconds since 1970.
 * @typedef {object} Message
 * @property {string} sessionId
 * @property {number} seq
 * @property {string} msgId
 * @property {string} sender
 * @property {string} recipient a uid, or a group's id
 * @property {Readonly<Record<string, unknown>>} content `msg`: a JSON object
 * @property {number} chatType 1 private, 2 group
 * @property {boolean} wantsAck `ackFlg` 1
 * @property {number} timeMs the sender's clock
 * @property {number} serverTimeMs the server's clock when it accepted the message
 * @property {number} number its position among the counted messages
 * @property {boolean} quiet whether it is not counted
 * @property {readonly string[]} at groups: who is mentioned
 * @property {boolean} atAll groups: everyone is mentioned
 * @property {string} kind `type`: "system" for a change of membership, which `content` then describes
 */

/**
 * A message to send; it stays the same each time it is sent again.
 * @typedef {object} Outgoing
 * @property {string} msgId
 * @property {string} sessionId
 * @property {string} recipient
 * @property {Readonly<Record<string, unknown>>} content
 * @property {boolean} wantsAck
 * @property {number} timeMs
 * @property {number} chatType
 * @property {readonly string[]} at
 * @property {boolean} atAll
 */

/**
 * The counter of one session, as the server sends it.
 * @typedef {object} Counter
 * @property {number} received
 * @property {number} cleared
 * @property {number} lastSeq
 * @property {number} timestampMs
 * @property {readonly Message[]} lastMessages newest first
 * @property {readonly number[]} own groups: own numbers above `cleared`
 * @property {{to: number, count: number} | null} ownBelow
 * @property {readonly number[]} mentions groups: seqs above `cleared` that mention the account
 * @property {number} joined
 * @property {number} joinedNumber
 * @property {number | null} left
 */

/** @typedef {{sessionId: string, messages: readonly Message[], end: boolean, endReason: string,
 *   remaining: readonly number[], resumeBefore: number | null, resumeAfter: number | null}} Page */
/** @typedef {{msgId: string, sessionId: string, seq: number, number: number, timeMs: number,
 *   content: Readonly<Record<string, unknown>> | null}} ChatAck */
/** @typedef {{code: string, remaining: readonly number[]}} Result */
/** @typedef {{name: string, role: string, members: number, joined: number, left: number | null}} GroupSummary */
/** @typedef {{sessionId: string, received: number, cleared: number, lastSeq: number, timestampMs: number,
 *   group: GroupSummary | null}} SessionSummary */
/** @typedef {{sessionId: string, seq: number, number: number}} Head */
/** @typedef {{uid: string, role: string, joined: number}} Member */

/** @typedef {{kind: "answer", cmd: string, reqId: string, code: string, fault: {field: string, rule: string,
 *   fix: string}, body: Fields}} Answer */
/** @typedef {Answer | {kind: "push", message: Message} | {kind: "head", head: Head}
 *   | {kind: "platform", text: string} | {kind: "unknown", cmd: string}} Frame */

/**
 * Read a frame of the server. Throws ProtocolViolation.
 * @param {string} frame
 * @returns {Frame}
 */
export function decode(frame) {
  /** @type {unknown} */
  let parsed;
  try {
    parsed = JSON.parse(frame);
  } catch (error) {
    throw new ProtocolViolation("a frame is no JSON", { cause: error });
  }
  const fields = read.object(parsed, "a frame");
  const cmd = read.text(fields, "cmd");
  if (cmd === "") return { kind: "platform", text: read.text(fields, "message") };
  if (fields["code"] !== undefined) {
    const error = read.object(fields["error"], "error");
    return {
      kind: "answer",
      cmd,
      reqId: read.text(fields, "reqId"),
      code: read.text(fields, "code"),
      fault: { field: read.text(error, "field"), rule: read.text(error, "rule"), fix: read.text(error, "fix") },
      body: read.object(fields["body"], "body"),
    };
  }
  const body = read.object(fields["body"], "body");
  if (cmd === "chat") return { kind: "push", message: messageOf(body) };
  if (cmd !== "head") return { kind: "unknown", cmd };
  const head = {
    sessionId: read.someText(body, "sessionId"),
    seq: read.number(body, "seq"),
    number: read.number(body, "number"),
  };
  return { kind: "head", head };
}

/** @param {Fields} body @returns {Message} */
export function messageOf(body) {
  return {
    sessionId: read.someText(body, "sessionId"),
    seq: read.number(body, "seq"),
    msgId: read.someText(body, "msgId"),
    sender: read.someText(body, "from"),
    recipient: read.text(body, "to"),
    content: read.object(body["msg"], "msg"),
    chatType: read.number(body, "chatType"),
    wantsAck: read.number(body, "ackFlg") === 1,
    timeMs: read.number(body, "time"),
    serverTimeMs: read.number(body, "serverTime"),
    number: read.number(body, "number"),
    quiet: read.flag(body, "quiet"),
    at: read.texts(body, "at"),
    atAll: read.flag(body, "atAll"),
    kind: read.text(body, "type"),
  };
}

/** @param {Fields} body @returns {Counter} */
export function counterOf(body) {
  const below = body["ownBelow"] === undefined ? null : read.object(body["ownBelow"], "ownBelow");
  return {
    received: read.number(body, "received"),
    cleared: read.number(body, "cleared"),
    lastSeq: read.number(body, "lastSeq"),
    timestampMs: read.number(body, "timestamp"),
    lastMessages: read.objects(body, "lastMsg").map(messageOf),
    own: read.numbers(body, "own"),
    ownBelow: below && { to: read.number(below, "to"), count: read.number(below, "count") },
    mentions: read.numbers(body, "mentions"),
    joined: read.number(body, "joined"),
    joinedNumber: read.number(body, "joinedNumber"),
    left: read.optionalNumber(body, "left"),
  };
}

/** The answer of `login` and `counters`. @param {Fields} body */
export const countersOf = (body) => ({
  counters: new Map(read.entries(body, "counters").map(([sessionId, counter]) => [sessionId, counterOf(counter)])),
  next: read.text(body, "next"),
  epoch: read.text(body, "epoch"),
});

/** The answer of `clear` and `ack`, by session. @param {Fields} body @returns {Map<string, Result>} */
export const resultsOf = (body) =>
  new Map(
    read
      .entries(body, "sessions")
      .map(([sessionId, result]) => [
        sessionId,
        { code: read.text(result, "code"), remaining: read.numbers(result, "remaining") },
      ]),
  );

/** @param {Fields} body @returns {Page} */
export const pageOf = (body) => ({
  sessionId: read.someText(body, "sessionId"),
  messages: read.objects(body, "messages").map(messageOf),
  end: read.flag(body, "end"),
  endReason: read.text(body, "endReason"),
  remaining: read.numbers(body, "remaining"),
  resumeBefore: read.optionalNumber(body, "resumeBefore"),
  resumeAfter: read.optionalNumber(body, "resumeAfter"),
});

/** The answer of `chat` and of all changes of groups. @param {Fields} body @returns {ChatAck} */
export const chatAckOf = (body) => ({
  msgId: read.someText(body, "msgId"),
  sessionId: read.someText(body, "sessionId"),
  seq: read.number(body, "seq"),
  number: read.number(body, "number"),
  timeMs: read.number(body, "time"),
  content: body["msg"] === undefined ? null : read.object(body["msg"], "msg"),
});

/** @param {Fields} body */
export const sessionsOf = (body) => ({
  sessions: read.objects(body, "sessions").map(summaryOf),
  next: read.text(body, "next"),
  end: read.flag(body, "end"),
});

/** @param {Fields} body @returns {SessionSummary} */
function summaryOf(body) {
  const group = body["group"] === undefined ? null : read.object(body["group"], "group");
  return {
    sessionId: read.someText(body, "sessionId"),
    received: read.number(body, "received"),
    cleared: read.number(body, "cleared"),
    lastSeq: read.number(body, "lastSeq"),
    timestampMs: read.number(body, "timestamp"),
    group: group && {
      name: read.text(group, "name"),
      role: read.text(group, "role"),
      members: read.number(group, "members"),
      joined: read.number(group, "joined"),
      left: read.optionalNumber(group, "left"),
    },
  };
}

/** @param {Fields} body */
export const membersOf = (body) => ({
  members: read.objects(body, "members").map((member) => ({
    uid: read.someText(member, "uid"),
    role: read.text(member, "role"),
    joined: read.number(member, "joined"),
  })),
  next: read.text(body, "next"),
  end: read.flag(body, "end"),
});

/** @param {Fields} body */
export const blockOf = (body) => ({ uid: read.someText(body, "uid"), blocked: read.flag(body, "blocked") });

/** @param {Fields} body */
export const blockedOf = (body) => read.texts(body, "uids");

/**
 * Tell whether a message is the change by which a person has left a group, or was removed from it.
 * @param {Message} message
 * @param {string} uid
 */
export function endsMembershipOf(message, uid) {
  if (message.kind !== "system") return false;
  const { event } = message.content;
  return (event === "remove" && names(message, uid)) || (event === "leave" && message.sender === uid);
}

/**
 * Tell whether a message is a change that has made a person a member, if they were not one already.
 * @param {Message} message
 * @param {string} uid
 */
export function mayBeginMembershipOf(message, uid) {
  if (message.kind !== "system") return false;
  const { event } = message.content;
  const named = (event === "create" || event === "add") && names(message, uid);
  return named || ((event === "create" || event === "join") && message.sender === uid);
}

/** @param {Message} message @param {string} uid */
function names(message, uid) {
  const { uids } = message.content;
  return Array.isArray(uids) && uids.includes(uid);
}
