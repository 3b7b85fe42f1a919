// What the person has chosen about receipts: one value of the table `meta`.

import { NOT_CHOSEN } from "../protocol/receipts.js";
import { resultOf } from "./requests.js";

/** @import { HeldReceipts } from "../protocol/receipts.js" */

const KEY = "receipts";

/** Return what holds, as far as this device knows. @param {IDBTransaction} tx @returns {Promise<HeldReceipts>} */
export const get = async (tx) => (await resultOf(tx.objectStore("meta").get(KEY))) ?? NOT_CHOSEN;

/**
 * Put in its place what `work` makes of it; return what it was and what it is.
 * @param {IDBTransaction} tx
 * @param {(held: HeldReceipts) => HeldReceipts} work
 */
export async function change(tx, work) {
  const before = await get(tx);
  const held = work(before);
  if (held !== before) await resultOf(tx.objectStore("meta").put(held, KEY));
  return { before, held };
}

/** Forget it: it belongs to a data set. @param {IDBTransaction} tx */
export const forget = (tx) => resultOf(tx.objectStore("meta").delete(KEY));
