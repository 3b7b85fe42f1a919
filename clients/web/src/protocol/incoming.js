// What each kind of frame changes in a session (docs/protocol.md, section 7). Pure: a `Draft` holds the session while it
// changes, and the messages to save; the store writes both in one transaction.

import { includes, join, subtract } from "./ranges.js";
import { endsMembershipOf, mayBeginMembershipOf } from "./model.js";
import { isGroup } from "../names.js";
import * as counting from "./counting.js";
import { CLEAR_IS_DUE, gaps, highestHeld, isWaiting, unread } from "./session.js";

/** @import { ChatAck, Counter, Message, Outgoing, SessionSummary } from "./model.js" */
/** @import { Session } from "./session.js" */
/** @import { Learned } from "./walks.js" */

/**
 * What has come of saving messages.
 * @typedef {object} Saved
 * @property {readonly Message[]} fresh messages that were not saved before
 * @property {number} duplicates
 * @property {boolean} uncounted whether numbers are missing: ask for the counter
 * @property {number | null} gap set if other messages are missing, in a session that was caught up until now; give this
 *   mark to `finishCatchUp` if they come by push
 */

/** A session while a frame changes it. */
export class Draft {
  /** @type {Message[]} */
  fresh = [];
  /** msgIds of own messages that are in the session now: what was held for review under them is released. */
  /** @type {string[]} */
  released = [];

  /** @param {Session} session @param {string} me */
  constructor(session, me) {
    this.session = { ...session };
    this.me = me;
    this.isGroup = isGroup(session.sessionId);
    this.unreadBefore = unread(session);
  }

  /**
   * Add a counter of `login` or `counters`, and save the messages that came with it.
   * @param {Counter} counter
   * @returns {boolean} false if the session must be cleared, and its counter asked for again
   */
  takeCounter(counter) {
    const isSettled = this.#addCounter(counter);
    // Each login lists a group that the account has joined or left, until a device clears it.
    this.session.cleared = this.isGroup ? CLEAR_IS_DUE : Math.max(this.session.cleared, counter.cleared);
    for (const message of counter.lastMessages) this.#save(message, true);
    return isSettled;
  }

  /**
   * Add a session of an answer of `sessions`.
   * @param {SessionSummary} summary
   * @returns {boolean} false if the counter must be asked for: a group's summary does not tell own numbers
   */
  takeSummary(summary) {
    const { session } = this;
    const isSettled = this.#addSummary(summary);
    if (session.cleared !== CLEAR_IS_DUE) session.cleared = Math.max(session.cleared, summary.cleared);
    return isSettled;
  }

  /**
   * Save a pulled page. The acks that its request has carried are settled first: a message that comes once more must be
   * acked once more.
   * @param {readonly Message[]} messages
   * @param {Iterable<number>} acked
   */
  takePage(messages, acked) {
    this.settle(acked, null);
    return this.#savePage(messages, true);
  }

  /**
   * Save a page of history, or a pulled page of a group, and what it tells about seqs that it leaves out.
   * @param {readonly Message[]} messages
   * @param {Learned | null} learned
   */
  takeHistory(messages, learned) {
    const saved = this.#savePage(messages, false);
    const { session } = this;
    for (const [low, high] of learned?.unreadable ?? []) this.#noteHole(low, high);
    if (learned?.floor && learned.floor > session.floorSeq) {
      session.floorSeq = learned.floor;
      session.inexact = true;
    }
    return saved;
  }

  /**
   * Save and count a push, or an own message that the server has just stored.
   * @param {Message} message
   * @returns {Saved}
   */
  takeLive(message) {
    const { session } = this;
    const own = message.sender === this.me;
    if (!message.quiet && (this.isGroup || !own)) {
      session.count = counting.addLive(session.count, message.number, own);
    }
    const gap = this.#noteGap(message.seq, this.#isUncounted(message));
    const isNew = this.#save(message, message.wantsAck);
    return this.#saved(isNew ? 0 : 1, this.#isUncounted(message), gap);
  }

