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

import { NoLongerLeading, StoreOfAnother } from "../errors.js";
import { Draft } from "../protocol/incoming.js";
import * as sessions from "../protocol/session.js";
import { highest } from "../protocol/ranges.js";
import { MAX_ACKS_PER_REQUEST } from "../settings.js";
import { Database } from "./database.js";

/** @import { OutboxRow, Reading, Writing } from "./database.js" */
/** @import { ChatAck, Counter, GroupSummary, Head, Message, Outgoing, SessionSummary } from "../protocol/model.js" */
/** @import { Session } from "../protocol/session.js" */
/** @import { DueSession } from "../protocol/settlement.js" */
/** @import { Learned } from "../protocol/walks.js" */

/**
 * A session as this device sees it.
 * @typedef {object} SessionState
 * @property {string} sessionId
 * @property {number} unread the red dot
 * @property {number} known the number up to which this device has counted
 * @property {number} lastSeq the highest seq that this device has heard of
 * @property {number} timestampMs when the newest message was accepted, by the server's clock
 * @property {boolean} waiting whether there may be messages that this device hasn't saved yet
 * @property {readonly number[]} mentions groups: seqs of the unread messages that mention the account
 * @property {GroupSummary | null} group
 */
/**
 * What a transaction over one session has brought.
 * @template T
 * @typedef {object} Outcome
 * @property {T} result
 * @property {number | null} unread how many are unread now, null if that has not changed
 */
/** @typedef {{message: Outgoing, refused: string, why: string}} Queued */
/** @typedef {{sessionId: string, seqs: readonly number[], cleared: number | null}} Settled */

/** The local database of one account on one device. */
export class Store {
  #db;
  #uid = "";

  /** @param {string} name of the database; one for each account and device */
  constructor(name) {
    this.#db = new Database(name);
  }

  /** The account that it belongs to. */
  get uid() {
    return this.#uid;
  }

  /** Close it; what is saved stays. */
  close() {
    return this.#db.close();
  }

