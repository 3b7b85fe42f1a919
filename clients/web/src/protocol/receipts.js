// Whether the person has receipts (docs/protocol.md, section 7, "Receipts"). Pure.

/**
 * What the person has chosen about receipts.
 * @typedef {object} ReceiptsChoice
 * @property {boolean} on whether others learn how far the person has read, and the person how far they have
 * @property {number} changedAtMs when the person chose it; 0: never
 * @property {boolean} offForAll whether the deployment has no receipts
 */
/** @typedef {ReceiptsChoice & {isDue: boolean}} HeldReceipts `isDue`: the server is to be told */

/** @type {HeldReceipts} */
export const NOT_CHOSEN = { on: true, changedAtMs: 0, offForAll: false, isDue: false };

/**
 * Return what the person chooses now; it is later than each choice that is known.
 * @param {HeldReceipts} held
 * @param {boolean} on
 * @param {number} nowMs the server's clock
 * @returns {HeldReceipts}
 */
export const chosen = ({ changedAtMs }, on, nowMs) => ({
  ...{ on, offForAll: false, isDue: true },
  changedAtMs: Math.max(nowMs, changedAtMs + 1),
});

/**
 * Return what holds after the server has told something: answers and pushes overtake one another. That the deployment has
 * none is no choice of the person, and has no time.
 * @param {HeldReceipts} held
 * @param {ReceiptsChoice} told
 * @returns {HeldReceipts}
 */
export function taken(held, told) {
  const isLater = held.changedAtMs > told.changedAtMs && !told.offForAll && !held.offForAll;
  return isLater ? held : { ...told, isDue: false };
}

/** Tell whether others learn anything of the person, and the person of them. @param {ReceiptsChoice} held */
export const hasReceipts = ({ on, offForAll }) => on && !offForAll;

/** Return what is shown of it. @param {HeldReceipts} held @returns {ReceiptsChoice} */
export const shownReceipts = (held) => ({ on: hasReceipts(held), changedAtMs: held.changedAtMs, offForAll: held.offForAll });
