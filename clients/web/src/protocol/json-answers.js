// The bodies of the server's frames, read from their JSON form (docs/protocol.md, sections 4 and 5).

import { groupSession } from "../names.js";
import { fields, flag, from, listOf, mapOf, members, number, numbers, optional, someText, text, texts, textsByName } from "./fields.js";

/**
 * @import { Fields, Reader } from "./fields.js"
 * @import { GroupSummary, JoinAsked } from "./groups.js"
 * @import { ChatAck, Counter, MediaAddress, Message, Page, Position, Result, SessionSummary, SettingsResult } from "./model.js"
 * @import { ReceiptsChoice } from "./receipts.js"
 * @import { HeldSettings } from "./session-settings.js"
 * @import { PushedSignal } from "./signals.js"
 */

const refOf = members({ seq: number, number, uid: text });

/** @type {(body: Fields) => Message} */
export const messageOf = members({
  sessionId: someText,
  seq: number,
  msgId: someText,
  sender: from("from", someText),
  recipient: from("to", text),
  content: from("msg", fields),
  chatType: number,
  wantsAck: (body) => number(body, "ackFlg") === 1,
  timeMs: from("time", number),
  serverTimeMs: from("serverTime", number),
  number,
  quiet: flag,
  hidden: flag,
  recalled: flag,
  revised: number,
  ref: optional((body, name) => refOf(fields(body, name))),
  at: texts,
  atAll: flag,
  kind: from("type", text),
});

const signalBodyOf = members({ sessionId: someText, kind: someText, data: text });

const positionOf = members({ seq: number, number: from("received", number) });

/** @type {Reader<Position | null>} */
const position = optional((body, name) => positionOf(fields(body, name)));

const settingsOf = members({
  mutedUntilMs: from("mutedUntil", number),
  pinned: flag,
  hidden: flag,
  markedUnread: flag,
  pinnedAtMs: from("pinnedAt", number),
  hiddenAt: position,
  markedAt: position,
  changedAtMs: from("changedAt", number),
  version: number,
});

/** @type {Reader<HeldSettings | null>} */
const settings = optional((body, name) => settingsOf(fields(body, name)));

const ownBelowOf = members({ to: number, count: number });

/** @type {(body: Fields) => Counter} */
export const counterOf = members({
  received: number,
  cleared: number,
  lastSeq: number,
  timestampMs: from("timestamp", number),
  lastMessages: from("lastMsg", listOf(messageOf)),
  own: numbers,
  ownBelow: optional((body, name) => ownBelowOf(fields(body, name))),
  mentions: numbers,
  joined: number,
  joinedNumber: number,
  left: optional(number),
  read: position,
  settings,
  recalled: numbers,
  hiddenVersion: number,
});

/** The answer of `receipts`, and the push. @type {(body: Fields) => ReceiptsChoice} */
export const receiptsOf = members({ on: flag, changedAtMs: from("changedAt", number), offForAll: flag });

/** The answer of `login` and `counters`. */
export const countersOf = members({
  ...{ counters: mapOf(counterOf), next: text, epoch: text, settingsSum: optional(number), hiddenSum: number },
  receipts: optional((body, name) => receiptsOf(fields(body, name))),
});

/** @type {(body: Fields) => Result} */
const resultOf = members({ code: text, remaining: numbers });

/** The answer of `clear` and `ack`, by session. @param {Fields} body */
export const resultsOf = (body) => mapOf(resultOf)(body, "sessions");

/** @type {(body: Fields) => Page} */
export const pageOf = members({
  sessionId: someText,
  messages: listOf(messageOf),
  end: flag,
  endReason: text,
  remaining: numbers,
  resumeBefore: optional(number),
  resumeAfter: optional(number),
});

/** The answer of `chat` and of all changes of groups. @type {(body: Fields) => ChatAck} */
export const chatAckOf = members({
  msgId: someText,
  sessionId: someText,
  seq: number,
  number,
  timeMs: from("time", number),
  content: from("msg", optional(fields)),
});

