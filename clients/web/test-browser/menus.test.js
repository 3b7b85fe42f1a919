// Menus of the page: each way to open one, and what the keys do in it.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

let page;
let bob;
let menu;

beforeEach(async () => {
  page = await browser.context.newPage();
  const alice = newPerson("alice");
  [bob] = await openPhones(page, stack, newPerson("bob"));
  await bob.is("online");
  await server.say(alice, bob.uid, "first");
  await server.say(alice, bob.uid, "second");
  await bob.hasDot(alice, 2);
  await bob.openChat(alice);
  await bob.sees("second");
  menu = page.getByRole("menu", { name: `Message of ${alice}` });
});
afterEach(async () => {
  browser.checkFaults();
  await page.close();
});

const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

test("a message's menu opens with its button, and with the right button of the mouse", async () => {
  await bob.bubble("first").locator(".meta").click();
  await menu.waitFor();
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  await bob.bubble("second").click({ button: "right" });
  await menu.waitFor();
  await page.mouse.click(2, 2);
  await menu.waitFor({ state: "detached" });
});

test("with the keyboard, Tab leads to the newest message, arrows to the others, and the focus comes back", async () => {
  await page.keyboard.press("Shift+Tab"); // from the field to the messages
  await page.keyboard.press("Tab");
  assert.ok(await isFocused(bob.bubble("second").locator(".meta")));
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await menu.waitFor();
  const first = menu.getByRole("menuitem").first();
  assert.ok(await isFocused(first));
  await page.keyboard.press("End");
  assert.ok(await isFocused(menu.getByRole("menuitem").last()));
  await page.keyboard.press("ArrowDown");
  assert.ok(await isFocused(first));
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  assert.ok(await isFocused(bob.bubble("first").locator(".meta")));
  await page.keyboard.press("Tab");
  assert.ok(await isFocused(bob.screen.getByRole("textbox", { name: "Message to" })));
});

test("with a finger, a long press opens it, and neither a short one nor a moving one does", async () => {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 1 });
  const { x, y } = await bob.bubble("second").boundingBox();
  const touch = (type, dy = 0) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: x + 20, y: y + 10 + dy }] });
  const press = async (ms, dy) => {
    await touch("touchStart");
    if (dy) await touch("touchMove", dy);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await touch("touchEnd");
  };
  await press(50);
  await press(900, 60);
  assert.equal(await menu.count(), 0);
  await press(900);
  await menu.waitFor();
  await until("it stays open when the finger goes", () => menu.isVisible());
});

test("the text of a message can be copied", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: stack.origin });
  await bob.bubble("first").locator(".meta").click();
  await menu.getByRole("menuitem", { name: "Copy the text" }).click();
  await until("the clipboard has it", () => page.evaluate(() => navigator.clipboard.readText()), (text) => text === "first");
});
