// Saves what is the person's, and the same on all their devices: how far they have read, and what they have chosen.

import { privateSession } from "./names.js";
import { hideHere, settleHide, takeHidden, takeHide } from "./protocol/hiding.js";
import { markRead, readByOther, readElsewhere } from "./protocol/reading.js";
import { shownReceipts } from "./protocol/receipts.js";
import { choose, redate, settleChoice, takeSettings } from "./protocol/session-settings.js";
import { tell, tellAll } from "./telling.js";

/**
 * @import { Due } from "./due.js"
 * @import { Emitter } from "./events.js"
 * @import { Draft } from "./protocol/draft.js"
 * @import { HiddenReply } from "./protocol/hiding.js"
 * @import { Position, SettingsResult } from "./protocol/model.js"
 * @import { HeldReceipts, ReceiptsChoice } from "./protocol/receipts.js"
 * @import { Choice, HeldSettings, Wanted } from "./protocol/session-settings.js"
 * @import { Store } from "./store/store.js"
 */

export class Personal {
  #store;
  #events;
  #due;

  /** @param {Store} store @param {Emitter} events @param {Due} due */
  constructor(store, events, due) {
    this.#store = store;
    this.#events = events;
    this.#due = due;
  }

  /** Note how far the person has read here. @param {string} sessionId @param {Position} position @param {number} nowMs */
  async markRead(sessionId, position, nowMs) {
    const outcome = await this.#store.change(sessionId, (draft) => markRead(draft, position, nowMs));
    tell(this.#events, sessionId, [], "counter", outcome);
    this.#due.acks.raise();
    this.#due.settings.raise();
  }

  /** Note how far the person has read on another device. @param {ReadonlyMap<string, Position>} positions by session */
  async takeReads(positions) {
    const outcomes = await this.#store.changeAll(positions, readElsewhere);
    tellAll(this.#events, outcomes);
    this.#due.acks.raise();
  }

  /** Note how far the other person of a private session has read. @param {{reader: string, positions: ReadonlyMap<string, Position>}} push */
  async takeReadTo({ reader, positions }) {
    const theirs = privateSession(this.#store.uid, reader);
    const position = positions.get(theirs);
    if (!position) return;
    await this.#store.change(theirs, (draft) => readByOther(draft, position));
    this.#events.emit("readTo", { sessionId: theirs, readTo: (await this.#store.state(theirs)).readTo });
  }

  /** Note whether the person wants receipts. @param {boolean} on @param {number} nowMs */
  async chooseReceipts(on, nowMs) {
    this.#tellReceipts(await this.#store.chooseReceipts(on, nowMs));
    this.#due.receipts.raise();
  }

  /** Note what holds about receipts, as the server tells it. @param {ReceiptsChoice} told */
  async takeReceipts(told) {
    // A login tells it each time: then nothing is written.
    const held = await this.#store.receipts();
    if (held.isDue || !isSame(held, told)) this.#tellReceipts(await this.#store.takeReceipts(told));
  }

  /** @param {{before: HeldReceipts, held: HeldReceipts}} change */
  #tellReceipts({ before, held }) {
    if (!isSame(before, held)) this.#events.emit("receipts", shownReceipts(held));
  }

  /** Note what the person has chosen on another device. @param {ReadonlyMap<string, HeldSettings>} settings by session */
  async takeSettings(settings) {
    tellAll(this.#events, await this.#store.changeAll(settings, takeSettings));
  }

  /**
   * Take the answers to choices.
   * @param {ReadonlyMap<string, Choice>} choices by session
   * @param {ReadonlyMap<string, SettingsResult>} results
   */
  async settleChoices(choices, results) {
    const settled = await this.#store.changeAll(choices, (draft, { changedAt }) => {
      const { code, settings = null } = results.get(draft.session.sessionId) ?? {};
      settleChoice(draft, changedAt, settings);
      return code === "OK" && !settings;
    });
    tellAll(this.#events, settled);
    // An answer that had no room for what holds now leaves it to the counters.
    for (const [sessionId, { result }] of settled) if (result) this.#due.count(sessionId);
  }

  /** Note what the person has chosen. @param {string} sessionId @param {Wanted} wanted @param {number} nowMs */
  async choose(sessionId, wanted, nowMs) {
    tell(this.#events, sessionId, [], "counter", await this.#store.change(sessionId, (draft) => choose(draft, wanted, nowMs)));
    this.#due.settings.raise();
  }

  /** Date choices anew, whose time the server would not take. @param {ReadonlyMap<string, Choice>} choices by session @param {number} nowMs */
  async redate(choices, nowMs) {
    tellAll(this.#events, await this.#store.changeAll(choices, (draft) => redate(draft, nowMs)));
  }

  /** After a login, compare the settings with the server's, and go on with what is left. @param {number | null} sum */
  async compareSettings(sum) {
    const { settingsSum, lacking } = await this.#store.atLogin();
    if (sum !== null && sum !== settingsSum) this.#due.lacksSummaries = true;
    for (const sessionId of lacking) this.#due.askEdits(sessionId);
    for (const left of [this.#due.settings, this.#due.hides, this.#due.receipts]) left.raise();
  }

  /** In a login, before any push is taken, compare what is hidden with the server's. @param {number} sum */
  async compareHidden(sum) {
    this.#due.lacksSummaries = sum > 0 && sum > (await this.#store.hiddenSum());
  }

  /** Hide messages from the person. @param {string} sessionId @param {readonly number[]} seqs */
  async hide(sessionId, seqs) {
    await this.#changeHidden(sessionId, (draft) => hideHere(draft, seqs));
    this.#due.hides.raise();
  }

  /** Note what was hidden on another device. @param {HiddenReply} reply */
  takeHide(reply) {
    return this.#changeHidden(reply.sessionId, (draft) => takeHide(draft, reply));
  }

  /**
   * Note what the server has said to a `hide`.
   * @param {string} sessionId
   * @param {readonly number[]} named
   * @param {HiddenReply | null} reply null if it was refused
   */
  settleHide(sessionId, named, reply) {
    return this.#changeHidden(sessionId, (draft) => settleHide(draft, named, reply));
  }

  /**
   * Take a page of all that is hidden.
   * @param {HiddenReply} page
   * @param {number} version up to which all is known now
   */
  takeHidden({ sessionId, seqs }, version) {
    return this.#changeHidden(sessionId, (draft) => takeHidden(draft, seqs, version));
  }

  /** @param {string} sessionId @param {(draft: Draft) => void} work */
  async #changeHidden(sessionId, work) {
    const outcome = await this.#store.change(sessionId, work);
    tell(this.#events, sessionId, [], "counter", outcome);
    if (outcome.lacksHidden) this.#due.askHidden(sessionId);
  }
}

/** @param {ReceiptsChoice} one @param {ReceiptsChoice} other */
const isSame = (one, other) =>
  one.on === other.on && one.changedAtMs === other.changedAtMs && one.offForAll === other.offForAll;
