// Waiting for what becomes of a message of the outbox. The leading tab tells it by an event. It may be closed between the
// end of the transaction and the event: so the database is asked, too, whenever a tab has logged in.

import { CatchupError, RequestRefused } from "./errors.js";
import { deferred } from "./timing.js";

/**
 * @import { Emitter, Sent } from "./events.js"
 * @import { Store } from "./store/store.js"
 */

/**
 * Return what the server has made of a message. Throws RequestRefused, and what `ended` aborts with.
 * @param {{msgId: string, sessionId: string}} outgoing a message that is in the outbox once `posted` is fulfilled
 * @param {Promise<unknown>} posted
 * @param {Store} store
 * @param {Emitter} events
 * @param {AbortSignal} ended
 * @returns {Promise<Sent>}
 */
export async function fateOf({ msgId, sessionId }, posted, store, events, ended) {
  /** @type {ReturnType<typeof deferred<Sent>>} */
  const { promise, resolve, reject } = deferred();
  /** @param {string} code @param {string} why */
  const refuse = (code, why) => reject(new RequestRefused("chat", code, { rule: why }));
  const look = async () => {
    const fate = await store.fate({ msgId, sessionId }, store.uid);
    if (!fate) return;
    if ("refused" in fate) refuse(fate.refused, fate.why);
    else if (fate.seq > 0) resolve({ msgId, sessionId, seq: fate.seq });
    else reject(new CatchupError(`the message ${msgId} was discarded`));
  };
  const stop = () => reject(ended.reason);
  ended.addEventListener("abort", stop);
  const unwatch = [
    events.on("sent", (sent) => sent.msgId === msgId && resolve(sent)),
    events.on("held", (held) => held.msgId === msgId && refuse("HELD", held.why)),
    events.on("refused", (no) => no.msgId === msgId && refuse(no.code, no.why)),
    () => ended.removeEventListener("abort", stop),
  ];
  posted.then(() => unwatch.push(events.on("login", () => void look().catch(() => undefined))), reject);
  return promise.finally(() => unwatch.forEach((end) => end()));
}
