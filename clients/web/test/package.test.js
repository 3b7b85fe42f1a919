// The package as npm makes it, in a project of its own.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { after, before, it } from "node:test";
import { HOME, Project, RESOLUTIONS } from "./support/project.js";

const APPLICATION = `
import {
  Client, InvalidInput, RequestRefused, SessionView, isGroup,
  type ClientOptions, type Events, type Member, type Message, type SessionPage, type SessionState,
} from "catchup-client";

const options: ClientOptions = { deviceId: "laptop", settings: { pageLimit: 20 } };
const client: Client = await new Client(new URL("wss://example.com/v1"), async () => "a.b.c", options).open();
const off: () => void = client.on("unread", ({ sessionId, unread }) => console.log(sessionId.length, unread + 1));
client.on("messages", (event: Events["messages"]) => event.messages.map((message: Message) => message.seq + 1));
// @ts-expect-error there is no such event
client.on("read", () => undefined);
const chat: SessionView = client.session("p:alice:bob");
for await (const page of chat.pages({ limit: 20 })) {
  const { end, messages }: SessionPage = page;
  if (end) console.log(messages[0]?.content["message"]);
}
interface Note { readonly message: string; readonly tags?: string[] }
const note: Note = { message: "milk" };
await chat.send(note);
await client.post("bob", note);
// @ts-expect-error a text is no JSON object
await client.send("bob", "hello");
const states: SessionState[] = await client.sessions();
const members: Member[] = [];
for await (const member of client.members("room")) members.push(member);
await client.setRole("room", "alice", "ADMIN");
// @ts-expect-error there is no such role
await client.setRole("room", "alice", "KING");
try {
  const { seq } = await client.send("bob", { message: "hello" });
  console.log(seq + 1, states.length, isGroup("g:room"));
} catch (error) {
  if (error instanceof RequestRefused) console.log(error.code, error.fault.rule);
  else if (error instanceof InvalidInput) console.log(error.field);
}
off();
`;

it("is installed by the name that the README gives", () => {
  const { name, version } = JSON.parse(readFileSync(join(HOME, "package.json"), "utf8"));
  const readme = readFileSync(join(HOME, "README.md"), "utf8");
  assert.match(readme, new RegExp(`^npm install \\S*/${name}-${version}\\.tgz`, "m"));
});

/** What the samples of the README take from their application. */
const GLOBALS = `
import type { Client, SessionPage } from "catchup-client";
declare global {
  const client: Client;
  function fetchToken(): Promise<string>;
  function badge(sessionId: string, unread: number): void;
  function show(...what: unknown[]): void;
  function render(page: SessionPage): void;
}
`;
const README = readFileSync(join(HOME, "README.md"), "utf8");
const SAMPLES = blocks("js").map((code, at) => ({ name: `sample-${at + 1}.js`, code }));
const [FIRST] = SAMPLES;
const ON_NODE = SAMPLES.find(({ code }) => code.includes("fake-indexeddb"));

/** The code blocks of the README in one language. */
function blocks(language) {
  return [...README.matchAll(new RegExp("^```" + language + "\\n([^]*?)^```", "gm"))].map(([, code]) => code);
}

/** @type {Project} */
let project;
before(() => {
  project = new Project();
  project.write("application.ts", APPLICATION);
  project.write("globals.d.ts", GLOBALS);
  // Samples are modules, each with names of its own.
  for (const { name, code } of SAMPLES) project.write(name, `${code}\nexport {};\n`);
});
after(() => project.remove());

/** Paths of files under a folder, relative to the package. */
const under = (home, folder) =>
  readdirSync(join(home, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)));

it("packs the modules, the types that they need, the licence and the README, and nothing else", () => {
  const types = project.files.filter((path) => path.startsWith("types/"));
  const expected = [...under(HOME, "src"), ...types, "LICENSE", "README.md", "package.json"].sort();
  assert.deepEqual(project.files, expected);
});

for (const resolution of Object.keys(RESOLUTIONS)) {
  it(`compiles in an application that resolves modules as ${resolution} does, and has no other package, with the samples of the README`, () => {
    const samples = SAMPLES.filter((sample) => sample !== ON_NODE).map(({ name }) => name);
    const { errors, read } = project.compile(resolution, ["application.ts", "globals.d.ts", ...samples]);
    assert.equal(errors, "");
    const types = project.files.filter((path) => path.startsWith("types/"));
    assert.deepEqual(read, types, "declarations are packed that nobody needs");
  });
}

it("names its types before its code: a compiler takes the first that fits", () => {
  const manifest = JSON.parse(readFileSync(join(HOME, "package.json"), "utf8"));
  for (const conditions of Object.values(manifest.exports)) {
    if (typeof conditions === "object") assert.equal(Object.keys(conditions)[0], "types");
  }
});

it("is imported by Node without any other package", () => {
  project.write("import.js", 'import { Client } from "catchup-client";\nconsole.log(typeof Client);\n');
  assert.equal(project.run("import.js"), "function\n");
});

/** Run a sample of the README; return what it has shown, by the name of the application's function. */
function run(sample) {
  project.install("fake-indexeddb");
  const shown = JSON.parse(project.run(join(HOME, "test/support/sample.js"), [project.path(sample.name)]));
  return { of: (name) => shown.filter(([one]) => one === name).map(([, ...args]) => args) };
}

it("does with the first lines of the README what they say", () => {
  const shown = run(FIRST);
  const badges = shown.of("badge");
  assert.deepEqual([badges[0], badges.at(-1)], [["p:alice:bob", 2], ["p:alice:bob", 0]]);
  const pages = shown.of("render").map(([{ messages, end }]) => [messages.map(({ seq }) => seq), end]);
  assert.deepEqual(pages, [[[2, 1], true]]);
});

it("catches up on Node as the README says", () => {
  assert.deepEqual(run(ON_NODE).of("show"), [["1 messages"]], "one has come with the counter");
});

it("finds the files that the import map of the README names", () => {
  const [map] = blocks("html").filter((code) => code.includes("importmap"));
  const paths = [...map.matchAll(/"\.\/(node_modules\/[^"]+)"/g)].map(([, path]) => path);
  assert.equal(paths.length, 1);
  for (const path of paths) assert(existsSync(project.path(path)), path);
});
