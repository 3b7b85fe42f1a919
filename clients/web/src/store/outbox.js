// The outbox, inside a transaction that `Database` opens and completes.

import * as messages from "./messages.js";

/**
 * @import { Writing } from "./database.js"
 * @import { Outgoing } from "../protocol/model.js"
 */

/**
 * Put a message into the outbox; false if its id is already there.
 * @param {Writing} tx
 * @param {Outgoing} message
 */
export async function insert(tx, message) {
  const outbox = tx.objectStore("outbox");
  if ((await outbox.index("byMsgId").getKey(message.msgId)) !== undefined) return false;
  await outbox.add({ msgId: message.msgId, sessionId: message.sessionId, message, refused: "", why: "" });
  return true;
}

/**
 * Note that the server will never take a message, or holds it for review.
 * @param {Writing} tx
 * @param {Outgoing} outgoing
 * @param {string} me
 * @param {{code: string, why: string}} answer
 */
export async function refuse(tx, outgoing, me, { code, why }) {
  const row = await tx.objectStore("outbox").index("byMsgId").get(outgoing.msgId);
  if (!row) return;
  // If it was released before this answer came, it is in its session already.
  const isReleased = code === "HELD" && (await messages.seqOf(tx, outgoing, me)) > 0;
  await (isReleased ? remove(tx, outgoing.msgId) : tx.objectStore("outbox").put({ ...row, refused: code, why }));
}

/**
 * Take a message out that was held for review, and is in its session now.
 * @param {Writing} tx
 * @param {string} msgId
 */
export async function release(tx, msgId) {
  const row = await tx.objectStore("outbox").index("byMsgId").get(msgId);
  if (row?.refused === "HELD") await remove(tx, msgId);
}

/** Send what was held for review again: the server has another data set. @param {Writing} tx */
export async function forgetReviews(tx) {
  for (const row of await tx.objectStore("outbox").getAll()) {
    if (row.refused === "HELD") await tx.objectStore("outbox").put({ ...row, refused: "", why: "" });
  }
}

/**
 * Take a message out of the outbox; tell whether it was there.
 * @param {Writing} tx
 * @param {string} msgId
 */
export async function remove(tx, msgId) {
  const outbox = tx.objectStore("outbox");
  const key = await outbox.index("byMsgId").getKey(msgId);
  if (key !== undefined) await outbox.delete(key);
  return key !== undefined;
}
