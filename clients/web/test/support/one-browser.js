// A server, a browser and a clock for each test of the file that imports this.

import { afterEach, beforeEach } from "node:test";
import { failNext } from "./failing-database.js";
import { SmallServer } from "./server.js";
import { Browser } from "./tabs.js";
import { VirtualTime } from "./virtual-time.js";

/** @type {VirtualTime} */
export let time;
/** @type {SmallServer} */
export let server;
/** @type {Browser} */
export let browser;

beforeEach(() => {
  failNext();
  [time, server] = [new VirtualTime(), new SmallServer()];
  browser = new Browser(time, server);
});
afterEach(async () => {
  const closing = browser.close();
  await time.advance(1);
  await closing;
});

/** Let the clock run until a call has ended. */
export async function ended(call) {
  let isOver = false;
  const over = () => (isOver = true);
  call.then(over, over);
  for (let second = 0; second < 60 && !isOver; second += 1) await time.advance(1);
  return call;
}
