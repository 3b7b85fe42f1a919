// The calls about groups; `Client` inherits them.

import { BlockCalls } from "./blocks.js";
import { InvalidInput } from "./errors.js";
import { bytesOf, checkedName, checkedUid, checkedUids, checkedUntil, isGroup, randomId } from "./names.js";
import { MAX_ANNOUNCEMENT_BYTES, MAX_GROUP_NAME_BYTES, MAX_PAGE_MESSAGES } from "./settings.js";

/**
 * @import { Sent } from "./events.js"
 * @import { Announcement, GroupSummary, Member, Role } from "./protocol/groups.js"
 */

/**
 * @typedef {object} ChangeOptions
 * @property {string | undefined} [msgId] of the message that tells of the change; by default a random one
 */
/**
 * @typedef {object} NewGroup
 * @property {readonly string[]} [uids] the first members besides this account, at most 50
 * @property {string} [group] its id; by default a random one
 * @property {boolean} [isOpen] whether anyone may join without being added
 * @property {boolean} [asks] whether people may ask to join, and an owner or admin admits them
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
  async createGroup(name, { uids = [], group = randomId(), isOpen = false, asks = false, openHistory = false, msgId } = {}) {
    checkSize("name", name, MAX_GROUP_NAME_BYTES);
    return this.change("create", group, { name, uids: checkedUids("uids", uids), open: isOpen, ask: asks || undefined, openHistory }, { msgId });
  }

  /** Join an open group. @param {string} group @param {ChangeOptions} [options] @returns {Promise<Sent>} */
  async join(group, options) {
    return this.change("join", group, {}, options);
  }

  /**
   * Leave a group; an owner must hand it over first (`setRole`). The last member ends it.
   * @param {string} group
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async leave(group, options) {
    return this.change("leave", group, {}, options);
  }

  /**
   * Make other people members, at most 50.
   * @param {string} group
   * @param {readonly string[]} uids
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async add(group, uids, options) {
    return this.change("add", group, { uids: checkedUids("uids", uids, 1) }, options);
  }

  /**
   * End the membership of other people, at most 50.
   * @param {string} group
   * @param {readonly string[]} uids
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async remove(group, uids, options) {
    return this.change("remove", group, { uids: checkedUids("uids", uids, 1) }, options);
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
    return this.change("role", group, { uid: checkedUid("uid", uid), role }, options);
  }

  /**
   * Change a group's name, its announcement, or both: what is absent stays, "" takes it back. For the owner and admins.
   * @param {string} group
   * @param {{name?: string, announcement?: string}} description the name has at most 200 bytes in UTF-8, the announcement 2,000
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async describe(group, { name, announcement }, options) {
    if (name === undefined && announcement === undefined) throw new InvalidInput("name", "or announcement must be given");
    checkSize("name", name, MAX_GROUP_NAME_BYTES);
    checkSize("announcement", announcement, MAX_ANNOUNCEMENT_BYTES);
    return this.change("describe", group, { name, announcement }, options);
  }

  /**
   * Return a group as `sessions` tells it, and its announcement; asks the server.
   * @param {string} group
   * @returns {Promise<GroupSummary & {announcement: Announcement | null}>}
   */
  async description(group) {
    const { group: summary, announcement } = await this.device.call("ask", "members", idOf(group), 1, "");
    return { ...summary, announcement };
  }

  /**
   * Let a member only read until a time. No event tells when it is over.
   * @param {string} group
   * @param {string} uid
   * @param {number} untilMs by the server's clock; 0 ends the mute at once, Infinity: for ever
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async muteMember(group, uid, untilMs, options) {
    const until = checkedUntil("untilMs", untilMs);
    return this.change("mute", group, { uid: checkedUid("uid", uid), until }, options);
  }

  /**
   * Let all but the owner and admins only read until a time.
   * @param {string} group
   * @param {number} untilMs as in `muteMember`
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async muteAll(group, untilMs, options) {
    return this.change("mute", group, { until: checkedUntil("untilMs", untilMs) }, options);
  }

  /** End a group for good; for its owner. @param {string} group @param {ChangeOptions} [options] @returns {Promise<Sent>} */
  async dissolve(group, options) {
    return this.change("dissolve", group, {}, options);
  }

  /**
   * Go through the members in the order of their uids; asks the server page by page.
   * @param {string} group
   * @returns {AsyncGenerator<Member, void, void>}
   */
  async *members(group) {
    const groupId = idOf(group);
    for (let next = ""; ; ) {
      const page = await this.device.call("ask", "members", groupId, MAX_PAGE_MESSAGES, next);
      yield* page.members;
      next = page.next;
      if (page.end || !next) return;
    }
  }

  /**
   * @protected
   * @param {string} cmd
   * @param {string} group
   * @param {Readonly<Record<string, unknown>>} more
   * @param {ChangeOptions} [options]
   * @returns {Promise<Sent>}
   */
  async change(cmd, group, more, { msgId = randomId() } = {}) {
    return this.device.call("change", cmd, checkedName("msgId", msgId), idOf(group), more);
  }
}

/** Throw InvalidInput if a text is too long. @param {string} field @param {string | undefined} text @param {number} most bytes */
export function checkSize(field, text = "", most) {
  if (bytesOf(text) > most) throw new InvalidInput(field, `must have at most ${most} bytes`);
}

/** Return the id of a group. @param {string} group its id or its session */
export const idOf = (group) => checkedName("group", isGroup(group) ? group.slice(2) : group);
