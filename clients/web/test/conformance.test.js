// Every conformance vector, played with this library.

import "./support/virtual-time.js";
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { play } from "./conformance/runner.js";

const VECTORS = new URL("../../../conformance/vectors/", import.meta.url);
/**
 * Files of vectors, one a line, whose capability this library does not have yet.
 * @type {ReadonlySet<string>}
 */
const NOT_YET = new Set(["revising.json", "settings.json"]);

const files = readdirSync(VECTORS).sort();

it("knows every file of vectors that it leaves out", () => {
  assert.deepEqual([...NOT_YET].filter((file) => !files.includes(file)), []);
});

for (const file of files.filter((each) => !NOT_YET.has(each))) {
  const { topic, vectors } = JSON.parse(readFileSync(new URL(file, VECTORS), "utf8"));
  describe(topic, () => {
    for (const vector of vectors) it(vector.name, () => play(vector));
  });
}
