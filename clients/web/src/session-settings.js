// The calls about how the person wants to see their sessions; `Client` inherits them.

import { InvalidInput } from "./errors.js";
import { checkedSession } from "./names.js";
import { FOR_EVER_MS } from "./protocol/session-settings.js";
import { ReadCalls } from "./reading.js";

/** @import { Wanted } from "./protocol/session-settings.js" */

/** What may be chosen, and what the value must be. */
const RULES = {
  mutedUntilMs: "a time in milliseconds since 1970, 0 or Infinity",
  pinned: "true or false",
  hidden: "true or false",
  markedUnread: "true or false",
};

/** Settings of sessions: the same on all devices of the person. No setting changes a count. */
export class SettingsCalls extends ReadCalls {
  /**
   * Choose settings of a session; what is absent stays. It is shown at once, and told to the server as soon as it can be:
   * works offline. Of two choices on two devices the later one stays.
   * @param {string} sessionId
   * @param {Wanted} wanted
   * @returns {Promise<void>}
   */
  async setSettings(sessionId, wanted) {
    const names = Object.keys(wanted);
    if (names.length === 0) throw new InvalidInput("settings", `must have one of ${Object.keys(RULES).join(", ")}`);
    for (const [name, value] of Object.entries(wanted)) {
      if (!(name in RULES)) throw new InvalidInput(name, "is no setting");
      const isRight = name === "mutedUntilMs" ? isTime(value) : typeof value === "boolean";
      if (!isRight) throw new InvalidInput(name, `must be ${RULES[/** @type {keyof Wanted} */ (name)]}`);
    }
    await this.device.call("choose", checkedSession(sessionId), { ...wanted });
  }

  /**
   * Return the red dot of all sessions, without hidden ones.
   * @param {{includeMuted?: boolean}} [options] `includeMuted`: also those that are muted now
   * @returns {Promise<number>}
   */
  async unreadTotal({ includeMuted = false } = {}) {
    const nowMs = await this.device.call("serverNowMs");
    const counted = (await this.sessions()).filter(
      ({ settings }) => !settings.hidden && (includeMuted || settings.mutedUntilMs <= nowMs),
    );
    return counted.reduce((total, { unread }) => total + unread, 0);
  }
}

/** @param {unknown} value */
const isTime = (value) => value === Infinity || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= FOR_EVER_MS);
