// Every conformance vector, played with this library.

import "./support/virtual-time.js";
import "fake-indexeddb/auto";
import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { play } from "./conformance/runner.js";

const VECTORS = new URL("../../../conformance/vectors/", import.meta.url);
for (const file of readdirSync(VECTORS).sort()) {
  const { topic, vectors } = JSON.parse(readFileSync(new URL(file, VECTORS), "utf8"));
  describe(topic, () => {
    for (const vector of vectors) it(vector.name, () => play(vector));
  });
}