  /**
   * Make it the database of this account, and return it. Throws StoreOfAnother.
   * @param {string} uid
   */
  async claim(uid) {
    await this.#db.change(
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

  /** Return the account that it belongs to, "" if there is none yet. */
  async owner() {
    this.#uid = String((await this.#db.read((tx) => tx.objectStore("meta").get("uid"))) ?? "");
    return this.#uid;
  }

  /** Return the identity of the data set that it was filled from, null before the first login. */
  async epoch() {
    return (await this.#db.read((tx) => tx.objectStore("meta").get("epoch"))) ?? null;
  }

  /** Begin to lead, and return the term: from now on, writes of a tab that led before are refused. */
  async lead() {
    this.#db.term = await this.#db.change(
      async (tx) => {
        const term = Number((await tx.objectStore("meta").get("term")) ?? 0) + 1;
        await tx.objectStore("meta").put(term, "term");
        return term;
      },
      { asLeader: false },
    );
    return this.#db.term;
  }

  /** Lead no longer. */
  follow() {
    this.#db.term = 0;
  }

  /**
   * Make it the store of this data set; tell whether it was of another, and so was emptied. The outbox stays: it is
   * sent to the new data, and so is what was held for review there.
   * @param {string} epoch
   */
  async meet(epoch) {
    if ((await this.epoch()) === epoch) return false;
    return this.#db.change(async (tx) => {
      const meta = tx.objectStore("meta");
      const met = await meta.get("epoch");
      if (met === epoch) return false;
      await meta.put(epoch, "epoch");
      if (met === undefined) return false;
      await Promise.all([tx.objectStore("sessions").clear(), tx.objectStore("messages").clear()]);
      for (const row of await tx.objectStore("outbox").getAll()) {
        if (row.refused === "HELD") await tx.objectStore("outbox").put({ ...row, refused: "", why: "" });
      }
      return true;
    });
  }

  // Frames of the server

  /**
   * Add the counters of an answer, and save the messages that came with them.
   * @param {ReadonlyMap<string, Counter>} counters
   */
  addCounters(counters) {
    return this.#changeAll([...counters.keys()], (draft) => {
      const isSettled = draft.takeCounter(/** @type {Counter} */ (counters.get(draft.session.sessionId)));
      return { isSettled, fresh: draft.fresh };
    });
  }

  /**
   * Add a page of `sessions`.
   * @param {readonly SessionSummary[]} summaries
   */
  addSummaries(summaries) {
    const byId = new Map(summaries.map((summary) => [summary.sessionId, summary]));
    return this.#changeAll([...byId.keys()], (draft) => ({
      isSettled: draft.takeSummary(/** @type {SessionSummary} */ (byId.get(draft.session.sessionId))),
      fresh: draft.fresh,
    }));
  }

  /** Save and count a live message. @param {Message} message */
  savePush(message) {
    return this.#change(message.sessionId, (draft) => draft.takeLive(message));
  }

  /** Note the newest seq of a group. @param {Head} head */
  async noteHead({ sessionId, seq, number }) {
    const outcome = await this.#change(sessionId, (draft) => ({
      isNews: draft.takeHead(seq),
      uncounted: number > draft.session.count.known,
    }));
    return outcome.result;
  }

  /** Note the message of a change of membership. @param {ChatAck} ack @param {boolean} ofOwnStay */
  noteChange(ack, ofOwnStay) {
    return this.#change(ack.sessionId, (draft) => draft.takeChange(ack, ofOwnStay));
  }

  /**
   * Save a pulled page of a private session.
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {readonly number[]} acked the seqs that its request has acked, and that the server has deleted
   */
  savePage(sessionId, messages, acked) {
    return this.#change(sessionId, (draft) => draft.takePage(messages, acked));
  }

  /**
   * Save a page of history, or a pulled page of a group.
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {Learned | null} learned
   */
  saveHistory(sessionId, messages, learned) {
    return this.#change(sessionId, (draft) => draft.takeHistory(messages, learned));
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
    await this.#changeAll([...byId.keys()], (draft) => {
      const { seqs, cleared } = /** @type {Settled} */ (byId.get(draft.session.sessionId));
      draft.settle(seqs, cleared);
      return null;
    });
  }

  // The outbox

  /** Put a message into the outbox; false if its id is already there. @param {Outgoing} message */
  enqueue(message) {
    return this.#db.change(
      async (tx) => {
        const outbox = tx.objectStore("outbox");
        if ((await outbox.index("byMsgId").getKey(message.msgId)) !== undefined) return false;
        await outbox.add({ msgId: message.msgId, sessionId: message.sessionId, message, refused: "", why: "" });
        return true;
      },
      { strict: true, asLeader: false },
    );
  }

  /** Move a message from the outbox into its session. @param {Outgoing} outgoing @param {ChatAck} ack */
  sent(outgoing, ack) {
    return this.#change(ack.sessionId, async (draft, tx) => {
      const saved = draft.takeSent(outgoing, ack);
      await deleteOutgoing(tx, outgoing.msgId);
      return saved;
    });
  }

  /** Note that the server will never take a message, or holds it for review. */
  /** @param {Outgoing} outgoing @param {string} code @param {string} why */
  refuse(outgoing, code, why) {
    return this.#db.change(async (tx) => {
      const row = await tx.objectStore("outbox").index("byMsgId").get(outgoing.msgId);
      if (!row) return;
      // If it was released before this answer came, it is in its session already.
      const isReleased = code === "HELD" && (await isSaved(tx, outgoing, this.#uid));
      await (isReleased
        ? deleteOutgoing(tx, outgoing.msgId)
        : tx.objectStore("outbox").put({ ...row, refused: code, why }));
    });
  }

  /** Take a message out of the outbox; tell whether it was there. @param {string} msgId */
  discard(msgId) {
    return this.#db.change((tx) => deleteOutgoing(tx, msgId), { asLeader: false });
  }

  /** Return all that is in the outbox, in the order of sending. @returns {Promise<Queued[]>} */
  async outbox() {
    return (await this.#outbox()).map(({ message, refused, why }) => ({ message, refused, why }));
  }

  /** Return the sessions that have something to send, the longest waiting first. */
  async sendingSessions() {
    return [...new Set((await this.#outbox()).filter((row) => !row.refused).map((row) => row.sessionId))];
  }

  /** Return the message of a session that is to be sent next. @param {string} sessionId */
  async nextOutgoing(sessionId) {
    return (await this.#outbox()).find((row) => row.sessionId === sessionId && !row.refused)?.message ?? null;
  }

  // Reading

  /** Set a session's `unread` to zero; tell whether it was above zero. @param {string} sessionId */
  async markRead(sessionId) {
    return (await this.#change(sessionId, (draft) => draft.markRead(), { asLeader: false })).result;
  }

  /** Return a session; an unknown one has zeros. @param {string} sessionId */
  async session(sessionId) {
    return (await this.#db.read((tx) => tx.objectStore("sessions").get(sessionId))) ?? sessions.newSession(sessionId);
  }

  /** Return all sessions, the one with the newest message first. @returns {Promise<SessionState[]>} */
  async sessions() {
    const all = await this.#all();
    return all.sort((one, other) => other.timestampMs - one.timestampMs).map(stateOf);
  }

  /** Return the sessions in which this device may lack messages. */
  async behind() {
    const all = (await this.#all()).filter(
      (session) => sessions.isWaiting(session) || sessions.gaps(session).length > 0,
    );
    return all.sort((one, other) => other.timestampMs - one.timestampMs).map(({ sessionId }) => sessionId);
  }

  /**
   * Return what is to be acked and cleared, of one session or of all.
   * @param {string | null} [only]
   * @returns {Promise<DueSession[]>}
   */
  async due(only = null) {
    const rows = only === null ? await this.#all() : [await this.session(only)];
    return rows
      .map((session) => ({
        sessionId: session.sessionId,
        seqs: highest(session.toAck, MAX_ACKS_PER_REQUEST),
        known: sessions.uncleared(session),
      }))
      .filter(({ seqs, known }) => seqs.length > 0 || known !== null);
  }

  /**
   * Return saved messages of a session below the seq `before`, newest first.
   * @param {string} sessionId
   * @param {{before?: number | undefined, from?: number, limit?: number}} [options] `from`: the lowest seq to return
   * @returns {Promise<Message[]>}
   */
  messages(sessionId, { before = Infinity, from = 0, limit = 50 } = {}) {
    if (before <= from) return Promise.resolve([]);
    return this.#db.read(async (tx) => {
      const range = IDBKeyRange.bound([sessionId, from], [sessionId, before], false, true);
      /** @type {Message[]} */
      const found = [];
      let cursor = await tx.objectStore("messages").openCursor(range, "prev");
      while (cursor && found.length < limit) {
        const { counts, ...message } = cursor.value;
        found.push(message);
        cursor = await cursor.continue();
      }
      return found;
    });
  }

  // Inside

  #all() {
    return this.#db.read((tx) => tx.objectStore("sessions").getAll());
  }

  /** @returns {Promise<OutboxRow[]>} */
  #outbox() {
    return this.#db.read((tx) => tx.objectStore("outbox").getAll());
  }

  /**
   * @template T
   * @param {string} sessionId
   * @param {(draft: Draft, tx: Writing) => T | Promise<T>} work
   * @param {{asLeader?: boolean}} [options]
   * @returns {Promise<Outcome<T>>}
   */
  #change(sessionId, work, options = {}) {
    return this.#db.change(async (tx) => {
      const draft = new Draft(await sessionIn(tx, sessionId), this.#uid);
      const result = await work(draft, tx);
      await this.#write(tx, draft);
      return { result, unread: draft.newUnread };
    }, options);
  }

  /**
   * @template T
   * @param {readonly string[]} sessionIds
   * @param {(draft: Draft) => T} work
   * @returns {Promise<Map<string, Outcome<T> & {grew: number}>>} `grew`: by how much the unread ones have grown
   */
  #changeAll(sessionIds, work) {
    return this.#db.change(async (tx) => {
      /** @type {Map<string, Outcome<T> & {grew: number}>} */
      const results = new Map();
      const rows = await Promise.all(sessionIds.map((sessionId) => sessionIn(tx, sessionId)));
      for (const row of rows) {
        const draft = new Draft(row, this.#uid);
        const result = work(draft);
        await this.#write(tx, draft);
        const grew = sessions.unread(draft.session) - draft.unreadBefore;
        results.set(row.sessionId, { result, unread: draft.newUnread, grew });
      }
      return results;
    });
  }

  /** @param {Writing} tx @param {Draft} draft */
  async #write(tx, draft) {
    const messages = tx.objectStore("messages");
    const puts = draft.fresh.map((message) => messages.put(rowOf(message, this.#uid)));
    if (draft.mustRecount) {
      await Promise.all(puts);
      draft.recount(await numbersOfOthers(tx, draft.session));
    }
    for (const msgId of draft.released) await releaseHeld(tx, msgId);
    await Promise.all([...puts, tx.objectStore("sessions").put(draft.session)]);
  }
}

/** @param {Writing} tx @param {string} sessionId @returns {Promise<Session>} */
const sessionIn = async (tx, sessionId) =>
  (await tx.objectStore("sessions").get(sessionId)) ?? sessions.newSession(sessionId);

/** @param {Message} message @param {string} me */
const rowOf = (message, me) =>
  message.sender === me || message.quiet
    ? message
    : { ...message, counts: /** @type {[string, number]} */ ([message.sessionId, message.number]) };

/** Return the counted numbers of which a message of somebody else is saved. @param {Writing} tx @param {Session} session */
async function numbersOfOthers(tx, { sessionId, count }) {
  const [first, last] = [count.added[0]?.[0], count.added.at(-1)?.[1]];
  /** @type {number[]} */
  const numbers = [];
  if (first === undefined || last === undefined) return numbers;
  const range = IDBKeyRange.bound([sessionId, first], [sessionId, last]);
  let cursor = await tx.objectStore("messages").index("byNumber").openKeyCursor(range);
  while (cursor) {
    numbers.push(cursor.key[1]);
    cursor = await cursor.continue();
  }
  return numbers;
}

/** @param {Writing} tx @param {string} msgId */
async function deleteOutgoing(tx, msgId) {
  const outbox = tx.objectStore("outbox");
  const key = await outbox.index("byMsgId").getKey(msgId);
  if (key !== undefined) await outbox.delete(key);
  return key !== undefined;
}

/** @param {Writing} tx @param {string} msgId */
async function releaseHeld(tx, msgId) {
  const row = await tx.objectStore("outbox").index("byMsgId").get(msgId);
  if (row?.refused === "HELD") await deleteOutgoing(tx, msgId);
}

/** Tell whether an own message is saved. Goes through its session: only for rare cases. */
/** @param {Writing} tx @param {Outgoing} outgoing @param {string} me */
async function isSaved(tx, { sessionId, msgId }, me) {
  const range = IDBKeyRange.bound([sessionId], [sessionId, []]);
  let cursor = await tx.objectStore("messages").openCursor(range, "prev");
  while (cursor) {
    if (cursor.value.msgId === msgId && cursor.value.sender === me) return true;
    cursor = await cursor.continue();
  }
  return false;
}

/** @param {Session} session @returns {SessionState} */
export const stateOf = (session) => ({
  sessionId: session.sessionId,
  unread: sessions.unread(session),
  known: session.count.known,
  lastSeq: session.lastSeq,
  timestampMs: session.timestampMs,
  waiting: sessions.isWaiting(session),
  mentions: sessions.unreadMentions(session),
  group: session.group,
});
