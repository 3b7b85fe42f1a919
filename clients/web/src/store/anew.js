// Beginning anew when the server has another data set, inside a transaction that `Database` opens and completes.

import * as outbox from "./outbox.js";
import * as receipts from "./receipts.js";
import { resultOf } from "./requests.js";

/**
 * Note the identity of the server's data set; tell whether the database was of another, and so was emptied.
 * @param {IDBTransaction} tx
 * @param {string} epoch
 */
export async function meet(tx, epoch) {
  const meta = tx.objectStore("meta");
  const met = await resultOf(meta.get("epoch"));
  if (met === epoch) return false;
  await resultOf(meta.put(epoch, "epoch"));
  await resultOf(meta.delete("since"));
  if (met === undefined) return false;
  await Promise.all(["sessions", "messages"].map((table) => resultOf(tx.objectStore(table).clear())));
  await receipts.forget(tx);
  await outbox.forgetReviews(tx);
  return true;
}
