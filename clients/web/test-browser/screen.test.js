// The page as people use it: by keyboard, on a phone's width, in the dark, in Chinese, and while it scrolls.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, server, stack } from "./support/one-browser.js";
import { holdFrames, letGo } from "./support/frames.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The narrowest phones. */
const NARROW = { width: 360, height: 740 };
const PER_FRIEND = 200;
/** Of one message, in pixels. */
const LOWEST_ROW = 30;

let page;

beforeEach(async () => {
  page = await browser.context.newPage();
  await page.emulateMedia({ reducedMotion: "reduce" });
});
afterEach(async () => {
  browser.checkFaults();
  await page.close();
});

/** Show the phone of somebody for whom messages of ten friends wait. */
async function openBob() {
  const bob = newPerson("bob");
  await server.receive(bob, 10 * PER_FRIEND);
  const [phone] = await openPhones(page, stack, bob);
  await phone.is("online");
  const [friend] = await phone.chats();
  return { phone, friend };
}

/** Bring the page into each of its main states; `look` at each. */
async function visit(phone, friend, look) {
  await phone.hasDot(friend, PER_FRIEND);
  await look("the list of chats");
  await phone.openChat(friend);
  await phone.log.locator(`[data-seq="${PER_FRIEND}"]`).waitFor();
  await look("a chat");
  await phone.back();
  await phone.goOffline();
  await look("away");
  await phone.comeBack();
  await phone.screen.getByRole("button", { name: "New group" }).click();
  await page.getByRole("dialog").waitFor();
  await look("a dialog");
  await page.getByRole("textbox", { name: "Name of the group" }).fill("Weekend");
  await page.keyboard.press("Enter");
  await phone.screen.getByRole("button", { name: "Members of Weekend" }).click();
  await page.getByRole("button", { name: "Dissolve the group" }).waitFor();
  await look("the dialog of a group");
  await page.keyboard.press("Escape");
  await phone.say("hello");
  await phone.bubble("hello").getByText("sent", { exact: true }).waitFor();
  await phone.bubble("hello").locator(".meta").click();
  await look("the menu of a message");
  await page.keyboard.press("Escape");
  await phone.chooseOf("hello", "Edit");
  await look("an edit");
  await page.keyboard.press("Escape");
  await phone.back();
  await page.getByRole("button", { name: "Frames" }).click();
  await page.getByRole("complementary", { name: "Frames" }).getByRole("listitem").first().waitFor();
  await look("the frames");
}

test("no screen breaks a rule of accessibility, in the light and in the dark, in English and in Chinese", async () => {
  const { phone, friend } = await openBob();
  await page.evaluate(AXE);
  const language = page.locator("#language");
  await visit(phone, friend, async (where) => {
    for (const tongue of ["zh", "en"]) {
      // A dialog covers the choice of the language.
      if ((await page.getByRole("dialog").count()) === 0) await language.selectOption(tongue);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const broken = await page.evaluate(async () => {
          const { violations } = await window.axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
        });
        assert.deepEqual(broken, [], `${where}, ${tongue}, ${colorScheme}`);
      }
    }
  });
});

test("nothing is wider than a narrow phone", async () => {
  await page.setViewportSize(NARROW);
  const { phone, friend } = await openBob();
  await visit(phone, friend, async (where) => {
    const tooWide = await page.evaluate(() => {
      const scrolling = [document.scrollingElement, ...document.querySelectorAll("dialog")];
      return scrolling.filter((each) => each.scrollWidth > each.clientWidth).map(({ tagName }) => tagName);
    });
    assert.deepEqual(tooWide, [], where);
  });
});

test("a double click does what a click does, and does not undo it", async () => {
  const [bob, carol, dave] = await openPhones(page, stack, ...["bob", "carol", "dave"].map(newPerson));
  await bob.is("online");
  await bob.screen.getByRole("button", { name: "Go offline" }).dblclick();
  await bob.is("offline");
  await bob.screen.getByRole("button", { name: "Come back" }).dblclick();
  await bob.is("online");
  await bob.screen.getByRole("button", { name: /^Remove/ }).dblclick();
  await bob.screen.waitFor({ state: "detached" });
  for (const other of [carol, dave]) await other.is("online");
});

