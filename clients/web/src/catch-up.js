// Catching up with a session: pulls its waiting messages, and reads from history what is still missing; page by page,
// as the person scrolls, or all at once.

import { DataReplaced } from "./errors.js";
import { Fetching } from "./fetching.js";
import { counters, history, sessions } from "./protocol/requests.js";
import { forgetWanted } from "./protocol/revising.js";
import { newOpening, pageOf, topGap } from "./protocol/opening.js";
import { isWaiting } from "./protocol/session.js";
import { newReport } from "./reports.js";
import { MAX_PAGE_MESSAGES, MAX_SESSIONS_PER_REQUEST } from "./settings.js";

/**
 * @import { Acks } from "./acks.js"
 * @import { Arrivals } from "./arrivals.js"
 * @import { Link } from "./link.js"
 * @import { Opening, SessionPage } from "./protocol/opening.js"
 * @import { Session } from "./protocol/session.js"
 * @import { SessionReport } from "./reports.js"
 * @import { Settings } from "./settings.js"
 * @import { Store } from "./store/store.js"
 * @import { Timing } from "./timing.js"
 */

/** Brings sessions up to date, one step at a time in each. */
export class CatchUps {
  #store;
  #arrivals;
  #link;
  #acks;
  #fetching;
  /** @type {Map<string, Opening>} */
  #openings = new Map();
  /** @type {Map<string, Promise<unknown>>} */
  #queues = new Map();
  /** Edits that history has not got yet: they are asked for once a login. @type {Set<string>} */
  #asked = new Set();

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
    this.#fetching = new Fetching(arrivals, link, acks, settings, timing, signal);
  }

  /** Forget what was fetched: after each login, and when the server has another data set. */
  startOver() {
    this.#openings.clear();
    this.#asked.clear();
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

  /** Ask again for the messages of a session that were edited. @param {string} sessionId */
  askEdited(sessionId) {
    return againIfReplaced(async () => {
      const { wanted } = (await this.#store.session(sessionId)).revising;
      for (const { seq, revised } of wanted) {
        const asked = `${sessionId} ${revised}`;
        if (this.#asked.has(asked)) continue;
        if (await this.#lacks(sessionId, seq, revised)) {
          const { body } = await this.#link.request(history(sessionId, 1, { after: seq - 1, before: seq + 1 }));
          await this.#arrivals.saveHistory(sessionId, body.messages, null);
        }
        this.#asked.add(asked);
        if (!(await this.#lacks(sessionId, seq, revised))) await this.#store.change(sessionId, (draft) => forgetWanted(draft, seq));
      }
    });
  }

  /** Tell whether a saved message has not the content of this edit. @param {string} sessionId @param {number} seq @param {number} revised */
  async #lacks(sessionId, seq, revised) {
    const [saved] = await this.#store.messages(sessionId, { before: seq + 1, from: seq, limit: 1 });
    return saved !== undefined && !saved.recalled && saved.revised < revised;
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
      const report = newReport(sessionId);
      for (let fetched = false; ; fetched = true) {
        const session = await this.#store.session(sessionId);
        const missing = topGap(session, before, true);
        const opening = this.#opening(session, before);
        // What is not pulled yet waits at the server until it is acked, even if history has brought it already.
        const pulled = opening.walk ? opening.lowestPulled : 0;
        const from = Math.max(missing ? missing[1] + 1 : 0, pulled);
        const messages = await this.#store.messages(sessionId, { before, from, limit });
        const isFull = opening.isTopKnown && messages.length >= limit;
        if (!isFull && (await this.#fetching.step(session, opening, report, before, true))) continue;
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
   * @param {SessionReport} report names the session, and gets the results
   * @param {() => void} onPage called after each page is saved
   * @param {{whole?: boolean, tail?: boolean}} [options] without `whole`, not what is older than all saved messages;
   *   without `tail`, not what is newer than all that was announced
   */
  run(report, onPage, { whole = true, tail = true } = {}) {
    const { sessionId } = report;
    return this.#inTurn(sessionId, async () => {
      for (;;) {
        let session = await this.#store.session(sessionId);
        const opening = newOpening(session, { isWhole: true, isTopKnown: !tail, onPage });
        this.#openings.set(sessionId, opening);
        while (await this.#fetching.step(session, opening, report, Infinity, whole)) {
          session = await this.#store.session(sessionId);
        }
        await this.#count(opening, sessionId);
        if (await this.#store.finishCatchUp(sessionId, opening.mark)) break;
      }
      this.#acks.letGo(sessionId);
      await this.#acks.flush(sessionId);
    });
  }

  /**
   * Ask for the counter if pages have shown that numbers are missing.
   * @param {Opening} opening
   * @param {string} sessionId
   */
  async #count(opening, sessionId) {
    if (!opening.isUncounted) return;
    opening.isUncounted = false;
    await this.askCounters([sessionId]);
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
    const opening = newOpening(session);
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
