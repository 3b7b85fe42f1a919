// What the store tells without changing anything.

import * as sessions from "../protocol/session.js";
import { highest } from "../protocol/ranges.js";
import { MAX_ACKS_PER_REQUEST } from "../settings.js";
import { Database } from "./database.js";
import * as messages from "./messages.js";
import * as outbox from "./outbox.js";
import * as receipts from "./receipts.js";
import { resultOf } from "./requests.js";
import { stateOf } from "./results.js";

/**
 * @import { DueSession } from "../protocol/acking.js"
 * @import { Message } from "../protocol/model.js"
 * @import { Session } from "../protocol/session.js"
 * @import { Choice } from "../protocol/session-settings.js"
 * @import { Queued, SessionState } from "./results.js"
 * @import { Timing } from "../timing.js"
 */

export class Queries {
  /** Which tab leads stands in it, too. */
  db;

  /** @param {string} name of the database; one for each account and device @param {Timing} [timing] */
  constructor(name, timing) {
    this.db = new Database(name, timing);
  }

  /** Close it; what is saved stays. */
  close() {
    return this.db.close();
  }

  /** Return the identity of the data set that it was filled from, null before the first login. */
  async epoch() {
    return (await this.db.read((tx) => resultOf(tx.objectStore("meta").get("epoch")))) ?? null;
  }

  /** Return the server's time of the last login that was used to its end. @returns {Promise<number | undefined>} */
  since() {
    return this.db.read((tx) => resultOf(tx.objectStore("meta").get("since")));
  }

  /** Return a session; an unknown one has zeros. @param {string} sessionId */
  async session(sessionId) {
    return this.db.read((tx) => sessionIn(tx, sessionId));
  }

  /** Return all sessions, the one with the newest message first. @returns {Promise<SessionState[]>} */
  async sessions() {
    const [all, held] = await this.db.read((tx) => Promise.all([allIn(tx), receipts.get(tx)]));
    return newestFirst(all).map((session) => stateOf(session, held));
  }

  /** Return a session as it is shown. @param {string} sessionId @returns {Promise<SessionState>} */
  state(sessionId) {
    return this.db.read(async (tx) => stateOf(...(await Promise.all([sessionIn(tx, sessionId), receipts.get(tx)]))));
  }

  /** Return what the person has chosen about receipts, as far as this device knows. */
  receipts() {
    return this.db.read(receipts.get);
  }

  /** Return the sessions in which this device may lack messages, the one with the newest message first. */
  async behind() {
    const isBehind = (/** @type {Session} */ session) =>
      sessions.isWaiting(session) || sessions.gaps(session).length > 0;
    return newestFirst((await this.#all()).filter(isBehind)).map(({ sessionId }) => sessionId);
  }

  /**
   * Return what is to be acked and cleared, of one session or of all.
   * @param {string | null} [only]
   * @returns {Promise<DueSession[]>}
   */
  async due(only = null) {
    const rows = only === null ? await this.#all() : [await this.session(only)];
    return rows.map((session) => ({
      sessionId: session.sessionId,
      seqs: highest(session.toAck, MAX_ACKS_PER_REQUEST),
      known: sessions.uncleared(session),
      read: sessions.untoldRead(session),
    }));
  }

  /** Return the oldest choice of each session that has one. */
  async choices() {
    /** @type {Map<string, Choice>} */
    const found = new Map();
    for (const { sessionId, choices: [first] } of await this.#all()) if (first) found.set(sessionId, first);
    return found;
  }

  /** Return the sum of the versions of all settings, and the sessions with edits that history had not got. */
  async atLogin() {
    const all = await this.#all();
    const lacking = all.filter(({ revising }) => revising.wanted.length > 0).map(({ sessionId }) => sessionId);
    return { settingsSum: all.reduce((sum, { settings }) => sum + settings.version, 0), lacking };
  }

  /** Return the sum of the versions of what is hidden in all sessions. */
  async hiddenSum() {
    return (await this.#all()).reduce((sum, { hiding }) => sum + hiding.version, 0);
  }

  /** Return hidden seqs that are to be told, by session. */
  async hidesDue() {
    const rows = (await this.#all()).filter(({ hiding }) => hiding.due.length > 0);
    return rows.map(({ sessionId, hiding }) => ({ sessionId, seqs: highest(hiding.due, MAX_ACKS_PER_REQUEST) }));
  }

  /**
   * Return saved messages of a session below the seq `before`, newest first.
   * @param {string} sessionId
   * @param {{before: number, limit: number, from?: number}} options `from`: the lowest seq to return
   * @returns {Promise<Message[]>}
   */
  messages(sessionId, { before, from = 0, limit }) {
    if (before <= from) return Promise.resolve([]);
    return this.db.read((tx) => messages.page(tx, sessionId, { before, from, limit }));
  }

  /** Return all that is in the outbox, in the order of sending. @returns {Promise<Queued[]>} */
  async outbox() {
    return (await this.db.read(outbox.all)).map(({ message, refused, why }) => ({ message, refused, why }));
  }

  /** Return the messages that are to be sent, in their order. */
  async unsent() {
    return (await this.outbox()).filter(({ refused }) => !refused).map(({ message }) => message);
  }

  /**
   * Return what has become of a message of the outbox; null if it still waits there.
   * @param {{msgId: string, sessionId: string}} outgoing
   * @param {string} me
   * @returns {Promise<{seq: number} | {refused: string, why: string} | null>} `seq`: 0 if it was discarded
   */
  fate(outgoing, me) {
    return this.db.read(async (tx) => {
      const row = await outbox.rowOf(tx, outgoing.msgId);
      if (row) return row.refused ? { refused: row.refused, why: row.why } : null;
      return { seq: await messages.seqOf(tx, outgoing, me) };
    });
  }

  /** @returns {Promise<Session[]>} */
  #all() {
    return this.db.read(allIn);
  }
}

/** @param {IDBTransaction} tx @returns {Promise<Session[]>} */
const allIn = async (tx) => (await resultOf(tx.objectStore("sessions").getAll())).map(whole);

/** @param {Session[]} all */
const newestFirst = (all) => all.sort((one, other) => other.timestampMs - one.timestampMs);

/**
 * Return a session inside a transaction; an unknown one has zeros.
 * @param {IDBTransaction} tx
 * @param {string} sessionId
 */
export const sessionIn = async (tx, sessionId) =>
  whole((await resultOf(tx.objectStore("sessions").get(sessionId))) ?? { sessionId });

/**
 * Return a session from its row, which an earlier version of this library may have written.
 * @param {{sessionId: string} & Partial<Session>} row
 * @returns {Session}
 */
const whole = (row) => ({ ...sessions.newSession(row.sessionId), ...row });
