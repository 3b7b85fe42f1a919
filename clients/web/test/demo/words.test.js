// Names, times, sizes, mentions and faults as a person reads them.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "./support.js"; // first: it stands in for what a browser has
import { faultOf, faultOfError } from "../../demo/faults.js";
import { agoOf, dayOf, hueOf, initialOf, nameOf, shortCount, sizeOf, textOf, whenOf } from "../../demo/format.js";
import { EVERYONE, meant, named, typedMention } from "../../demo/mentions.js";
import { noticeOf } from "../../demo/notices.js";
import { noticeText } from "../../demo/words.js";
import { InvalidInput, RequestRefused } from "../../src/errors.js";

const NOW = new Date(2026, 10, 30, 0, 5).getTime();
const MINUTE = 60_000;

describe("times and sizes", () => {
  it("say the hour today, and that it was yesterday just before midnight", () => {
    assert.match(whenOf(NOW - MINUTE, NOW, "en"), /^12:04.AM$/);
    assert.equal(whenOf(NOW - 10 * MINUTE, NOW, "en"), "yesterday");
    assert.equal(whenOf(NOW - 10 * MINUTE, NOW, "zh"), "昨天");
    assert.equal(whenOf(new Date(2026, 9, 2).getTime(), NOW, "en"), "Oct 2");
  });

  it("write a number short where there is little room", () => {
    assert.deepEqual([9_876, 10_000, 123_456].map((count) => shortCount(count, "en")), ["9,876", "10K", "123K"]);
  });

  it("say how long ago somebody was here", () => {
    assert.equal(agoOf(NOW - 59_000, NOW, "en"), null);
    assert.deepEqual([5, 125].map((minutes) => agoOf(NOW - minutes * MINUTE, NOW, "en")), ["5 minutes ago", "2 hours ago"]);
    assert.equal(agoOf(NOW - 2_900 * MINUTE, NOW, "zh"), "3天前");
  });

  it("do not speak of tomorrow when the server's clock is ahead", () => {
    assert.equal(dayOf(NOW + 1_440 * MINUTE, NOW, "en"), "today");
  });

  it("say bytes below a thousand, and thousands above", () => {
    assert.deepEqual([999, 1_000, 14_766, 3_240_000].map((bytes) => sizeOf(bytes, "en")), ["999 B", "1 kB", "14.8 kB", "3,240 kB"]);
  });
});

describe("names", () => {
  it("are the other person's, the own one for notes, and a group's id", () => {
    const sessions = ["p:alice:bob", "p:bob:carol", "p:bob:bob", "g:room"];
    assert.deepEqual(sessions.map((session) => nameOf(session, "bob")), ["alice", "carol", "bob", "room"]);
  });

  it("have always the same colour, and a whole letter", () => {
    assert.equal(hueOf("alice"), hueOf("alice"));
    assert.deepEqual(["bob", "😀x", ""].map(initialOf), ["B", "😀", "?"]);
  });
});