  /**
   * Take the answer to a message that this device has sent.
   * @param {Outgoing} outgoing
   * @param {ChatAck} ack
   */
  takeSent(outgoing, ack) {
    return this.takeLive({
      sessionId: ack.sessionId,
      seq: ack.seq,
      msgId: outgoing.msgId,
      sender: this.me,
      recipient: outgoing.recipient,
      content: ack.content ?? outgoing.content,
      chatType: outgoing.chatType,
      wantsAck: outgoing.wantsAck,
      timeMs: outgoing.timeMs,
      serverTimeMs: ack.timeMs,
      number: ack.number,
      quiet: false,
      at: outgoing.at,
      atAll: outgoing.atAll,
      kind: "",
    });
  }

  /**
   * Note the message of a change that this account has made in a group; it must still be pulled.
   * @param {ChatAck} ack
   * @param {boolean} ofOwnStay whether this account itself has joined or left
   * @returns {Saved}
   */
  takeChange(ack, ofOwnStay) {
    const { session } = this;
    const wasWaiting = isWaiting(session);
    session.announced += 1;
    this.#hearOf(ack.seq, ack.timeMs);
    if (ofOwnStay) {
      this.#forget(ack.number, ack.seq);
      session.joined = Math.max(session.joined, ack.seq);
    }
    // There may be a long history before this account joined: it is fetched only on request.
    const fetch = !wasWaiting && (session.held.length > 0 || ack.seq === 1);
    return this.#saved(0, ack.number > session.count.known, fetch ? session.announced : null);
  }

  /**
   * Note the newest seq of a group; tell whether it is higher than before.
   * @param {number} seq
   */
  takeHead(seq) {
    const { session } = this;
    const isNews = seq > session.lastSeq;
    if (seq > Math.max(session.lastSeq, highestHeld(session))) session.announced += 1;
    this.#hearOf(seq, 0);
    return isNews;
  }

  /**
   * Note what the server has confirmed.
   * @param {Iterable<number>} acked
   * @param {number | null} cleared
   */
  settle(acked, cleared) {
    const { session } = this;
    for (const seq of acked) session.toAck = subtract(session.toAck, [[seq, seq]]);
    if (cleared !== null) session.cleared = Math.max(session.cleared, cleared);
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

  /** Note that the person has read the session; tell whether something was unread. */
  markRead() {
    const { session } = this;
    const { known } = session.count;
    session.count = counting.read(session.count);
    session.readSeq = session.lastSeq;
    session.told = [];
    session.mentions = session.mentions.filter((mention) => mention.number > known);
    return this.unreadBefore > 0;
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

  /** How many are unread now, null if that has not changed. */
  get newUnread() {
    const now = unread(this.session);
    return now === this.unreadBefore ? null : now;
  }

  /** @param {Counter} counter */
  #addCounter(counter) {
    const { session } = this;
    const adds = counter.received > Math.max(counter.cleared, session.count.known);
    // New messages of a private session wait in the offline store, even if history has brought them already.
    const hasNews = this.isGroup
      ? counter.lastSeq > highestHeld(session)
      : counter.received > session.count.known;
    session.announced += Number(hasNews);
    this.#hearOf(counter.lastSeq, counter.timestampMs);
    if (counting.isVague(session.count, counter)) return false;
    session.count = counting.addCounter(session.count, counter);
    let isSettled = true;
    if (session.count.known > counter.received && this.#isOut(counter)) {
      // Pushes from after the membership ended were counted, and the server would never accept a clear of them.
      // Perhaps the account is a member again: the next counter tells.
      session.count = { ...counting.NOTHING_COUNTED, known: counter.received };
      isSettled = false;
    }
    session.inexact ||= session.count.unlisted > 0;
    if (this.isGroup) {
      session.joined = Math.max(session.joined, counter.joined);
      this.#forgetTold(counter.left ?? counter.joined - 1);
      const more = adds ? counter.mentions.filter((seq) => seq > session.readSeq) : [];
      session.told = [...new Set([...session.told, ...more])];
    }
    return isSettled;
  }

  /** @param {SessionSummary} summary */
  #addSummary(summary) {
    const { session } = this;
    /** @type {Counter} */
    const counter = {
      received: summary.received,
      cleared: summary.cleared,
      lastSeq: summary.lastSeq,
      timestampMs: summary.timestampMs,
      lastMessages: [],
      own: [],
      ownBelow: null,
      mentions: [],
      joined: 0,
      joinedNumber: 0,
      left: null,
    };
    const { group } = summary;
    if (group) {
      session.group = group;
      counter.left = group.left;
      counter.lastSeq = Math.min(summary.lastSeq, group.left ?? summary.lastSeq);
      const cameBack = unread(session) > 0 && group.joined > session.joined;
      if (cameBack || summary.received > Math.max(summary.cleared, session.count.known)) {
        this.#hearOf(counter.lastSeq, counter.timestampMs);
        return false;
      }
    }
    return this.#addCounter(counter);
  }

