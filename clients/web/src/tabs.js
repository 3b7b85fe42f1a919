// Several tabs of one device: one leads, which talks to the server; the others follow, and ask it for what they need.
//
// Whoever leads says so every two seconds over a BroadcastChannel, and has a *term*, a number in the database that
// grows with each new leader. A tab that was frozen and learns late that another has taken over can't harm: its
// transactions check the term. Web Locks would say who leads, too, but a frozen tab keeps its lock, and plain-http
// pages have none.

import { Calls } from "./calls.js";
import { InvalidInput } from "./errors.js";

/**
 * @import { CallNote, Reply } from "./calls.js"
 * @import { Timing } from "./timing.js"
 */

const BEAT_SECONDS = 2;
/** A visible tab takes over after that long without a beat. Timers of a hidden tab run once a minute. */
const TAKE_OVER_SECONDS = 6;
const HIDDEN_TAKE_OVER_SECONDS = 150;
/** How long to wait for an answer to "who leads?". */
const ASK_SECONDS = 0.3;

/**
 * @typedef {object} Duties
 * @property {() => Promise<number>} lead begin to lead; returns the term
 * @property {() => Promise<void>} follow end to lead
 * @property {(name: string, args: readonly unknown[]) => Promise<unknown>} perform a call of a follower
 * @property {(name: string, event: unknown) => void} onEvent an event of another tab
 */
/**
 * What tabs tell each other. The `term` of an event is 0 if it doesn't come from the leader.
 * @typedef {{kind: "who"}
 *   | {kind: "beat", term: number}
 *   | {kind: "released"}
 *   | {kind: "event", term: number, name: string, event: unknown}
 *   | CallNote
 *   | Reply} Note
 */
export class Tabs {
  term = 0;
  #channel;
  #duties;
  #timing;
  #heardAt = -Infinity;
  /** The term of the leader that was heard last. */
  #heardTerm = 0;
  /** The browser has hidden the page away, and may freeze it at any moment. */
  #isAway = false;
  #ended = new AbortController();
  #calls;
  #changing = Promise.resolve();

  /** @param {string} name of the device's database @param {Duties} duties @param {Timing} timing */
  constructor(name, duties, timing) {
    this.#channel = new BroadcastChannel(`catchup ${name}`);
    this.#channel.onmessage = ({ data }) => this.#take(data);
    this.#duties = duties;
    this.#timing = timing;
    const { signal } = this.#ended;
    this.#calls = new Calls(this, (note) => this.#say(note), () => this.#ask(), duties.perform, timing, signal);
  }

  get isLeading() {
    return this.term !== 0;
  }

  /** Find out who leads, or lead; then watch. Returns when it is known. */
  async start() {
    await this.#ask();
    this.#watch().catch(() => undefined); // it ends when this tab does
  }

  /** Lead no longer, and take part no longer. */
  async close() {
    this.#ended.abort();
    await this.stepDown();
    this.#channel.close();
  }

  /** Lead no longer: another tab does, or this one can't. */
  stepDown() {
    return this.#change(async () => {
      if (!this.isLeading) return;
      this.term = 0;
      await this.#duties.follow();
      this.#say({ kind: "released" });
    });
  }

  /** Lead no longer, and not again before `comeBack`: the browser hides this page away, and may freeze it. */
  goAway() {
    this.#isAway = true;
    return this.stepDown();
  }

  /** The page is shown again: ask who leads now. */
  async comeBack() {
    this.#isAway = false;
    await this.#ask();
  }

  /** Tell the other tabs of an event. @param {string} name @param {unknown} event */
  tell(name, event) {
    this.#say({ kind: "event", term: this.term, name, event });
  }

  /**
   * Let the leader do what only it can do; this tab, if it leads.
   * @param {string} name
   * @param {readonly unknown[]} args
   */
  call(name, args) {
    return this.#calls.call(name, args);
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
      if (this.isLeading || this.#isAway || this.#ended.signal.aborted) return;
      this.term = await this.#duties.lead();
      this.#say({ kind: "beat", term: this.term });
      this.#hear(this.term);
    });
  }

  async #watch() {
    for (;;) {
      await this.#timing.sleep(BEAT_SECONDS, this.#ended.signal);
      const silence = this.#timing.monotonic() - this.#heardAt;
      if (this.isLeading) this.#say({ kind: "beat", term: this.term });
      else if (!this.#isAway && silence > (isHidden() ? HIDDEN_TAKE_OVER_SECONDS : TAKE_OVER_SECONDS)) {
        await this.#ask().catch(() => undefined); // it is asked again after the next beat
      }
    }
  }

  /** @param {Note} note of this version of the library, or of another one */
  #take(note) {
    switch (note?.kind) {
      case "who":
        if (this.isLeading) this.#say({ kind: "beat", term: this.term });
        break;
      case "beat":
        if (this.#isStale(note.term)) break;
        this.#heardAt = this.#timing.monotonic();
        if (!this.isLeading || note.term > this.term) this.#hear(note.term);
        if (!this.isLeading) break;
        if (note.term >= this.term) void this.stepDown();
        else this.#say({ kind: "beat", term: this.term }); // it was frozen, and must hear of this one
        break;
      case "released":
        // The visible tab is quicker to ask, and leads.
        this.#timing
          .sleep((isHidden() ? 1 : 0) + this.#timing.random() * 0.2, this.#ended.signal)
          .then(() => this.#ask())
          .catch(() => undefined);
        break;
      case "event":
        // It may come before the first beat of a new leader is heard, and before this tab knows that it leads no longer.
        if (note.term > this.#heardTerm) this.#hear(note.term);
        if (note.term === 0 || note.term === this.#heardTerm) this.#duties.onEvent(note.name, note.event);
        break;
      case "call":
        if (this.isLeading) void this.#calls.answer(note);
        break;
      case "reply":
        this.#calls.take(note);
    }
  }

  /** Tell whether a beat comes from a tab that was frozen, while this one hears of a later leader. @param {number} term */
  #isStale(term) {
    const silence = this.#timing.monotonic() - this.#heardAt;
    return !this.isLeading && term < this.#heardTerm && silence < TAKE_OVER_SECONDS;
  }

  /** Note who leads: it has not heard of the calls that the one before has not answered. @param {number} term */
  #hear(term) {
    if (term === this.#heardTerm) return;
    this.#heardTerm = term;
    this.#calls.repeat();
  }

  /** @param {Note} note */
  #say(note) {
    try {
      this.#channel.postMessage(note);
    } catch (error) {
      if (/** @type {Error} */ (error).name === "DataCloneError") {
        throw new InvalidInput("an argument", "can't be sent to the tab that leads: give plain values");
      }
      // The channel is closed.
    }
  }

  /** One change of the role at a time. @param {() => Promise<void>} change */
  #change(change) {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}

const isHidden = () => globalThis.document?.visibilityState === "hidden";
