// Messages that the person has hidden from themselves (docs/protocol.md, section 7, "Hiding"). Pure: the functions change a
// `Draft`.

import { join, rangesOf, subtract } from "./ranges.js";
import { forgetEdits } from "./revising.js";

/**
 * @import { Draft } from "./draft.js"
 * @import { Message } from "./model.js"
 * @import { Ranges } from "./ranges.js"
 */

/**
 * What is hidden in a session.
 * @typedef {object} Hidden
 * @property {Ranges} seqs
 * @property {Ranges} due those that the server has not confirmed yet
 * @property {number} version up to which this device knows what is hidden
 */
/**
 * What the server tells of it: the answer of `hide` and `hidden`, and a push.
 * @typedef {object} HiddenReply
 * @property {string} sessionId
 * @property {readonly number[]} seqs
 * @property {number} version
 * @property {boolean} end
 */

/** @type {Hidden} */
export const NOTHING_HIDDEN = { seqs: [], due: [], version: 0 };

/** Return a message without its content; one of the system keeps it. @param {Message} message @returns {Message} */
export const blank = (message) => ({
  ...message,
  content: message.kind === "system" ? message.content : {},
  at: [],
  atAll: false,
  hidden: true,
});

/** @param {Hidden} before @param {readonly number[]} seqs */
const withHidden = (before, seqs) => ({ ...before, seqs: rangesOf(seqs).reduce(join, [...before.seqs]) });

/** Remove the content of messages; their numbers stay counted. @param {Draft} draft @param {readonly number[]} seqs */
export function hide(draft, seqs) {
  const { session } = draft;
  session.hiding = withHidden(session.hiding, seqs);
  for (const seq of seqs) {
    forgetEdits(draft, seq);
    draft.revise(seq, blank);
  }
  session.mentions = session.mentions.filter(({ seq }) => !seqs.includes(seq));
  session.told = session.told.filter((seq) => !seqs.includes(seq));
}

/** Hide messages on this device, and then on the others. @param {Draft} draft @param {readonly number[]} seqs */
export function hideHere(draft, seqs) {
  hide(draft, seqs);
  const { hiding } = draft.session;
  draft.session.hiding = { ...hiding, due: rangesOf(seqs).reduce(join, [...hiding.due]) };
}

/** Take a push `hide`, or the answer. @param {Draft} draft @param {HiddenReply} reply */
export function takeHide(draft, { seqs, version }) {
  hide(draft, seqs);
  const { hiding } = draft.session;
  if (version === hiding.version + 1) draft.session.hiding = { ...hiding, version };
  else compareHidden(draft, version);
}

/** Note what the server has said to a `hide`. @param {Draft} draft @param {readonly number[]} named @param {HiddenReply | null} reply */
export function settleHide(draft, named, reply) {
  const { hiding } = draft.session;
  draft.session.hiding = { ...hiding, due: subtract(hiding.due, rangesOf(named)) };
  if (reply) takeHide(draft, reply);
}

/** Take a page of all that is hidden. @param {Draft} draft @param {readonly number[]} seqs @param {number} version up to which all is known now */
export function takeHidden(draft, seqs, version) {
  hide(draft, seqs);
  const { hiding } = draft.session;
  draft.session.hiding = { ...hiding, version: Math.max(hiding.version, version) };
}

/** @param {Draft} draft @param {number} version that the server has */
export function compareHidden(draft, version) {
  draft.lacksHidden ||= version > draft.session.hiding.version;
}
