// Frames on their way from a page to the server.

/** Keep back all frames of one kind that a page sends, until `letGo`. The page must not be loaded yet. */
export const holdFrames = (page, cmd) =>
  page.addInitScript((held) => {
    const { send } = WebSocket.prototype;
    /** @type {(() => void)[] | null} */
    let waiting = [];
    WebSocket.prototype.send = function (text) {
      if (waiting && JSON.parse(text).cmd === held) waiting.push(() => send.call(this, text));
      else send.call(this, text);
    };
    window.letGo = () => {
      for (const release of waiting ?? []) release();
      waiting = null;
    };
    window.holdAgain = () => (waiting = []);
    window.areHeld = () => (waiting ?? []).length > 0;
  }, cmd);

/** @param {import("playwright-core").Page} page */
export const letGo = (page) => page.evaluate(() => window.letGo());
