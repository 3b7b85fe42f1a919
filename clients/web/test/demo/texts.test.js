// The texts of the page.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import "./support.js";
import { en } from "../../demo/texts/en.js";
import { zh } from "../../demo/texts/zh.js";
import { chooseLanguage, say } from "../../demo/texts.js";

const PAGE = new URL("../../demo/", import.meta.url);
const code = readdirSync(PAGE)
  .filter((name) => /\.(js|html)$/.test(name))
  .map((name) => readFileSync(new URL(name, PAGE), "utf8"))
  .join("\n");
const filledIn = (text) => [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();

describe("the page's texts", () => {
  it("are the same in both languages", () => {
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  });

  it("fill in the same values in both languages", () => {
    for (const name of Object.keys(en)) assert.deepEqual(filledIn(zh[name]), filledIn(en[name]), name);
  });

  it("are all used", () => {
    assert.deepEqual(Object.keys(en).filter((name) => !code.includes(`"${name}"`)), []);
  });

  it("speak of one thing in the singular, where a language has one", () => {
    chooseLanguage("en");
    assert.equal(say("newMessages", { count: 1 }), "1 new message");
    assert.equal(say("newMessages", { count: 10_000 }), "10,000 new messages");
    chooseLanguage("zh-TW");
    assert.equal(say("newMessages", { count: 1 }), "1 条新消息");
    chooseLanguage("en");
  });
});
