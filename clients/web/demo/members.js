// Who is in a group.

/** @import { Client, Member } from "catchup-client" */

/** A group may have 100,000 members: so many are shown, and can be mentioned by the picker. */
const MOST = 300;

/** Return the first members of a group. @param {Client} client @param {string} sessionId */
export async function membersOf(client, sessionId) {
  /** @type {Member[]} */
  const found = [];
  for await (const member of client.members(sessionId)) {
    found.push(member);
    if (found.length >= MOST) break;
  }
  return found;
}
