// Saved messages, inside a transaction that `Database` opens and completes.

import { foundBy, resultOf } from "./requests.js";

/**
 * @import { MessageRow } from "./schema.js"
 * @import { Message, Outgoing } from "../protocol/model.js"
 * @import { Session } from "../protocol/session.js"
 */

/**
 * Save a message.
 * @param {IDBTransaction} tx
 * @param {Message} message
 * @param {string} me
 */
export const put = (tx, message, me) => resultOf(tx.objectStore("messages").put(rowOf(message, me)));

/** @param {Message} message @param {string} me @returns {MessageRow} */
const rowOf = (message, me) =>
  message.sender === me || message.quiet || message.recalled ? message : { ...message, counts: [message.sessionId, message.number] };

/**
 * Change a saved message; return it, null if it is not there or does not change.
 * @param {IDBTransaction} tx
 * @param {[sessionId: string, seq: number]} key
 * @param {(message: Message) => Message} change
 * @param {string} me
 * @returns {Promise<Message | null>}
 */
export async function revise(tx, key, change, me) {
  const row = await resultOf(tx.objectStore("messages").get(key));
  if (!row) return null;
  const { counts, ...before } = row;
  const message = change(before);
  if (JSON.stringify(message) === JSON.stringify(before)) return null;
  await put(tx, message, me);
  return message;
}

/**
 * Return messages of a session with seqs from `from` on and below `before`, newest first.
 * @param {IDBTransaction} tx
 * @param {string} sessionId
 * @param {{before: number, from: number, limit: number}} bounds
 */
export async function page(tx, sessionId, { before, from, limit }) {
  const range = IDBKeyRange.bound([sessionId, from], [sessionId, before], false, true);
  /** @type {Message[]} */
  const found = [];
  for await (const { value } of foundBy(tx.objectStore("messages").openCursor(range, "prev"))) {
    if (found.length >= limit) break;
    const { counts, ...message } = value;
    found.push(message);
  }
  return found;
}

/**
 * Return the counted numbers of which a message of somebody else is saved.
 * @param {IDBTransaction} tx
 * @param {Session} session
 */
export async function numbersOfOthers(tx, { sessionId, count }) {
  const [first, last] = [count.added[0]?.[0], count.added.at(-1)?.[1]];
  /** @type {number[]} */
  const numbers = [];
  if (first === undefined || last === undefined) return numbers;
  const range = IDBKeyRange.bound([sessionId, first], [sessionId, last]);
  for await (const { key } of foundBy(tx.objectStore("messages").index("byNumber").openKeyCursor(range))) {
    numbers.push(/** @type {[string, number]} */ (key)[1]);
  }
  return numbers;
}

/**
 * Return the saved messages of others that have these numbers.
 * @param {IDBTransaction} tx
 * @param {string} sessionId
 * @param {readonly number[]} numbers
 * @returns {Promise<Message[]>}
 */
export async function withNumbers(tx, sessionId, numbers) {
  const index = tx.objectStore("messages").index("byNumber");
  const rows = await Promise.all(numbers.map((number) => resultOf(index.get([sessionId, number]))));
  return rows.filter((row) => row !== undefined);
}

/**
 * Return the seq of an own message, 0 if it is not saved. Goes through its session: only for rare cases.
 * @param {IDBTransaction} tx
 * @param {{sessionId: string, msgId: string}} outgoing
 * @param {string} me
 */
export async function seqOf(tx, { sessionId, msgId }, me) {
  const range = IDBKeyRange.bound([sessionId], [sessionId, []]);
  for await (const { value } of foundBy(tx.objectStore("messages").openCursor(range, "prev"))) {
    if (value.msgId === msgId && value.sender === me) return value.seq;
  }
  return 0;
}
