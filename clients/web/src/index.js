// The public names of this package.

export { Client } from "./client.js";
export { SessionView } from "./session-view.js";
export {
  AnswerTimeout,
  CatchupError,
  ClientClosed,
  ConnectionLost,
  DataReplaced,
  DeviceReplaced,
  InvalidInput,
  NoLongerLeading,
  ProtocolViolation,
  RequestRefused,
  Stopped,
  StoreError,
  StoreOfAnother,
  TokenRefused,
  TransferFailed,
} from "./errors.js";
export { groupSession, isGroup, privateSession } from "./names.js";
export { dialWebSocket } from "./transport.js";

/** @typedef {import("./settings.js").ClientOptions} ClientOptions */
/** @typedef {import("./settings.js").Content} Content */
/** @typedef {import("./settings.js").SendOptions} SendOptions */
/** @typedef {import("./events.js").Events} Events */
/** @typedef {import("./groups.js").ChangeOptions} ChangeOptions */
/** @typedef {import("./groups.js").NewGroup} NewGroup */
/** @typedef {import("./events.js").Sent} Sent */
/** @typedef {import("./files.js").FileOptions} FileOptions */
/** @typedef {import("./protocol/groups.js").Announcement} Announcement */
/** @typedef {import("./protocol/groups.js").GroupSummary} GroupSummary */
/** @typedef {import("./protocol/groups.js").JoinRequest} JoinRequest */
/** @typedef {import("./protocol/groups.js").Member} Member */
/** @typedef {import("./protocol/groups.js").Role} Role */
/** @typedef {import("./protocol/model.js").MediaAddress} MediaAddress */
/** @typedef {import("./protocol/model.js").Message} Message */
/** @typedef {import("./protocol/model.js").Outgoing} Outgoing */
/** @typedef {import("./protocol/model.js").Presence} Presence */
/** @typedef {import("./protocol/opening.js").SessionPage} SessionPage */
/** @typedef {import("./protocol/ranges.js").Range} Range */
/** @typedef {import("./protocol/receipts.js").ReceiptsChoice} ReceiptsChoice */
/** @typedef {import("./protocol/session-settings.js").SessionSettings} SessionSettings */
/** @typedef {import("./protocol/session-settings.js").Wanted} Wanted */
/** @typedef {import("./protocol/signals.js").Signal} Signal */
/** @typedef {import("./reports.js").CatchUpReport} CatchUpReport */
/** @typedef {import("./reports.js").Progress} Progress */
/** @typedef {import("./reports.js").SessionReport} SessionReport */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./store/results.js").Queued} Queued */
/** @typedef {import("./store/results.js").SessionState} SessionState */
/** @typedef {import("./timing.js").Timing} Timing */
/** @typedef {import("./token.js").Token} Token */
/** @typedef {import("./transport.js").Dial} Dial */
