// What only the server knows of a chat: who is in the group and what this person may do there, or whether the other person is
// blocked.

import { RequestRefused, isGroup } from "catchup-client";
import { nameOf } from "./format.js";
import { membersOf } from "./members.js";

/** @import { Member } from "catchup-client" */
/** @import { Device } from "./device.js" */

export class Standing {
  /** @type {readonly Member[]} of a group, the first ones */
  members = [];
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
    const mine = this.members.find(({ uid }) => uid === this.#device.uid);
    return mine?.role === "OWNER" || mine?.role === "ADMIN";
  }

  /** Ask the server, if it can be reached. */
  async learn() {
    const { client, uid, isReachable } = this.#device;
    if (!isReachable) return;
    try {
      if (isGroup(this.#sessionId)) this.members = await membersOf(client, this.#sessionId);
      else this.isBlocked = (await client.blocked()).includes(nameOf(this.#sessionId, uid));
      this.isOutside = false;
    } catch (error) {
      // Whoever is no member may not see the members.
      this.isOutside = error instanceof RequestRefused && error.code === "PERMISSION_DENIED";
    }
  }

  /** Block the other person, or end it. */
  async toggleBlock() {
    const { client, uid } = this.#device;
    const other = nameOf(this.#sessionId, uid);
    await (this.isBlocked ? client.unblock(other) : client.block(other));
    this.isBlocked = !this.isBlocked;
  }
}
