// Catching up with a session: pulls its waiting messages, and reads from history what is still missing; page by page, as
// the person scrolls, or all at once.

import { DataReplaced } from "./errors.js";
import { isGroup } from "./names.js";
import { counters, history, sessions } from "./protocol/requests.js";
import { gaps, highestHeld } from "./protocol/session.js";
import { GapFill, PullWalk } from "./protocol/walks.js";
import { MAX_PAGE_MESSAGES, MAX_SESSIONS_PER_REQUEST } from "./settings.js";
import { highest } from "./protocol/ranges.js";

/** @import { Acks } from "./acks.js" */
/** @import { Arrivals } from "./arrivals.js" */
/** @import { Link } from "./link.js" */
/** @import { Message } from "./protocol/model.js" */
/** @import { Range } from "./protocol/ranges.js" */
/** @import { Session } from "./protocol/session.js" */
/** @import { Learned } from "./protocol/walks.js" */
/** @import { Settings } from "./settings.js" */
/** @import { Store } from "./store/store.js" */
/** @import { Timing } from "./timing.js" */

/**
 * One page of a session, for the screen.
 * @typedef {object} SessionPage
 * @property {readonly Message[]} messages newest first, without a hole that the server could fill
 * @property {"server" | "local"} source whether anything of it had to be fetched
 * @property {boolean} end whether nothing is older
 * @property {string} endReason CAUGHT_UP, RETENTION or JOIN_POINT if it is the end, else ""
 */

/** How long a pulled page waits for the next pull, which acks it; then an ack of its own is sent. */
const NEXT_PULL_SECONDS = 3;

/**
 * What this connection has fetched of a session so far.
 * @typedef {object} Opening
 * @property {PullWalk | null} walk of a private session: its pulls; null for a group
 * @property {boolean} isTopKnown whether the newest message of the session is known
 * @property {number} lowestPulled
 * @property {number} mark what had been announced when it began
 * @property {string} endReason
 */

/** Brings sessions up to date, one step at a time in each. */
export class CatchUps {
  #store;
  #arrivals;
  #link;
  #acks;
  #settings;
  #timing;
  #signal;
  /** @type {Map<string, Opening>} */
  #openings = new Map();
  /** @type {Map<string, Promise<unknown>>} */
  #queues = new Map();
  /** @type {Map<string, AbortController>} */
  #pauses = new Map();

  /**
   * @param {Store} store
   * @param {Arrivals} arrivals
   * @param {Link} link
   * @param {Acks} acks
   * @param {Settings} settings
   * @param {Timing} timing
   * @param {AbortSignal} signal
   */
  constructor(store, arrivals, link, acks, settings, timing, signal) {
    this.#store = store;
    this.#arrivals = arrivals;
    this.#link = link;
    this.#acks = acks;
    this.#settings = settings;
    this.#timing = timing;
    this.#signal = signal;
  }

  /** Forget what was fetched: after each login, and when the server has another data set. */
  startOver() {
    this.#openings.clear();
  }

