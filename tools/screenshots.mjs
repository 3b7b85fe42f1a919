// Pictures of the page of `make run`, for README: node tools/screenshots.mjs <browser> <address> <folder>
//
// The same story as docs/page.md tells, told once; then the screen in light and in dark.
import { join } from "node:path";
import { chromium } from "playwright-core";
import { FLAGS } from "./chromium.mjs";

const [executablePath, address, folder] = process.argv.slice(2);
const TALK = [
  ["alice", "Are you on the train already?"],
  ["carol", "Yes, it left on time. I am there at eight."],
  ["alice", "Good. Bob has been offline all day, he will have something to read."],
  ["carol", "Ten thousand messages, I would say."],
];

const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: 60_000 });
const context = await browser.newContext({ viewport: { width: 1440, height: 880 }, locale: "en-GB", reducedMotion: "reduce" });
context.setDefaultTimeout(180_000);
const page = await context.newPage();
const phone = (name) => page.getByRole("region", { name, exact: true });
const [alice, bob, carol] = ["alice", "bob", "carol"].map(phone);

const press = (place, name) => place.getByRole("button", { name, exact: true }).click();
async function say(place, text) {
  await place.getByRole("textbox", { name: "Message to" }).or(place.getByRole("combobox", { name: "Message to" })).fill(text);
  await press(place, "Send");
  await place.locator(".message .tick").last().waitFor();
}

/** Choose from the menu of something. */
async function choose(button, place, ...items) {
  await place.click({ button });
  for (const name of items) await page.getByRole("menuitem", { name }).click();
}

await page.goto(`${address}/?people=alice,bob,carol`);
for (const each of [alice, bob, carol]) await each.locator('[data-state="online"]').waitFor();
await press(alice, "New group");
await page.getByRole("textbox", { name: "Name of the group" }).fill("Weekend");
await press(page, "Make the group");
await carol.getByRole("button", { name: /^Weekend/ }).click();
for (const [who, text] of TALK) await say(phone(who), text);
await press(bob, "Go offline");
await press(bob, "Receive 10,000 while away");
await bob.getByText("wait at the server").waitFor();
await say(alice, "Bring a coat");
await choose("left", alice.locator(".message", { hasText: "Bring a coat" }).locator(".meta"), "Take back");
await alice.getByText("You took back a message").waitFor();
await say(alice, "@bob we meet at the usual place, come when you are back");
await choose("left", alice.locator(".message", { hasText: "usual" }).locator(".meta"), "Edit");
await say(alice, "@bob we meet at the station, come when you are back");
await alice.getByText("edited").waitFor();
await press(bob, "The old way");
await bob.getByText("The old way:").waitFor();
await press(bob, "Come back");
await bob.getByText("First screen after").waitFor();
await bob.getByText("you were mentioned").waitFor({ state: "attached" });
await choose("right", bob.getByRole("button", { name: /^Weekend/ }), "Pin to the top");
await choose("right", bob.getByRole("button", { name: /^Ben/ }), "Mute", "For ever");
await bob.getByRole("button", { name: /^Ben muted/ }).waitFor();
await press(page, "Remove carol");
await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement)?.blur());
await page.mouse.move(0, 0);
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  await page.screenshot({ path: join(folder, `page-${colorScheme}.png`) });
}
await browser.close();
