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
import * as incoming from "../protocol/incoming.js";
import { newSession } from "../protocol/session.js";
import { meet } from "./anew.js";
import * as messages from "./messages.js";
import * as outbox from "./outbox.js";
import { Queries } from "./queries.js";

/**
 * @import { Writing } from "./database.js"
 * @import { Learned } from "../protocol/gaps.js"
 * @import { Head } from "../protocol/groups.js"
 * @import { ChatAck, Counter, Message, Outgoing, SessionSummary } from "../protocol/model.js"
 * @import { Outcome, Settled } from "./results.js"
 */

/** The local database of one account on one device. The reading methods are in `Queries`. */
export class Store extends Queries {
  #uid = "";

  /** The account that it belongs to. */
  get uid() {
    return this.#uid;
  }

  /**
   * Make it the database of this account, and return it. Throws StoreOfAnother.
   * @param {string} uid
   */
  async claim(uid) {
    await this.db.change(
      async (tx) => {
        const meta = tx.objectStore("meta");
        const owner = await meta.get("uid");
        if (owner !== undefined && owner !== uid) {
          throw new StoreOfAnother(`the database belongs to ${owner}, the token to ${uid}`);
        }
        await meta.put(uid, "uid");
      },
      { asLeader: false },
    );
    this.#uid = uid;
    return this;
  }

  /** Begin to lead, and return the term: from now on, writes of a tab that led before are refused. */
  lead() {
    return this.db.lead();
  }

  /** Tell whether no other tab has begun to lead since this one has. */
  isLatestLeader() {
    return this.db.isLatestLeader();
  }

