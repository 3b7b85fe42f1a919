// Keeps databases of fake-indexeddb, which are in memory, in files, so that a process that is killed can be started again.
//
// A transaction's writes are appended to the file when it is complete, before the library hears of it. So after a kill the
// file has what was complete, and nothing else.

import { appendFileSync, readFileSync, truncateSync } from "node:fs";
import { deserialize, serialize } from "node:v8";

/** Files, by the names of their databases. */
const files = new Map();
/** What each transaction has written so far. */
const writes = new WeakMap();
let isReplaying = false;

record(IDBDatabase.prototype, "createObjectStore");
for (const method of ["createIndex", "put", "add", "delete", "clear"]) record(IDBObjectStore.prototype, method);
for (const method of ["update", "delete"]) {
  IDBCursor.prototype[method] = () => {
    throw new Error(`the journal does not know ${method} of a cursor`);
  };
}

/** Fill a database from its file, if there is one, and keep it there from now on. */
export async function keep(name, file) {
  files.delete(name);
  await ended(indexedDB.deleteDatabase(name));
  const entries = entriesOf(file);
  if (entries.length > 0) await replay(name, entries);
  files.set(name, file);
}

/** The complete transactions of a file. A kill may have cut off the last line. */
function entriesOf(file) {
  let text;
  try {
    text = readFileSync(file, "latin1");
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(file, whole.length);
  return whole.split("\n").slice(0, -1).map((line) => deserialize(Buffer.from(line, "base64")));
}

/** All in the transaction that makes the database: it may make stores, too. */
async function replay(name, entries) {
  const opening = indexedDB.open(name, Math.max(...entries.map(({ version }) => version)));
  opening.onupgradeneeded = () => {
    isReplaying = true;
    for (const [store, method, args] of entries.flatMap((entry) => entry.writes)) {
      const target = store === null ? opening.result : opening.transaction.objectStore(store);
      target[method](...args);
    }
    isReplaying = false;
  };
  (await ended(opening)).close();
}

function record(prototype, method) {
  const original = prototype[method];
  prototype[method] = function (...args) {
    const result = original.apply(this, args);
    // A database makes stores only while its version changes; a store knows its transaction.
    const [store, made] = this instanceof IDBObjectStore ? [this.name, this] : [null, result];
    const { transaction } = made;
    const file = files.get(transaction.db.name);
    if (file !== undefined && !isReplaying) written(transaction, file).push([store, method, structuredClone(args)]);
    return result;
  };
}

function written(transaction, file) {
  const known = writes.get(transaction);
  if (known) return known;
  const list = [];
  writes.set(transaction, list);
  transaction.addEventListener("complete", () => {
    const entry = serialize({ version: transaction.db.version, writes: list });
    appendFileSync(file, `${entry.toString("base64")}\n`);
  });
  return list;
}

const ended = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
