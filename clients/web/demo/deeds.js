// What the client did with each frame, told from the frames and from the events that followed them.

/** @import { Message } from "catchup-client" */

/** @typedef {{direction: "in" | "out", text: string, bytes: number}} Frame */
/** @typedef {[name: DeedName, values?: Record<string, number | string>]} Deed */
/** @typedef {Extract<import("./texts.js").TextName, `did${string}`>} DeedName */
/**
 * A frame, and what came of it.
 * @typedef {object} Entry
 * @property {number} id
 * @property {string} who
 * @property {"in" | "out"} direction
 * @property {string} cmd
 * @property {string} code of an answer, else ""
 * @property {string} text
 * @property {number} bytes
 * @property {number} timeMs
 * @property {any} body
 * @property {number} added to the red dots
 * @property {Set<string>} chats whose red dots it changed
 * @property {number} saved
 */

/** As many frames of all phones are kept. */
export const MOST = 500;
/** An event belongs to one of so many last frames. */
const NEAR = 60;
/**
 * What frames ask for that always ask for the same.
 * @type {Readonly<Record<string, DeedName>>}
 */
const ASKED = {
  ...{ login: "didAskCounters", counters: "didAskCounters", chat: "didSend", sessions: "didAskSessions" },
  ...{ members: "didAskMembers", blocked: "didAskMembers", requests: "didAskMembers", readers: "didAskMembers" },
  ...{ create: "didChange", join: "didChange", leave: "didChange", add: "didChange", remove: "didChange", role: "didChange" },
  ...{ describe: "didChange", mute: "didChange", dissolve: "didChange", ask: "didChange", approve: "didChange" },
  ...{ block: "didBlock", unblock: "didBlock", settings: "didChoose", receipts: "didChoose" },
  ...{ signal: "didSignal", online: "didAskOnline", recall: "didRecall", edit: "didEdit", hide: "didHide", hidden: "didHide" },
};
/**
 * What pushes beside messages bring.
 * @type {Readonly<Record<string, DeedName>>}
 */
const HEARD = {
  ...{ head: "didHear", read: "didHearRead", settings: "didHearChoice", hide: "didHearHide", signal: "didHearSignal" },
  ...{ readTo: "didHearReceipt", receipts: "didHearChoice", ask: "didHearAsk" },
};

export class Ledger {
  /** @type {Entry[]} the newest last */
  entries = [];
  #onChange;
  #ids = 0;
  /** @type {Map<string, number>} the red dots, by person and session */
  #unread = new Map();
  /** @type {Entry | undefined} what the last messages were saved from: an event "unread" that follows belongs to it */
  #lastSaved;

  /** @param {(entry: Entry, isNew: boolean) => void} onChange */
  constructor(onChange = () => {}) {
    this.#onChange = onChange;
  }

