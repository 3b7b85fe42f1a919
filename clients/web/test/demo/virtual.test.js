// The arithmetic of the long list.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Layout } from "../../demo/virtual.js";

const keys = (count, first = 0) => Array.from({ length: count }, (_, index) => `k${first + index}`);

function layoutOf(count) {
  const layout = new Layout(40);
  layout.keys = keys(count);
  return layout;
}

describe("a long list", () => {
  it("draws only the rows near the screen, of ten thousand", () => {
    const { from, to, below, above } = layoutOf(10_000).between(200_000, 200_600);
    assert.deepEqual({ from, to, below, above }, { from: 5_000, to: 5_016, below: 200_000, above: 399_360 - 200_000 });
  });

  it("has no rows below its bottom and above its top", () => {
    const { from, below } = layoutOf(10).between(-600, 100);
    assert.deepEqual([from, below], [0, 0]);
    const { to, above } = layoutOf(10).between(300, 5_000);
    assert.deepEqual([to, above], [10, 0]);
  });

  it("draws nothing of an empty list", () => {
    assert.deepEqual(layoutOf(0).between(0, 500), { from: 0, to: 0, below: 0, above: 0 });
  });

  it("moves no row when older ones are added at the top", () => {
    const layout = layoutOf(100);
    layout.measure(3, 90);
    const before = layout.edge(50);
    layout.keys = keys(150);
    assert.equal(layout.edge(50), before);
    assert.equal(layout.total, 150 * 40 + 50);
  });

  it("tells by how much a row differs from what was assumed, once", () => {
    const layout = layoutOf(10);
    assert.equal(layout.measure(2, 100), 60);
    assert.equal(layout.measure(2, 100), 0);
    assert.deepEqual([layout.edge(2), layout.edge(3), layout.total], [80, 180, 460]);
  });

  it("keeps the height of a row whose place has changed", () => {
    const layout = layoutOf(10);
    layout.measure(0, 100);
    layout.keys = ["new", ...keys(10)];
    assert.deepEqual([layout.edge(1), layout.edge(2)], [40, 140]);
  });

  it("assumes all heights anew when the width has changed", () => {
    const layout = layoutOf(10);
    layout.measure(0, 100);
    layout.forget();
    assert.equal(layout.total, 400);
  });

  it("covers each position of the screen with a row, whatever the heights are", () => {
    const layout = layoutOf(500);
    for (let row = 0; row < 500; row += 1) layout.measure(row, 20 + ((row * 37) % 90));
    for (let low = 0; low < layout.total - 300; low += 97) {
      const { from, to, below, above } = layout.between(low, low + 300);
      assert.ok(below <= low && layout.total - above >= low + 300, `${low}: rows ${from} to ${to}`);
      assert.ok(layout.edge(from + 1) > low && layout.edge(to - 1) <= low + 300, `${low}: no row too many`);
    }
  });
});