  /** Lead no longer. */
  follow() {
    this.db.follow();
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

  // Frames of the server

  /**
   * Add the counters of an answer, and save the messages that came with them.
   * @param {ReadonlyMap<string, Counter>} counters
   */
  addCounters(counters) {
    return this.#changeAll(counters, (draft, counter) => ({
      isSettled: incoming.takeCounter(draft, counter),
      fresh: draft.fresh,
    }));
  }

  /**
   * Add a page of `sessions`.
   * @param {readonly SessionSummary[]} summaries
   */
  addSummaries(summaries) {
    const byId = new Map(summaries.map((summary) => [summary.sessionId, summary]));
    return this.#changeAll(byId, (draft, summary) => incoming.takeSummary(draft, summary));
  }

  /** Save and count a live message. @param {Message} message */
  savePush(message) {
    return this.#change(message.sessionId, (draft) => incoming.takeLive(draft, message));
  }

  /** Note the newest seq of a group. @param {Head} head */
  async noteHead({ sessionId, seq, number }) {
    const outcome = await this.#change(sessionId, (draft) => ({
      isNews: incoming.takeHead(draft, seq),
      uncounted: number > draft.session.count.known,
    }));
    return outcome.result;
  }

  /** Note the message of a change of membership. @param {ChatAck} ack @param {boolean} ofOwnStay */
  noteChange(ack, ofOwnStay) {
    return this.#change(ack.sessionId, (draft) => incoming.takeChange(draft, ack, ofOwnStay));
  }

  /**
   * Save a pulled page of a private session.
   * @param {string} sessionId
   * @param {readonly Message[]} page
   * @param {readonly number[]} acked the seqs that its request has acked, and that the server has deleted
   */
  savePage(sessionId, page, acked) {
    return this.#change(sessionId, (draft) => incoming.takePage(draft, page, acked));
  }

  /**
   * Save a page of history, or a pulled page of a group.
   * @param {string} sessionId
   * @param {readonly Message[]} page
   * @param {Learned | null} learned
   */
  saveHistory(sessionId, page, learned) {
    return this.#change(sessionId, (draft) => incoming.takeHistory(draft, page, learned));
  }

  /**
   * Note that all messages that were announced up to this mark are saved; false if more were announced since.
   * @param {string} sessionId
   * @param {number} mark
   */
  async finishCatchUp(sessionId, mark) {
    return (await this.#change(sessionId, (draft) => draft.finishCatchUp(mark))).result;
  }

  /** Note what the server has confirmed. @param {readonly Settled[]} confirmed */
  async settle(confirmed) {
    const byId = new Map(confirmed.map((settled) => [settled.sessionId, settled]));
    await this.#changeAll(byId, (draft, { seqs, cleared }) => draft.settle(seqs, cleared));
  }

  // The outbox

  /** Put a message into the outbox; false if its id is already there. @param {Outgoing} message */
  enqueue(message) {
    return this.db.change((tx) => outbox.insert(tx, message), { strict: true, asLeader: false });
  }

  /** Move a message from the outbox into its session. @param {Outgoing} outgoing @param {ChatAck} ack */
  sent(outgoing, ack) {
    return this.#change(ack.sessionId, async (draft, tx) => {
      const saved = incoming.takeSent(draft, outgoing, ack);
      await outbox.remove(tx, outgoing.msgId);
      return saved;
    });
  }

  /**
   * Note that the server will never take a message, or holds it for review.
   * @param {Outgoing} outgoing
   * @param {string} code
   * @param {string} why
   */
  refuse(outgoing, code, why) {
    return this.db.change((tx) => outbox.refuse(tx, outgoing, this.#uid, { code, why }));
  }

  /** Take a message out of the outbox; tell whether it was there. @param {string} msgId */
  discard(msgId) {
    return this.db.change((tx) => outbox.remove(tx, msgId), { asLeader: false });
  }

  // Reading

  /** Set a session's `unread` to zero; tell whether it was above zero. @param {string} sessionId */
  async markRead(sessionId) {
    return (await this.#change(sessionId, (draft) => draft.markRead(), { asLeader: false })).result;
  }

  /**
   * @template T
   * @param {string} sessionId
   * @param {(draft: Draft, tx: Writing) => T | Promise<T>} work
   * @param {{asLeader?: boolean}} [options]
   * @returns {Promise<Outcome<T>>}
   */
  #change(sessionId, work, options = {}) {
    return this.db.change(async (tx) => {
      const draft = new Draft(await sessionIn(tx, sessionId), this.#uid);
      const result = await work(draft, tx);
      await this.#write(tx, draft);
      return { result, unread: draft.newUnread, grew: draft.grew };
    }, options);
  }

  /**
   * Change several sessions in one transaction.
   * @template V
   * @template T
   * @param {ReadonlyMap<string, V>} values by session
   * @param {(draft: Draft, value: V) => T} work
   * @returns {Promise<Map<string, Outcome<T>>>}
   */
  #changeAll(values, work) {
    return this.db.change(async (tx) => {
      /** @type {Map<string, Outcome<T>>} */
      const outcomes = new Map();
      const rows = await Promise.all([...values.keys()].map((sessionId) => sessionIn(tx, sessionId)));
      for (const row of rows) {
        const draft = new Draft(row, this.#uid);
        const result = work(draft, /** @type {V} */ (values.get(row.sessionId)));
        await this.#write(tx, draft);
        outcomes.set(row.sessionId, { result, unread: draft.newUnread, grew: draft.grew });
      }
      return outcomes;
    });
  }

  /** @param {Writing} tx @param {Draft} draft */
  async #write(tx, draft) {
    const puts = draft.fresh.map((message) => messages.put(tx, message, this.#uid));
    if (draft.mustRecount) {
      await Promise.all(puts);
      draft.recount(await messages.numbersOfOthers(tx, draft.session));
    }
    for (const msgId of draft.released) await outbox.release(tx, msgId);
    await Promise.all([...puts, tx.objectStore("sessions").put(draft.session)]);
  }
}

/** @param {Writing} tx @param {string} sessionId */
const sessionIn = async (tx, sessionId) => (await tx.objectStore("sessions").get(sessionId)) ?? newSession(sessionId);