/** A push of how far the person has read on another device. @param {Fields} body */
export const readsOf = (body) => mapOf(positionOf)(body, "sessions");

/** How far another person has read, by private session. @param {Fields} body @param {Fields} frame */
export const readToOf = (body, frame) => ({ reader: text(frame, "uid"), positions: readsOf(body) });

/** A push of the newest seq of a group. */
export const headOf = members({ sessionId: someText, seq: number, number });

const groupOf = members({
  name: text,
  role: text,
  members: number,
  joined: number,
  left: optional(number),
  mutedUntilMs: from("mutedUntil", number),
  allMutedUntilMs: from("allMutedUntil", number),
  dissolved: flag,
});

/** @type {Reader<GroupSummary | null>} */
const group = optional((body, name) => groupOf(fields(body, name)));

/** @type {(body: Fields) => SessionSummary} */
const summaryOf = members({
  sessionId: someText,
  received: number,
  cleared: number,
  lastSeq: number,
  timestampMs: from("timestamp", number),
  read: position,
  readTo: position,
  settings,
  recalled: numbers,
  hiddenVersion: number,
  group,
});

export const sessionsOf = members({ sessions: listOf(summaryOf), next: text, end: flag });

const memberOf = members({ uid: someText, role: text, joined: number });

const announcementOf = members({ text, uid: text, timeMs: from("time", number) });

export const membersOf = members({
  members: listOf(memberOf),
  next: text,
  end: flag,
  group,
  announcement: optional((body, name) => announcementOf(fields(body, name))),
});

const joinRequestOf = members({ uid: someText, note: text, timeMs: from("time", number) });

/** The answer of `ask` and `requests`. */
export const requestsOf = members({ requests: listOf(joinRequestOf), next: text, end: flag });

const askBodyOf = members({ groupId: someText, note: text });

/** A push: somebody asks to join a group. @type {(body: Fields, frame: Fields) => JoinAsked} */
export const askOf = (body, frame) => {
  const { groupId, note } = askBodyOf(body);
  return { sessionId: groupSession(groupId), uid: someText(frame, "uid"), note };
};

/** The answer of what only succeeds or not. */
export const nothingOf = () => null;

const presenceOf = members({ online: flag, lastSeenMs: from("lastSeen", optional(number)) });

/** The answer of `online`, by uid. @param {Fields} body */
export const onlineOf = (body) => mapOf(presenceOf)(body, "people");

const formOf = members({ url: someText, fields: textsByName });
const partOf = members({ number, url: someText, headers: textsByName });
const inPartsOf = members({ uploadId: someText, parts: listOf(partOf) });

/** How to upload a file. */
export const uploadOf = members({ key: someText, mime: someText, complete: flag, form: optional((body, name) => formOf(fields(body, name))), inParts: optional((body, name) => inPartsOf(fields(body, name))) });

/** Who has read a message. */
export const readersOf = members({ uids: texts });

/** Where the file of a message is. @type {(body: Fields) => MediaAddress} */
export const mediaOf = members({ url: someText, mime: someText, bytes: number, expiresAtMs: from("expiresAt", number) });

/** The answer of `settings`, by session. @type {(body: Fields) => Map<string, SettingsResult>} */
export const settingsResultsOf = (body) => mapOf(members({ code: text, settings }))(body, "sessions");

/** A push of what the person has chosen on another device. @param {Fields} body */
export const settingsPushOf = (body) => mapOf(settingsOf)(body, "sessions");

/** The answer of `hide` and `hidden`, and the push. */
export const hiddenOf = members({ sessionId: someText, seqs: numbers, version: number, end: flag });

/** A push of a signal: its frame says whose it is, and when. @type {(body: Fields, frame: Fields) => PushedSignal} */
export const signalOf = (body, frame) => ({
  ...signalBodyOf(body),
  uid: someText(frame, "uid"),
  timeMs: number(frame, "time"),
});

/** @param {Fields} body */
export const blockedOf = (body) => texts(body, "uids");

/** What is wrong with a request. */
export const faultOf = members({ field: text, rule: text, fix: text });
