// Pictures, voice and files: from Alice to Bob who is away, through the local stack's S3.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "./support/browser.js";
import { browser, stack } from "./support/one-browser.js";
import { RealDevice } from "./support/real-devices.js";
import { newPerson } from "./support/server.js";

const WITHOUT_NETWORK = /ERR_INTERNET_DISCONNECTED/;

let alice;
let bob;

beforeEach(async () => {
  [alice, bob] = await Promise.all([newPerson("alice"), newPerson("bob")].map((who) => RealDevice.on(browser, stack, who)));
});
afterEach(async () => {
  browser.checkFaults(WITHOUT_NETWORK);
  await Promise.all([alice, bob].map((device) => device.off()));
});

/** A picture as a camera would make it: 320 by 200. */
const pictureOf = (device, type) =>
  device.page.evaluate(async (mime) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
    const pen = canvas.getContext("2d");
    [pen.fillStyle] = ["teal"];
    pen.fillRect(20, 20, 200, 120);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, mime));
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, type);

async function attach(device, name, mimeType, bytes) {
  await device.screen.locator("input[type=file]").setInputFiles({ name, mimeType, buffer: Buffer.from(bytes) });
}

const shownWidth = (device) => device.screen.locator(".file img.picture:not(.small)").evaluate((image) => image.naturalWidth);

test("a picture that Alice picks is a small one on Bob's side when he comes back, and whole when he taps it", async () => {
  await alice.writeTo(bob.uid);
  await bob.goOffline();
  await attach(alice, "beach.jpg", "image/jpeg", await pictureOf(alice, "image/jpeg"));
  await alice.screen.getByRole("button", { name: "Show the picture" }).waitFor();
  await bob.comeBack();
  await bob.openChat(alice.uid);
  const small = bob.screen.getByRole("button", { name: "Show the picture" });
  assert.match(await small.locator("img").getAttribute("src"), /^data:image\/jpeg;base64,/);
  await small.click();
  await until("the picture is there", () => shownWidth(bob), (width) => width === 320);
  if (process.env.SHOTS) await bob.page.screenshot({ path: `${process.env.SHOTS}/picture.png` });
});

test("what Alice speaks has its length before Bob has loaded it, and plays", async () => {
  await alice.writeTo(bob.uid);
  await bob.goOffline();
  await alice.screen.getByRole("button", { name: "Speak" }).click();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await alice.screen.getByRole("button", { name: "Stop and send" }).click();
  await alice.screen.getByRole("button", { name: /^Play, 0:0[12]/ }).waitFor();
  await bob.comeBack();
  await bob.openChat(alice.uid);
  await bob.screen.getByRole("button", { name: /^Play, 0:0[12]/ }).click();
  await until("it plays", () => bob.screen.locator("audio").evaluate((audio) => audio.currentTime), (time) => time > 0);
});

test("a page that says that it is a picture goes as a file, and is only ever saved", async () => {
  await alice.writeTo(bob.uid);
  await attach(alice, "page.png", "image/png", Buffer.from("<!DOCTYPE html><script>document.title='run'</script>"));
  await bob.openChat(alice.uid);
  await bob.screen.getByRole("button", { name: "Save page.png" }).click();
  const found = await fetch(await bob.screen.getByRole("link", { name: "page.png" }).getAttribute("href"));
  assert.equal(found.headers.get("content-disposition"), "attachment; filename*=UTF-8''page.png");
  assert.equal(found.headers.get("content-type"), "application/octet-stream");

  // The list is drawn anew in another language: nothing is saved again.
  let asked = 0;
  await bob.page.context().route(/media\//, (route) => ((asked += 1), route.continue()));
  const link = await bob.screen.getByRole("link", { name: "page.png" }).elementHandle();
  await bob.page.getByRole("combobox").first().selectOption("zh");
  await until("the link is drawn anew", () => link.evaluate((old) => old.isConnected), (isOld) => !isOld);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(asked, 0);
});
