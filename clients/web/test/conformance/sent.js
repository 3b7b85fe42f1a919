// Compares the requests that a client has sent with those that a vector expects.

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

const FREE = ["limit", "v", "from", "time"];
const isDefault = (value) =>
  value === 0 || value === "" || value === false || value === null || (Array.isArray(value) && value.length === 0);

/** Throw unless exactly these requests were sent, in any order. `before`: what was sent earlier. */
export function compareSent(sent, expected, before) {
  const settled = sent.filter(({ cmd }) => cmd === "ack" || cmd === "clear");
  const others = sent.filter((request) => !settled.includes(request));
  for (const wanted of expected.filter((one) => !one.settles)) {
    const at = others.findIndex((request) => isSame(request, wanted));
    assert(at >= 0, `${show(wanted)} was not sent, but ${others.map(show).join(", ") || "nothing"}`);
    const [found] = others.splice(at, 1);
    if (choosing(found)) compareDates(found, wanted, before);
  }
  assert.equal(others.length, 0, `${others.map(show).join(", ")} should not be sent`);
  compareSettled(settled, expected.find((one) => one.settles)?.settles ?? {});
}

function isSame(request, wanted) {
  if (request.cmd !== wanted.cmd) return false;
  const [given, asked] = [normal(request.body ?? {}), normal(wanted.body ?? {})];
  if (request.cmd === "settings") given.sessions = undated(given.sessions);
  if (request.cmd === "receipts") delete given.changedAt;
  if (request.cmd === "pull") {
    const [acks, must, may] = [given.ack ?? [], asked.ack ?? [], asked.mayAck ?? []];
    if (!must.every((seq) => acks.includes(seq))) return false;
    if (!acks.every((seq) => must.includes(seq) || may.includes(seq))) return false;
    for (const body of [given, asked]) for (const name of ["ack", "mayAck"]) delete body[name];
  }
  return isDeepStrictEqual(given, asked);
}

const undated = (sessions) =>
  Object.fromEntries(Object.entries(sessions).map(([id, { changedAt: _, ...choice }]) => [id, choice]));

/** The choices of a request. */
const choosing = ({ cmd, body }) => ({ settings: () => Object.values(body.sessions), receipts: () => [body] })[cmd]?.();

/** When the choices of a request were made. */
function compareDates(request, { changedAbove = 0, changedBelow = Infinity, again = false }, before) {
  const dates = choosing(request).map(({ changedAt }) => changedAt);
  assert(dates.every((date) => date > changedAbove && date < changedBelow), `the dates ${dates}`);
  if (again) assert(before.some((earlier) => isDeepStrictEqual(earlier.body, request.body)), "was sent before, with other times");
}

const isFree = (name, body) => FREE.includes(name) || (name === "ackFlg" && body.chatType === 2);

const normal = (body) =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([name, value]) => !isFree(name, body) && !isDefault(value))
      .map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
  );

const show = ({ cmd, body }) => `${cmd} ${JSON.stringify(normal(body ?? {}))}`;

function compareSettled(requests, expected) {
  const acks = {};
  const clears = {};
  for (const { cmd, body } of requests) {
    for (const [id, told] of Object.entries(body.sessions)) {
      const [seqs, number] = cmd === "clear" ? [[], told] : [told.seqs, told.received];
      acks[id] ??= new Set();
      for (const seq of seqs) acks[id].add(seq);
      if (number !== undefined) clears[id] = Math.max(number, clears[id] ?? 0);
    }
  }
  for (const id of new Set([...Object.keys(acks), ...Object.keys(expected)])) {
    const wanted = expected[id] ?? {};
    const named = [...(acks[id] ?? [])];
    const [must, may] = [wanted.acks ?? [], wanted.mayAck ?? []];
    const fits = must.every((seq) => named.includes(seq)) && named.every((seq) => [...must, ...may].includes(seq));
    assert(fits, `${id}: acks ${named}, not ${JSON.stringify(wanted)}`);
    const allowed = [wanted.clears, ...("mayClear" in wanted ? [wanted.mayClear, undefined] : [])];
    assert(allowed.includes(clears[id]), `${id}: clears ${clears[id]}, not ${JSON.stringify(wanted)}`);
  }
}
