// The calls about how the person wants to see their sessions; `Client` inherits them.

import { InvalidInput } from "./errors.js";
import { checkedSession, checkedUntil } from "./names.js";
import { FileCalls } from "./files.js";

/**
 * @import { Wanted } from "./protocol/session-settings.js"
 * @import { SessionState } from "./store/results.js"
 */

/** What may be chosen. */
const NAMES = ["mutedUntilMs", "pinned", "hidden", "markedUnread"];

/** Settings of sessions: the same on all devices of the person. No setting changes a count. */
export class SettingsCalls extends FileCalls {
  /**
   * Choose settings of a session; what is absent stays. It is shown at once, and told to the server as soon as it can be:
   * works offline. Of two choices on two devices the later one stays.
   * @param {string} sessionId
   * @param {Wanted} wanted
   * @returns {Promise<void>}
   */
  async setSettings(sessionId, wanted) {
    const chosen = Object.entries(wanted).map(([name, value]) => [name, checkedChoice(name, value)]);
    if (chosen.length === 0) throw new InvalidInput("settings", `must have one of ${NAMES.join(", ")}`);
    await this.device.call("choose", checkedSession(sessionId), Object.fromEntries(chosen));
  }

  /**
   * Hide messages from this person, on all their devices and for good; nobody else notices. Works offline. What is unread
   * stays unread.
   * @param {string} sessionId
   * @param {readonly number[]} seqs
   * @returns {Promise<void>}
   */
  async hide(sessionId, seqs) {
    if (!Array.isArray(seqs) || seqs.length === 0 || !seqs.every((seq) => Number.isSafeInteger(seq) && seq > 0)) {
      throw new InvalidInput("seqs", "must be a list of seqs");
    }
    await this.device.call("hide", checkedSession(sessionId), [...seqs]);
  }

  /**
   * Return the sessions to show in a list: without hidden ones; pinned ones first, the one that was pinned last at the top;
   * then the one with the newest message.
   * @returns {Promise<SessionState[]>}
   */
  async chatList() {
    const shown = (await this.sessions()).filter(({ settings }) => !settings.hidden);
    return shown.sort((one, other) => other.settings.pinnedAtMs - one.settings.pinnedAtMs);
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

/** @param {string} name @param {unknown} value */
function checkedChoice(name, value) {
  if (name === "mutedUntilMs") return checkedUntil(name, value);
  if (!NAMES.includes(name)) throw new InvalidInput(name, `is no setting: choose ${NAMES.join(", ")}`);
  if (typeof value === "boolean") return value;
  throw new InvalidInput(name, "must be true or false");
}
