// Plays a vector with the web client (conformance/README.md).

import assert from "node:assert/strict";
import { VirtualTime, idle } from "../support/virtual-time.js";
import { push } from "./short-forms.js";
import { Phone } from "./phone.js";
import { compareSent } from "./sent.js";
import { Wire } from "./wire.js";

/** How long a step with `sends` lets the clock run, in seconds. */
const WINDOW = 2;

/** Throw an AssertionError if the client does not do what the vector says. */
export async function play(vector) {
  const time = new VirtualTime();
  const wire = new Wire(vector.silent ?? [], vector.may ?? []);
  const phone = new Phone(vector, wire, time);
  await phone.fill(vector.start ?? {});
  await phone.begin();
  try {
    if (vector.start?.online ?? true) await bringOnline(wire, phone, time);
    for (const [index, step] of vector.steps.entries()) {
      try {
        await take(wire, phone, time, step);
      } catch (error) {
        if (error instanceof assert.AssertionError) error.message = `step ${index + 1}: ${error.message}`;
        throw error;
      }
    }
  } finally {
    await phone.end();
  }
}

async function bringOnline(wire, phone, time) {
  await connect(wire, time);
  wire.answer("login", "OK", {});
  await time.advance(WINDOW);
  assert.deepEqual(wire.sent, [], "the start has something that is due");
  phone.told();
}

async function connect(wire, time) {
  await wire.connect(time);
  await idle();
  const at = wire.sent.findIndex(({ cmd }) => cmd === "login");
  assert(at >= 0, "no login was sent");
  wire.sent.splice(at, 1);
}

async function take(wire, phone, time, step) {
  phone.willCrash(step.crash ?? null);
  if (step.connect) await connect(wire, time);
  else if (step.disconnect) wire.disconnect();
  else if (step.receive) wire.deliver(push(step.receive));
  else if (step.answer) wire.answer(step.answer, step.code ?? "OK", step.body ?? {}, step.time);
  else if (step.call) phone.call(step.call, step.args ?? {});
  else await time.advance(step.wait / 1_000);
  await idle();
  if (step.crash) await phone.riseAgain();
  await idle();
  await compare(wire, phone, time, step);
}

async function compare(wire, phone, time, step) {
  const { sends, holds = {}, shows } = step.expect ?? {};
  if (sends) {
    if (!("wait" in step)) await time.advance(WINDOW);
    compareSent(wire.sent, sends, wire.compared);
    wire.compared.push(...wire.sent);
    wire.sent = [];
  }
  const { sessions = {}, ...others } = holds;
  for (const [name, value] of Object.entries(others)) {
    const held = await phone.held(name);
    // Of receipts, a vector names some fields.
    assert.deepEqual(held, name === "receipts" ? { ...held, ...value } : value, name);
  }
  for (const [sessionId, fields] of Object.entries(sessions)) {
    for (const [name, value] of Object.entries(fields)) {
      const held = await phone.session(sessionId, name);
      // Of settings, a vector names some.
      const wanted = name === "settings" ? { ...held, ...value } : value;
      assert.deepEqual(held, wanted, `${name} of ${sessionId}`);
    }
  }
  if (!shows) return;
  const told = phone.told();
  for (const [name, value] of Object.entries(shows)) assert.deepEqual(told[name], value, `${name} that was told`);
}
