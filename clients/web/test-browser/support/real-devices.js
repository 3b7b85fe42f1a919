// Devices that share nothing: each has windows, a database and a network of its own, as in people's pockets.

import { until } from "./browser.js";
import { Phone } from "./phones.js";

export const PHONE = { width: 412, height: 915 };
export const TABLET = { width: 820, height: 1_100 };

export class RealDevice extends Phone {
  #context;
  #address;
  /** @type {import("playwright-core").WebSocket} */
  #socket;

  /** Switch a device on. @param {string} which a person, or another device of theirs: bob/tablet */
  static async on(browser, stack, which, viewport = PHONE) {
    const context = await browser.newDevice(viewport);
    const device = new RealDevice(await context.newPage(), which);
    device.#context = context;
    device.#address = `${stack.origin}/?people=${which}`;
    await device.#load();
    return device;
  }

  async #load() {
    this.page.on("websocket", (socket) => (this.#socket = socket));
    await this.page.goto(this.#address);
    await this.is("online");
  }

  /** Its page is gone, as if the system had ended the app. Its database stays. */
  async sleep() {
    await this.page.close();
  }

  async wake() {
    this.lookAt(await this.#context.newPage());
    await this.#load();
  }

  /** From now on nothing goes out or comes in. The device learns of it when an answer is overdue. */
  cutNetwork() {
    return this.#context.setOffline(true);
  }

  async loseNetwork() {
    await this.cutNetwork();
    await this.is("connecting");
  }

  async findNetwork() {
    await this.#context.setOffline(false);
    await this.is("online");
  }

  /** Wait for the next answer to the question who is online, which the page asks from time to time. */
  async hasAsked() {
    await this.#socket.waitForEvent("framereceived", ({ payload }) => payload.includes('"people":'));
  }

  off() {
    return this.#context.close();
  }

  /** Wait until nothing in its databases has this text any more. */
  forgets(text) {
    return until(`no row has ${text}`, () => this.page.evaluate(rowsWith, text), (rows) => rows.length === 0);
  }
}

/** Runs in the page. @param {string} text */
async function rowsWith(text) {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const rows = await done(db.transaction(store).objectStore(store).getAll());
      found.push(...rows.map((row) => JSON.stringify(row)).filter((row) => row.includes(text)));
    }
    db.close();
  }
  return found;
}
