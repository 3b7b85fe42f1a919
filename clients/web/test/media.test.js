// Where the files of messages are.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { browser, ended, server, time } from "./support/one-browser.js";
import { InvalidInput, RequestRefused } from "../src/index.js";

const CHAT = "p:alice:bob";
let tab;
const asked = () => server.sent.filter(({ cmd }) => cmd === "media").map(({ body }) => body.seq);

beforeEach(async () => {
  tab = await browser.open();
  server.answers.media = ({ sessionId, seq }) => ({
    ...{ sessionId, seq, url: `https://media.example.org/${seq}`, mime: "image/png", bytes: 68 },
    expiresAt: time.nowMs() + 300_000,
  });
});

describe("the address of a file", () => {
  it("is told with what it is served as", async () => {
    const { url, mime, bytes, expiresAtMs } = await ended(tab.media(CHAT, 7));
    assert.deepEqual([url, mime, bytes], ["https://media.example.org/7", "image/png", 68]);
    assert(expiresAtMs > time.nowMs());
  });

  it("is kept until shortly before it ends", async () => {
    server.nowMs = time.nowMs;
    server.drop();
    await time.advance(40);
    for (const seq of [7, 7, 8]) await ended(tab.media(CHAT, seq));
    assert.deepEqual(asked(), [7, 8]);
    await time.advance(200);
    await ended(tab.media(CHAT, 7));
    assert.deepEqual(asked(), [7, 8]);
    await time.advance(80);
    await ended(tab.media(CHAT, 7));
    assert.deepEqual(asked(), [7, 8, 7]);
  });

  it("is asked for again after a refusal", async () => {
    const { media } = server.answers;
    server.answers.media = () => "FAILED_PRECONDITION";
    await assert.rejects(ended(tab.media(CHAT, 7)), RequestRefused);
    server.answers.media = media;
    assert.equal((await ended(tab.media(CHAT, 7))).bytes, 68);
  });

  it("is asked for only of a message in a session", async () => {
    for (const [sessionId, seq] of [["room", 1], [CHAT, 0]]) await assert.rejects(tab.media(sessionId, seq), InvalidInput);
    assert.deepEqual(asked(), []);
  });
});
