// What groups add: their summary in `sessions`, their members, and the messages that change their membership.

/** @import { Message } from "./model.js" */

/**
 * A group, as the last answer of `sessions` has told it.
 * @typedef {object} GroupSummary
 * @property {string} name
 * @property {string} role of this account: MEMBER, ADMIN or OWNER
 * @property {number} members how many there are
 * @property {number} joined the seq of the message that made this account a member
 * @property {number | null} left the seq of the message that ended the membership, null for a member
 * @property {number} mutedUntilMs until when this account may not speak, by the server's clock; 0 if it was never muted
 * @property {number} allMutedUntilMs the same for all but the owner and admins
 * @property {boolean} dissolved whether the group has ended
 */
/**
 * What an owner or admin has announced.
 * @typedef {object} Announcement
 * @property {string} text
 * @property {string} uid who wrote it
 * @property {number} timeMs
 */
/**
 * Somebody who asks to join a group: `timeMs` is since when.
 * @typedef {{uid: string, note: string, timeMs: number}} JoinRequest
 */
/** @typedef {{sessionId: string, uid: string, note: string}} JoinAsked */
/**
 * The newest seq of a busy group, pushed without its messages.
 * @typedef {object} Head
 * @property {string} sessionId
 * @property {number} seq
 * @property {number} number how many messages are counted up to it
 */
/** @typedef {"MEMBER" | "ADMIN" | "OWNER"} Role */
/**
 * @typedef {object} Member
 * @property {string} uid
 * @property {string} role MEMBER, ADMIN or OWNER
 * @property {number} joined the seq of the message that made them a member
 */

/**
 * Tell whether a message is the change by which a person has left a group, or was removed from it, or the group ended.
 * @param {Message} message
 * @param {string} uid
 */
export function endsMembershipOf(message, uid) {
  return isDissolution(message) || tells(message, uid, ["remove"], ["leave"]);
}

/**
 * Tell whether a message is a change that has made a person a member, if they were not one already.
 * @param {Message} message
 * @param {string} uid
 */
export function mayBeginMembershipOf(message, uid) {
  return tells(message, uid, ["create", "add"], ["create", "join"]);
}

/** Tell whether a message ends its group. @param {Message} message */
const isDissolution = ({ kind, content }) => kind === "system" && content["event"] === "dissolve";

/**
 * @param {Message} message
 * @param {string} uid
 * @param {unknown[]} ofNamed events that change the membership of the people whom they name
 * @param {unknown[]} ofSender events that change the sender's membership
 */
function tells({ kind, content: { event, uids }, sender }, uid, ofNamed, ofSender) {
  if (kind !== "system") return false;
  const isNamed = Array.isArray(uids) && uids.includes(uid);
  return (isNamed && ofNamed.includes(event)) || (sender === uid && ofSender.includes(event));
}
