// A session while a frame changes it, and the messages to save with it. Pure: the store writes both in one transaction.

import { isGroup } from "../names.js";
import * as counting from "./counting.js";
import { endsMembershipOf, mayBeginMembershipOf } from "./groups.js";
import { blank, hide } from "./hiding.js";
import { includes, join, rangesOf, subtract } from "./ranges.js";
import { furthest, gaps, isWaiting, unread } from "./session.js";
import { isNotice, revised } from "./revising.js";
import { shownSettings } from "./session-settings.js";

/**
 * @import { Message, Position } from "./model.js"
 * @import { Session } from "./session.js"
 */

export class Draft {
  /** @type {Message[]} messages that were not saved before */
  fresh = [];
  /**
   * msgIds of own messages that are in the session now: what was held for review under them is released
   * @type {string[]}
   */
  released = [];
  /** msgId of a message of the outbox that the server has stored; "" if there is none */
  sent = "";
  /**
   * What changes messages that are saved already, by seq.
   * @type {Map<number, (message: Message) => Message>}
   */
  revisions = new Map();
  /**
   * Numbers of messages that a counter has told to be recalled, and that may be saved.
   * @type {number[]}
   */
  recalledNumbers = [];
  /** Whether the server has more that is hidden: ask `hidden`. */
  lacksHidden = false;
  #shownBefore;

  /** @param {Session} session @param {string} me the account */
  constructor(session, me) {
    this.session = { ...session };
    this.me = me;
    this.isGroup = isGroup(session.sessionId);
    this.unreadBefore = unread(session);
    this.#shownBefore = JSON.stringify(shownSettings(session));
  }

  /**
   * How many are unread now, by how many they grew (below 0 if they became fewer), and the settings to show; null: they
   * have not changed.
   */
  get changes() {
    const [now, settings] = [unread(this.session), shownSettings(this.session)];
    const grew = now - this.unreadBefore;
    const lacksEdits = this.session.revising.wanted.length > 0;
    const isShown = JSON.stringify(settings) === this.#shownBefore;
    return { unread: grew ? now : null, grew, settings: isShown ? null : settings, lacksHidden: this.lacksHidden, lacksEdits };
  }

  /**
   * Save a message; tell whether it is new.
   * @param {Message} given
   * @param {boolean} toAck
   * @param {boolean} [isPush]
   */
  save(given, toAck, isPush = false) {
    const { session } = this;
    if (given.hidden) hide(this, [given.seq]);
    const told = revised(this, given, isPush);
    // The content of an edit is kept with its message alone.
    const saved = isNotice(told) ? { ...told, content: {}, at: [], atAll: false } : told;
    const message = includes(session.hiding.seqs, given.seq) ? blank(saved) : saved;
    const own = message.sender === this.me;
    this.hearOf(message.seq, isNotice(message) ? 0 : message.serverTimeMs);
    if (this.isGroup || !own) session.reached = Math.max(session.reached, message.number);
    else if (!message.quiet) session.spokeAt = Math.max(session.spokeAt, message.seq);
    const isNew = !includes(session.held, message.seq);
    if (isNew) {
      session.held = join(session.held, [message.seq, message.seq]);
      this.fresh.push(message);
      if (own) this.released.push(message.msgId);
      else if (!message.quiet && (message.atAll || message.at.includes(this.me))) {
        session.mentions = [...session.mentions, { seq: message.seq, number: message.number }];
      }
      if (mayBeginMembershipOf(message, this.me)) session.began = Math.max(session.began, message.seq);
    }
    if (toAck && !own && !this.isGroup) session.toAck = join(session.toAck, [message.seq, message.seq]);
    if (endsMembershipOf(message, this.me)) this.leave(message.number, message.seq);
    return isNew;
  }

  /** @param {number} seq @param {number} timestampMs */
  hearOf(seq, timestampMs) {
    this.session.lastSeq = Math.max(this.session.lastSeq, seq);
    this.session.timestampMs = Math.max(this.session.timestampMs, timestampMs);
  }

  /** Note the end of the membership. @param {number} number @param {number} seq */
  leave(number, seq) {
    this.session.left = Math.max(this.session.left, seq);
    this.forget(number, seq);
  }

  /** Forget what was counted before. @param {number} number @param {number} seq */
  forget(number, seq) {
    this.session.count = counting.forget(this.session.count, number);
    this.forgetTold(seq);
  }

  /** Forget mentions that counters have told. @param {number} upTo a seq */
  forgetTold(upTo) {
    this.session.told = this.session.told.filter((seq) => seq > upTo);
  }

  /**
   * Tell whether a message shows that numbers are missing; own private ones have a row of their own.
   * @param {Message} message
   */
  isUncounted(message) {
    return message.number > this.session.count.known && (this.isGroup || message.sender !== this.me);
  }

  /** Note seqs that an answer has left out. @param {number} low @param {number} high */
  noteHole(low, high) {
    const { session } = this;
    const others = session.holes.filter((hole) => hole.low !== low || hole.high !== high);
    const { answers = 0 } = session.holes.find((hole) => !others.includes(hole)) ?? {};
    session.holes = [...others, { low, high, answers: answers + 1 }];
  }

  /**
   * Note what the server has confirmed.
   * @param {Iterable<number>} acked
   * @param {number | null} cleared
   * @param {Position | null} read
   */
  settle(acked, cleared, read) {
    const { session } = this;
    session.toAck = subtract(session.toAck, rangesOf(acked));
    if (cleared !== null) session.cleared = Math.max(session.cleared, cleared);
    if (read) session.readTold = furthest(session.readTold, read);
  }

  /**
   * Note that all that was announced up to a mark is saved.
   * @param {number} mark
   * @returns {boolean} false if more was announced since
   */
  finishCatchUp(mark) {
    this.session.caughtUp = Math.max(this.session.caughtUp, mark);
    return !isWaiting(this.session);
  }

  /** Change a message that is saved, now or before. @param {number} seq @param {(message: Message) => Message} given */
  revise(seq, given) {
    const isHidden = includes(this.session.hiding.seqs, seq);
    /** @param {Message} message */
    const change = (message) => (isHidden ? blank(given(message)) : given(message));
    const at = this.fresh.findIndex((message) => message.seq === seq);
    if (at >= 0) this.fresh[at] = change(/** @type {Message} */ (this.fresh[at]));
    else if (includes(this.session.held, seq)) {
      const earlier = this.revisions.get(seq);
      this.revisions.set(seq, earlier ? (message) => change(earlier(message)) : change);
    }
  }

  /** Whether `recount` is due: the count may include too much, and no message is missing that could tell. */
  get mustRecount() {
    return this.session.inexact && gaps(this.session).length === 0;
  }

  /**
   * Count only saved messages of others: the rest are own ones, or were removed.
   * @param {Iterable<number>} numbers of all saved messages of others that are not quiet
   */
  recount(numbers) {
    this.session.inexact = false;
    this.session.count = counting.keep(this.session.count, numbers);
    this.session.told = [];
  }
}
