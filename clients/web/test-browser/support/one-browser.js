// A stack and a browser for all tests of the file that imports this. Each test has people of its own.

import { after, before } from "node:test";
import { Browser } from "./browser.js";
import { Server } from "./server.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
export let stack;
/** @type {Server} */
export let server;
/** @type {Browser} */
export let browser;

before(async () => {
  [stack, browser] = await Promise.all([Stack.start(), Browser.start()]);
  server = new Server(stack);
});
after(() => Promise.all([browser.close(), stack.stop()]));
