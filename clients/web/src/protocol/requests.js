// The requests, as their `cmd` and `body` in the JSON form (docs/protocol.md, section 4), and how to read the answer.
// What is undefined in a body is not sent.

import * as answers from "./json-answers.js";

/**
 * @import { Fields } from "./fields.js"
 * @import { Outgoing } from "./model.js"
 * @import { Choice } from "./session-settings.js"
 * @import { OutgoingSignal } from "./signals.js"
 */

/**
 * A request whose answer is read as a `T`. Every request may be repeated.
 * @template T
 * @typedef {object} Request
 * @property {string} cmd
 * @property {Readonly<Record<string, unknown>>} body
 * @property {string} answeredBy the `cmd` of the answer
 * @property {(body: Fields) => T} read
 */

/**
 * @template T
 * @param {string} cmd
 * @param {Readonly<Record<string, unknown>>} body
 * @param {(body: Fields) => T} read
 * @returns {Request<T>}
 */
const request = (cmd, body, read, answeredBy = cmd) => ({ cmd, body, answeredBy, read });

/** @param {number | undefined} since the server's time of the last login that was used to its end */
export const login = (since) => request("login", { since }, answers.countersOf);

/** @param {readonly string[]} sessionIds at most 100 */
export const counters = (sessionIds) => request("counters", { sessionIds }, answers.countersOf);

/** @param {string} next of a login's answer @param {number | undefined} since of that login */
export const moreCounters = (next, since) => request("counters", { next, since }, answers.countersOf);

/** @param {Readonly<Record<string, number>>} sessions */
export const clear = (sessions) => request("clear", { sessions }, answers.resultsOf);

/** @param {Readonly<Record<string, {seqs: readonly number[], received: number | undefined}>>} sessions */
export const ack = (sessions) => request("ack", { sessions }, answers.resultsOf);

/** @param {Readonly<Record<string, {seq: number | undefined, received: number | undefined}>>} sessions */
export const read = (sessions) => request("read", { sessions }, answers.resultsOf);

/** @param {Readonly<Record<string, Choice>>} sessions */
export const settings = (sessions) => request("settings", { sessions }, answers.settingsResultsOf);

/** @param {string} sessionId @param {readonly number[]} seqs at most 100 */
export const hide = (sessionId, seqs) => request("hide", { sessionId, seqs }, answers.hiddenOf);

/** @param {string} sessionId @param {number} after exclusive; 0: from the first one on */
export const hidden = (sessionId, after) => request("hidden", { sessionId, after: after || undefined }, answers.hiddenOf);

/** @param {Outgoing} message */
export const chat = (message) => request("chat", bodyOf(message), answers.chatAckOf, "chatAck");

/**
 * @param {string} sessionId
 * @param {number} limit
 * @param {{ack?: readonly number[], before?: number | undefined, after?: number | undefined}} given
 */
export const pull = (sessionId, limit, given) =>
  request("pull", { sessionId, limit, ack: [], ...given }, answers.pageOf);

/**
 * @param {string} sessionId
 * @param {number} limit
 * @param {{before?: number | undefined, after?: number | undefined}} bounds
 */
export const history = (sessionId, limit, bounds) =>
  request("history", { sessionId, limit, ...bounds }, answers.pageOf);

/** @param {number} limit @param {string} next */
export const sessions = (limit, next) => request("sessions", { limit, next }, answers.sessionsOf);

/**
 * A request that changes a group; it becomes a message of the group.
 * @param {string} cmd
 * @param {string} msgId
 * @param {string} groupId
 * @param {Readonly<Record<string, unknown>>} more
 */
export const change = (cmd, msgId, groupId, more) =>
  request(cmd, { msgId, groupId, ...more }, answers.chatAckOf);

/** @param {"recall" | "edit"} cmd @param {Readonly<Record<string, unknown>>} body */
export const revise = (cmd, body) => request(cmd, body, answers.chatAckOf);

/** @param {string} groupId @param {number} limit @param {string} next */
export const members = (groupId, limit, next) =>
  request("members", { groupId, limit, next }, answers.membersOf);

/** @param {string} groupId @param {{note?: string, withdraw?: boolean}} options */
export const askToJoin = (groupId, options) => request("ask", { groupId, ...options }, answers.requestsOf);

/** @param {string} groupId @param {number} limit @param {string} next */
export const joinRequests = (groupId, limit, next) =>
  request("requests", { groupId, limit, next }, answers.requestsOf);

/** Nothing of it becomes a message. @param {string} msgId @param {string} groupId @param {readonly string[]} uids */
export const refuse = (msgId, groupId, uids) =>
  request("approve", { msgId, groupId, uids, refuse: true }, answers.nothingOf);

/** @param {string} uid @param {boolean} isBlocked */
export const setBlock = (uid, isBlocked) => request(isBlocked ? "block" : "unblock", { uid }, answers.nothingOf);

export const blocked = () => request("blocked", {}, answers.blockedOf);

/** @param {OutgoingSignal} signal */
export const signal = ({ chatType, recipient, kind, data }) =>
  request("signal", { chatType, to: recipient, kind, data }, answers.nothingOf);

/** @param {readonly string[]} uids */
export const online = (uids) => request("online", { uids }, answers.onlineOf);

/** @param {string} sessionId @param {number} seq */
export const readers = (sessionId, seq) => request("readers", { sessionId, seq }, answers.readersOf);

/** @param {string} sessionId @param {number} seq */
export const media = (sessionId, seq) => request("media", { sessionId, seq }, answers.mediaOf);

/** @param {Readonly<Record<string, unknown>>} asked */
export const upload = (asked) => request("upload", asked, answers.uploadOf);

/** @param {boolean} on @param {number} changedAt */
export const receipts = (on, changedAt) => request("receipts", { on, changedAt }, answers.receiptsOf);

export const ping = () => request("ping", {}, answers.nothingOf, "pong");

/**
 * Return the `body` of a message that this client sends.
 * @param {Outgoing} message
 */
export const bodyOf = (message) => ({
  v: 1,
  msgId: message.msgId,
  chatType: message.chatType,
  ackFlg: Number(message.wantsAck),
  to: message.recipient,
  time: message.timeMs,
  msg: message.content,
  at: message.at.length > 0 ? message.at : undefined,
  atAll: message.atAll || undefined,
});
