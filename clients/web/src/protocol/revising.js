// Messages that were recalled or edited (docs/protocol.md, section 7, "Recalls and edits"). Pure: the functions change a
// `Draft`.

import { includes, join, rangesOf, subtract } from "./ranges.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { Message } from "./model.js"
 * @import { Ranges } from "./ranges.js"
 */

/**
 * What a device knows of the revisions of a session, whether it holds the messages or not.
 * @typedef {object} Revised
 * @property {Ranges} recalled the seqs of recalled messages: whatever brings one once more, it stays recalled
 * @property {Ranges} numbers those that are recalled: they are never unread
 * @property {readonly Edit[]} edits of messages that are not saved yet
 */
/**
 * An edit: `seq` is that of the message, `revised` that of the edit.
 * @typedef {{seq: number, revised: number} & Pick<Message, "content" | "at" | "atAll">} Edit
 */

/** @type {Revised} */
export const NOTHING_REVISED = { recalled: [], numbers: [], edits: [] };

/** Whether a message only says that another one was recalled or edited. @param {Message} message */
export const isNotice = ({ kind, ref }) => ref !== null && (kind === "recall" || kind === "edit");

/**
 * Take what a message says of itself or of another one; return it as it is to be saved.
 * @param {Draft} draft
 * @param {Message} message
 * @returns {Message}
 */
export function revised(draft, message) {
  const { seq, number, sender, kind, ref } = message;
  if (message.recalled) recall(draft, { seq, number, uid: sender });
  if (ref && kind === "recall") recall(draft, ref);
  if (ref && kind === "edit") edit(draft, { ...message, seq: ref.seq, revised: seq });
  const { session } = draft;
  if (includes(session.revising.recalled, seq)) return recalled(message);
  if (message.revised && includes(session.held, seq)) draft.revise(seq, (saved) => (message.revised > saved.revised ? message : saved));
  const edits = session.revising.edits.filter((each) => each.seq === seq);
  if (edits.length > 0) forgetEdits(draft, seq);
  return edits.reduce(edited, message);
}

/**
 * Leave recalled messages out of what is unread.
 * @param {Draft} draft
 */
export function leaveOutRecalled({ session }) {
  session.count = { ...session.count, added: subtract(session.count.added, session.revising.numbers) };
}

/**
 * Note numbers that are recalled, as a counter tells them.
 * @param {Draft} draft
 * @param {readonly number[]} numbers
 */
export function takeRecalled({ session }, numbers) {
  if (numbers.length === 0) return;
  const { revising } = session;
  session.revising = { ...revising, numbers: rangesOf(numbers).reduce(join, [...revising.numbers]) };
}

/** @param {Draft} draft @param {{seq: number, number: number, uid: string}} target */
function recall(draft, { seq, number, uid }) {
  const { session } = draft;
  const { revising, count } = session;
  if (includes(revising.recalled, seq)) return;
  // In a private session, the numbers of the own messages are in the other person's row.
  if (draft.isGroup || uid !== draft.me) {
    // Of `unlisted` own messages nobody knows the numbers: this one is no longer among them.
    const isUnlisted = uid === draft.me && number <= count.unlistedTo && includes(count.added, number);
    session.count = { ...count, unlisted: Math.max(0, count.unlisted - Number(isUnlisted)) };
    takeRecalled(draft, [number]);
    leaveOutRecalled(draft);
  }
  session.revising = { ...session.revising, recalled: join(revising.recalled, [seq, seq]) };
  forgetEdits(draft, seq);
  forgetMention(draft, seq);
  draft.revise(seq, recalled);
}

/** @param {Draft} draft @param {Edit} given */
function edit(draft, { seq, revised, content, at, atAll }) {
  const { session } = draft;
  if (includes(session.revising.recalled, seq)) return;
  const change = { seq, revised, content, at, atAll };
  if (!atAll && !at.includes(draft.me)) forgetMention(draft, seq);
  if (includes(session.held, seq)) draft.revise(seq, (message) => edited(message, change));
  else session.revising = { ...session.revising, edits: [...session.revising.edits, change] };
}

/** @param {Message} message @param {Edit} change @returns {Message} */
const edited = (message, { revised, content, at, atAll }) =>
  revised > message.revised && !message.recalled ? { ...message, revised, content, at, atAll } : message;

/** Return a message without its content. @param {Message} message @returns {Message} */
const recalled = (message) => ({ ...message, content: {}, at: [], atAll: false, recalled: true });

/** @param {Draft} draft @param {number} seq */
function forgetEdits({ session }, seq) {
  const { edits } = session.revising;
  if (edits.some((each) => each.seq === seq)) {
    session.revising = { ...session.revising, edits: edits.filter((each) => each.seq !== seq) };
  }
}

/** @param {Draft} draft @param {number} seq */
function forgetMention({ session }, seq) {
  session.mentions = session.mentions.filter((mention) => mention.seq !== seq);
  session.told = session.told.filter((told) => told !== seq);
}
