// IndexedDB's requests as promises: all that this client would need of a library for it. `idb` is a thousand bytes more,
// gzipped, of twenty thousand.

/**
 * Return what a request gives.
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export const resultOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Go through what a cursor finds.
 * @template {IDBCursor} T
 * @param {IDBRequest<T | null>} request
 * @returns {AsyncGenerator<T, void, void>}
 */
export async function* foundBy(request) {
  for (let cursor = await resultOf(request); cursor; cursor = await resultOf(request)) {
    yield cursor;
    cursor.continue();
  }
}

/**
 * Resolves when a transaction is complete: only then it is saved.
 * @param {IDBTransaction} tx
 * @returns {Promise<void>}
 */
export const completed = (tx) =>
  new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new DOMException("the transaction was aborted", "AbortError"));
  });
