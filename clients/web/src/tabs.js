// Several tabs of one device: one leads, which talks to the server; the others follow, and ask it for what they need.
//
// Whoever leads says so every two seconds over a BroadcastChannel, and has a *term*, a number in the database that
// grows with each new leader. A tab that was frozen and learns late that another has taken over can't harm: its
// transactions check the term. Web Locks would say who leads, too, but a frozen tab keeps its lock, and plain-http
// pages have none.

import { CatchupError, ClientClosed } from "./errors.js";
import { randomId } from "./names.js";

/** @import { Timing } from "./timing.js" */

const BEAT_SECONDS = 2;
/** A visible tab takes over after that long without a beat. Timers of a hidden tab run once a minute. */
const TAKE_OVER_SECONDS = 6;
const HIDDEN_TAKE_OVER_SECONDS = 150;
/** How long to wait for an answer to "who leads?". */
const ASK_SECONDS = 0.3;
/** How long a follower waits for the leader's answer to a call before it asks whether there is one. */
const CALL_SECONDS = 60;

/**
 * @typedef {object} Duties
 * @property {() => Promise<number>} lead begin to lead; returns the term
 * @property {() => Promise<void>} follow end to lead
 * @property {(name: string, args: readonly unknown[]) => Promise<unknown>} perform a call of a follower
 * @property {(name: string, event: unknown) => void} onEvent an event of the leader
 */
/**
 * What tabs tell each other.
 * @typedef {{kind: "who"}
 *   | {kind: "beat", term: number}
 *   | {kind: "released"}
 *   | {kind: "event", name: string, event: unknown}
 *   | {kind: "call", id: string, name: string, args: readonly unknown[]}
 *   | {kind: "reply", id: string, value?: unknown, error?: {name: string, message: string}}} Note
 */

export class Tabs {
  term = 0;
  #channel;
  #duties;
  #timing;
  #heardAt = -Infinity;
  #ended = new AbortController();
  /** @type {Map<string, {resolve: (value: unknown) => void, reject: (error: Error) => void}>} */
  #calls = new Map();
  #callIds = 0;
  #tab = randomId();
  #changing = Promise.resolve();

  /** @param {string} name of the device's database @param {Duties} duties @param {Timing} timing */
  constructor(name, duties, timing) {
    this.#channel = new BroadcastChannel(`catchup ${name}`);
    this.#channel.onmessage = ({ data }) => this.#take(data);
    this.#duties = duties;
    this.#timing = timing;
  }

  get isLeading() {
    return this.term !== 0;
  }

  /** Find out who leads, or lead; then watch. Returns when it is known. */
  async start() {
    await this.#ask();
    this.#watch().catch(() => undefined);
  }

  /** Lead no longer, and take part no longer. */
  async close() {
    this.#ended.abort();
    await this.stepDown();
    this.#channel.close();
    for (const { reject } of this.#calls.values()) reject(new ClientClosed());
  }

  /** Lead no longer: another tab does, or this one is hidden away. */
  stepDown() {
    return this.#change(async () => {
      if (!this.isLeading) return;
      this.term = 0;
      await this.#duties.follow();
      this.#say({ kind: "released" });
    });
  }

  /** Tell the followers of an event. @param {string} name @param {unknown} event */
  tell(name, event) {
    if (this.isLeading) this.#say({ kind: "event", name, event });
  }

  /**
   * Let the leader do what only it can do; this tab, if it leads.
   * @param {string} name
   * @param {readonly unknown[]} args
   */
  async call(name, args) {
    for (;;) {
      if (this.#ended.signal.aborted) throw new ClientClosed();
      if (this.isLeading) return this.#duties.perform(name, args);
      const id = `${this.#tab} ${(this.#callIds += 1)}`;
      const reply = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
      this.#say({ kind: "call", id, name, args });
      const answer = await Promise.race([reply, this.#timing.sleep(CALL_SECONDS, this.#ended.signal).then(() => null)]);
      this.#calls.delete(id);
      // No answer: the leader is gone, or it has lost the call. Every call may be repeated.
      if (answer !== null) return /** @type {{value: unknown}} */ (answer).value;
      await this.#ask();
    }
  }

  /** Ask who leads; lead if nobody answers. */
  async #ask() {
    const asked = this.#timing.monotonic();
    this.#say({ kind: "who" });
    await this.#timing.sleep(ASK_SECONDS, this.#ended.signal);
    if (this.#heardAt < asked) await this.#lead();
  }

  #lead() {
    return this.#change(async () => {
      if (this.isLeading || this.#ended.signal.aborted) return;
      this.term = await this.#duties.lead();
      this.#say({ kind: "beat", term: this.term });
    });
  }

  async #watch() {
    for (;;) {
      await this.#timing.sleep(BEAT_SECONDS, this.#ended.signal);
      const silence = this.#timing.monotonic() - this.#heardAt;
      if (this.isLeading) this.#say({ kind: "beat", term: this.term });
      else if (silence > (isHidden() ? HIDDEN_TAKE_OVER_SECONDS : TAKE_OVER_SECONDS)) await this.#ask();
    }
  }

  /** @param {Note} note */
  #take(note) {
    switch (note.kind) {
      case "who":
        if (this.isLeading) this.#say({ kind: "beat", term: this.term });
        break;
      case "beat":
        this.#heardAt = this.#timing.monotonic();
        if (this.isLeading && note.term > this.term) this.stepDown();
        break;
      case "released":
        // The visible tab is quicker to ask, and leads.
        this.#timing
          .sleep((isHidden() ? 1 : 0) + this.#timing.random() * 0.2, this.#ended.signal)
          .then(() => this.#ask())
          .catch(() => undefined);
        break;
      case "event":
        if (!this.isLeading) this.#duties.onEvent(note.name, note.event);
        break;
      case "call":
        if (this.isLeading) this.#answer(note);
        break;
      case "reply": {
        const call = this.#calls.get(note.id);
        if (note.error) call?.reject(Object.assign(new CatchupError(note.error.message), { name: note.error.name }));
        else call?.resolve({ value: note.value });
      }
    }
  }

  /** @param {{id: string, name: string, args: readonly unknown[]}} call */
  async #answer({ id, name, args }) {
    try {
      this.#say({ kind: "reply", id, value: await this.#duties.perform(name, args) });
    } catch (error) {
      // Who leads no longer leaves the call to the next leader.
      if (!this.isLeading) return;
      const { name: kind, message } = /** @type {Error} */ (error);
      this.#say({ kind: "reply", id, error: { name: kind, message } });
    }
  }

  /** @param {Note} note */
  #say(note) {
    try {
      this.#channel.postMessage(note);
    } catch {
      // The channel is closed.
    }
  }

  /** One change of the role at a time. @param {() => Promise<void>} change */
  #change(change) {
    this.#changing = this.#changing.then(change, change);
    return this.#changing;
  }
}

const isHidden = () => globalThis.document?.visibilityState === "hidden";
