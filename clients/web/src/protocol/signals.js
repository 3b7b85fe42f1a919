// Signals, and which of them are shown (docs/protocol.md, section 7, "Signals").

import { isGroup, privateSession } from "../names.js";
import { hasLeft } from "./session.js";

/** @import { Session } from "./session.js" */

/**
 * A signal of somebody else: what they do in a session now.
 * @typedef {object} Signal
 * @property {string} sessionId
 * @property {string} uid
 * @property {string} kind "typing", "stopped", or a kind of the application's own
 * @property {string} data
 */
/** @typedef {Signal & {timeMs: number}} PushedSignal `timeMs`: the server's clock */
/**
 * A signal to send.
 * @typedef {object} OutgoingSignal
 * @property {string} sessionId
 * @property {number} chatType
 * @property {string} recipient
 * @property {string} kind
 * @property {string} data
 * @property {number} atMs when it was made: what is late is not sent
 */

/**
 * Tell whether a signal comes from somebody else who is in its session, as this account is.
 * @param {Signal} signal
 * @param {string} me
 * @param {Session} session
 */
export const isShown = ({ sessionId, uid }, me, session) =>
  uid !== me && (isGroup(sessionId) ? !hasLeft(session) : sessionId === privateSession(me, uid));
