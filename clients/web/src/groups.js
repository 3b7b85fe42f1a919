// The calls about groups; `Client` inherits them.

import { BlockCalls } from "./blocks.js";
import { InvalidInput } from "./errors.js";
import { bytesOf, checkedName, checkedUid, checkedUids, isGroup, randomId } from "./names.js";
import { MAX_GROUP_NAME_BYTES } from "./settings.js";

/**
 * @import { Sent } from "./events.js"
 * @import { Member, Role } from "./protocol/groups.js"
 */

/**
 * @typedef {object} ChangeOptions
 * @property {string} [msgId] of the message that tells of the change; by default a random one
 */
/**
 * @typedef {object} NewGroup
 * @property {readonly string[]} [uids] the first members besides this account, at most 50
 * @property {string} [group] its id; by default a random one
 * @property {boolean} [isOpen] whether anyone may join without being added
 * @property {boolean} [openHistory] whether new members may read earlier messages
 * @property {string} [msgId] of the message that announces the group; by default a random one
 */

/**
 * Membership of groups. A group is named by its id or by its session: `room` or `g:room`.
 *
 * Each change is sent after the messages to the group that are in the outbox, and before those that follow it. It is
 * sent again, with the same `msgId`, until the server has answered, also over new connections. It is not kept when the
 * page is closed; `members` then shows whether it was done. An application that gives its own `msgId` can repeat the
 * call: the change is made at most once.
 *
 * All throw InvalidInput before anything is sent, and RequestRefused if the server refuses.
 */
export class GroupCalls extends BlockCalls {
  /**
   * Create a group and become its owner; return its session, and the seq of the message that announces it.
   * @param {string} name the name that people see, at most 200 bytes in UTF-8
   * @param {NewGroup} [options]
   * @returns {Promise<Sent>}
   */
  async createGroup(name, { uids = [], group = randomId(), isOpen = false, openHistory = false, msgId } = {}) {
    if (bytesOf(name) > MAX_GROUP_NAME_BYTES) {
      throw new InvalidInput("name", `must have at most ${MAX_GROUP_NAME_BYTES} bytes`);
    }
    return this.#change("create", group, { name, uids: checkedUids("uids", uids), open: isOpen, openHistory }, { msgId });
  }

  /** Join an open group. @param {string} group @param {ChangeOptions} [options] @returns {Promise<Sent>} */
  async join(group, options) {
    return this.#change("join", group, {}, options);
  }

  /**
   * Leave a group; an owner must hand it over first (`setRole`).
   * @param {string} group
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async leave(group, options) {
    return this.#change("leave", group, {}, options);
  }

  /**
   * Make other people members, at most 50.
   * @param {string} group
   * @param {readonly string[]} uids
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async add(group, uids, options) {
    return this.#change("add", group, { uids: checkedUids("uids", uids, 1) }, options);
  }

  /**
   * End the membership of other people, at most 50.
   * @param {string} group
   * @param {readonly string[]} uids
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async remove(group, uids, options) {
    return this.#change("remove", group, { uids: checkedUids("uids", uids, 1) }, options);
  }

  /**
   * Change a member's role; OWNER hands the group over, and this account becomes an admin.
   * @param {string} group
   * @param {string} uid
   * @param {Role} role
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async setRole(group, uid, role, options) {
    return this.#change("role", group, { uid: checkedUid("uid", uid), role }, options);
  }

  /**
   * Go through the members in the order of their uids; asks the server page by page.
   * @param {string} group
   * @returns {AsyncGenerator<Member, void, void>}
   */
  async *members(group) {
    const groupId = idOf(group);
    for (let next = ""; ; ) {
      const page = await this.device.call("membersPage", groupId, next);
      yield* page.members;
      next = page.next;
      if (page.end || !next) return;
    }
  }

  /**
   * @param {string} cmd
   * @param {string} group
   * @param {Readonly<Record<string, unknown>>} more
   * @param {{msgId?: string | undefined}} [options]
   * @returns {Promise<Sent>}
   */
  async #change(cmd, group, more, { msgId = randomId() } = {}) {
    return this.device.call("change", cmd, checkedName("msgId", msgId), idOf(group), more);
  }
}

/** @param {string} group */
const idOf = (group) => checkedName("group", isGroup(group) ? group.slice(2) : group);
