// `Store`: each method that changes something is exactly one transaction.
//
// So a tab can be killed between any two statements:
//
//     a frame arrives        one transaction: save its messages, count, note the acks that are due
//     then the ack is sent   it is read from the database, so it can't name an unsaved message
//     its answer arrives     one transaction: the acks are no longer due
//
// A kill before a transaction loses nothing, because the server sends the frame again. A kill after it loses nothing
// either, because the due acks, the due clears and the outbox are in the database.

import { StoreOfAnother } from "../errors.js";
import { Draft } from "../protocol/draft.js";
import { recallSaved } from "../protocol/revising.js";
import { chosen, taken } from "../protocol/receipts.js";
import { meet } from "./anew.js";
import * as messages from "./messages.js";
import * as outbox from "./outbox.js";
import { Queries, sessionIn } from "./queries.js";
import * as receipts from "./receipts.js";
import { resultOf } from "./requests.js";

/**
 * @import { Outgoing } from "../protocol/model.js"
 * @import { ReceiptsChoice } from "../protocol/receipts.js"
 * @import { Outcome, Settled } from "./results.js"
 */

/** The local database of one account on one device. The reading methods are in `Queries`. */
export class Store extends Queries {
  /** The account that it belongs to. */
  uid = "";

  /**
   * Make it the database of this account, and return it. Throws StoreOfAnother.
   * @param {string} uid
   */
  async claim(uid) {
    await this.db.change(
      async (tx) => {
        const meta = tx.objectStore("meta");
        const owner = await resultOf(meta.get("uid"));
        if (owner !== undefined && owner !== uid) {
          throw new StoreOfAnother(`the database belongs to ${owner}, the token to ${uid}`);
        }
        await resultOf(meta.put(uid, "uid"));
      },
      { asLeader: false },
    );
    this.uid = uid;
    return this;
  }

  /**
   * Make it the store of this data set; tell whether it was of another, and so was emptied. The outbox stays: it is
   * sent to the new data, and so is what was held for review there.
   * @param {string} epoch
   */
  async meet(epoch) {
    if ((await this.epoch()) === epoch) return false;
    return this.db.change((tx) => meet(tx, epoch));
  }

  /** Note that a login was used to its end. @param {number} timeMs */
  setSince(timeMs) {
    return this.db.change((tx) => resultOf(tx.objectStore("meta").put(timeMs, "since")));
  }

  // Sessions

  /**
   * Change a session, and save the messages of its draft.
   * @template T
   * @param {string} sessionId
   * @param {(draft: Draft) => T} work
   * @param {{asLeader?: boolean}} [options]
   */
  async change(sessionId, work, options) {
    const outcomes = await this.changeAll(new Map([[sessionId, null]]), work, options);
    return /** @type {Outcome<T>} */ (outcomes.get(sessionId));
  }

  /**
   * Change several sessions in one transaction.
   * @template V
   * @template T
   * @param {ReadonlyMap<string, V>} values by session
   * @param {(draft: Draft, value: V) => T} work
   * @param {{asLeader?: boolean}} [options]
   * @returns {Promise<Map<string, Outcome<T>>>}
   */
  changeAll(values, work, options) {
    return this.db.change(async (tx) => {
      /** @type {Map<string, Outcome<T>>} */
      const outcomes = new Map();
      const rows = await Promise.all([...values.keys()].map((sessionId) => sessionIn(tx, sessionId)));
      for (const row of rows) {
        const draft = new Draft(row, this.uid);
        const result = work(draft, /** @type {V} */ (values.get(row.sessionId)));
        const revised = await this.#write(tx, draft);
        outcomes.set(row.sessionId, { result, ...draft.changes, revised });
      }
      return outcomes;
    }, options);
  }

  /**
   * Note that all messages that were announced up to this mark are saved; false if more were announced since.
   * @param {string} sessionId
   * @param {number} mark
   */
  async finishCatchUp(sessionId, mark) {
    return (await this.change(sessionId, (draft) => draft.finishCatchUp(mark))).result;
  }

  /** Note what the server has confirmed. @param {ReadonlyMap<string, Settled>} confirmed by session */
  async settle(confirmed) {
    await this.changeAll(confirmed, (draft, { seqs, cleared, read }) => draft.settle(seqs, cleared, read));
  }

  // Receipts

  /** Keep a choice about receipts, which the server is to be told of. @param {boolean} on @param {number} nowMs */
  chooseReceipts(on, nowMs) {
    return this.db.change((tx) => receipts.change(tx, (held) => chosen(held, on, nowMs)));
  }

  /** Save what the server tells about receipts. @param {ReceiptsChoice} told */
  takeReceipts(told) {
    return this.db.change((tx) => receipts.change(tx, (held) => taken(held, told)));
  }

  /** Date the choice anew, whose time the server would not take. @param {number} nowMs */
  redateReceipts(nowMs) {
    return this.db.change((tx) => receipts.change(tx, (held) => (held.isDue ? { ...held, changedAtMs: nowMs } : held)));
  }

  // The outbox

  /** Put a message into the outbox; false if its id is already there. @param {Outgoing} message */
  enqueue(message) {
    return this.db.change((tx) => outbox.insert(tx, message), { strict: true, asLeader: false });
  }

  /**
   * Note that the server will never take a message, or holds it for review.
   * @param {Outgoing} outgoing
   * @param {string} code
   * @param {string} why
   */
  refuse(outgoing, code, why) {
    return this.db.change((tx) => outbox.refuse(tx, outgoing, this.uid, { code, why }));
  }

  /** Take a message out of the outbox; tell whether it was there. @param {string} msgId */
  discard(msgId) {
    return this.db.change((tx) => outbox.remove(tx, msgId), { asLeader: false });
  }

  /** Write a draft; return the messages that it has revised. @param {IDBTransaction} tx @param {Draft} draft */
  async #write(tx, draft) {
    const { sessionId } = draft.session;
    for (const message of await messages.withNumbers(tx, sessionId, draft.recalledNumbers)) recallSaved(draft, message);
    const puts = draft.fresh.map((message) => messages.put(tx, message, this.uid));
    const revisions = [...draft.revisions].map(([seq, change]) => messages.revise(tx, [sessionId, seq], change, this.uid));
    const revised = (await Promise.all(revisions)).filter((message) => message !== null);
    if (draft.mustRecount) {
      await Promise.all(puts);
      draft.recount(await messages.numbersOfOthers(tx, draft.session));
    }
    if (draft.sent) await outbox.remove(tx, draft.sent);
    for (const msgId of draft.released) await outbox.release(tx, msgId);
    await Promise.all([...puts, resultOf(tx.objectStore("sessions").put(draft.session))]);
    return revised;
  }
}
