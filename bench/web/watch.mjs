// Runs in the page before its own scripts, and knows nothing of them: it sees the frames and the screen.

/** A fixed piece of work of the kinds that pages do. Returns the least time of several, in ms: how quick the machine is. */
export function pace() {
  const words = Array.from({ length: 400 }, (_, at) => ({ at, text: `word ${at}`.repeat(4) }));
  const once = () => {
    const started = performance.now();
    for (let round = 0; round < 20; round += 1) JSON.parse(JSON.stringify(words));
    const box = document.body.appendChild(document.createElement("div"));
    for (const { text } of words) box.appendChild(document.createElement("p")).textContent = text;
    const isLaidOut = box.offsetHeight > 0;
    box.remove();
    return isLaidOut ? performance.now() - started : NaN;
  };
  return Math.min(...Array.from({ length: 7 }, once));
}

/** Serialised by Playwright, so it can't use anything from outside. */
export function watch() {
  let expected = -1;
  let frames = 0;
  let bytes = 0;
  const times = { answer: 0, screen: 0 };
  const size = new TextEncoder();

  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      // The first listener, so that the page's own work comes after the mark.
      this.addEventListener("message", ({ data }) => {
        if (expected < 0) return;
        frames += 1;
        bytes += size.encode(data).length;
        if (times.answer || !data.includes('"counters"')) return;
        times.answer = performance.now();
        performance.mark("login answer");
      });
    }
  };

  // Live collections, which cost nothing while nothing has changed.
  const badges = document.getElementsByClassName("badge");
  const dots = document.getElementsByClassName("dot");
  const texts = document.getElementsByClassName("last");

  const sumOf = (marks) => [...marks].reduce((sum, { textContent }) => sum + Number(textContent.replace(/\D/g, "")), 0);

  /** The red dots of the chats, added up, without the badge that shows their sum; -1 while a chat has no text yet. */
  const shown = () => {
    if (texts.length === 0 || [...texts].some((last) => !last.textContent)) return -1;
    return sumOf(dots) - sumOf(badges);
  };

  const look = () => {
    if (shown() !== expected) return requestAnimationFrame(look);
    // This frame of the screen shows it: the next task comes after it has been drawn.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      times.screen = performance.now();
      performance.mark("first screen");
    };
    port2.postMessage(null);
  };

  globalThis.watched = {
    begin(unread) {
      expected = unread;
      requestAnimationFrame(look);
    },
    isShown: () => times.screen > 0,
    figures: () => ({ firstScreenMs: times.screen - times.answer, frames, bytes }),
  };
}
