// Measures logins in a browser: node bench/web/measure.mjs <browser> <address of the page>
//
// It speaks with the benchmark by lines of JSON. Each line that it reads is a task, and it answers with a line:
//   {"do": "login"}     a new device of Bob comes back while messages wait → figures (before it comes back, the line
//                       {"away": true} is answered by the benchmark with any line)
//   {"do": "old way"}   the same messages pushed at login → figures, or null if they are not shown in `timeoutMs`
import readline from "node:readline";
import { chromium, errors } from "playwright-core";
import { FLAGS } from "../../tools/chromium.mjs";
import { pace, watch } from "./watch.mjs";
import { tasksOf } from "./trace.mjs";

const [executablePath, url] = process.argv.slice(2);
const THROTTLING = 4;
/** After the first screen the client clears and saves; its tasks count, too. */
const SETTLED_MS = 1_500;
const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"];
const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: 60_000 });
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line) => console.log(JSON.stringify(line));

/** A page with Bob's phone, which has gone away. It has never seen a message. */
async function awayPhone() {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(900_000);
  await page.addInitScript(watch);
  await page.goto(`${url}/?people=bob`);
  await page.locator("catchup-phone .state[data-state=online]").waitFor();
  await page.getByRole("button", { name: "Go offline" }).click();
  await page.locator("catchup-phone .state[data-state=offline]").waitFor();
  const session = await context.newCDPSession(page);
  return { page, close: () => context.close(), throttle: (rate) => session.send("Emulation.setCPUThrottlingRate", { rate }) };
}

async function login({ waiting }) {
  const phone = await awayPhone();
  say({ away: true });
  await lines.next();
  await phone.throttle(THROTTLING);
  const paceMs = await phone.page.evaluate(pace);
  await browser.startTracing(phone.page, { categories: CATEGORIES });
  await phone.page.evaluate((unread) => globalThis.watched.begin(unread), waiting);
  await phone.page.getByRole("button", { name: "Come back" }).click();
  await phone.page.waitForFunction(() => globalThis.watched.isShown());
  await phone.page.waitForTimeout(SETTLED_MS);
  const figures = await phone.page.evaluate(() => globalThis.watched.figures());
  const trace = JSON.parse((await browser.stopTracing()).toString());
  await phone.close();
  return { paceMs, ...figures, ...tasksOf(trace) };
}

async function oldWay({ timeoutMs }) {
  const phone = await awayPhone();
  await phone.throttle(THROTTLING);
  await phone.page.getByRole("button", { name: "The old way" }).click();
  const measured = () => performance.getEntriesByName("the old way", "measure")[0]?.detail;
  const found = await phone.page.waitForFunction(measured, null, { timeout: timeoutMs }).catch((error) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
    return null;
  });
  const figures = (await found?.jsonValue()) ?? null;
  await phone.close();
  return figures;
}

say({ browser: browser.version(), throttling: THROTTLING });
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const task = JSON.parse(line);
  say(await (task.do === "login" ? login(task) : oldWay(task)));
}
await browser.close();