  /** Ask for all sessions and their newest seqs, because a login lists only sessions with something new. */
  discover() {
    return againIfReplaced(async () => {
      /** @type {string[]} */
      const uncounted = [];
      let next = "";
      do {
        const { body } = await this.#link.request(sessions(MAX_PAGE_MESSAGES, next));
        uncounted.push(...(await this.#arrivals.addSummaries(body.sessions)));
        next = body.end ? "" : body.next;
      } while (next);
      await this.askCounters(uncounted);
    });
  }

  /** Ask for the counters of sessions, and add them. @param {readonly string[]} sessionIds */
  async askCounters(sessionIds) {
    for (let at = 0; at < sessionIds.length; at += MAX_SESSIONS_PER_REQUEST) {
      const { body } = await this.#link.request(counters(sessionIds.slice(at, at + MAX_SESSIONS_PER_REQUEST)));
      await this.#arrivals.addCounters(body.counters);
    }
  }

  /** Tell the server how far these sessions are counted. @param {readonly string[]} sessionIds */
  async clear(sessionIds) {
    for (const sessionId of sessionIds) await this.#acks.flush(sessionId);
  }

  /**
   * Return the page below the seq `before`, fetching only what this device lacks of it.
   * @param {string} sessionId
   * @param {number} before Infinity for the newest page
   * @param {number} limit
   * @returns {Promise<SessionPage>}
   */
  page(sessionId, before, limit) {
    return this.#inTurn(sessionId, async () => {
      for (let fetched = false; ; fetched = true) {
        const session = await this.#store.session(sessionId);
        const missing = topGap(session, before, true);
        const opening = this.#opening(session);
        // What is not pulled yet waits at the server until it is acked, even if history has brought it already.
        const pulled = opening.walk && !opening.walk.done ? opening.lowestPulled : 0;
        const from = Math.max(missing ? missing[1] + 1 : 0, pulled);
        const messages = await this.#store.messages(sessionId, { before, from, limit });
        if (opening.isTopKnown && messages.length >= limit) return pageOf(messages, fetched, null, opening);
        if (await this.#step(session, opening, before, true)) continue;
        await this.#store.finishCatchUp(sessionId, opening.mark);
        return pageOf(messages, fetched, session, opening);
      }
    });
  }

  /**
   * Fetch all that this device lacks of a session, and ack it. If it is interrupted, the session still counts as
   * waiting, and the next call continues from what is saved.
   * @param {string} sessionId
   * @param {{whole?: boolean}} [options] without `whole`, not what is older than all saved messages
   */
  run(sessionId, { whole = true } = {}) {
    return this.#inTurn(sessionId, async () => {
      for (;;) {
        let session = await this.#store.session(sessionId);
        this.#openings.delete(sessionId);
        const opening = this.#opening(session);
        while (await this.#step(session, opening, Infinity, whole)) session = await this.#store.session(sessionId);
        if (await this.#store.finishCatchUp(sessionId, opening.mark)) break;
      }
      this.#acks.letGo(sessionId);
      await this.#acks.flush(sessionId);
    });
  }

  /**
   * Fetch one page of what is missing, the newest first; false if nothing is missing below `before`.
   * @param {Session} session
   * @param {Opening} opening
   * @param {number} before
   * @param {boolean} whole
   */
  async #step(session, opening, before, whole) {
    const { sessionId } = session;
    if (opening.walk && !opening.walk.done && opening.lowestPulled === Infinity) {
      await this.#pull(opening, opening.walk);
      return true;
    }
    if (!opening.isTopKnown) {
      await this.#findTop(session, opening);
      return true;
    }
    const missing = topGap(session, before, whole);
    if (opening.walk && !opening.walk.done) {
      // What waits is below what was pulled; what is missing above it comes from history.
      if (missing && missing[1] > opening.lowestPulled) {
        await this.#fill(opening, session, [Math.max(missing[0], opening.lowestPulled), missing[1]]);
      } else if (missing || whole) {
        await this.#pull(opening, opening.walk);
      } else {
        return false;
      }
      return true;
    }
    if (missing) await this.#fill(opening, session, missing);
    return missing !== null;
  }

