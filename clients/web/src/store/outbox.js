// The outbox, inside a transaction that `Database` opens and completes.

import * as messages from "./messages.js";
import { resultOf } from "./requests.js";

/**
 * @import { OutboxRow } from "./schema.js"
 * @import { Outgoing } from "../protocol/model.js"
 */

/**
 * Put a message into the outbox; false if its id is already there.
 * @param {IDBTransaction} tx
 * @param {Outgoing} message
 */
export async function insert(tx, message) {
  const { msgId, sessionId } = message;
  if (await rowOf(tx, msgId)) return false;
  await put(tx, { msgId, sessionId, message, refused: "", why: "" });
  return true;
}

/**
 * Note that the server will never take a message, or holds it for review.
 * @param {IDBTransaction} tx
 * @param {Outgoing} outgoing
 * @param {string} me
 * @param {{code: string, why: string}} answer
 */
export async function refuse(tx, outgoing, me, { code, why }) {
  const row = await rowOf(tx, outgoing.msgId);
  if (!row) return;
  // If it was released before this answer came, it is in its session already.
  const isReleased = code === "HELD" && (await messages.seqOf(tx, outgoing, me)) > 0;
  await (isReleased ? remove(tx, outgoing.msgId) : put(tx, { ...row, refused: code, why }));
}

/**
 * Take a message out that was held for review, and is in its session now.
 * @param {IDBTransaction} tx
 * @param {string} msgId
 */
export async function release(tx, msgId) {
  const row = await rowOf(tx, msgId);
  if (row?.refused === "HELD") await remove(tx, msgId);
}

/** Send what was held for review again: the server has another data set. @param {IDBTransaction} tx */
export async function forgetReviews(tx) {
  for (const row of await all(tx)) {
    if (row.refused === "HELD") await put(tx, { ...row, refused: "", why: "" });
  }
}

/**
 * Take a message out of the outbox; tell whether it was there.
 * @param {IDBTransaction} tx
 * @param {string} msgId
 */
export async function remove(tx, msgId) {
  const row = await rowOf(tx, msgId);
  if (row?.position !== undefined) await resultOf(tx.objectStore("outbox").delete(row.position));
  return row !== undefined;
}

/**
 * Return the row of a message, undefined if it is not there.
 * @param {IDBTransaction} tx
 * @param {string} msgId
 * @returns {Promise<OutboxRow | undefined>}
 */
export const rowOf = (tx, msgId) => resultOf(tx.objectStore("outbox").index("byMsgId").get(msgId));

/** Return all rows, in the order of sending. @param {IDBTransaction} tx @returns {Promise<OutboxRow[]>} */
export const all = (tx) => resultOf(tx.objectStore("outbox").getAll());

/** @param {IDBTransaction} tx @param {OutboxRow} row */
const put = (tx, row) => resultOf(tx.objectStore("outbox").put(row));
