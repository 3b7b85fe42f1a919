// Looks at the two pages in a browser as a person does, and prints as JSON what was there:
// node tests/pages/look.mjs <browser> <address of the stack> <token>
import { chromium } from "playwright-core";
import { FLAGS } from "../../tools/chromium.mjs";

const [executablePath, stack, token] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: 60_000 });

async function look(path, read) {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const errors = [];
  const hosts = new Set();
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await page.goto(stack + path);
  const seen = await read(page);
  await page.close();
  return { ...seen, errors, hosts: [...hosts] };
}

// "Authorize" with the token, then "Try it out" and "Execute" of one request.
async function readAndTry(page) {
  const request = page.locator("#operations-catching_up-sessions");
  await request.waitFor();
  const operations = await page.locator(".opblock-summary-path").allInnerTexts();
  await page.getByRole("button", { name: "Authorize" }).click();
  const dialog = page.locator(".auth-container");
  await dialog.locator("input").fill(token);
  await dialog.getByRole("button", { name: "Apply credentials" }).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  await request.locator(".opblock-summary-control").click();
  await request.getByRole("button", { name: "Try it out" }).click();
  await request.getByRole("button", { name: "Execute" }).click();
  const answer = request.locator(".live-responses-table .response");
  const status = await answer.locator(".response-col_status").innerText();
  return { operations, status, answer: await answer.locator("pre").first().innerText() };
}

async function readOperations(page) {
  await page.locator("#viewer h1").first().waitFor({ state: "attached" });
  const ids = await page.locator("[id^='operation-']").evaluateAll((found) => found.map(({ id }) => id));
  // Parts of an operation have the channel's address in their ids.
  return { operations: ids.filter((id) => !id.includes("/")).map((id) => id.split("-").at(-1)) };
}

console.log(
  JSON.stringify({
    http: await look("/docs/http", readAndTry),
    websocket: await look("/docs/websocket", readOperations),
  }),
);
await browser.close();
