// Runs in the page before its own scripts, and knows nothing of them: it sees the frames and the screen.

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
  const dots = document.getElementsByClassName("dot");
  const texts = document.getElementsByClassName("last");

  /** The red dots on the screen, added up; -1 while a chat has no text yet. */
  const shown = () => {
    if (dots.length === 0 || [...texts].some((last) => !last.textContent)) return -1;
    return [...dots].reduce((sum, dot) => sum + Number(dot.textContent.replace(/\D/g, "")), 0);
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
