// Saves what is the person's, and the same on all their devices: how far they have read, and what they have chosen.

import { tell, tellAll } from "./telling.js";

/**
 * @import { Due } from "./due.js"
 * @import { Emitter } from "./events.js"
 * @import { Position, SettingsResult } from "./protocol/model.js"
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

  /** Note how far the person has read on another device. @param {ReadonlyMap<string, Position>} positions by session */
  async takeReads(positions) {
    const outcomes = await this.#store.changeAll(positions, (draft, position) => draft.readElsewhere(position));
    tellAll(this.#events, outcomes);
    this.#due.acks.raise();
  }

  /** Note what the person has chosen on another device. @param {ReadonlyMap<string, HeldSettings>} settings by session */
  async takeSettings(settings) {
    tellAll(this.#events, await this.#store.changeAll(settings, (draft, held) => draft.takeSettings(held)));
  }

  /**
   * Take the answers to choices.
   * @param {ReadonlyMap<string, Choice>} choices by session
   * @param {ReadonlyMap<string, SettingsResult>} results
   */
  async settleChoices(choices, results) {
    const settled = await this.#store.changeAll(choices, (draft, { changedAt }) => {
      draft.settleChoice(changedAt, results.get(draft.session.sessionId)?.settings ?? null);
    });
    tellAll(this.#events, settled);
  }

  /** Note what the person has chosen. @param {string} sessionId @param {Wanted} wanted @param {number} nowMs */
  async choose(sessionId, wanted, nowMs) {
    tell(this.#events, sessionId, [], "counter", await this.#store.change(sessionId, (draft) => draft.choose(wanted, nowMs)));
    this.#due.settings.raise();
  }

  /** After a login, compare the settings with the server's. @param {number | null} sum */
  async compareSettings(sum) {
    this.#due.lacksSettings = sum !== null && sum !== (await this.#store.settingsSum());
    this.#due.settings.raise();
  }
}
