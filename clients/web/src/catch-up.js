// Catching up with a session: pulls its waiting messages, and reads from history what is still missing; page by page, as
// the person scrolls, or all at once.

import { DataReplaced } from "./errors.js";
import { isGroup } from "./names.js";
import { counters, history, sessions } from "./protocol/requests.js";
import { gaps, highestHeld, isWaiting } from "./protocol/session.js";
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
 * @property {boolean} isWhole whether all is fetched, and not only what the person looks at
 * @property {boolean} isTopKnown whether the newest message of the session is known
 * @property {number} lowestPulled
 * @property {boolean} isUncounted whether pages have shown that numbers are missing
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
        const opening = this.#opening(session, before);
        // What is not pulled yet waits at the server until it is acked, even if history has brought it already.
        const pulled = opening.walk && !opening.walk.done ? opening.lowestPulled : 0;
        const from = Math.max(missing ? missing[1] + 1 : 0, pulled);
        const messages = await this.#store.messages(sessionId, { before, from, limit });
        const isFull = opening.isTopKnown && messages.length >= limit;
        if (!isFull && (await this.#step(session, opening, before, true))) continue;
        await this.#count(opening, sessionId);
        if (isFull) return pageOf(messages, fetched, null, opening);
        await this.#store.finishCatchUp(sessionId, opening.mark);
        return pageOf(messages, fetched, session, opening);
      }
    });
  }

  /**
   * Fetch all that this device lacks of a session, and ack it. If it is interrupted, the session still counts as
   * waiting, and the next call continues from what is saved.
   * @param {string} sessionId
   * @param {{whole?: boolean, tail?: boolean}} [options] without `whole`, not what is older than all saved messages;
   *   without `tail`, not what is newer than all that was announced
   */
  run(sessionId, { whole = true, tail = true } = {}) {
    return this.#inTurn(sessionId, async () => {
      for (;;) {
        let session = await this.#store.session(sessionId);
        const opening = newOpening(session, this.#settings.pageLimit);
        Object.assign(opening, { isWhole: true, isTopKnown: !tail });
        this.#openings.set(sessionId, opening);
        while (await this.#step(session, opening, Infinity, whole)) session = await this.#store.session(sessionId);
        await this.#count(opening, sessionId);
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
    if (opening.walk && !opening.walk.done && (opening.isWhole || opening.lowestPulled === Infinity)) {
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
      opening.isUncounted ||= saved.uncounted;
      if (walk.fruitlessPages > 0) await this.#timing.sleep(this.#link.backoff().next(), this.#signal);
    } finally {
      if (walk.done) this.#acks.letGo(sessionId);
      else this.#letGoLater(sessionId);
    }
  }

  /**
   * Ask for what is newer than all saved messages: own messages of another device are in no counter.
   * @param {Session} session
   * @param {Opening} opening
   */
  async #findTop(session, opening) {
    const { sessionId, lastSeq } = session;
    const top = highestHeld(session);
    opening.isTopKnown = true;
    if (isGroup(sessionId)) {
      const last = Math.max(top, lastSeq);
      const missing = topGap(session, Infinity, true);
      await this.#fill(opening, session, missing?.[1] === last ? missing : [last + 1, last], true);
    } else if (top > 0) {
      const { body } = await this.#link.request(history(sessionId, this.#settings.pageLimit, { after: top }));
      await this.#save(opening, sessionId, body.messages, null);
      opening.isTopKnown = body.end;
    } else if (lastSeq === 0) {
      const { body } = await this.#link.request(history(sessionId, this.#settings.pageLimit));
      await this.#save(opening, sessionId, body.messages, null);
    }
  }

  /**
   * Ask for one page of a gap that has a message, or in a whole catch-up for all of them. `openTop`: also for all that is
   * above the gap.
   * @param {Opening} opening
   * @param {Session} session
   * @param {Range} gap
   * @param {boolean} [openTop]
   */
  async #fill(opening, { sessionId, holes }, gap, openTop = false) {
    const isSecondLook = holes.some(({ low, high }) => low === gap[0] && high === gap[1]);
    if (isSecondLook) await this.#timing.sleep(this.#settings.secondLookAfter, this.#signal);
    const fill = new GapFill(sessionId, gap, this.#settings.pageLimit, { byPull: isGroup(sessionId), openTop });
    for (let isPage = false; !fill.done && (!isPage || opening.isWhole); ) {
      const { body } = await this.#link.request(fill.request());
      const learned = fill.receive(body);
      if (learned.floor !== null) opening.endReason = body.endReason;
      await this.#save(opening, sessionId, body.messages, learned);
      isPage = body.messages.length > 0;
    }
  }

  /**
   * @param {Opening} opening
   * @param {string} sessionId
   * @param {readonly Message[]} messages
   * @param {Learned | null} learned
   */
  async #save(opening, sessionId, messages, learned) {
    const saved = await this.#arrivals.saveHistory(sessionId, messages, learned);
    opening.isUncounted ||= saved.uncounted;
  }

  /** Ask for the counter if pages have shown that numbers are missing. @param {Opening} opening @param {string} sessionId */
  async #count(opening, sessionId) {
    if (!opening.isUncounted) return;
    opening.isUncounted = false;
    await this.askCounters([sessionId]);
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

  /**
   * Return what this connection has fetched of a session.
   * @param {Session} session
   * @param {number} before
   */
  #opening(session, before) {
    const { sessionId } = session;
    const known = this.#openings.get(sessionId);
    if (known) return known;
    const opening = newOpening(session, this.#settings.pageLimit);
    // Whoever only scrolls up in a session that is caught up needs nothing that is new.
    if (before < Infinity && !isWaiting(session)) return { ...opening, walk: null, isTopKnown: true };
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
 * @param {Session} session
 * @param {number} limit
 * @returns {Opening}
 */
const newOpening = ({ sessionId, announced }, limit) => ({
  walk: isGroup(sessionId) ? null : new PullWalk(sessionId, limit),
  isWhole: false,
  isTopKnown: false,
  lowestPulled: Infinity,
  isUncounted: false,
  mark: announced,
  endReason: "",
});

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