test("a person with a keyboard opens a chat, scrolls, writes, and comes back to where they were", async () => {
  const { phone, friend } = await openBob();
  const focused = () => page.evaluate(() => document.activeElement?.closest("[data-session]")?.textContent ?? "");
  for (let presses = 0; !(await focused()).includes(friend); presses += 1) {
    assert.ok(presses < 30, "the first chat is a few presses of Tab away");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await phone.log.locator(`[data-seq="${PER_FRIEND}"]`).waitFor();
  await page.keyboard.type("by keyboard");
  await page.keyboard.press("Enter");
  await phone.sees("by keyboard");
  await phone.log.locator(`[data-seq="${PER_FRIEND + 1}"]`).waitFor(); // it is sent, and the list at rest
  await page.keyboard.press("Shift+Tab");
  assert.ok(await phone.log.evaluate((log) => log === document.activeElement), "the messages come before the field");
  const height = () => phone.log.evaluate((log) => -log.scrollTop);
  // Each key moves the list by the whole way at one press, though rows are measured and pages come while it scrolls.
  const whole = await phone.log.evaluate((log) => log.clientHeight);
  for (const [key, way] of Object.entries({ ArrowUp: 20, PageUp: 0.7 * whole, Home: 2 * whole })) {
    const before = await height();
    await page.keyboard.press(key);
    await until(`${key} scrolls`, height, (now) => now >= before + way);
  }
  await page.keyboard.press("Escape");
  await phone.log.waitFor({ state: "detached" });
  await until("the focus is on its row", focused, (text) => text.includes(friend));
});

test("a page of older messages, and one that comes live, move nothing that is read", async () => {
  await holdFrames(page, "pull");
  const { phone, friend } = await openBob();
  await phone.openChat(friend);
  await letGo(page);
  const height = () => phone.log.evaluate((log) => log.scrollHeight);
  await until("a page", height, (now) => now > 50 * LOWEST_ROW);
  const style = await phone.log.evaluate((log) => {
    const { overflowAnchor, overscrollBehaviorY } = getComputedStyle(log);
    return [overflowAnchor, overscrollBehaviorY];
  });
  assert.deepEqual(style, ["none", "contain"]);

  await page.evaluate(() => window.holdAgain());
  await phone.log.evaluate((log) => (log.scrollTop = -log.scrollHeight));
  await until("the next pull is held", () => page.evaluate(() => window.areHeld()));
  const watched = await watchPlace(phone);
  await letGo(page);
  await until("older messages", height, (now) => now > watched.scrollHeight);
  await server.say(friend, phone.uid, "while you read");
  await phone.screen.getByText("1 new message").waitFor();
  const moves = await page.evaluate(() => window.endWatch());
  assert.ok(moves.length > 0 && moves.every((move) => Math.abs(move) <= 1), `moved by ${moves}`);
});

/** Note in each frame how far a message that is on the screen has moved. */
const watchPlace = ({ log }) =>
  log.evaluate((log) => {
    const box = log.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    const mark = [...log.querySelectorAll("[data-seq]")].find((each) => each.getBoundingClientRect().top > middle);
    const { seq } = mark.dataset;
    const placeOf = () => log.querySelector(`[data-seq="${seq}"]`)?.getBoundingClientRect().top ?? NaN;
    const at = placeOf();
    const moves = [];
    let isOver = false;
    const look = () => {
      moves.push(placeOf() - at);
      if (!isOver) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.endWatch = () => {
      isOver = true;
      return moves;
    };
    return { scrollHeight: log.scrollHeight };
  });

test("the whole page is in Chinese at a touch, and stays so", async () => {
  const { phone } = await openBob();
  await page.locator("#language").selectOption("zh");
  await phone.screen.getByRole("button", { name: "\u79bb\u7ebf" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
  await page.reload();
  await phone.is("online");
  const texts = await page.evaluate(() => {
    const shown = [...document.querySelectorAll("button, label, h1, h2, h3, p, summary, select[aria-label]")];
    const visible = shown.filter((each) => each.checkVisibility());
    return visible.map((each) => each.getAttribute("aria-label") ?? each.textContent);
  });
  for (const text of texts) assert.doesNotMatch(text, /undefined|\{\w+\}|\[object/);
  await page.locator("#language").selectOption("en");
  await phone.screen.getByRole("button", { name: "Go offline" }).waitFor();
});

test("the page allows itself nothing but its own files", async () => {
  const response = await page.goto(`${stack.origin}/?people=`);
  assert.match(response.headers()["content-security-policy"], /^default-src 'none'; script-src 'self' 'sha256-/);
});