describe("messages", () => {
  it("of the system tell who did what to whom", () => {
    const notice = message(1, { kind: "system", content: { event: "role", uid: "carol", role: "ADMIN" } });
    const { name, role, values } = noticeOf(notice);
    assert.deepEqual({ name, role, values }, { name: "noticeRole", role: "admin", values: { name: "alice", people: "carol", text: "" } });
  });

  it("of the system tell what a group is called now, who may write, and that it has ended", () => {
    const nameOfNotice = (content) => noticeOf(message(1, { kind: "system", content })).name;
    assert.equal(nameOfNotice({ event: "describe", name: "Trip" }), "noticeRename");
    assert.equal(nameOfNotice({ event: "describe", announcement: "At eight" }), "noticeAnnounce");
    assert.equal(nameOfNotice({ event: "describe", announcement: "" }), "noticeUnannounce");
    assert.equal(nameOfNotice({ event: "mute", until: Date.now() + 3_600_000 }), "noticeMuteAll");
    assert.equal(nameOfNotice({ event: "mute", until: 0 }), "noticeUnmuteAll");
    assert.equal(nameOfNotice({ event: "mute", uid: "bob", until: Date.now() + 3_600_000 }), "noticeMute");
    assert.equal(nameOfNotice({ event: "mute", uid: "bob", until: Number.MAX_SAFE_INTEGER }), "noticeMuteEver");
    assert.equal(nameOfNotice({ event: "mute", uid: "bob", until: 0 }), "noticeUnmute");
    assert.equal(nameOfNotice({ event: "dissolve" }), "noticeDissolve");
  });

  it("of the system are told for a mute that has no end, too", () => {
    const mute = message(1, { kind: "system", content: { event: "mute", until: Number.MAX_SAFE_INTEGER } });
    assert.equal(noticeText(mute), "alice muted all but the admins");
  });

  it("of a person are no notices, whatever they contain", () => {
    assert.equal(noticeOf(message(1, { content: { event: "leave" } })), null);
    for (const uids of [undefined, []]) {
      const alone = message(1, { kind: "system", content: { event: "create", name: "Room", uids } });
      assert.equal(noticeOf(alone).name, "noticeCreateAlone");
    }
    const together = message(1, { kind: "system", content: { event: "create", name: "Room", uids: ["bob"] } });
    assert.equal(noticeOf(together).name, "noticeCreate");
  });

  it("without a text are shown as they are", () => {
    assert.equal(textOf({ picture: "a.png" }), '{"picture":"a.png"}');
  });
});

describe("mentions", () => {
  it("are typed after an @ that begins a word, up to the caret", () => {
    assert.deepEqual(typedMention("hi @bo", 6), { start: 3, query: "bo" });
    assert.deepEqual(typedMention("@", 1), { start: 0, query: "" });
    assert.equal(typedMention("mail a@b", 8), null);
    assert.equal(typedMention("@bob ", 5), null);
  });

  it("offer those first who begin alike", () => {
    assert.deepEqual(meant(["anna", "bob", "Bobby", "jacob"], "bo"), ["bob", "Bobby"]);
    assert.deepEqual(meant(["jacob", "bob"], "ob"), ["jacob", "bob"]);
    assert.deepEqual(meant(["jacob", "cora"], "co"), ["cora", "jacob"]);
  });

  it("name whole names only, also at the end of a sentence", () => {
    assert.deepEqual(named("@ann-lee, see @bob.", ["ann", "ann-lee", "bob"]), ["ann-lee", "bob"]);
    assert.deepEqual(named("@a.b. and 你好 @carol！", ["a.b", "carol"]), ["a.b", "carol"]);
  });

  it("name everyone in either language, and not by the beginning of a name", () => {
    assert.deepEqual(named("@all, come!", EVERYONE), ["all"]);
    assert.deepEqual(named("大家好 @所有人！", EVERYONE), ["所有人"]);
    assert.deepEqual(named("@alliance all", EVERYONE), []);
  });
});

describe("faults", () => {
  it("say what to do about a refusal, by what was asked for", () => {
    assert.equal(faultOf("PERMISSION_DENIED"), "faultBlocked");
    assert.equal(faultOf("PERMISSION_DENIED", { isGroup: true }), "faultNotMember");
    assert.equal(faultOf("PERMISSION_DENIED", { cmd: "remove" }), "faultRole");
    assert.equal(faultOf("PERMISSION_DENIED", { cmd: "add", field: "body.uids" }), "faultBlocked");
    assert.equal(faultOf("FAILED_PRECONDITION", { cmd: "leave" }), "faultHandOver");
    assert.equal(faultOf("FAILED_PRECONDITION", { cmd: "recall" }), "faultTooOld");
    assert.equal(faultOf("FAILED_PRECONDITION", { cmd: "readers" }), "faultReaders");
  });

  it("are told from the library's errors", () => {
    assert.equal(faultOfError(new RequestRefused("role", "PERMISSION_DENIED")), "faultRole");
    assert.equal(faultOfError(new InvalidInput("to", "must be a uid")), "faultName");
    assert.equal(faultOfError(new TypeError("?")), "faultOther");
    assert.equal(faultOfError(null), "faultOther");
  });
});
