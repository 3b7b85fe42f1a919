// What the short forms of the vectors stand for (conformance/README.md).

export const EPOCH_MS = 1_554_964_793_000;
export const CHANGES = ["create", "join", "leave", "add", "remove", "role"];

/** Return a whole message; `sessionId` is that of where it stands. */
export function message(short, standsIn = "") {
  const sessionId = short.sessionId ?? standsIn;
  const isPrivate = sessionId.startsWith("p:");
  const names = sessionId.split(":").slice(1);
  return {
    v: 1,
    msgId: `${short.from}-${short.seq}`,
    chatType: isPrivate ? 1 : 2,
    ackFlg: Number(isPrivate),
    to: names.find((name) => name !== short.from) ?? names[0],
    time: EPOCH_MS + short.seq,
    msg: { message: `${short.from} ${short.seq}` },
    sessionId,
    serverTime: EPOCH_MS + short.seq,
    ...short,
  };
}

/** Return whole messages; a short one may be a run of several. */
export const messages = (shorts, sessionId) => shorts.flatMap(run).map((short) => message(short, sessionId));

function run({ seqs, ...short }) {
  if (!seqs) return [short];
  const [first, last] = seqs;
  const step = last >= first ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => ({
    ...short,
    seq: first + index * step,
    number: short.number + index * step,
  }));
}

/** Return a whole push. */
export function push(frame) {
  if (frame.cmd === "signal") return { time: EPOCH_MS + 100_000, ...frame, body: { data: "", ...frame.body } };
  if (frame.cmd !== "chat") return { time: EPOCH_MS, ...frame };
  return { time: EPOCH_MS, uid: frame.body.from, ...frame, body: message(frame.body) };
}

/** Return the whole frame that answers a request. */
export function answer(request, code, given, time = EPOCH_MS) {
  const cmd = { chat: "chatAck", ping: "pong" }[request.cmd] ?? request.cmd;
  const frame = { cmd, time, reqId: request.reqId, code };
  if (code !== "OK") return { ...frame, error: { field: "", rule: "", fix: "" } };
  return { ...frame, body: bodyOf(request.cmd, request.body ?? {}, given) };
}

function bodyOf(cmd, asked, given) {
  switch (cmd) {
    case "login":
    case "counters": {
      const counters = Object.fromEntries(
        Object.entries(given.counters ?? {}).map(([id, short]) => [id, counter(short, id)]),
      );
      const body = { next: "", ...(cmd === "login" ? { epoch: "e1" } : {}), ...given, counters };
      return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
    }
    case "pull":
    case "history": {
      const end = given.end ?? true;
      const endReason = end ? "CAUGHT_UP" : "NOT_END";
      const page = { sessionId: asked.sessionId, end, endReason, remaining: [], ...given };
      return { ...page, messages: messages(given.messages ?? [], page.sessionId) };
    }
    case "ack":
    case "clear":
    case "read":
      return {
        sessions: Object.fromEntries(
          Object.keys(asked.sessions).map((id) => [id, { code: "OK", remaining: [], ...given.sessions?.[id] }]),
        ),
      };
    case "hide":
    case "hidden":
      return { sessionId: asked.sessionId, seqs: asked.seqs ?? [], version: 0, end: true, ...given };
    case "receipts":
    case "readers":
      return { ...asked, ...given };
    case "sessions": {
      const listed = (given.sessions ?? []).map((one) => ({ timestamp: EPOCH_MS + one.lastSeq, ...withSettings(one) }));
      return { next: "", end: true, endReason: "CAUGHT_UP", ...given, sessions: listed };
    }
    case "settings":
      return {
        sessions: Object.fromEntries(
          Object.keys(asked.sessions).map((id) => [id, { code: "OK", ...withSettings(given.sessions?.[id] ?? {}) }]),
        ),
      };
    default:
      if (cmd !== "chat" && !CHANGES.includes(cmd)) return given;
      return {
        msgId: asked.msgId,
        sessionId: CHANGES.includes(cmd) ? `g:${asked.groupId}` : "",
        time: EPOCH_MS + given.seq,
        ...given,
      };
  }
}

const PLAIN_SETTINGS = { mutedUntil: 0, pinned: false, hidden: false, markedUnread: false, changedAt: 0, version: 1 };

/** Return an object whose `settings`, if it has some, are whole. */
export const withSettings = (short) =>
  short.settings ? { ...short, settings: { ...PLAIN_SETTINGS, ...short.settings } } : short;

function counter(short, sessionId) {
  const whole = { received: 0, cleared: 0, lastSeq: 0, own: [], ...short };
  const own = whole.own.length + (whole.ownBelow?.count ?? 0);
  return {
    count: Math.max(0, whole.received - whole.cleared - own),
    timestamp: EPOCH_MS + whole.lastSeq,
    ...withSettings(whole),
    lastMsg: messages(short.lastMsg ?? [], sessionId),
  };
}
