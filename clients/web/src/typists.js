// Who types, as one tab shows it: a tab that leads may be gone before it tells the others of the end.

/**
 * @import { Emitter } from "./events.js"
 * @import { Timing } from "./timing.js"
 */

/** Somebody who is not heard of for so many seconds types no longer. */
const TYPING_SECONDS = 8;

/**
 * Tell by the event "typing" who types, as signals, messages and the time tell it.
 * @param {Emitter} events
 * @param {Timing} timing
 * @param {AbortSignal} ended
 */
export function watchTyping(events, timing, ended) {
  /** @type {Map<string, Map<string, object>>} by session and uid: the last signal */
  const typing = new Map();
  /** @param {string} sessionId */
  const tell = (sessionId) => events.show("typing", { sessionId, uids: [...(typing.get(sessionId)?.keys() ?? [])] });
  /** @param {string} sessionId @param {string} uid */
  const end = (sessionId, uid) => {
    if (typing.get(sessionId)?.delete(uid)) tell(sessionId);
  };
  events.on("signal", (signal) => {
    const { sessionId, uid, kind } = signal;
    if (kind === "stopped") return end(sessionId, uid);
    if (kind !== "typing") return;
    const uids = typing.get(sessionId) ?? new Map();
    const isNew = !uids.has(uid);
    typing.set(sessionId, uids.set(uid, signal));
    if (isNew) tell(sessionId);
    timing.sleep(TYPING_SECONDS, ended).then(
      () => uids.get(uid) === signal && end(sessionId, uid),
      () => undefined, // the client was closed
    );
  });
  events.on("messages", ({ sessionId, messages, source }) => {
    if (source !== "push") return;
    for (const { sender, quiet } of messages) if (!quiet) end(sessionId, sender);
  });
  events.on("offline", () => {
    for (const [sessionId, uids] of typing) for (const uid of uids.keys()) end(sessionId, uid);
  });
}
