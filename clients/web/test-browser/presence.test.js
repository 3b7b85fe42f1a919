// What people see of one another: who types, who is online, and when they were.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { Browser, until } from "./support/browser.js";
import { RealDevice } from "./support/real-devices.js";
import { newPerson } from "./support/server.js";
import { Stack } from "./support/stack.js";

let stack;
let browser;
let alice;
let bob;

before(async () => {
  [stack, browser] = await Promise.all([Stack.start({ OnlineStatus: "lastSeen" }), Browser.start()]);
});
after(() => Promise.all([browser.close(), stack.stop()]));

/** Both have the chat with the other on the screen. */
beforeEach(async () => {
  [alice, bob] = await Promise.all(["alice", "bob"].map((name) => RealDevice.on(browser, stack, newPerson(name))));
  await alice.writeTo(bob.uid);
  await alice.say("hello");
  await bob.openChat(alice.uid);
  await bob.sees("hello");
});
afterEach(async () => {
  browser.checkFaults(/ERR_INTERNET_DISCONNECTED/);
  await Promise.all([alice.off(), bob.off()]);
});

const typing = ({ screen }) => screen.getByText("typing …");
const status = ({ screen }, text) => screen.locator(".heading").getByText(text);
const isGone = (locator) => locator.waitFor({ state: "detached" });

test("others see that somebody types, in the chat and in the list, until they have deleted it", async () => {
  await bob.field().pressSequentially("I am");
  await typing(alice).waitFor();
  assert.equal(await typing(bob).count(), 0, "nobody is told of oneself");
  await alice.back();
  await alice.row(bob.uid).getByText("typing …").waitFor();
  await bob.field().fill("");
  await isGone(typing(alice));
  await alice.row(bob.uid).getByText("You: hello").waitFor();
});

test("a message ends it, and so does leaving the chat", async () => {
  await bob.field().pressSequentially("on my way");
  await typing(alice).waitFor();
  await bob.field().press("Enter");
  await alice.sees("on my way");
  await isGone(typing(alice));
  // A signal that follows the last one too soon is dropped: he types on.
  await until("Alice sees it", async () => {
    await bob.field().press("a");
    return typing(alice).isVisible();
  });
  await bob.back();
  await isGone(typing(alice));
});

test("whoever loses the network while they type seems to type for some seconds only", async () => {
  await bob.field().pressSequentially("I am");
  await typing(alice).waitFor();
  await bob.cutNetwork();
  await isGone(typing(alice));
});

test("a person is online on any of their devices, and was last seen when the last one has gone", async () => {
  await status(alice, "online").waitFor();
  const tablet = await RealDevice.on(browser, stack, `${bob.uid}/tablet`);
  await bob.sleep();
  await alice.hasAsked();
  await status(alice, "online").waitFor();
  await tablet.off();
  // The page asks from time to time.
  await status(alice, "last seen just now").waitFor();
  await bob.wake();
  await status(alice, "online").waitFor();
});

test("whoever is blocked no longer sees it", async () => {
  await status(bob, "online").waitFor();
  await alice.screen.getByRole("button", { name: `Block ${bob.uid}` }).click();
  await alice.page.keyboard.press("Escape");
  await isGone(status(bob, /online|last seen/));
});