  /** @param {Opening} opening @param {PullWalk} walk */
  async #pull(opening, walk) {
    const { sessionId } = walk;
    this.#pauses.get(sessionId)?.abort();
    this.#acks.hold(sessionId);
    try {
      const session = await this.#store.session(sessionId);
      const request = walk.request(highest(session.toAck, MAX_PAGE_MESSAGES));
      const { body } = await this.#link.request(request);
      const named = /** @type {number[]} */ (request.body["ack"]);
      const acked = named.filter((seq) => !body.remaining.includes(seq));
      const saved = await this.#arrivals.savePage(sessionId, body.messages, acked);
      walk.receive(body, saved.fresh.length);
      opening.lowestPulled = Math.min(opening.lowestPulled, ...body.messages.map(({ seq }) => seq), session.lastSeq + 1);
      if (saved.uncounted) await this.askCounters([sessionId]);
      if (walk.fruitlessPages > 0) await this.#timing.sleep(this.#link.backoff().next(), this.#signal);
    } finally {
      if (walk.done) this.#acks.letGo(sessionId);
      else this.#letGoLater(sessionId);
    }
  }

  /** Learn the newest seq: own messages of another device are in no counter. */
  /** @param {Session} session @param {Opening} opening */
  async #findTop(session, opening) {
    if (isGroup(session.sessionId)) {
      const top = Math.max(highestHeld(session), session.lastSeq);
      await this.#fill(opening, session, [top + 1, top], true);
    } else {
      const { body } = await this.#link.request(history(session.sessionId, 1));
      await this.#save(session.sessionId, body.messages, null);
    }
    opening.isTopKnown = true;
  }

  /**
   * Ask for one page of a gap. `openTop`: also for all that is above it.
   * @param {Opening} opening
   * @param {Session} session
   * @param {Range} gap
   * @param {boolean} [openTop]
   */
  async #fill(opening, { sessionId, holes }, gap, openTop = false) {
    const isSecondLook = holes.some(({ low, high }) => low === gap[0] && high === gap[1]);
    if (isSecondLook) await this.#timing.sleep(this.#settings.secondLookAfter, this.#signal);
    const fill = new GapFill(sessionId, gap, this.#settings.pageLimit, { byPull: isGroup(sessionId), openTop });
    const { body } = await this.#link.request(fill.request());
    const learned = fill.receive(body);
    if (learned.floor !== null) opening.endReason = body.endReason;
    await this.#save(sessionId, body.messages, learned);
  }

  /**
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {Learned | null} learned
   */
  async #save(sessionId, messages, learned) {
    const saved = await this.#arrivals.saveHistory(sessionId, messages, learned);
    if (saved.uncounted) await this.askCounters([sessionId]);
  }

  /** @param {string} sessionId */
  #letGoLater(sessionId) {
    const pause = new AbortController();
    this.#pauses.set(sessionId, pause);
    this.#timing.sleep(NEXT_PULL_SECONDS, AbortSignal.any([pause.signal, this.#signal])).then(
      () => this.#acks.letGo(sessionId),
      () => undefined,
    );
  }

  /** @param {Session} session @returns {Opening} */
  #opening({ sessionId, announced }) {
    const known = this.#openings.get(sessionId);
    if (known) return known;
    const opening = {
      walk: isGroup(sessionId) ? null : new PullWalk(sessionId, this.#settings.pageLimit),
      isTopKnown: false,
      lowestPulled: Infinity,
      mark: announced,
      endReason: "",
    };
    this.#openings.set(sessionId, opening);
    return opening;
  }

  /**
   * One work at a time in each session.
   * @template T
   * @param {string} sessionId
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(sessionId, work) {
    const begin = () => againIfReplaced(work);
    const turn = (this.#queues.get(sessionId) ?? Promise.resolve()).then(begin, begin);
    this.#queues.set(sessionId, turn);
    return turn;
  }
}

/**
 * Begin again if the server has another data set: the store is empty then.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function againIfReplaced(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DataReplaced)) throw error;
    }
  }
}

/**
 * Return the highest missing range below `before`.
 * @param {Session} session
 * @param {number} before
 * @param {boolean} whole
 * @returns {Range | null}
 */
function topGap(session, before, whole) {
  const [low, high] = gaps(session, { whole }).findLast(([from]) => from < before) ?? [0, 0];
  return high > 0 ? [low, Math.min(high, before - 1)] : null;
}

/**
 * @param {readonly Message[]} messages
 * @param {boolean} fetched
 * @param {Session | null} session set if nothing is older
 * @param {Opening} opening
 * @returns {SessionPage}
 */
function pageOf(messages, fetched, session, opening) {
  const reason = session && (opening.endReason || (session.floorSeq > 1 ? "RETENTION" : "CAUGHT_UP"));
  return { messages, source: fetched ? "server" : "local", end: session !== null, endReason: reason ?? "" };
}
