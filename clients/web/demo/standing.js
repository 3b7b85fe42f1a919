// What only the server knows of a chat: who is in the group and what this person may do there, or whether the other person is
// blocked.

import { RequestRefused, isGroup } from "catchup-client";
import { nameOf } from "./format.js";
import { membersOf } from "./members.js";

/** @import { Announcement, GroupSummary, Member } from "catchup-client" */
/** @import { Device } from "./device.js" */

export class Standing {
  /** @type {readonly Member[]} of a group, the first ones */
  members = [];
  /** @type {GroupSummary & {announcement: Announcement | null} | null} */
  group = null;
  isBlocked = false;
  /** Whether this person is no member of the group. */
  isOutside = false;
  #device;
  #sessionId;

  /** @param {Device} device @param {string} sessionId */
  constructor(device, sessionId) {
    this.#device = device;
    this.#sessionId = sessionId;
  }

  /** The other members. */
  get others() {
    return this.members.map(({ uid }) => uid).filter((uid) => uid !== this.#device.uid);
  }

  /** Whether this person runs the group, as its owner or an admin. */
  get isRunning() {
    return !this.isOutside && (this.group?.role === "OWNER" || this.group?.role === "ADMIN");
  }

  /** Whether it is a group of theirs with at most so many members. @param {number} most */
  isSmallGroup(most) {
    return !this.isOutside && this.group !== null && !this.group.dissolved && this.group.members <= most;
  }

  /** Until when this person may only read the group. */
  get mutedUntilMs() {
    const { mutedUntilMs = 0, allMutedUntilMs = 0 } = this.group ?? {};
    return this.isRunning ? mutedUntilMs : Math.max(mutedUntilMs, allMutedUntilMs);
  }

  /** Ask the server, if it can be reached. */
  async learn() {
    const { client, uid, isReachable } = this.#device;
    if (!isReachable) return;
    try {
      if (!isGroup(this.#sessionId)) this.isBlocked = (await client.blocked()).includes(nameOf(this.#sessionId, uid));
      else [this.group, this.members] = await Promise.all([client.description(this.#sessionId), membersOf(client, this.#sessionId)]);
      this.isOutside = false;
    } catch (error) {
      // Whoever is no member may not see the members; nobody is one of a group that is dissolved.
      this.isOutside = error instanceof RequestRefused && ["PERMISSION_DENIED", "FAILED_PRECONDITION"].includes(error.code);
      if (this.isOutside) await this.#learnWhyOutside();
    }
  }

  async #learnWhyOutside() {
    const { client } = this.#device;
    const sessions = await client.refreshSessions();
    const group = sessions.find(({ sessionId }) => sessionId === this.#sessionId)?.group;
    this.members = [];
    this.group = group ? { ...group, announcement: null } : null;
  }

  /** Block the other person, or end it. */
  async toggleBlock() {
    const { client, uid } = this.#device;
    const other = nameOf(this.#sessionId, uid);
    await (this.isBlocked ? client.unblock(other) : client.block(other));
    this.isBlocked = !this.isBlocked;
  }
}
