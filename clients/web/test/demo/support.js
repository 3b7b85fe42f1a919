// What the page's parts find in a browser, and messages for them.

globalThis.window ??= /** @type {any} */ (new EventTarget());
globalThis.navigator ??= /** @type {any} */ ({ language: "en" });
globalThis.localStorage ??= /** @type {any} */ ({ getItem: () => null, setItem() {} });

/** A message as the client gives it. */
export const message = (seq, more = {}) => ({
  sessionId: "p:alice:bob",
  seq,
  msgId: `m${seq}`,
  sender: "alice",
  recipient: "bob",
  content: { message: `text ${seq}` },
  chatType: 1,
  wantsAck: true,
  timeMs: seq,
  serverTimeMs: 1_700_000_000_000 + seq * 1_000,
  number: seq,
  quiet: false,
  at: [],
  atAll: false,
  kind: "",
  hidden: false,
  recalled: false,
  revised: 0,
  ref: null,
  ...more,
});
