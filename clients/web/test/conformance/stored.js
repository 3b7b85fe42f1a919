// The database of a client before a vector, and after each of its steps.

import { Database } from "../../src/store/database.js";
import { resultOf } from "../../src/store/requests.js";
import * as receipts from "../../src/store/receipts.js";
import * as session from "../../src/protocol/session.js";
import { counterOf, messageOf } from "../../src/protocol/json-answers.js";
import { NO_SETTINGS, shownSettings } from "../../src/protocol/session-settings.js";
import { groupSession, isGroup, privateSession } from "../../src/names.js";
import { rangesOf, highest } from "../../src/protocol/ranges.js";
import { EPOCH_MS, messages, withSettings } from "./short-forms.js";

/** Fill a database with the start of a vector. */
export async function fill(name, me, start) {
  const database = new Database(name);
  await database.change(async (tx) => {
    await resultOf(tx.objectStore("meta").put(me, "uid"));
    const { epoch = "e1" } = start;
    if (epoch !== null) await resultOf(tx.objectStore("meta").put(epoch, "epoch"));
    if (start.receipts) {
      const { on = true, changedAt = 0, offForAll = false } = start.receipts;
      await receipts.change(tx, () => ({ on, changedAtMs: changedAt, offForAll, isDue: false }));
    }
    for (const [id, given] of Object.entries(start.sessions ?? {})) await putSession(tx, me, id, given);
    for (const given of start.outbox ?? []) await resultOf(tx.objectStore("outbox").add(outgoing(me, given)));
  });
  await database.close();
}

async function putSession(tx, me, sessionId, given) {
  const held = messages(given.held ?? [], sessionId).map(messageOf);
  const others = held.filter(({ sender }) => sender !== me);
  for (const message of held) {
    const counts = message.sender === me || message.quiet ? {} : { counts: [sessionId, message.number] };
    await resultOf(tx.objectStore("messages").put({ ...message, ...counts }));
  }
  const known = given.known ?? 0;
  const row = {
    ...session.newSession(sessionId),
    count: {
      known,
      added: given.added ?? [],
      unlisted: given.ownBelow?.count ?? 0,
      unlistedTo: given.ownBelow?.to ?? 0,
    },
    held: rangesOf(held.map(({ seq }) => seq)),
    toAck: rangesOf(given.toAck ?? []),
    cleared: given.confirmed ?? known,
    read: positionOf(given.read),
    readTold: positionOf(given.told ?? given.read),
    readTo: positionOf(given.readTo),
    settings: counterOf({ settings: withSettings(given).settings }).settings ?? NO_SETTINGS,
    lastSeq: given.lastSeq ?? Math.max(0, ...held.map(({ seq }) => seq)),
    floorSeq: given.floor ?? 0,
    joined: given.joined ?? 0,
    inexact: given.ownBelow !== undefined,
    announced: Number(!(given.caughtUp ?? true)),
    told: given.mentions ?? [],
    mentions: others
      .filter((message) => message.atAll || message.at.includes(me))
      .map(({ seq, number }) => ({ seq, number })),
    began: Math.max(0, ...held.filter((message) => beganBy(message, me)).map(({ seq }) => seq)),
  };
  await resultOf(tx.objectStore("sessions").put(row));
}

const positionOf = ({ seq = 0, received = 0 } = {}) => ({ seq, number: received });

function outgoing(me, { to, msgId, msg = { message: msgId }, state = "waiting" }) {
  const inGroup = isGroup(to);
  const sessionId = inGroup ? groupSession(to) : privateSession(me, to);
  const message = {
    msgId,
    sessionId,
    recipient: inGroup ? to.slice(2) : to,
    content: msg,
    wantsAck: !inGroup,
    timeMs: EPOCH_MS,
    chatType: inGroup ? 2 : 1,
    at: [],
    atAll: false,
  };
  const refused = { waiting: "", held: "HELD", refused: "REJECTED" }[state];
  return { msgId, sessionId, message, refused, why: "" };
}

/** What a database has under a name of `holds`. */
export async function held(store, name) {
  if (name === "epoch") return store.epoch();
  if (name === "choices") return [...(await store.choices()).keys()];
  const states = { outbox: (code) => code === "", held: (code) => code === "HELD" };
  const fits = states[name] ?? ((code) => code !== "" && code !== "HELD");
  return (await store.outbox()).filter(({ refused }) => fits(refused)).map(({ message }) => message.msgId);
}

/** What a database has under a name of `holds.sessions`. */
export async function fieldOf(store, sessionId, field) {
  const row = await store.session(sessionId);
  switch (field) {
    case "known":
      return row.count.known;
    case "added":
      return row.count.added;
    case "unread":
      return session.unread(row);
    case "confirmed":
      return row.cleared;
    case "read":
      return { seq: row.read.seq, received: row.read.number };
    case "readTo":
      return { seq: row.readTo.seq, received: row.readTo.number };
    case "settings": {
      const { mutedUntilMs, pinned, hidden, markedUnread } = shownSettings(row);
      return { mutedUntil: mutedUntilMs, pinned, hidden, markedUnread };
    }
    case "lastSeq":
      return row.lastSeq;
    case "toAck":
      return highest(row.toAck, 10_000).reverse();
    case "mentions":
      return session.unreadMentions(row);
    case "seqs":
      return row.held;
    case "missing":
      return session.gaps(row).filter(([low]) => low > session.lowestHeld(row));
    case "contents": {
      const saved = await store.messages(sessionId, { before: Infinity, limit: 10_000 });
      return Object.fromEntries(saved.map(({ seq, content }) => [String(seq), content]));
    }
    default:
      throw new Error(`${field} is no field of a session`);
  }
}

const beganBy = ({ kind, content, sender }, me) =>
  kind === "system" &&
  ((["create", "add"].includes(content.event) && content.uids?.includes(me)) ||
    (["create", "join"].includes(content.event) && sender === me));
