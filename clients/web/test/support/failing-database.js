// Makes IndexedDB fail in the ways in which browsers fail, and notes all writing transactions.

import "./virtual-time.js";
import "fake-indexeddb/auto";

/** @type {string[]} */
let faults = [];
let kept = [];
/** Each message whose transaction is complete: "<database> <sessionId> <seq>". */
const saved = new Set();

const FAULTS = {
  /** The disk is full: all requests have succeeded, and the commit fails. */
  "no room": (tx) => (tx.commit = () => tx._abort("QuotaExceededError")),
  /** iOS has ended the database's process. */
  "lost before it is saved": (tx) => (tx.commit = () => tx._abort("UnknownError")),
  "lost after it is saved": (tx) => {
    const dispatch = tx.dispatchEvent;
    tx.dispatchEvent = (event) => {
      if (event.type === "complete") {
        event.type = "abort";
        tx.onSaved();
        tx.error = new DOMException("Connection to Indexed Database server lost", "UnknownError");
      }
      return dispatch.call(tx, event);
    };
  },
  "lost at a request": (tx) => {
    const execute = tx._execRequestAsync;
    const operation = () => {
      throw new DOMException("Attempt to get a record without an in-progress transaction", "UnknownError");
    };
    tx._execRequestAsync = (given) => execute.call(tx, { ...given, operation });
  },
  /** The browser closes the database, when the person deletes its data for example. */
  "closed at a request": (tx) => {
    const execute = tx._execRequestAsync;
    tx._execRequestAsync = (given) => execute.call(tx, { ...given, operation: () => tx._abort("AbortError") });
  },
  /** None of its events ever comes. */
  hangs: (tx) => (tx._start = () => {}),
  fine: () => {},
};

const { transaction } = IDBDatabase.prototype;

IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const fault = mode === "readwrite" ? (faults.shift() ?? "fine") : "fine";
  if (fault === "closing") throw new DOMException("The database connection is closing.", "InvalidStateError");
  const tx = transaction.call(this, stores, mode, options);
  if (mode !== "readwrite") return tx;
  const puts = [];
  tx.onPut = (table, { sessionId, seq }) => {
    note.hasWritten = true;
    if (table === "messages") puts.push(`${this.name} ${sessionId} ${seq}`);
  };
  tx.onSaved = () => puts.forEach((put) => saved.add(put));
  const note = { durability: tx.durability, hasWritten: false, isCommitted: false, isComplete: false };
  kept.push(note);
  FAULTS[fault](tx);
  const { commit } = tx;
  tx.commit = () => {
    note.isCommitted = true;
    commit.call(tx);
  };
  tx.addEventListener("complete", () => {
    note.isComplete = true;
    tx.onSaved();
  });
  return tx;
};

const { put } = IDBObjectStore.prototype;

IDBObjectStore.prototype.put = function (value, ...key) {
  this.transaction.onPut?.(this.name, value);
  return put.call(this, value, ...key);
};

/** Tell whether a message is saved for good. */
export const isSaved = (database, sessionId, seq) => saved.has(`${database} ${sessionId} ${seq}`);

/** What happens to the next writing transactions, one after the other; "fine" for one to which nothing happens. */
export function failNext(...next) {
  faults = next;
}

/** The writing transactions since this was called last. */
export function transactions() {
  const since = kept;
  kept = [];
  return since;
}
