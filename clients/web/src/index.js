// The public names of this package.

export { Client } from "./client.js";
export { SessionView } from "./session-view.js";
export * from "./errors.js";
export { groupSession, isGroup, privateSession } from "./names.js";
export { dialWebSocket } from "./transport.js";

/** @typedef {import("./client.js").ClientOptions} ClientOptions */
/** @typedef {import("./client.js").SendOptions} SendOptions */
/** @typedef {import("./client.js").Sent} Sent */
/** @typedef {import("./emitter.js").Events} Events */
/** @typedef {import("./catch-up.js").SessionPage} SessionPage */
/** @typedef {import("./protocol/model.js").Message} Message */
/** @typedef {import("./protocol/model.js").Member} Member */
/** @typedef {import("./store/store.js").SessionState} SessionState */
/** @typedef {import("./store/store.js").Queued} Queued */
