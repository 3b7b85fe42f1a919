// A process with clients of this library for tests/libraries/web.py. It takes calls as lines of JSON, and writes results and
// events as lines of JSON.
//
//     → {"id": 1, "client": "c1", "call": "send", "args": ["bob", {"message": "hello"}]}
//     ← {"id": 1, "result": {"sessionId": "p:alice:bob", "seq": 1, …}}    or "error": {"name", "message", …}
//     ← {"client": "c1", "event": "unread", "value": {…}}

import "fake-indexeddb/auto";
import { createInterface } from "node:readline";
import { Client } from "../src/index.js";
import { keep } from "./journal.js";

const EVENTS = ["unread", "messages", "sent", "held", "refused", "head", "login", "progress", "offline", "typing", "anew"];
const clients = new Map();

const calls = {
  /** `file`: where its database outlives the process; null: nowhere. */
  async open(id, url, token, { file, database, ...options }) {
    if (file !== null) await keep(database, file);
    const client = new Client(url, token, { database, tabs: false, ...options });
    for (const name of EVENTS) client.on(name, (value) => tell(id, name, value));
    clients.set(id, client);
    await client.open();
    return client.uid;
  },
  async close(id) {
    await clients.get(id).close();
    clients.delete(id);
  },
  /** One page below the seq `before` (null: the newest), as if the person scrolled. */
  async page(id, sessionId, before, limit) {
    const pages = clients.get(id).session(sessionId).pages({ before: before ?? Infinity, limit });
    return (await pages.next()).value ?? null;
  },
  async members(id, group) {
    const found = [];
    for await (const member of clients.get(id).members(group)) found.push(member);
    return found;
  },
  async joinRequests(id, group) {
    const found = [];
    for await (const request of clients.get(id).joinRequests(group)) found.push(request);
    return found;
  },
  /** A map has no form of its own in JSON. */
  async online(id, uids) {
    return [...(await clients.get(id).online(uids))];
  },
};

function say(line) {
  process.stdout.write(`${JSON.stringify(line, (_, value) => (value instanceof Error ? described(value) : value))}\n`);
}

const tell = (client, event, value) => say({ client, event, value });
const described = ({ name, message, ...fields }) => ({ name, message, ...fields });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, client, call, args } = JSON.parse(line);
  const work = async () => (calls[call] ? calls[call](client, ...args) : clients.get(client)[call](...args));
  work().then(
    (result) => say({ id, result: result ?? null }),
    (error) => say({ id, error }),
  );
}
// Whoever started it is gone.
process.exit();
