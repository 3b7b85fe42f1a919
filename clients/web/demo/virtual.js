// The arithmetic of a long list of which only what is near the screen is in the document.
//
// Rows are counted from the bottom: row 0 is the newest. So what is added at the top changes no position, and nothing that
// a person reads moves. Positions are pixels above the bottom of the list.

/** @typedef {{from: number, to: number, below: number, above: number}} Window rows `from` to `to` (exclusive) are to be
 *   drawn, with `below` pixels of others under them, and `above` over them */

export class Layout {
  #estimate;
  /** @type {Map<string, number>} heights that were measured, by key */
  #heights = new Map();
  /** @type {readonly string[]} */
  #keys = [];
  /** The position of each row's lower edge; one more than rows. */
  #edges = new Float64Array(1);
  /** How many of the edges are right. */
  #settled = 1;

  /** @param {number} estimate the height of a row that was never drawn, in pixels */
  constructor(estimate) {
    this.#estimate = estimate;
  }

  /** Rows by their keys, the newest first. A row keeps its height as long as it keeps its key. */
  set keys(/** @type {readonly string[]} */ keys) {
    this.#keys = keys;
    if (this.#edges.length < keys.length + 1) this.#edges = new Float64Array(2 * keys.length + 1);
    this.#settled = 1;
  }

  get total() {
    return this.edge(this.#keys.length);
  }

  /** The position of the lower edge of a row; for the number of rows, the height of all. @param {number} row */
  edge(row) {
    for (; this.#settled <= row; this.#settled += 1) {
      const last = this.#settled - 1;
      this.#edges[this.#settled] = (this.#edges[last] ?? 0) + this.#heightOf(last);
    }
    return this.#edges[row] ?? 0;
  }

  /**
   * Note the height of a row. Return by how much it differs from what was assumed.
   * @param {number} row
   * @param {number} height
   */
  measure(row, height) {
    const key = this.#keys[row];
    const change = height - this.#heightOf(row);
    if (key === undefined || (change === 0 && this.#heights.has(key))) return 0;
    this.#heights.set(key, height);
    if (change !== 0) this.#settled = Math.min(this.#settled, row + 1);
    return change;
  }

  /** Forget all heights: the width of the list has changed. */
  forget() {
    this.#heights.clear();
    this.#settled = 1;
  }

  /**
   * Return the rows between two positions.
   * @param {number} low
   * @param {number} high
   * @returns {Window}
   */
  between(low, high) {
    const count = this.#keys.length;
    const from = Math.min(this.#rowAt(low), Math.max(0, count - 1));
    const to = Math.min(count, this.#rowAt(high) + 1);
    return { from, to, below: this.edge(from), above: this.total - this.edge(to) };
  }

  /** The row that covers a position; the nearest one if none does. @param {number} position */
  #rowAt(position) {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.edge(middle) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @param {number} row */
  #heightOf(row) {
    return this.#heights.get(this.#keys[row] ?? "") ?? this.#estimate;
  }
}
