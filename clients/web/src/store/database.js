// The IndexedDB database of one account on one device: its stores, and its transactions.
//
// What is saved is what a *completed* transaction has written: a request's success may still be undone, when the disk
// is full for example. So `change` returns after `complete`. Inside a transaction nothing else is awaited, because the
// browser commits a transaction that has nothing to do.

import { NoLongerLeading, StoreError } from "../errors.js";
import { randomId } from "../names.js";
import { REAL_TIMING, limited } from "../timing.js";
import { completed, resultOf } from "./requests.js";
import { TABLES, VERSION, createTables } from "./schema.js";

/** @import { Timing } from "../timing.js" */

/** An upgrade that another tab blocks never settles. */
const OPENING_SECONDS = 10;
/** A transaction that takes longer is given up: iOS may have ended the database in the background. */
const TRANSACTION_SECONDS = 20;

const HUNG = "TimeoutError";
/** The browser has closed the database, or lost it in the background: another connection to it may work. */
const GONE = new Set(["InvalidStateError", "UnknownError", "AbortError", HUNG]);
/** A value of `term`: this tab has led, and must not write as the leader any more. */
const HAS_LED = -1;

/** Opens the database when it is first used, and again if the browser has closed it. */
export class Database {
  /** The term in which this tab leads; 0 before. Writes of a leader that was replaced are refused by it. */
  term = 0;
  /** @type {Promise<IDBDatabase> | null} */
  #opening = null;
  #closed = false;
  /** @protected */
  timing;

  /** @param {string} name @param {Timing} [timing] */
  constructor(name, timing = REAL_TIMING) {
    this.name = name;
    this.timing = timing;
  }

  /**
   * Run `work` in one transaction that writes; return its result once the transaction is complete.
   *
   * `work` must await nothing but requests of its transaction. If it throws, nothing is written. If the browser has lost
   * the database, it is run once more, unless the first transaction turns out to be complete.
   * @template T
   * @param {(tx: IDBTransaction) => Promise<T>} work
   * @param {{strict?: boolean, asLeader?: boolean}} [options] `strict`: it must survive a power cut, as far as the
   *   browser can do it; `asLeader`: only if no other tab has taken over
   * @returns {Promise<T>}
   */
  change(work, { strict = false, asLeader = true } = {}) {
    // The database keeps which change was the last one.
    const change = randomId();
    /** @type {{result: T} | null} set once the transaction was told to commit */
    let committing = null;
    return this.#retried(async (db) => {
      const tx = db.transaction(TABLES, "readwrite", { durability: strict ? "strict" : "relaxed" });
      return this.#within(tx, async (done) => {
        const meta = tx.objectStore("meta");
        if (committing && (await resultOf(meta.get("change"))) === change) return committing.result; // it was complete
        if (asLeader && this.term !== 0 && (await resultOf(meta.get("term"))) !== this.term) throw new NoLongerLeading();
        const [result] = await Promise.all([work(tx), resultOf(meta.put(change, "change"))]);
        committing = { result };
        tx.commit();
        await done;
        return result;
      });
    });
  }

  /** Begin to lead, and return the term, which is higher than that of each tab that led before. */
  async lead() {
    this.term = await this.change(
      async (tx) => {
        const meta = tx.objectStore("meta");
        const term = Number((await resultOf(meta.get("term"))) ?? 0) + 1;
        await resultOf(meta.put(term, "term"));
        return term;
      },
      { asLeader: false },
    );
    return this.term;
  }

  /** Tell whether no other tab has begun to lead since this one has. */
  async isLatestLeader() {
    return (await this.read((tx) => resultOf(tx.objectStore("meta").get("term")))) === this.term;
  }

  /**
   * Run `work` in one transaction that only reads.
   * @template T
   * @param {(tx: IDBTransaction) => Promise<T>} work
   * @returns {Promise<T>}
   */
  read(work) {
    return this.#retried((db) => {
      const tx = db.transaction(TABLES, "readonly");
      return this.#within(tx, () => work(tx));
    });
  }

  /** Refuse what is still written as the leader: another tab may lead now. */
  follow() {
    this.term = HAS_LED;
  }

  /** Close the database; what is complete stays. */
  async close() {
    this.#closed = true;
    (await this.#opening?.catch(() => null))?.close();
  }

  /**
   * Try once more over a new connection if the browser has lost the database in the meantime.
   * @template T
   * @param {(db: IDBDatabase) => Promise<T>} use
   */
  async #retried(use) {
    for (let again = false; ; again = true) {
      const opening = this.#open();
      try {
        return await use(await opening);
      } catch (error) {
        if (again || this.#closed || !isGone(error)) throw wrapped(this.name, error);
        this.#forget(opening);
        opening.then((db) => db.close()).catch(() => undefined);
      }
    }
  }

  #open() {
    if (this.#closed) throw new StoreError(`the database ${this.name} is closed`);
    if (this.#opening) return this.#opening;
    const opening = this.#opened(() => this.#forget(opening));
    this.#opening = opening;
    opening.catch(() => this.#forget(opening));
    return opening;
  }

  /** Open it anew when it is used next. @param {Promise<IDBDatabase>} opening */
  #forget(opening) {
    if (this.#opening === opening) this.#opening = null;
  }

  /** @param {() => void} onClosed @returns {Promise<IDBDatabase>} */
  async #opened(onClosed) {
    if (!globalThis.indexedDB) throw new StoreError("there is no IndexedDB: leave private mode, or allow this page to save data");
    const request = indexedDB.open(this.name, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => createTables(request.result, oldVersion);
    const opening = resultOf(request);
    try {
      const db = await limited(opening, OPENING_SECONDS, this.timing, () => {
        return new StoreError(`the database ${this.name} did not open: another tab may block it`);
      });
      // Another tab has a newer version of the application: it can't open before this one has let go.
      db.onversionchange = () => {
        db.close();
        onClosed();
      };
      db.onclose = onClosed;
      return db;
    } catch (error) {
      opening.then((late) => late.close()).catch(() => undefined); // it would block others
      throw error;
    }
  }

  /**
   * @template T
   * @param {IDBTransaction} tx
   * @param {(done: Promise<void>) => Promise<T>} work gets what resolves when the transaction is complete
   */
  async #within(tx, work) {
    const done = completed(tx);
    done.catch(() => undefined); // whoever awaits it gets the error
    try {
      return await limited(work(done), TRANSACTION_SECONDS, this.timing, () => {
        return new DOMException(`a transaction took more than ${TRANSACTION_SECONDS} s`, HUNG);
      });
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended already. If the browser has aborted it, the next request says only that it came too late.
        if (/** @type {Error} */ (error).name === "TransactionInactiveError") await done;
      }
      throw error;
    }
  }
}

/** @param {unknown} error */
const isGone = (error) => error instanceof DOMException && GONE.has(error.name);

/** @param {string} name @param {unknown} error */
function wrapped(name, error) {
  if (!(error instanceof DOMException)) return error;
  const reasons = /** @type {Record<string, string>} */ ({
    QuotaExceededError: "there is no room for it on this device: ",
    VersionError: "another tab has a newer version of this page, so reload this one: ",
  });
  return new StoreError(`the database ${name} could not be used: ${reasons[error.name] ?? ""}${error.message}`, {
    cause: error,
  });
}
