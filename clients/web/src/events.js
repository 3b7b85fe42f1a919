// The events of a client.

/**
 * @import { Message, Position } from "./protocol/model.js"
 * @import { JoinAsked } from "./protocol/groups.js"
 * @import { ReceiptsChoice } from "./protocol/receipts.js"
 * @import { SessionSettings } from "./protocol/session-settings.js"
 * @import { Signal } from "./protocol/signals.js"
 * @import { Progress } from "./reports.js"
 */

/**
 * A message that the server has stored for good.
 * @typedef {object} Sent
 * @property {string} msgId
 * @property {string} sessionId
 * @property {number} seq
 */
/**
 * What a client tells its application.
 * @typedef {object} Events
 * @property {{sessionId: string, unread: number}} unread the red dot of a session has changed
 * @property {{sessionId: string, readTo: Position}} readTo the other person of a private session has read so far: own messages
 *   with a `number` up to `readTo.number` are read
 * @property {ReceiptsChoice} receipts the person has turned receipts on or off, here or on another device: `readTo` of the sessions
 *   may be another one
 * @property {{sessionId: string, messages: readonly Message[], source: Source}} messages messages are saved that were
 *   not saved before
 * @property {{sessionId: string, messages: readonly Message[]}} revised messages that were saved before are shown in another way
 *   now: they were hidden
 * @property {Sent} sent the server has stored a message of the outbox
 * @property {{msgId: string, why: string}} held a message waits for review; if it is released, it comes as a push
 * @property {{msgId: string, code: string, why: string}} refused the server will never take a message
 * @property {JoinAsked} askedToJoin somebody asks to join a group of which this account is owner or admin
 * @property {{sessionId: string, seq: number}} head a busy group has moved on, without its messages
 * @property {{sessionId: string, settings: SessionSettings}} settings what the person has chosen for a session has changed, or
 *   something new has ended that it is hidden
 * @property {Signal} signal what somebody does in a session now, "typing" and "stopped" too
 * @property {{sessionId: string, uids: readonly string[]}} typing who types in a session now; empty: nobody any more
 * @property {{sessions: number, unread: number, frames: number, bytes: number, seconds: number}} login
 * @property {Progress} progress how far a `catchUp` has got; after each page
 * @property {{reason: string, seconds: number}} offline the connection is lost; `seconds` until the next attempt
 * @property {{epoch: string}} anew the server has another data set: this device began again, the outbox stays
 * @property {{leading: boolean}} role whether this tab talks to the server, or follows another
 * @property {{error: Error}} stopped the client can't go on, see the errors
 * @property {{direction: "in" | "out", text: string, bytes: number}} frame each frame, for tools that show them
 */
/** @typedef {"counter" | "push" | "pull" | "history" | "sent"} Source what brought a message */
/** @typedef {keyof Events} EventName */

export class Emitter {
  /** @type {Map<EventName, Set<(event: any) => void>>} */
  #listeners = new Map();

  /** @type {(name: EventName, event: unknown) => void} */
  tellTabs = () => {};

  /**
   * Call `listener` at each event of this name. Return a function that ends it.
   * @template {EventName} N
   * @param {N} name
   * @param {(event: Events[N]) => void} listener
   * @returns {() => void}
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Show an event in all tabs, if this one leads.
   * @template {EventName} N
   * @param {N} name
   * @param {Events[N]} event
   */
  emit(name, event) {
    this.show(name, event);
    this.tellTabs(name, event);
  }

  /**
   * Call the listeners of this tab.
   *
   * A listener's error is reported like an uncaught one, and stops nothing here.
   * @template {EventName} N
   * @param {N} name
   * @param {Events[N]} event
   */
  show(name, event) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
