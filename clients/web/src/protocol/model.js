// The content of frames: messages, counters, pages and acks (docs/protocol.md, sections 3 to 5).

/**
 * @import { GroupSummary } from "./groups.js"
 * @import { HeldSettings } from "./session-settings.js"
 */

export const PRIVATE = 1;
export const GROUP = 2;

/**
 * A message as the server delivers it. Times are milliseconds since 1970.
 * @typedef {object} Message
 * @property {string} sessionId
 * @property {number} seq
 * @property {string} msgId
 * @property {string} sender
 * @property {string} recipient a uid, or a group's id
 * @property {Readonly<Record<string, unknown>>} content `msg`: a JSON object
 * @property {number} chatType 1 private, 2 group
 * @property {boolean} wantsAck `ackFlg` 1
 * @property {number} timeMs the sender's clock
 * @property {number} serverTimeMs the server's clock when it accepted the message
 * @property {number} number its position among the counted messages
 * @property {boolean} quiet whether it is not counted
 * @property {readonly string[]} at groups: who is mentioned
 * @property {boolean} atAll groups: everyone is mentioned
 * @property {boolean} hidden whether the person has hidden it from themselves, and its content is gone: show it nowhere
 * @property {boolean} recalled whether it was recalled, and its content is gone
 * @property {number} revised the seq of the edit that its content is from, 0 if it was not edited
 * @property {Ref | null} ref of a notice: the message that was recalled or edited
 * @property {string} kind `type`: "system" for a change of a group, which `content` then describes; "recall" and "edit" for the
 *   notice that another message, `ref`, was recalled or edited
 */
/**
 * A message of the same session: `uid` is its author.
 * @typedef {{seq: number, number: number, uid: string}} Ref
 */

/**
 * A message to send; it stays the same each time it is sent again.
 * @typedef {object} Outgoing
 * @property {string} msgId
 * @property {string} sessionId
 * @property {string} recipient
 * @property {Readonly<Record<string, unknown>>} content
 * @property {boolean} wantsAck
 * @property {number} timeMs
 * @property {number} chatType
 * @property {readonly string[]} at
 * @property {boolean} atAll
 */

/**
 * Where the file of a message is.
 * @typedef {object} MediaAddress
 * @property {string} url to be fetched without a token
 * @property {string} mime the type under which it is served: what the bytes are, not what the sender says
 * @property {number} bytes
 * @property {number} expiresAtMs until when the address may be used, by the server's clock
 */
/**
 * How far a person has read a session.
 * @typedef {object} Position
 * @property {number} seq
 * @property {number} number how many messages are counted up to it
 */
/**
 * Whether a person is online.
 * @typedef {object} Presence
 * @property {boolean} online
 * @property {number | null} lastSeenMs when their last device went, null if it isn't told
 */
/**
 * The counter of one session, as the server sends it.
 * @typedef {object} Counter
 * @property {number} received
 * @property {number} cleared
 * @property {number} lastSeq
 * @property {number} timestampMs
 * @property {readonly Message[]} lastMessages newest first
 * @property {readonly number[]} own groups: own numbers above `cleared`
 * @property {{to: number, count: number} | null} ownBelow
 * @property {readonly number[]} mentions groups: seqs above `cleared` that mention the account
 * @property {number} joined
 * @property {number} joinedNumber
 * @property {number | null} left
 * @property {Position | null} read how far the person has read
 * @property {HeldSettings | null} settings
 * @property {readonly number[]} recalled numbers of recalled messages
 * @property {number} hiddenVersion the version of what the person has hidden in the session
 */

/**
 * A page of `pull` or `history`.
 * @typedef {object} Page
 * @property {string} sessionId
 * @property {readonly Message[]} messages
 * @property {boolean} end whether nothing is left in its direction
 * @property {string} endReason why: CAUGHT_UP, RETENTION or JOIN_POINT; else NOT_END or ""
 * @property {readonly number[]} remaining seqs that the request has acked, and that the server could not delete yet
 * @property {number | null} resumeBefore where to go on, if the page ends before `limit`
 * @property {number | null} resumeAfter the same for pages that go up
 */
/**
 * The answer to a `chat`, and to each change of a group.
 * @typedef {object} ChatAck
 * @property {string} msgId
 * @property {string} sessionId
 * @property {number} seq
 * @property {number} number
 * @property {number} timeMs the server's clock when it accepted the message
 * @property {Readonly<Record<string, unknown>> | null} content the masked content, null if it is as it was sent
 */
/**
 * The part of an answer to `ack` or `clear` that is about one session.
 * @typedef {object} Result
 * @property {string} code
 * @property {readonly number[]} remaining seqs that are to be acked once more
 */
/**
 * The part of an answer to `settings` that is about one session.
 * @typedef {object} SettingsResult
 * @property {string} code
 * @property {HeldSettings | null} settings what holds now
 */
/**
 * One session of an answer to `sessions`.
 * @typedef {object} SessionSummary
 * @property {string} sessionId
 * @property {number} received
 * @property {number} cleared
 * @property {number} lastSeq
 * @property {number} timestampMs
 * @property {Position | null} read
 * @property {Position | null} readTo how far the other person has read, if that is told
 * @property {HeldSettings | null} settings
 * @property {readonly number[]} recalled
 * @property {number} hiddenVersion
 * @property {GroupSummary | null} group null for a private session
 */