  /** @param {string} who @param {Frame} frame @param {number} timeMs */
  frame(who, { direction, text, bytes }, timeMs) {
    const { cmd = "error", code = "", body = {} } = parsed(text);
    const common = { id: (this.#ids += 1), who, direction, cmd, code, text, bytes, timeMs, body };
    const entry = { ...common, added: 0, chats: new Set(), saved: 0 };
    this.entries.push(entry);
    if (this.entries.length > MOST) this.entries.splice(0, this.entries.length - MOST);
    this.#lastSaved = undefined;
    this.#onChange(entry, true);
    return entry;
  }

  /** Messages of a session were saved. @param {string} who @param {readonly Message[]} messages */
  saved(who, messages) {
    const [first] = messages;
    if (!first) return;
    const entry = this.#last(who, (body) => holds(body, first.sessionId, first.seq));
    if (!entry) return;
    entry.saved += messages.length;
    this.#lastSaved = entry;
    this.#onChange(entry, false);
  }

  /** A red dot is known, without a frame. @param {string} who @param {string} sessionId @param {number} unread */
  known(who, sessionId, unread) {
    this.#unread.set(`${who} ${sessionId}`, unread);
  }

  /** A red dot has changed. @param {string} who @param {string} sessionId @param {number} unread */
  unread(who, sessionId, unread) {
    const grew = unread - (this.#unread.get(`${who} ${sessionId}`) ?? 0);
    this.known(who, sessionId, unread);
    const entry = this.#lastSaved ?? this.#last(who, (body) => counts(body, sessionId));
    this.#lastSaved = undefined;
    if (grew <= 0 || !entry) return;
    entry.added += grew;
    entry.chats.add(sessionId);
    this.#onChange(entry, false);
  }

  /** @param {string} who @param {(body: any) => boolean} fits */
  #last(who, fits) {
    return this.entries
      .slice(-NEAR)
      .findLast((entry) => entry.who === who && entry.direction === "in" && fits(entry.body));
  }
}

/**
 * Tell in a few words what the client did, or asks for.
 * @param {Entry} entry
 * @returns {Deed[]}
 */
export function deedsOf(entry) {
  return entry.direction === "out" ? asked(entry) : taken(entry);
}

/** @param {Entry} entry @returns {Deed[]} */
function asked({ cmd, body }) {
  if (cmd === "clear") return [["didClear", { count: Object.keys(body.sessions ?? {}).length }]];
  if (cmd === "read") return [["didRead", { count: Object.keys(body.sessions ?? {}).length }]];
  if (cmd === "ack") return ackDeeds(body);
  if (cmd === "pull") return [...named("didAck", (body.ack ?? []).length), ["didAskPage", { count: body.limit ?? 20 }]];
  if (cmd === "history") return [["didAskHistory", { count: body.limit ?? 20 }]];
  const deed = ASKED[cmd];
  if (deed) return [[deed]];
  return [["didKeepAlive"]];
}

/** @param {any} body @returns {Deed[]} */
function ackDeeds({ sessions = {} }) {
  const all = /** @type {{seqs?: number[], received?: number}[]} */ (Object.values(sessions));
  const count = all.reduce((sum, { seqs = [] }) => sum + seqs.length, 0);
  return [...named("didAck", count), ...named("didClear", all.filter(({ received }) => received !== undefined).length)];
}

/** @param {Entry} entry @returns {Deed[]} */
function taken({ cmd, code, body, added, chats, saved }) {
  if (code === "HELD") return [["didHold"]];
  if (code && code !== "OK") return [["didRefuse", { code }]];
  if (cmd === "error") return [["didFail"]];
  const deeds = [
    ...(added > 0 ? [/** @type {Deed} */ (["didAdd", { count: added, chats: chats.size }])] : []),
    ...named("didSave", saved),
  ];
  if ((cmd === "pull" || cmd === "history") && body.end) deeds.push(["didEnd", { reason: body.endReason ?? "" }]);
  if (cmd === "chatAck") deeds.unshift(["didStore"]);
  if (cmd === "ack") deeds.push(["didDelete"]);
  if (cmd === "clear") deeds.push(["didCleared"]);
  if (cmd === "chat" && body.ref) deeds.push(["didRevise"]);
  const heard = code === "" ? HEARD[cmd] : undefined;
  if (heard) deeds.push([heard]);
  return deeds.length > 0 ? deeds : [["didNothing"]];
}

/** @param {DeedName} name @param {number} count @returns {Deed[]} */
const named = (name, count) => (count > 0 ? [[name, { count }]] : []);

/** Whether an answer or a push brings this message. @param {any} body @param {string} sessionId @param {number} seq */
function holds(body, sessionId, seq) {
  if (body.sessionId === sessionId && body.seq === seq) return true;
  const inPage = body.sessionId === sessionId ? body.messages : body.counters?.[sessionId]?.lastMsg;
  return Array.isArray(inPage) && inPage.some((message) => message.seq === seq);
}

/** Whether a frame can raise the red dot of this session. @param {any} body @param {string} sessionId */
const counts = (body, sessionId) => body.counters?.[sessionId] !== undefined || body.sessionId === sessionId;

/** @param {string} text @returns {{cmd?: string, code?: string, body?: any}} */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
