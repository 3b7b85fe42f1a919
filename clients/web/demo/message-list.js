// A list of rows of which only those near the screen are in the document.
//
// The list is laid out from the bottom (`column-reverse` around one box), so the browser keeps the distance from the bottom,
// and what is added at the top moves nothing. What is added below, while the person reads further up, is corrected in the
// same frame. While the browser scrolls smoothly, a new position or another height of the box would end that: then the box is
// shifted instead, and keeps its height as far as it goes. In the document the rows stand in their order in time, for readers that follow it.

import { make } from "./dom.js";
import { Layout } from "./virtual.js";

/** How far from the screen rows are kept in the document, and how near its end more are asked for, in pixels. */
const KEPT = 600;
const NEAR = 1_500;
const USUAL_HEIGHT = 44;
/** Scrolling is over after that long without an event: not all browsers tell its end. */
const SCROLLED_MS = 150;

/** `key` says which row it is, `look` when it must be drawn anew. @template {{key: string, look?: string}} Row */
export class MessageList {
  #layout = new Layout(USUAL_HEIGHT);
  /** @type {readonly Row[]} the newest first */
  #rows = [];
  /** @type {Map<string, number>} */
  #indexes = new Map();
  /** @type {Map<string, {element: HTMLElement, look: string | null | undefined}>} rows in the document */
  #drawn = new Map();
  #box = make("div", { className: "rows" });
  #render;
  #onNearTop;
  #width = 0;
  /** By how much the box is shifted down, in pixels, until scrolling is over. */
  #shift = 0;
  #isScrolling = false;
  #scrolled = 0;
  /** Of the box, in pixels. */
  #boxHeight = 0;
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
      this.#onScrolling();
      this.#draw();
      onMove();
    });
    this.#resized.observe(this.element);
  }

  close() {
    this.#resized.disconnect();
    clearTimeout(this.#scrolled);
  }

  /** How far the person has scrolled up, in pixels. */
  get height() {
    return Math.max(0, this.#shift - this.element.scrollTop);
  }

  toBottom() {
    this.#isScrolling = false;
    this.#moveTo(0);
  }

  /** Have the screen's lower edge so far above the bottom of the list, in pixels. @param {number} height */
  #moveTo(height) {
    this.#shift = this.#isScrolling ? height + this.element.scrollTop : 0;
    if (!this.#isScrolling) this.element.scrollTop = -height;
    this.#box.style.transform = this.#shift ? `translateY(${this.#shift}px)` : "";
  }

  #onScrolling() {
    this.#isScrolling = true;
    clearTimeout(this.#scrolled);
    this.#scrolled = setTimeout(() => this.#onScrolled(), SCROLLED_MS);
  }

  #onScrolled() {
    this.#isScrolling = false;
    const { height } = this;
    this.#fit(height);
    if (this.#shift) this.#moveTo(height);
  }

  /** Give the box the height of all rows. @param {number} height how far the person has scrolled up */
  #fit(height) {
    const { total } = this.#layout;
    const isAtEnd = height + this.element.clientHeight > Math.min(this.#boxHeight, total) - KEPT;
    if (this.#isScrolling && !isAtEnd) return;
    this.#boxHeight = total;
    this.#box.style.height = `${total}px`;
  }

  /** Show these rows, the newest first, and keep what the person reads where it is. @param {readonly Row[]} rows */
  set rows(rows) {
    this.#keepPlace(() => {
      this.#rows = rows;
      this.#layout.keys = rows.map(({ key }) => key);
      this.#indexes = new Map(rows.map(({ key }, index) => [key, index]));
    });
  }

  /** Draw all rows anew, in another language for example. */
  redraw() {
    for (const drawn of this.#drawn.values()) drawn.look = null;
    this.#keepPlace(() => this.#layout.forget());
  }

  /** Change the layout, and draw so that the lowest row on the screen stays where it is. @param {() => void} change */
  #keepPlace(change) {
    const anchor = this.height > 2 ? this.#anchor() : null;
    change();
    const index = anchor ? this.#indexes.get(anchor.key) : undefined;
    const moved = anchor && index !== undefined ? this.#layout.edge(index) - anchor.edge : 0;
    this.#draw(this.height + moved);
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
      const { from, to, below } = this.#layout.between(height - KEPT, height + clientHeight + KEPT);
      this.#place(from, to);
      this.#box.style.paddingBottom = `${below}px`;
      this.#fit(height);
      if (Math.abs(height - this.height) >= 1) this.#moveTo(height);
      const moved = this.#measure(from, to, height);
      height += moved;
      if (moved !== 0) this.#moveTo(height);
    }
    if (this.#layout.total - height - clientHeight < NEAR) this.#onNearTop();
  }

  /** Let exactly these rows be in the document, the oldest first. @param {number} from @param {number} to */
  #place(from, to) {
    const kept = new Map(this.#rows.slice(from, to).map(({ key, look }) => [key, look]));
    let focused = "";
    for (const [key, { element, look }] of this.#drawn) {
      if (kept.has(key) && kept.get(key) === look) continue;
      if (element.contains(document.activeElement)) focused = key;
      element.remove();
      this.#drawn.delete(key);
    }
    let after = this.#box.firstElementChild;
    for (let index = to - 1; index >= from; index -= 1) {
      const row = /** @type {Row} */ (this.#rows[index]);
      const there = this.#drawn.get(row.key)?.element;
      if (there && there === after) {
        after = there.nextElementSibling;
        continue;
      }
      const element = there ?? this.#render(row);
      this.#drawn.set(row.key, { element, look: row.look });
      this.#box.insertBefore(element, after);
    }
    if (!focused) return;
    const drawn = this.#drawn.get(focused)?.element.querySelector("button");
    (drawn ?? this.element).focus({ preventScroll: true });
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
      const drawn = this.#drawn.get(/** @type {Row} */ (this.#rows[index]).key);
      const isBelow = this.#layout.edge(index) + 1 < height + moved;
      const change = this.#layout.measure(index, /** @type {{element: HTMLElement}} */ (drawn).element.getBoundingClientRect().height);
      if (isBelow) moved += change;
    }
    return moved;
  }

  #onResize() {
    const { clientWidth } = this.element;
    const isSame = clientWidth === this.#width;
    this.#width = clientWidth;
    this.#keepPlace(() => isSame || this.#layout.forget());
  }
}
