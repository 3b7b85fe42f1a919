// A list of rows of which only those near the screen are in the document.
//
// The list is laid out from the bottom (`column-reverse` around one box), so the browser keeps the distance from the bottom,
// and what is added at the top moves nothing. What is added below, while the person reads further up, is corrected in the
// same frame. In the document the rows stand in their order in time, for readers that follow it.

import { make } from "./dom.js";
import { Layout } from "./virtual.js";

/** How far from the screen rows are kept in the document, and how near its end more are asked for, in pixels. */
const KEPT = 600;
const NEAR = 1_500;
const USUAL_HEIGHT = 44;

/** @template {{key: string}} Row */
export class MessageList {
  #layout = new Layout(USUAL_HEIGHT);
  /** @type {readonly Row[]} the newest first */
  #rows = [];
  /** @type {Map<string, number>} */
  #indexes = new Map();
  /** @type {Map<string, HTMLElement>} rows in the document */
  #drawn = new Map();
  #box = make("div", { className: "rows" });
  #render;
  #onNearTop;
  #width = 0;
  #resized = new ResizeObserver(() => this.#onResize());

  /**
   * @param {(row: Row) => HTMLElement} render
   * @param {() => void} onNearTop the person comes near the oldest row
   * @param {() => void} onMove the person has scrolled
   */
  constructor(render, onNearTop, onMove) {
    this.#render = render;
    this.#onNearTop = onNearTop;
    this.element = make("div", { className: "messages", role: "log", "aria-live": "off", tabIndex: 0 }, this.#box);
    this.element.addEventListener("scroll", () => {
      this.#draw();
      onMove();
    });
    this.#resized.observe(this.element);
  }

  close() {
    this.#resized.disconnect();
  }

  /** How far the person has scrolled up, in pixels. */
  get height() {
    return Math.max(0, -this.element.scrollTop);
  }

  toBottom() {
    this.element.scrollTop = 0;
  }

  /** Show these rows, the newest first, and keep what the person reads where it is. @param {readonly Row[]} rows */
  set rows(rows) {
    const anchor = this.height > 2 ? this.#anchor() : null;
    this.#rows = rows;
    this.#layout.keys = rows.map(({ key }) => key);
    this.#indexes = new Map(rows.map(({ key }, index) => [key, index]));
    const index = anchor ? this.#indexes.get(anchor.key) : undefined;
    const moved = anchor && index !== undefined ? this.#layout.edge(index) - anchor.edge : 0;
    this.#draw(this.height + moved);
  }

  /** Draw all rows anew, in another language for example. */
  redraw() {
    this.#drawn.forEach((element) => element.remove());
    this.#drawn.clear();
    this.#layout.forget();
    this.#draw();
  }

  /** The lowest row on the screen. */
  #anchor() {
    const { from } = this.#layout.between(this.height, this.height);
    const row = this.#rows[from];
    return row ? { key: row.key, edge: this.#layout.edge(from) } : null;
  }

  /** Draw what is near the screen, when the person has scrolled up so far. @param {number} [height] */
  #draw(height = this.height) {
    const { clientHeight } = this.element;
    if (clientHeight === 0) return;
    for (let round = 0; round < 3; round += 1) {
      const { from, to, below, above } = this.#layout.between(height - KEPT, height + clientHeight + KEPT);
      this.#place(from, to);
      this.#box.style.paddingTop = `${above}px`;
      this.#box.style.paddingBottom = `${below}px`;
      if (Math.abs(height - this.height) >= 1) this.element.scrollTop = -height;
      const moved = this.#measure(from, to, height);
      height += moved;
      if (moved !== 0) this.element.scrollTop = -height;
    }
    if (this.#layout.total - height - clientHeight < NEAR) this.#onNearTop();
  }

  /** Let exactly these rows be in the document, the oldest first. @param {number} from @param {number} to */
  #place(from, to) {
    const kept = new Set(this.#rows.slice(from, to).map(({ key }) => key));
    for (const [key, element] of this.#drawn) {
      if (kept.has(key)) continue;
      element.remove();
      this.#drawn.delete(key);
    }
    let after = this.#box.firstElementChild;
    for (let index = to - 1; index >= from; index -= 1) {
      const row = /** @type {Row} */ (this.#rows[index]);
      const there = this.#drawn.get(row.key);
      if (there && there === after) {
        after = there.nextElementSibling;
        continue;
      }
      const element = there ?? this.#render(row);
      this.#drawn.set(row.key, element);
      this.#box.insertBefore(element, after);
    }
  }

  /**
   * Measure what is drawn. Return by how much it has moved what the person reads: rows below may be higher than assumed.
   * @param {number} from
   * @param {number} to
   * @param {number} height
   * @returns {number}
   */
  #measure(from, to, height) {
    let moved = 0;
    for (let index = from; index < to; index += 1) {
      const element = this.#drawn.get(/** @type {Row} */ (this.#rows[index]).key);
      const isBelow = this.#layout.edge(index) + 1 < height + moved;
      const change = this.#layout.measure(index, /** @type {HTMLElement} */ (element).getBoundingClientRect().height);
      if (isBelow) moved += change;
    }
    return moved;
  }

  #onResize() {
    const { clientWidth } = this.element;
    if (clientWidth !== this.#width) this.#layout.forget();
    this.#width = clientWidth;
    this.#draw();
  }
}
