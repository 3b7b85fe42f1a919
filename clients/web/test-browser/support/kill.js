// Killing a tab in the middle of its work.

/** Where in a transaction: before it is told to commit, or after it is complete and before anybody hears of it. */
export const PLACES = ["before the commit", "after the completion"];

const STOPPING = "stops for good";

/**
 * Let a page, which must not be loaded yet, stop for good at its n-th transaction that writes.
 * `stopped` is kept when it has come so far: it does nothing more, and waits to be killed.
 * @param {import("playwright-core").Page} page
 * @param {number} nth
 * @param {string} place
 */
export async function stopAt(page, nth, place) {
  // Not by a binding: on a busy machine a page may run before it has one, and would not stop.
  const stopped = new Promise((resolve) => {
    page.on("console", (message) => message.text() === STOPPING && resolve());
  });
  await page.addInitScript(install, { nth, isAfter: place === PLACES[1], stopping: STOPPING });
  // In an object: whoever awaits this function does not wait for the page.
  return { stopped };
}

/** Runs in the page, before all of its scripts. */
function install({ nth, isAfter, stopping }) {
  const { transaction } = IDBDatabase.prototype;
  let count = 0;
  const stop = () => {
    console.info(stopping);
    for (;;);
  };
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const tx = transaction.call(this, stores, mode, options);
    if (mode !== "readwrite" || (count += 1) !== nth) return tx;
    if (isAfter) tx.addEventListener("complete", stop);
    else tx.commit = stop;
    return tx;
  };
}

/** Return the seqs of a session that are in the database, without a client. */
export const savedSeqs = (page, database, sessionId) =>
  page.evaluate(
    async ([database, sessionId]) => {
      const done = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      if (!(await indexedDB.databases()).some(({ name }) => name === database)) return [];
      const db = await done(indexedDB.open(database));
      const keys = await done(db.transaction("messages").objectStore("messages").getAllKeys());
      db.close();
      return keys.filter(([id]) => id === sessionId).map(([, seq]) => seq);
    },
    [database, sessionId],
  );
