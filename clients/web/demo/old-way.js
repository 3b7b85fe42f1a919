// The old way, measured in this browser: a server that pushes everything that waits at login, and a client that saves and
// draws each message as it comes.

import { make } from "./dom.js";
import { oldWayUrl } from "./server.js";

/**
 * @typedef {object} OldFigures
 * @property {number} ms from the login until everything is drawn
 * @property {number} frames
 * @property {number} bytes thousands of bytes
 * @property {number} freeze the longest time between two frames of the screen, in ms
 */

/**
 * Let everything that waits be pushed, and draw it into `list`.
 * @param {string} uid
 * @param {HTMLElement} list
 * @returns {Promise<OldFigures>}
 */
export async function runOldWay(uid, list) {
  const started = performance.now();
  let [frames, bytes, freeze, lastFrame, isDone] = [0, 0, 0, started, false];
  const watch = () => {
    const now = performance.now();
    freeze = Math.max(freeze, now - lastFrame);
    lastFrame = now;
    if (!isDone) requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
  const size = new TextEncoder();
  /** @type {Map<string, number>} */
  const unread = new Map();
  await new Promise((resolve, reject) => {
    const socket = new WebSocket(oldWayUrl(uid));
    socket.onerror = () => reject(new Error("the old server can't be reached"));
    socket.onclose = resolve;
    socket.onmessage = ({ data }) => {
      frames += 1;
      bytes += size.encode(data).length;
      const { body } = JSON.parse(data);
      unread.set(body.sessionId, (unread.get(body.sessionId) ?? 0) + 1);
      const time = new Date(body.serverTime).toLocaleTimeString([], { timeStyle: "short" });
      const small = make("small", {}, `${body.from} · ${time} · ${unread.get(body.sessionId)}`);
      list.append(make("div", { className: "message" }, body.msg.message ?? "", small));
    };
  });
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  isDone = true;
  watch();
  return {
    ms: Math.round(performance.now() - started),
    frames,
    bytes: Math.ceil(bytes / 1_000),
    freeze: Math.round(freeze),
  };
}
