// Chromium for tests: it treats tabs in the background as a person's browser does.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "playwright-core";
import { FLAGS } from "../../../../tools/chromium.mjs";

const OWN_FLAGS = ["--headless", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--remote-debugging-port=0", "--window-size=1280,900", "--lang=en-GB"];
/** On a busy machine a page may take its time. */
const PATIENCE_MS = 60_000;

/**
 * Remove a browser's folder. Its processes may still write there: Node's own retries give up at the first folder inside
 * that is filled again.
 * @param {string} folder
 */
async function removed(folder) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await rm(folder, { recursive: true, force: true });
    } catch (error) {
      if (tries === 50) throw error;
      await delay(100);
    }
  }
}

/**
 * Start a browser with one window. A new tab covers the others: they are hidden, their timers are slow, and they can be
 * frozen. Playwright's own start would keep each page visible and focused, and has no back/forward cache.
 */
export class Browser {
  /** @type {import("playwright-core").BrowserContext} */
  context;
  /** @type {import("playwright-core").Browser} */
  #browser;
  #profile = mkdtempSync(join(tmpdir(), "catchup-chromium-"));
  #process;
  /** @type {string[]} */
  #faults = [];

  static async start() {
    const browser = new Browser();
    await browser.#run();
    return browser;
  }

  async #run() {
    const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const flags = [...FLAGS, ...OWN_FLAGS, `--user-data-dir=${this.#profile}`, "about:blank"];
    this.#process = spawn(executable, flags, { stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise((resolve, reject) => {
      this.#process.once("exit", (code) => reject(new Error(`Chromium ended with ${code}`)));
      createInterface(this.#process.stderr).on("line", (line) => {
        const [, found] = /DevTools listening on (\S+)/.exec(line) ?? [];
        if (found) resolve(found);
      });
    });
    this.#browser = await chromium.connectOverCDP(address, { noDefaults: true, timeout: PATIENCE_MS });
    [this.context] = this.#browser.contexts();
    this.#watch(this.context);
  }

  /**
   * A device of its own: its pages share neither databases nor the network with those of other devices, and its window
   * is the size of a phone or of a tablet.
   * @param {{width: number, height: number}} viewport
   */
  async newDevice(viewport) {
    const context = await this.#browser.newContext({ viewport });
    this.#watch(context);
    return context;
  }

  async close() {
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
    await removed(this.#profile);
  }

  /** Note what no page of ours may do: report an error, or ask a stranger. @param {import("playwright-core").BrowserContext} context */
  #watch(context) {
    context.setDefaultTimeout(PATIENCE_MS);
    context.on("console", (message) => {
      // A file that is shown as a page names no icon of its own.
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) {
        this.#faults.push(`console: ${message.text()}`);
      }
    });
    context.on("weberror", (error) => this.#faults.push(`uncaught: ${error.error()}`));
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== "data:" && hostname !== "127.0.0.1") this.#faults.push(`asked ${request.url()}`);
    });
  }

  /** Throw if a page has done so since the last check. @param {RegExp} [provoked] what the test has provoked */
  checkFaults(provoked) {
    assert.deepEqual(this.#faults.splice(0).filter((fault) => !provoked?.test(fault)), []);
  }
}

/** Return a function that kills the process of a page, as the system does. A page that hangs takes no new session. */
export async function killerOf(page) {
  const session = await page.context().newCDPSession(page);
  return async () => {
    const gone = new Promise((resolve) => page.once("crash", resolve));
    session.send("Page.crash").catch(() => undefined);
    await gone;
  };
}

/** Wait until `read` returns something that `fits`; in vain, show what it returned last. */
export async function until(what, read, fits = Boolean) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > end) assert.fail(`in vain: ${what}; at last ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
