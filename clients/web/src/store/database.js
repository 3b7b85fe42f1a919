// The IndexedDB database of one account on one device: its stores, and its transactions.
//
// What is saved is what a *completed* transaction has written: a request's success may still be undone, when the disk
// is full for example. So `change` returns after `complete`. Inside a transaction nothing else is awaited, because the
// browser commits a transaction that has nothing to do.

import { openDB } from "idb";
import { NoLongerLeading, StoreError } from "../errors.js";

/**
 * @import { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb"
 * @import { Message, Outgoing } from "../protocol/model.js"
 * @import { Session } from "../protocol/session.js"
 */

/**
 * A saved message. `counts` is set if it is another's and not quiet: only these are in the index of numbers.
 * @typedef {Message & {counts?: [sessionId: string, number: number]}} MessageRow
 */
/**
 * A message in the outbox. `refused`: a code, if it isn't sent again; it is kept for the application.
 * @typedef {{position?: number, msgId: string, sessionId: string, message: Outgoing, refused: string, why: string}}
 *   OutboxRow
 */
/**
 * @typedef {object} Schema
 * @property {{key: string, value: string | number}} meta
 * @property {{key: string, value: Session, indexes: {byTime: number}}} sessions
 * @property {{key: [string, number], value: MessageRow, indexes: {byNumber: [string, number]}}} messages
 * @property {{key: number, value: OutboxRow, indexes: {byMsgId: string}}} outbox
 */
/** @typedef {StoreNames<Schema & DBSchema>} Table */
/** @typedef {IDBPTransaction<Schema & DBSchema, Table[], "readwrite">} Writing */
/** @typedef {IDBPTransaction<Schema & DBSchema, Table[], "readonly">} Reading */

const VERSION = 1;
/** An upgrade that another tab blocks never settles. */
const OPENING_SECONDS = 10;
/** A transaction that takes longer is given up: iOS may have ended the database in the background. */
const TRANSACTION_SECONDS = 20;

/** @type {readonly Table[]} */
const TABLES = ["meta", "sessions", "messages", "outbox"];

/** Opens the database when it is first used, and again if the browser has closed it. */
export class Database {
  /** @type {Promise<IDBPDatabase<Schema & DBSchema>> | null} */
  #opening = null;
  #closed = false;
  /** The term in which this tab leads; 0 while it doesn't. Writes of a leader that was replaced are refused by it. */
  term = 0;

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /**
   * Run `work` in one transaction that writes; return its result once the transaction is complete.
   *
   * `work` must await nothing but requests of its transaction. If it throws, nothing is written.
   * @template T
   * @param {(tx: Writing) => Promise<T>} work
   * @param {{strict?: boolean, asLeader?: boolean}} [options] `strict`: it must survive a power cut, as far as the
   *   browser can do it; `asLeader`: only if no other tab has taken over
   * @returns {Promise<T>}
   */
  change(work, { strict = false, asLeader = true } = {}) {
    return this.#retried(async (db) => {
      const tx = db.transaction([...TABLES], "readwrite", { durability: strict ? "strict" : "relaxed" });
      return within(tx, async () => {
        if (asLeader && this.term !== 0 && (await tx.objectStore("meta").get("term")) !== this.term) {
          throw new NoLongerLeading();
        }
        const result = await work(tx);
        tx.commit();
        await tx.done;
        return result;
      });
    });
  }

  /** Begin to lead, and return the term, which is higher than that of each tab that led before. */
  async lead() {
    this.term = await this.change(
      async (tx) => {
        const term = Number((await tx.objectStore("meta").get("term")) ?? 0) + 1;
        await tx.objectStore("meta").put(term, "term");
        return term;
      },
      { asLeader: false },
    );
    return this.term;
  }

  /**
   * Run `work` in one transaction that only reads.
   * @template T
   * @param {(tx: Reading) => Promise<T>} work
   * @returns {Promise<T>}
   */
  read(work) {
    return this.#retried((db) => {
      const tx = db.transaction([...TABLES], "readonly");
      return within(tx, () => work(tx));
    });
  }

  /** Close the database; what is complete stays. */
  async close() {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = null;
    (await opening?.catch(() => null))?.close();
  }

  /**
   * Try once more if the browser has closed the database in the meantime.
   * @template T
   * @param {(db: IDBPDatabase<Schema & DBSchema>) => Promise<T>} use
   */
  async #retried(use) {
    try {
      return await use(await this.#open());
    } catch (error) {
      if (!isGone(error) || this.#closed) throw wrapped(this.name, error);
      this.#opening = null;
      try {
        return await use(await this.#open());
      } catch (second) {
        throw wrapped(this.name, second);
      }
    }
  }

  #open() {
    if (this.#closed) throw new StoreError(`the database ${this.name} is closed`);
    this.#opening ??= opened(this.name, () => (this.#opening = null));
    this.#opening.catch(() => (this.#opening = null));
    return this.#opening;
  }
}

/** @param {string} name @param {() => void} onClosed */
function opened(name, onClosed) {
  /** @type {Promise<IDBPDatabase<Schema & DBSchema>>} */
  const opening = openDB(name, VERSION, {
    upgrade(db) {
      db.createObjectStore("meta");
      db.createObjectStore("sessions", { keyPath: "sessionId" }).createIndex("byTime", "timestampMs");
      const messages = db.createObjectStore("messages", { keyPath: ["sessionId", "seq"] });
      messages.createIndex("byNumber", "counts");
      const outbox = db.createObjectStore("outbox", { keyPath: "position", autoIncrement: true });
      outbox.createIndex("byMsgId", "msgId", { unique: true });
    },
    // Another tab has a newer version of the application: it can't open before this one has let go.
    blocking(_current, _blocked, event) {
      /** @type {IDBDatabase} */ (event.target).close();
      onClosed();
    },
    terminated: onClosed,
  });
  return limited(opening, OPENING_SECONDS, `the database ${name} did not open: another tab may block it`);
}

/**
 * @template T
 * @param {{abort(): void, done: Promise<void>}} tx
 * @param {() => Promise<T>} work
 */
async function within(tx, work) {
  tx.done.catch(() => undefined); // whoever awaits it gets the error
  try {
    return await limited(work(), TRANSACTION_SECONDS, "a transaction did not end");
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // It has ended already.
    }
    throw error;
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} seconds
 * @param {string} text
 * @returns {Promise<T>}
 */
function limited(promise, seconds, text) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StoreError(text)), seconds * 1_000);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @param {unknown} error */
const isGone = (error) => error instanceof DOMException && error.name === "InvalidStateError";

/** @param {string} name @param {unknown} error */
function wrapped(name, error) {
  if (!(error instanceof DOMException)) return error;
  const full = error.name === "QuotaExceededError" ? "there is no room for it on this device: " : "";
  return new StoreError(`the database ${name} could not be used: ${full}${error.message}`, { cause: error });
}
