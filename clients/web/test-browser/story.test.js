// The story that the page tells, in a real Chromium.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, stack } from "./support/one-browser.js";
import { holdFrames, letGo } from "./support/frames.js";
import { openPhones } from "./support/phones.js";
import { newPerson } from "./support/server.js";

test("Bob comes back to ten thousand messages, reads a thousand of them, and goes on talking", async () => {
  const page = await browser.context.newPage();
  await holdFrames(page, "pull");
  const phones = await openPhones(page, stack, newPerson("alice"), newPerson("bob"));
  const [alice, bob] = phones;
  await Promise.all([alice.is("online"), bob.is("online")]);

  await bob.goOffline();
  await bob.screen.getByRole("button", { name: "Receive 10,000 while away" }).click();
  await bob.screen.getByText("10,000 messages have come, and wait at the server").waitFor();
  await bob.comeBack();

  // Red dots at once, and the last messages, without a single pull.
  const friends = await bob.chats();
  assert.equal(friends.length, 10);
  for (const friend of friends) await bob.hasDot(friend, 1_000);
  await bob.openChat(friends[0]);
  await bob.log.locator('[data-seq="996"]').waitFor();
  assert.deepEqual(await bob.seqs(), [996, 997, 998, 999, 1_000]);

  // Pages as he scrolls.
  await letGo(page);
  const seen = await bob.scrollToTheBeginning();
  assert.equal(seen.size, 1_000);
  await bob.sees("From here on your own database");
  await bob.back();
  await bob.hasDot(friends[0], 0);
  await bob.hasDot(friends[1], 1_000);

  // After a reload the same chat comes from the phone itself.
  await page.reload();
  await letGo(page);
  await Promise.all([alice.is("online"), bob.is("online")]);
  await bob.openChat(friends[0]);
  await bob.sees("from your own database");
  assert.equal((await bob.scrollToTheBeginning()).size, 1_000);
  await bob.back();

  // Live, both ways.
  await alice.writeTo(bob.uid);
  await alice.say("Are you back?");
  await bob.hasDot(alice.uid, 1);
  await bob.openChat(alice.uid);
  await bob.sees("Are you back?");
  await bob.say("Just now.");
  await alice.sees("Just now.");
  await bob.back();
  await bob.hasDot(alice.uid, 0);
  await alice.back();
  await alice.hasDot(bob.uid, 0);

  // What went over the wire.
  await page.getByRole("button", { name: "Frames" }).click();
  const drawer = page.getByRole("complementary", { name: "Frames" });
  await drawer.getByRole("listitem").first().waitFor();
  const frames = await drawer.getByRole("listitem").allInnerTexts();
  for (const frame of frames) assert.match(frame, /\d (B|kB)\b/);
  browser.checkFaults();
});
