// Tells an application what a transaction has changed.

/**
 * @import { Emitter, Source } from "./events.js"
 * @import { Message } from "./protocol/model.js"
 * @import { Outcome } from "./store/results.js"
 */

/**
 * @param {Emitter} events
 * @param {string} sessionId
 * @param {readonly Message[]} fresh messages that were not saved before
 * @param {Source} source
 * @param {Outcome<unknown>} outcome
 */
export function tell(events, sessionId, fresh, source, { unread, settings, revised }) {
  if (fresh.length > 0) events.emit("messages", { sessionId, messages: fresh, source });
  if (revised.length > 0) events.emit("revised", { sessionId, messages: revised });
  if (unread !== null) events.emit("unread", { sessionId, unread });
  if (settings !== null) events.emit("settings", { sessionId, settings });
}

/** Tell of what has changed, but for messages. @param {Emitter} events @param {ReadonlyMap<string, Outcome<unknown>>} outcomes */
export function tellAll(events, outcomes) {
  for (const [sessionId, outcome] of outcomes) tell(events, sessionId, [], "counter", outcome);
}
