// The red dots, the messages and the acks of several devices and tabs, against a model, under schedules in which
// everything fails. SEEDS=1000 runs more of them, SEED=7 only one.

import { it } from "node:test";
import { World } from "./support/world.js";

const SEEDS = Number(process.env.SEEDS ?? 12);
const only = process.env.SEED;
const seeds = only ? [Number(only)] : Array.from({ length: SEEDS }, (_, at) => at + 1);

for (const devices of [1, 2]) {
  for (const seed of seeds) {
    it(`counts, saves and acks right with ${devices} of a person's devices, seed ${seed}`, async () => {
      const world = new World(seed, devices);
      try {
        await world.run(60);
      } catch (error) {
        error.message += `\nafter: ${world.done}`;
        throw error;
      }
      await world.close();
    });
  }
}
