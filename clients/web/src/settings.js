// Limits, options and defaults of the client (sections are those of docs/protocol.md).

/**
 * @import { Timing } from "./timing.js"
 * @import { Dial } from "./transport.js"
 */

/** Section 9: of a frame, in bytes. The platform closes the connection (1009) over 32 KB. */
export const MAX_FRAME_BYTES = 30_000;
/** Section 9: of one message, in bytes. */
export const MAX_MESSAGE_BYTES = 16_384;
/** Section 9: levels of objects and arrays in `msg`; `msg` itself is the first. */
export const MAX_NESTING = 16;
/** Section 9: sessions in a `clear`, an `ack` or a `counters`. */
export const MAX_SESSIONS_PER_REQUEST = 100;
/** Section 9: seqs in an `ack` (all its sessions together) or a `pull`. */
export const MAX_ACKS_PER_REQUEST = 100;
/** Section 9: the highest `limit`. */
export const MAX_PAGE_MESSAGES = 100;
/** Section 9: uids in a `create`, an `add`, a `remove`, and in `at`. */
export const MAX_UIDS_PER_REQUEST = 50;
/** Section 9: uids in an `online`. */
export const MAX_UIDS_ONLINE = 100;
/** Section 9: of the `data` of a signal. */
export const MAX_SIGNAL_BYTES = 256;
/** Section 9: of a group's announcement. */
export const MAX_ANNOUNCEMENT_BYTES = 2_000;
/** Section 9: of the `note` of an `ask`. */
export const MAX_NOTE_BYTES = 200;
/** Section 9: of a group's name. */
export const MAX_GROUP_NAME_BYTES = 200;

/** What an application may tune. All times are in seconds. */
export const DEFAULTS = {
  /** Section 6: a request without an answer for that long is treated like UNAVAILABLE. */
  answerTimeout: 30,
  /** Section 1: the platform closes a connection after 600 idle seconds. */
  pingAfter: 240,
  /** Section 1: the platform closes each connection after 7,200 s. Up to a tenth is taken off at random. */
  reconnectAfter: 6_600,
  /** How long before `exp` a connection with a fresh token is opened. */
  tokenMargin: 60,
  /** Section 1: a connection that ends sooner after its login does not reset the backoff. */
  stableAfter: 60,
  /** The longest wait before the first retry; before each further one, it is twice as long. */
  backoffBase: 0.5,
  /** No retry waits longer than that. */
  backoffCap: 30,
  /** Section 9: how long to wait after RESOURCE_EXHAUSTED. */
  exhaustedPause: 10,
  /** How long acks are gathered into one frame. Meanwhile the page has the thread for drawing what has come. */
  ackDelay: 0.25,
  /** Section 7: how long to wait before a gap is filled, since pushes come out of order. */
  repairDelay: 0.3,
  /** A seq that history left out is asked for once more after that long; then it counts as unreadable. */
  secondLookAfter: 1,
  /** After so many answers of INTERNAL a request fails. */
  internalErrors: 5,
  /** Messages per page, 1 to 100. */
  pageLimit: 50,
  /** In how many sessions the client catches up at once, and in how many the outbox sends at once. */
  parallelSessions: 4,
};

/** @typedef {{-readonly [K in keyof typeof DEFAULTS]: number}} Settings */

/**
 * @typedef {object} ClientOptions
 * @property {string} [deviceId] the id of this device, for tokens without a claim `deviceId`; by default one that is
 *   made once and kept in `localStorage`
 * @property {string} [uid] the account, so that no token has to be asked for to learn it: then only the tab that talks to
 *   the server asks for tokens
 * @property {string} [uidClaim] the token's claim that has the uid, if the deployment uses another one than `sub`
 * @property {string} [database] the name of the IndexedDB database; by default one for the account and the device
 * @property {boolean} [tabs] whether several tabs share one connection; by default true
 * @property {Partial<Settings>} [settings] times, in seconds, and sizes
 * @property {Timing} [timing] for tests
 * @property {Dial} [dial] opens connections; for tests and other transports
 */
/**
 * The content of a message: a JSON object. `any`, because an interface of an application is no Record of `unknown`.
 * @typedef {Readonly<Record<string, any>>} Content
 */
/**
 * @typedef {object} SendOptions
 * @property {boolean} [ack] whether it waits for the receiver until acked, also after a push (`ackFlg`); by default
 *   true
 * @property {readonly string[]} [at] groups: the uids of the people whom it mentions, at most 50
 * @property {boolean} [atAll] groups: whether it mentions everyone
 * @property {string} [msgId] unique among all messages that this account ever sends; by default a random one
 */
