// The requests, as their `cmd` and `body` in the JSON form (docs/protocol.md, section 4), and how to read the answer.

import * as model from "./model.js";

/** @import { Fields } from "./fields.js" */
/** @import { Outgoing } from "./model.js" */

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

export const login = () => request("login", {}, model.countersOf);

/** @param {readonly string[]} sessionIds at most 100 */
export const counters = (sessionIds) => request("counters", { sessionIds }, model.countersOf);

/** @param {string} next of a login's answer */
export const moreCounters = (next) => request("counters", { next }, model.countersOf);

/** @param {Readonly<Record<string, number>>} sessions */
export const clear = (sessions) => request("clear", { sessions }, model.resultsOf);

/** @param {Readonly<Record<string, {seqs: readonly number[], received?: number}>>} sessions */
export const ack = (sessions) => request("ack", { sessions }, model.resultsOf);

/** @param {Outgoing} message */
export const chat = (message) => request("chat", bodyOf(message), model.chatAckOf, "chatAck");

/**
 * @param {string} sessionId
 * @param {number} limit
 * @param {{ack?: readonly number[], before?: number | null, after?: number | null}} [given]
 */
export const pull = (sessionId, limit, { ack: acked = [], before = null, after = null } = {}) =>
  request("pull", { sessionId, limit, ack: acked, ...bounds(before, after) }, model.pageOf);

/**
 * @param {string} sessionId
 * @param {number} limit
 * @param {{before?: number | null, after?: number | null}} [given]
 */
export const history = (sessionId, limit, { before = null, after = null } = {}) =>
  request("history", { sessionId, limit, ...bounds(before, after) }, model.pageOf);

/** @param {number} limit @param {string} [next] */
export const sessions = (limit, next = "") => request("sessions", { limit, next }, model.sessionsOf);

/**
 * A request that changes a group; it becomes a message of the group.
 * @param {"create" | "join" | "leave" | "add" | "remove" | "role"} cmd
 * @param {string} msgId
 * @param {string} groupId
 * @param {Readonly<Record<string, unknown>>} [more]
 */
export const change = (cmd, msgId, groupId, more = {}) =>
  request(cmd, { msgId, groupId, ...more }, model.chatAckOf);

/** @param {string} groupId @param {number} limit @param {string} [next] */
export const members = (groupId, limit, next = "") =>
  request("members", { groupId, limit, next }, model.membersOf);

/** @param {string} uid */
export const block = (uid) => request("block", { uid }, model.blockOf);

/** @param {string} uid */
export const unblock = (uid) => request("unblock", { uid }, model.blockOf);

export const blocked = () => request("blocked", {}, model.blockedOf);

export const ping = () => request("ping", {}, () => null, "pong");

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
  ...(message.at.length ? { at: message.at } : {}),
  ...(message.atAll ? { atAll: true } : {}),
});

/** @param {number | null} before @param {number | null} after */
const bounds = (before, after) => ({
  ...(before === null ? {} : { before }),
  ...(after === null ? {} : { after }),
});
