// Files: how they are uploaded and sent, and what a JPEG loses before.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { InvalidInput, TransferFailed } from "../src/index.js";
import { withoutMetadata } from "../src/protocol/jpeg.js";
import { PART_BYTES } from "../src/transfer.js";
import { browser, server, time } from "./support/one-browser.js";

const KEY = "aaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbbbbbb";
const PNG = new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47)], { type: "image/png" });
const FORM = { url: "https://store/", fields: { key: `media/${KEY}`, policy: "e30=" } };
const { fetch } = globalThis;
let tab;
/** What the store of files was sent, and what it answers: statuses, 204 in the end. */
let stored;
let statuses;

/** Hashing takes real time, and each other step some of the tests' own. @template T @param {Promise<T>} promise */
async function ended(promise) {
  let isOver = false;
  promise.catch(() => undefined).finally(() => (isOver = true));
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    await time.advance(0.01);
  }
  return promise;
}

const asked = () => server.sent.filter(({ cmd }) => cmd === "upload").map(({ body }) => body);
const form = (body) => ({ key: KEY, mime: body.mime, complete: false, form: FORM, expiresAt: 1 });

beforeEach(async () => {
  tab = await browser.open();
  [stored, statuses] = [[], []];
  globalThis.fetch = async (url, { method, headers, body }) => {
    stored.push({ url, method, headers, body });
    return { status: statuses.shift() ?? 204 };
  };
  server.answers.upload = form;
});

afterEach(() => {
  globalThis.fetch = fetch;
});

describe("a file", () => {
  it("goes up by the form, and then the message names it", async () => {
    const sending = tab.sendFile("bob", PNG, { type: "image", more: { width: 1, height: 1 }, msgId: "m-1" });
    await ended(sending);
    const [{ sha256, ...said }] = asked();
    assert.deepEqual(said, { msgId: "m-1", type: "image", mime: "image/png", bytes: 4, parts: [], uploadId: "" });
    assert.match(sha256, /^[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual([...stored[0].body.keys()], ["key", "policy", "file"]);
    const chat = server.sent.find(({ cmd }) => cmd === "chat").body;
    assert.equal(chat.msgId, "m-1");
    assert.deepEqual(chat.msg, { width: 1, height: 1, type: "image", key: KEY, mime: "image/png", bytes: 4, sha256 });
  });

  it("that is there already needs no upload", async () => {
    server.answers.upload = ({ mime }) => ({ key: KEY, mime, complete: true });
    await ended(tab.sendFile("bob", PNG, { type: "image", more: { width: 1, height: 1 } }));
    assert.deepEqual(stored, []);
  });

  it("is sent again if the store has not taken it, and is given up in the end", async () => {
    statuses = [503, 0, 204];
    await ended(tab.sendFile("bob", PNG, { type: "file" }));
    assert.equal(stored.length, 3);
    statuses = [403, 403, 403, 403];
    await assert.rejects(ended(tab.sendFile("bob", PNG, { type: "file" })), TransferFailed);
  });

  it("above 16 MiB goes up in parts, of which only the missing ones are sent", async () => {
    const answers = [[1, 2], [2], []];
    server.answers.upload = ({ mime }) => {
      const numbers = answers.shift();
      if (!numbers.length) return { key: KEY, mime, complete: true };
      const parts = numbers.map((number) => ({ number, url: `https://store/${number}`, headers: { "x-amz-checksum-sha256": "x" } }));
      return { key: KEY, mime, complete: false, inParts: { uploadId: "u-1", partBytes: PART_BYTES, parts } };
    };
    statuses = [200, 500, 200];
    const film = new Blob([new Uint8Array(PART_BYTES), Uint8Array.of(1)], { type: "video/mp4" });
    await ended(tab.sendFile("bob", film, { type: "file" }));
    assert.deepEqual(stored.map(({ url, body }) => [url, body.size]), [["https://store/1", PART_BYTES], ["https://store/2", 1], ["https://store/2", 1]]);
    assert.deepEqual(asked().map(({ uploadId }) => uploadId), ["", "u-1", "u-1"]);
    assert.equal(asked()[0].parts.length, 2);
    assert.match(asked()[0].sha256, /-2$/);
  });

  it("without bytes, or of an unknown type, is refused before anything is asked", async () => {
    await assert.rejects(tab.sendFile("bob", new Blob([]), { type: "image" }), InvalidInput);
    await assert.rejects(tab.sendFile("bob", PNG, { type: "picture" }), InvalidInput);
    assert.deepEqual(asked(), []);
  });
});

describe("a JPEG", () => {
  const segment = (marker, ...bytes) => [0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255, ...bytes];
  const text = (words) => [...words].map((sign) => sign.charCodeAt(0));
  const SCAN = [...segment(0xda, 1, 2), 9, 9, 0xff, 0, 9, 0xff, 0xd0, 9];
  const END = [0xff, 0xd9];
  const JFIF = segment(0xe0, ...text("JFIF\0"));
  const exif = (turned, more = []) =>
    segment(0xe1, ...text("Exif\0\0"), 0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0, ...more);
  const without = async (bytes) => [...new Uint8Array(await new Blob(withoutMetadata(Uint8Array.from(bytes))).arrayBuffer())];

  it("loses what the camera noted, comments, and what follows its end", async () => {
    const picture = [0xff, 0xd8, ...JFIF, ...exif(1, text("GPS 48.85 2.29")), ...segment(0xed, ...text("IPTC")), ...segment(0xfe, ...text("me")), ...SCAN, ...END];
    assert.deepEqual(await without([...picture, 1, 2, 3]), [0xff, 0xd8, ...JFIF, ...SCAN, ...END]);
  });

  it("keeps how it is turned, in either order of bytes", async () => {
    const little = segment(0xe1, ...text("Exif\0\0"), 0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0);
    for (const said of [exif(6, text("GPS")), little]) {
      assert.deepEqual(await without([0xff, 0xd8, ...said, ...SCAN, ...END]), [0xff, 0xd8, ...exif(6), ...SCAN, ...END]);
    }
  });

  it("that is none, or ends in the middle, is sent as it is", async () => {
    for (const bytes of [[1, 2, 3], [0xff, 0xd8], [0xff, 0xd8, ...JFIF], [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 1], [0xff, 0xd8, ...SCAN]]) {
      assert.deepEqual(await without(bytes), bytes);
    }
  });
});
