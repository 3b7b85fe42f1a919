// The bodies of the server's frames, read from their JSON form (docs/protocol.md, sections 4 and 5).

import * as read from "./fields.js";

/**
 * @import { Fields } from "./fields.js"
 * @import { ChatAck, Counter, Message, Page, Result, SessionSummary } from "./model.js"
 */

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
  const below = read.optionalObject(body, "ownBelow");
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
  content: read.optionalObject(body, "msg"),
});

/** @param {Fields} body */
export const sessionsOf = (body) => ({
  sessions: read.objects(body, "sessions").map(summaryOf),
  next: read.text(body, "next"),
  end: read.flag(body, "end"),
});

/** @param {Fields} body @returns {SessionSummary} */
function summaryOf(body) {
  const group = read.optionalObject(body, "group");
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