  /** @param {readonly Message[]} messages @param {boolean} toAck whether they come from the offline store */
  #savePage(messages, toAck) {
    const duplicates = messages.filter((message) => !this.#save(message, toAck)).length;
    return this.#saved(duplicates, messages.some((message) => this.#isUncounted(message)), null);
  }

  /**
   * @param {number} duplicates
   * @param {boolean} uncounted
   * @param {number | null} gap
   * @returns {Saved}
   */
  #saved(duplicates, uncounted, gap) {
    return { fresh: this.fresh, duplicates, uncounted, gap };
  }

  /** Save a message; tell whether it is new. @param {Message} message @param {boolean} toAck */
  #save(message, toAck) {
    const { session } = this;
    const own = message.sender === this.me;
    this.#hearOf(message.seq, message.serverTimeMs);
    const isNew = !includes(session.held, message.seq);
    if (isNew) {
      session.held = join(session.held, [message.seq, message.seq]);
      this.fresh.push(message);
      if (own) this.released.push(message.msgId);
      else if (message.atAll || message.at.includes(this.me)) {
        session.mentions = [...session.mentions, { seq: message.seq, number: message.number }];
      }
      if (mayBeginMembershipOf(message, this.me)) session.began = Math.max(session.began, message.seq);
    }
    if (toAck && !own && !this.isGroup) session.toAck = join(session.toAck, [message.seq, message.seq]);
    if (endsMembershipOf(message, this.me)) this.#forget(message.number, message.seq);
    return isNew;
  }

  /** @param {number} seq @param {number} timestampMs */
  #hearOf(seq, timestampMs) {
    this.session.lastSeq = Math.max(this.session.lastSeq, seq);
    this.session.timestampMs = Math.max(this.session.timestampMs, timestampMs);
  }

  /** Forget what was counted before the membership began or ended. @param {number} number @param {number} seq */
  #forget(number, seq) {
    this.session.count = counting.forget(this.session.count, number);
    this.#forgetTold(seq);
  }

  /** @param {number} upTo */
  #forgetTold(upTo) {
    this.session.told = this.session.told.filter((seq) => seq > upTo);
  }

  /** Tell whether a counter says that the membership has ended, and none has begun since. @param {Counter} counter */
  #isOut({ left }) {
    return left !== null && this.session.joined <= left && this.session.began <= left;
  }

  /** Tell whether a message shows that numbers are missing; own private ones have a row of their own. */
  /** @param {Message} message */
  #isUncounted(message) {
    return message.number > this.session.count.known && (this.isGroup || message.sender !== this.me);
  }

  /**
   * Return a mark if a live message shows that others are missing, in a session that was caught up until now.
   *
   * In a session that isn't caught up, older messages are known to wait at the server, perhaps ten thousand of them.
   * They are fetched when the person opens it, not because of a push.
   * @param {number} seq
   * @param {boolean} numbersMissing
   */
  #noteGap(seq, numbersMissing) {
    const { session } = this;
    const highest = highestHeld(session);
    const wasWaiting = isWaiting(session) || (this.isGroup && highest === 0);
    // In a private session, messages before the first one that this device gets may be read on another device.
    const jump = seq > highest + 1 && (this.isGroup || highest > 0);
    if (!jump && (!numbersMissing || this.isGroup)) return null;
    session.announced += 1;
    return wasWaiting ? null : session.announced;
  }

  /** @param {number} low @param {number} high */
  #noteHole(low, high) {
    const { session } = this;
    const known = session.holes.find((hole) => hole.low === low && hole.high === high);
    session.holes = known
      ? session.holes.map((hole) => (hole === known ? { ...hole, answers: hole.answers + 1 } : hole))
      : [...session.holes, { low, high, answers: 1 }];
  }
}
