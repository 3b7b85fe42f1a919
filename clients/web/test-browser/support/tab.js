// A tab that runs the library alone, in a plain document of the stack. The client's events are kept for the test.

const DEVICE = "phone";

/** The name of the database of a person's device, unless a test names another. @param {string} uid */
export const databaseOf = (uid) => `catchup ${uid} ${DEVICE}`;

/** Open a tab at the stack's address, with a client of this person's device. */
export async function openTab(browser, stack, uid, options = {}) {
  const tab = new Tab(await browser.context.newPage(), stack, uid, options);
  await tab.load();
  await tab.open();
  return tab;
}

export class Tab {
  constructor(page, stack, uid, options) {
    this.page = page;
    this.uid = uid;
    this.origin = stack.origin;
    this.options = options;
    /** How many sockets it has opened. */
    this.sockets = 0;
    page.on("websocket", () => (this.sockets += 1));
  }

  /** Load the document, or load it anew; `open` follows. */
  load() {
    return this.page.goto(`${this.origin}/playground/client/index.js`);
  }

  open() {
    return this.page.evaluate(openClient, { uid: this.uid, device: DEVICE, ...this.options });
  }

  /** Call a method of the client. */
  call(name, ...args) {
    return this.page.evaluate(([name, args]) => window.client[name](...args), [name, args]);
  }

  loggedIn() {
    return this.call("loggedIn");
  }

  isLeading() {
    return this.page.evaluate(() => window.client.isLeading);
  }

  /** What the events have told so far. */
  seen() {
    return this.page.evaluate(() => window.seen);
  }

  async unread(sessionId) {
    return (await this.call("sessions")).find((session) => session.sessionId === sessionId)?.unread ?? 0;
  }

  /** Return the seqs that are saved, ascending. */
  async saved(sessionId) {
    const messages = await this.call("messages", sessionId, { limit: 100_000 });
    return messages.map(({ seq }) => seq).reverse();
  }

  /** Read a session to its end, page by page. Return the seqs in the order in which they came. */
  read(sessionId) {
    return this.page.evaluate(async (sessionId) => {
      const seqs = [];
      for await (const { messages } of window.client.session(sessionId).pages()) {
        seqs.push(...messages.map(({ seq }) => seq));
      }
      return seqs;
    }, sessionId);
  }
}

/** Runs in the page. */
async function openClient({ uid, device, settings = {} }) {
  if (!document.querySelector("script")) {
    const index = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    const map = document.createElement("script");
    map.type = "importmap";
    map.textContent = index.querySelector("script[type=importmap]").textContent;
    document.head.append(map);
  }
  const { Client } = await import("catchup-client");
  const seen = { tokens: 0, logins: 0, offline: 0, unread: {}, messages: {}, stopped: "" };
  const token = async () => {
    seen.tokens += 1;
    return (await fetch(`/playground/token?${new URLSearchParams({ uid, device })}`)).text();
  };
  const client = new Client(`${location.origin.replace("http", "ws")}/v1`, token, { uid, deviceId: device, settings });
  client.on("login", () => (seen.logins += 1));
  client.on("offline", () => (seen.offline += 1));
  client.on("unread", ({ sessionId, unread }) => (seen.unread[sessionId] = unread));
  client.on("messages", ({ sessionId, messages }) => {
    (seen.messages[sessionId] ??= []).push(...messages.map(({ seq }) => seq));
  });
  client.on("stopped", ({ error }) => (seen.stopped = String(error)));
  Object.assign(window, { client, seen });
  await client.open();
}
